#pragma once
// Convolution of bytes by weights of up to eight bits: four products for each of sixteen outputs at once, added up as
// pairs in words of 16 bits, and as numbers of 32 bits before these are full. For codes or weights of too many values
// to be looked up (code_sums), and for sums that have no thresholds behind them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/byte_line.hpp>
#include <lutra/kernels/words.hpp>
#include <utility>

namespace lutra::kernels {

namespace detail {

/// The codes of sixteen channels, a byte each, as two bits each.
inline void pack_block(const std::uint8_t* codes, std::uint8_t* packed) noexcept {
  for (std::size_t i = 0; i < code_block / codes_per_byte; ++i) {
    std::uint32_t four;
    std::memcpy(&four, codes + codes_per_byte * i, sizeof four);
    packed[i] = pack_four(four);
  }
}

/// Writes what is left of a block's sums: numbers, as many as there are channels, or codes.
inline void store_block(const ByteLine& line, const std::int32_t* sums, std::size_t pixel, std::size_t block) noexcept {
  if (line.output == ByteOutput::numbers) {
    const std::size_t first = block * code_block, count = std::min(code_block, line.channels - first);
    std::uint8_t* const out = line.out + 4 * (pixel * line.channels + first);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t number = static_cast<std::uint32_t>(sums[i]) + line.added[first + i];
      std::memcpy(out + 4 * i, &number, sizeof number);
    }
    return;
  }
  std::uint8_t codes[code_block] = {};
  const std::int32_t* limits = line.limits + block * line.levels * code_block;
  for (std::size_t level = 0; level < line.levels; ++level, limits += code_block)
    for (std::size_t i = 0; i < code_block; ++i) codes[i] = static_cast<std::uint8_t>(codes[i] + (sums[i] > limits[i]));
  if (line.output == ByteOutput::bytes)
    std::memcpy(line.out + (pixel * line.blocks + block) * code_block, codes, code_block);
  else
    pack_block(codes, line.out + (pixel * line.blocks + block) * code_block / codes_per_byte);
}

}  // namespace detail

namespace scalar {

/// See ByteLine.
inline void byte_sums(const ByteLine& line) noexcept {
  for (std::size_t x = 0; x < line.pixels; ++x)
    for (std::size_t block = 0; block < line.blocks; ++block) {
      std::int32_t sums[code_block] = {};
      const std::int8_t* weights = line.weights + block * line.steps * byte_step;
      for (std::size_t s = 0; s < line.steps; ++s)
        for (std::size_t i = 0; i < byte_step; ++i, ++weights)
          sums[i / bytes_together] += line.bytes[line.offsets[s] + x * line.pixel_step + i % bytes_together] * *weights;
      detail::store_block(line, sums, x, block);
    }
}

}  // namespace scalar

namespace detail {

/// Sums for sixteen outputs at a few pixels: as words of two, then as numbers.
template <class Arch>
struct ByteVectors;

#if defined(__AVX2__)
template <class Arch>
requires(has_avx2<Arch> && !has_avx512<Arch>) struct ByteVectors<Arch> {
  using Vector = __m256i;
  static constexpr std::size_t count = 2;  ///< vectors of a block

  [[gnu::always_inline]] static Vector zero() noexcept { return _mm256_setzero_si256(); }
  [[gnu::always_inline]] static Vector load(const void* from) noexcept {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
  }
  [[gnu::always_inline]] static Vector repeat(const std::uint8_t* four) noexcept {
    int word;
    std::memcpy(&word, four, sizeof word);
    return _mm256_set1_epi32(word);
  }
  /// Kept where it is: the compiler would move every sum to another register and back.
  [[gnu::always_inline]] static Vector add_products(Vector words, Vector bytes, Vector weights) noexcept {
    Vector sum = _mm256_add_epi16(words, _mm256_maddubs_epi16(bytes, weights));
    asm("" : "+x"(sum));
    return sum;
  }
  [[gnu::always_inline]] static Vector add_pairs(Vector numbers, Vector words) noexcept {
    return _mm256_add_epi32(numbers, _mm256_madd_epi16(words, _mm256_set1_epi16(1)));
  }
  [[gnu::always_inline]] static void store(Vector numbers, void* to) noexcept {
    _mm256_storeu_si256(static_cast<__m256i*>(to), numbers);
  }
  [[gnu::always_inline]] static Vector add(Vector a, Vector b) noexcept { return _mm256_add_epi32(a, b); }
  /// One less where the number is greater.
  [[gnu::always_inline]] static Vector count_greater(Vector counted, Vector numbers, Vector limits) noexcept {
    return _mm256_add_epi32(counted, _mm256_cmpgt_epi32(numbers, limits));
  }
  /// Sixteen bytes of minus the counts.
  [[gnu::always_inline]] static __m128i bytes(const Vector* counted) noexcept {
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(counted[0], counted[1]), 0xd8);
    const __m256i all = _mm256_sub_epi16(_mm256_setzero_si256(), words);
    return _mm_packus_epi16(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
  }
};
#endif

#if defined(__AVX512BW__)
template <class Arch>
requires has_avx512<Arch>
struct ByteVectors<Arch> {
  using Vector = __m512i;
  static constexpr std::size_t count = 1;

  [[gnu::always_inline]] static Vector zero() noexcept { return _mm512_setzero_si512(); }
  [[gnu::always_inline]] static Vector load(const void* from) noexcept { return _mm512_loadu_si512(from); }
  [[gnu::always_inline]] static Vector repeat(const std::uint8_t* four) noexcept {
    int word;
    std::memcpy(&word, four, sizeof word);
    return _mm512_set1_epi32(word);
  }
  [[gnu::always_inline]] static Vector add_products(Vector words, Vector bytes, Vector weights) noexcept {
    Vector sum = _mm512_add_epi16(words, _mm512_maddubs_epi16(bytes, weights));
    asm("" : "+v"(sum));
    return sum;
  }
  [[gnu::always_inline]] static Vector add_pairs(Vector numbers, Vector words) noexcept {
    return _mm512_add_epi32(numbers, _mm512_madd_epi16(words, _mm512_set1_epi16(1)));
  }
  [[gnu::always_inline]] static void store(Vector numbers, void* to) noexcept { _mm512_storeu_si512(to, numbers); }
  [[gnu::always_inline]] static Vector add(Vector a, Vector b) noexcept { return _mm512_add_epi32(a, b); }
  [[gnu::always_inline]] static Vector count_greater(Vector counted, Vector numbers, Vector limits) noexcept {
    return _mm512_mask_sub_epi32(counted, _mm512_cmpgt_epi32_mask(numbers, limits), counted, _mm512_set1_epi32(1));
  }
  [[gnu::always_inline]] static __m128i bytes(const Vector* counted) noexcept {
    return _mm512_cvtepi32_epi8(_mm512_sub_epi32(_mm512_setzero_si512(), counted[0]));
  }
};
#endif

#if defined(__AVX2__)
/// All that happens to sixteen outputs at `Pixels` pixels that follow each other.
template <std::size_t Pixels, class Arch>
class ByteTile {
  using V = ByteVectors<Arch>;
  using Vector = typename V::Vector;
  static constexpr std::size_t count = V::count, size = Pixels * count;

 public:
  [[gnu::always_inline]] ByteTile(const ByteLine& line, std::size_t pixel, std::size_t block) noexcept
      : line_(line), pixel_(pixel), block_(block) {
    const std::uint8_t* const bytes = line.bytes + pixel * line.pixel_step;
    const std::int8_t* const weights = line.weights + block * line.steps * byte_step;
    add_steps<true>(bytes, weights, 0, std::min(line.flush_after, line.steps));
    for (std::size_t begin = line.flush_after; begin < line.steps; begin += line.flush_after)
      add_steps<false>(bytes, weights, begin, std::min(begin + line.flush_after, line.steps));
  }

  [[gnu::always_inline]] void store() const noexcept {
    for (std::size_t p = 0; p < Pixels; ++p) {
      const Vector* const sums = sums_ + p * count;
      if (line_.output != ByteOutput::numbers)
        store_codes(sums, pixel_ + p);
      else if ((block_ + 1) * code_block <= line_.channels)
        store_numbers(sums, pixel_ + p);
      else {
        alignas(64) std::int32_t numbers[code_block];
        unroll<count>([&](auto v)
                          __attribute__((always_inline)) { V::store(sums[v], numbers + v * code_block / count); });
        store_block(line_, numbers, pixel_ + p, block_);
      }
    }
  }

 private:
  /// The first sums, or more of them.
  template <bool First>
  [[gnu::always_inline]] void add_steps(const std::uint8_t* bytes, const std::int8_t* weights, std::size_t begin,
                                        std::size_t end) noexcept {
    Vector words[size];
    unroll<size>([&](auto i) __attribute__((always_inline)) { words[i] = V::zero(); });
    const std::size_t pixel_step = line_.pixel_step;
    const std::uint32_t* const offsets = line_.offsets;
    for (std::size_t s = begin; s < end; ++s) {
      const std::uint8_t* const at = bytes + offsets[s];
      Vector weight[count];
      unroll<count>([&](auto v) __attribute__((always_inline)) {
        weight[v] = V::load(weights + s * byte_step + v * (byte_step / count));
      });
      unroll<Pixels>([&](auto p) __attribute__((always_inline)) {
        const Vector four = V::repeat(at + p * pixel_step);
        unroll<count>([&](auto v) __attribute__((always_inline)) {
          Vector& sum = words[p * count + v];
          sum = V::add_products(sum, four, weight[v]);
        });
      });
    }
    unroll<size>([&](auto i) __attribute__((always_inline)) {
      sums_[i] = V::add_pairs(First ? V::zero() : sums_[i], words[i]);
    });
  }

  [[gnu::always_inline]] void store_numbers(const Vector* sums, std::size_t pixel) const noexcept {
    const std::size_t first = block_ * code_block;
    std::uint8_t* const out = line_.out + 4 * (pixel * line_.channels + first);
    unroll<count>([&](auto v) __attribute__((always_inline)) {
      const std::size_t at = v * (code_block / count);
      V::store(V::add(sums[v], V::load(line_.added + first + at)), out + 4 * at);
    });
  }

  [[gnu::always_inline]] void store_codes(const Vector* sums, std::size_t pixel) const noexcept {
    Vector counted[count];
    unroll<count>([&](auto v) __attribute__((always_inline)) { counted[v] = V::zero(); });
    const std::int32_t* const limits = line_.limits + block_ * line_.levels * code_block;
    const auto add_level = [&](std::size_t level) __attribute__((always_inline)) {
      unroll<count>([&](auto v) __attribute__((always_inline)) {
        const Vector own = V::load(limits + level * code_block + v * (code_block / count));
        counted[v] = V::count_greater(counted[v], sums[v], own);
      });
    };
    if (line_.output == ByteOutput::codes) {
      unroll<3>([&](auto level) __attribute__((always_inline)) { add_level(level); });
      const __m128i pairs = _mm_maddubs_epi16(V::bytes(counted), _mm_set1_epi16(0x0401));
      const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00100001));
      const int packed = _mm_cvtsi128_si32(_mm_shuffle_epi8(fours, _mm_set1_epi32(0x0c080400)));
      std::memcpy(line_.out + (pixel * line_.blocks + block_) * sizeof packed, &packed, sizeof packed);
      return;
    }
    for (std::size_t level = 0; level < line_.levels; ++level) add_level(level);
    std::uint8_t* const out = line_.out + (pixel * line_.blocks + block_) * code_block;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), V::bytes(counted));
  }

  const ByteLine& line_;
  std::size_t pixel_, block_;
  Vector sums_[size];
};

template <std::size_t Pixels, class Arch>
[[gnu::noinline]] void byte_column(const ByteLine& line, std::size_t pixel) noexcept {
  for (std::size_t block = 0; block < line.blocks; ++block) ByteTile<Pixels, Arch>(line, pixel, block).store();
}
#endif

}  // namespace detail

/// As scalar::byte_sums.
template <class Arch = DefaultArch>
void byte_sums(const ByteLine& line) noexcept {
#if defined(__AVX2__)
  if constexpr (has_avx2<Arch> || has_avx512<Arch>) {
    constexpr std::size_t most = has_avx512<Arch> ? 8 : 6;
    using Column = void (*)(const ByteLine&, std::size_t) noexcept;
    static constexpr auto columns = []<std::size_t... P>(std::index_sequence<P...>) {
      return std::array<Column, most>{detail::byte_column<P + 1, Arch>...};
    }
    (std::make_index_sequence<most>{});
    const std::size_t tiles = (line.pixels + most - 1) / most;
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      const std::size_t begin = line.pixels * tile / tiles, end = line.pixels * (tile + 1) / tiles;
      columns[end - begin - 1](line, begin);
    }
    return;
  }
#endif
  scalar::byte_sums(line);
}

}  // namespace lutra::kernels
