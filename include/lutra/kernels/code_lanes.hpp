#pragma once
// Vectors of bytes as lanes of sixteen, each looked up in a table of its own: what sums of few-bit codes are made of.
// xsimd has no word for shuffles of bytes by bytes.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>

namespace lutra::kernels {

/// `count` lanes of sixteen bytes, or of eight signed words of 16 bits. Arithmetic wraps around.
template <class Arch>
struct CodeLanes {
  static constexpr std::size_t count = 1;
  std::array<std::uint8_t, 16> bytes{};

  static CodeLanes load(const void* from) noexcept {
    CodeLanes lanes;
    std::memcpy(lanes.bytes.data(), from, sizeof lanes);
    return lanes;
  }
  /// The same sixteen bytes in every lane.
  static CodeLanes repeat(const void* from) noexcept { return load(from); }
  /// Word i eight times in lane i.
  static CodeLanes repeat_each(const std::int16_t* words) noexcept {
    CodeLanes lanes;
    for (std::size_t i = 0; i < 16; i += 2) std::memcpy(lanes.bytes.data() + i, words, 2);
    return lanes;
  }
  /// Computed here, in this order, and held in one register: compilers would join the sums of several steps in others.
  void keep() noexcept {}
  void store(void* to) const noexcept { std::memcpy(to, bytes.data(), sizeof bytes); }
  /// The first bytes of lane i to to + i * stride.
  template <std::size_t Bytes>
  void store_lanes(std::uint8_t* to, std::size_t) const noexcept {
    std::memcpy(to, bytes.data(), Bytes);
  }

  /// Byte i of a lane is byte index[i], 0 to 15, of this one's lane.
  [[nodiscard]] CodeLanes look_up(const CodeLanes& index) const noexcept {
    CodeLanes found;
    for (std::size_t i = 0; i < 16; ++i) found.bytes[i] = bytes[index.bytes[i]];
    return found;
  }
  [[nodiscard]] CodeLanes add_bytes(const CodeLanes& other) const noexcept {
    CodeLanes sum;
    for (std::size_t i = 0; i < 16; ++i) sum.bytes[i] = static_cast<std::uint8_t>(bytes[i] + other.bytes[i]);
    return sum;
  }
  [[nodiscard]] CodeLanes add_words(const CodeLanes& other) const noexcept {
    return words(other, [](std::uint16_t a, std::uint16_t b) { return a + b; });
  }
  [[nodiscard]] CodeLanes subtract_words(const CodeLanes& other) const noexcept {
    return words(other, [](std::uint16_t a, std::uint16_t b) { return a - b; });
  }
  /// The upper byte of each word as a word, and the lower one moved up.
  [[nodiscard]] CodeLanes high_bytes() const noexcept {
    return words(*this, [](std::uint16_t a, std::uint16_t) { return a >> 8; });
  }
  [[nodiscard]] CodeLanes raise_bytes() const noexcept {
    return words(*this, [](std::uint16_t a, std::uint16_t) { return a << 8; });
  }
  template <int Bits>
  [[nodiscard]] CodeLanes shift_words() const noexcept {
    return words(*this, [](std::uint16_t a, std::uint16_t) { return a << Bits; });
  }
  /// -1 where the signed word is greater than the other, otherwise 0.
  [[nodiscard]] CodeLanes greater_words(const CodeLanes& other) const noexcept {
    return words(other, [](std::uint16_t a, std::uint16_t b) {
      return static_cast<std::int16_t>(a) > static_cast<std::int16_t>(b) ? 0xffff : 0;
    });
  }
  /// The first four bytes of a lane are the codes of sixteen channels, where `first` and `second` hold minus the codes
  /// (-3 to 0) of the first eight and of the other eight as words.
  static CodeLanes pack_codes(const CodeLanes& first, const CodeLanes& second) noexcept {
    CodeLanes packed;
    for (std::size_t i = 0; i < 16; ++i) {
      const std::uint32_t code = (0U - (i < 8 ? first : second).bytes[i % 8 * 2]) & 3U;
      packed.bytes[i / 4] = static_cast<std::uint8_t>(packed.bytes[i / 4] | code << (2 * (i % 4)));
    }
    return packed;
  }
  /// The first four bytes of each lane of two, then of the first eight.
  static CodeLanes join_words(const CodeLanes& first, const CodeLanes& second) noexcept {
    return joined(first, second, 4);
  }
  static CodeLanes join_pairs(const CodeLanes& first, const CodeLanes& second) noexcept {
    return joined(first, second, 8);
  }
  /// The codes of sixteen channels (up to 255) as bytes, from minus the codes as words.
  static CodeLanes pack_bytes(const CodeLanes& first, const CodeLanes& second) noexcept {
    CodeLanes packed;
    for (std::size_t i = 0; i < 16; ++i)
      packed.bytes[i] = static_cast<std::uint8_t>(0U - (i < 8 ? first : second).bytes[i % 8 * 2]);
    return packed;
  }

 private:
  static CodeLanes joined(const CodeLanes& first, const CodeLanes& second, std::size_t size) noexcept {
    CodeLanes result;
    std::memcpy(result.bytes.data(), first.bytes.data(), size);
    std::memcpy(result.bytes.data() + size, second.bytes.data(), size);
    return result;
  }

  template <class Operation>
  [[nodiscard]] CodeLanes words(const CodeLanes& other, Operation operation) const noexcept {
    CodeLanes result;
    for (std::size_t i = 0; i < 16; i += 2) {
      const auto word = [&](const CodeLanes& lanes) {
        return static_cast<std::uint16_t>(lanes.bytes[i] | lanes.bytes[i + 1] << 8);
      };
      const auto value = static_cast<std::uint16_t>(operation(word(*this), word(other)));
      result.bytes[i] = static_cast<std::uint8_t>(value);
      result.bytes[i + 1] = static_cast<std::uint8_t>(value >> 8);
    }
    return result;
  }
};

#if defined(__AVX2__)
namespace detail {

/// Writes the first bytes of a lane.
template <std::size_t Bytes>
[[gnu::always_inline]] inline void store_first(__m128i lane, std::uint8_t* to) noexcept {
  if constexpr (Bytes == 16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), lane);
  } else if constexpr (Bytes == 8) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), lane);
  } else {
    const int word = _mm_cvtsi128_si32(lane);
    std::memcpy(to, &word, sizeof word);
  }
}

}  // namespace detail

template <class Arch>
requires has_avx2<Arch>
struct CodeLanes<Arch> {
  static constexpr std::size_t count = 2;
  __m256i data;

  [[gnu::always_inline]] static CodeLanes load(const void* from) noexcept {
    return {_mm256_loadu_si256(static_cast<const __m256i*>(from))};
  }
  [[gnu::always_inline]] static CodeLanes repeat(const void* from) noexcept {
    return {_mm256_broadcastsi128_si256(_mm_loadu_si128(static_cast<const __m128i*>(from)))};
  }
  [[gnu::always_inline]] void keep() noexcept { asm("" : "+x"(data)); }
  [[gnu::always_inline]] void store(void* to) const noexcept { _mm256_storeu_si256(static_cast<__m256i*>(to), data); }

  [[gnu::always_inline]] static CodeLanes repeat_each(const std::int16_t* words) noexcept {
    std::int32_t both;
    std::memcpy(&both, words, sizeof both);
    const __m256i which = _mm256_setr_epi64x(0x0100010001000100, 0x0100010001000100, 0x0302030203020302,  //
                                             0x0302030203020302);
    return {_mm256_shuffle_epi8(_mm256_set1_epi32(both), which)};
  }
  template <std::size_t Bytes>
  [[gnu::always_inline]] void store_lanes(std::uint8_t* to, std::size_t stride) const noexcept {
    detail::store_first<Bytes>(_mm256_castsi256_si128(data), to);
    detail::store_first<Bytes>(_mm256_extracti128_si256(data, 1), to + stride);
  }

  [[gnu::always_inline]] CodeLanes look_up(CodeLanes index) const noexcept {
    return {_mm256_shuffle_epi8(data, index.data)};
  }
  [[gnu::always_inline]] CodeLanes add_bytes(CodeLanes other) const noexcept {
    return {_mm256_add_epi8(data, other.data)};
  }
  [[gnu::always_inline]] CodeLanes add_words(CodeLanes other) const noexcept {
    return {_mm256_add_epi16(data, other.data)};
  }
  [[gnu::always_inline]] CodeLanes subtract_words(CodeLanes other) const noexcept {
    return {_mm256_sub_epi16(data, other.data)};
  }
  [[gnu::always_inline]] CodeLanes high_bytes() const noexcept { return {_mm256_srli_epi16(data, 8)}; }
  [[gnu::always_inline]] CodeLanes raise_bytes() const noexcept { return {_mm256_slli_epi16(data, 8)}; }
  template <int Bits>
  [[gnu::always_inline]] CodeLanes shift_words() const noexcept {
    return {_mm256_slli_epi16(data, Bits)};
  }
  [[gnu::always_inline]] CodeLanes greater_words(CodeLanes other) const noexcept {
    return {_mm256_cmpgt_epi16(data, other.data)};
  }
  [[gnu::always_inline]] static CodeLanes pack_codes(CodeLanes first, CodeLanes second) noexcept {
    const __m256i codes = _mm256_packs_epi16(first.data, second.data);
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi16(0x0401), codes);
    const __m256i bytes = _mm256_madd_epi16(pairs, _mm256_set1_epi32(static_cast<int>(0xfff0ffff)));
    const __m256i low = _mm256_set1_epi32(0x0c080400);
    return {_mm256_shuffle_epi8(bytes, low)};
  }
  [[gnu::always_inline]] static CodeLanes join_words(CodeLanes first, CodeLanes second) noexcept {
    return {_mm256_unpacklo_epi32(first.data, second.data)};
  }
  [[gnu::always_inline]] static CodeLanes join_pairs(CodeLanes first, CodeLanes second) noexcept {
    return {_mm256_unpacklo_epi64(first.data, second.data)};
  }
  [[gnu::always_inline]] static CodeLanes pack_bytes(CodeLanes first, CodeLanes second) noexcept {
    const __m256i zero = _mm256_setzero_si256();
    return {_mm256_packus_epi16(_mm256_sub_epi16(zero, first.data), _mm256_sub_epi16(zero, second.data))};
  }
};
#endif

#if defined(__AVX512BW__)
template <class Arch>
requires has_avx512<Arch>
struct CodeLanes<Arch> {
  static constexpr std::size_t count = 4;
  __m512i data;

  [[gnu::always_inline]] static CodeLanes load(const void* from) noexcept { return {_mm512_loadu_si512(from)}; }
  [[gnu::always_inline]] static CodeLanes repeat(const void* from) noexcept {
    return {_mm512_broadcast_i32x4(_mm_loadu_si128(static_cast<const __m128i*>(from)))};
  }
  [[gnu::always_inline]] void keep() noexcept { asm("" : "+v"(data)); }
  [[gnu::always_inline]] void store(void* to) const noexcept { _mm512_storeu_si512(to, data); }

  [[gnu::always_inline]] static CodeLanes repeat_each(const std::int16_t* words) noexcept {
    std::int64_t all;
    std::memcpy(&all, words, sizeof all);
    const __m512i which = _mm512_setr_epi64(0x0100010001000100, 0x0100010001000100, 0x0302030203020302,  //
                                            0x0302030203020302, 0x0504050405040504, 0x0504050405040504,  //
                                            0x0706070607060706, 0x0706070607060706);
    return {_mm512_shuffle_epi8(_mm512_set1_epi64(all), which)};
  }
  template <std::size_t Bytes>
  [[gnu::always_inline]] void store_lanes(std::uint8_t* to, std::size_t stride) const noexcept {
    detail::store_first<Bytes>(_mm512_castsi512_si128(data), to);
    detail::store_first<Bytes>(_mm512_extracti32x4_epi32(data, 1), to + stride);
    detail::store_first<Bytes>(_mm512_extracti32x4_epi32(data, 2), to + 2 * stride);
    detail::store_first<Bytes>(_mm512_extracti32x4_epi32(data, 3), to + 3 * stride);
  }

  [[gnu::always_inline]] CodeLanes look_up(CodeLanes index) const noexcept {
    return {_mm512_shuffle_epi8(data, index.data)};
  }
  [[gnu::always_inline]] CodeLanes add_bytes(CodeLanes other) const noexcept {
    return {_mm512_add_epi8(data, other.data)};
  }
  [[gnu::always_inline]] CodeLanes add_words(CodeLanes other) const noexcept {
    return {_mm512_add_epi16(data, other.data)};
  }
  [[gnu::always_inline]] CodeLanes subtract_words(CodeLanes other) const noexcept {
    return {_mm512_sub_epi16(data, other.data)};
  }
  [[gnu::always_inline]] CodeLanes high_bytes() const noexcept { return {_mm512_srli_epi16(data, 8)}; }
  [[gnu::always_inline]] CodeLanes raise_bytes() const noexcept { return {_mm512_slli_epi16(data, 8)}; }
  template <int Bits>
  [[gnu::always_inline]] CodeLanes shift_words() const noexcept {
    return {_mm512_slli_epi16(data, Bits)};
  }
  [[gnu::always_inline]] CodeLanes greater_words(CodeLanes other) const noexcept {
    return {_mm512_movm_epi16(_mm512_cmpgt_epi16_mask(data, other.data))};
  }
  [[gnu::always_inline]] static CodeLanes pack_codes(CodeLanes first, CodeLanes second) noexcept {
    const __m512i codes = _mm512_packs_epi16(first.data, second.data);
    const __m512i pairs = _mm512_maddubs_epi16(_mm512_set1_epi16(0x0401), codes);
    const __m512i bytes = _mm512_madd_epi16(pairs, _mm512_set1_epi32(static_cast<int>(0xfff0ffff)));
    const __m512i low = _mm512_set1_epi32(0x0c080400);
    return {_mm512_shuffle_epi8(bytes, low)};
  }
  [[gnu::always_inline]] static CodeLanes join_words(CodeLanes first, CodeLanes second) noexcept {
    return {_mm512_unpacklo_epi32(first.data, second.data)};
  }
  [[gnu::always_inline]] static CodeLanes join_pairs(CodeLanes first, CodeLanes second) noexcept {
    return {_mm512_unpacklo_epi64(first.data, second.data)};
  }
  [[gnu::always_inline]] static CodeLanes pack_bytes(CodeLanes first, CodeLanes second) noexcept {
    const __m512i zero = _mm512_setzero_si512();
    return {_mm512_packus_epi16(_mm512_sub_epi16(zero, first.data), _mm512_sub_epi16(zero, second.data))};
  }
};
#endif

}  // namespace lutra::kernels
