#pragma once
// Windows that see one channel each, of few-bit codes under weights of -1, 0 and 1: bits of hundreds of codes are added
// up at once by full adders, and compared with thresholds bit by bit.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/depthwise_line.hpp>
#include <lutra/kernels/words.hpp>
#include <utility>

namespace lutra::kernels {

namespace scalar {

/// See DepthwiseLine, with constants of vectors of `vector` bytes; code by code.
inline void depthwise_sums(const DepthwiseLine& line, std::size_t vector) noexcept {
  const std::size_t taps = line.groups * taps_together;
  const std::size_t constants = depthwise_constants(line.groups, line.has_masks, line.sum_bits);
  const auto bit = [](std::uint8_t byte, std::size_t i) { return static_cast<std::uint32_t>(byte >> i & 1); };
  for (std::size_t part = 0; part < 2; ++part)
    for (std::size_t at = 0; at < (part == 0 ? line.bytes : line.second_bytes); ++at) {
      const std::uint8_t* const own = line.constants + at / vector % line.variants * constants * vector + at % vector;
      const auto constant = [&](std::size_t i, std::size_t shift) { return bit(own[i * vector], shift); };
      std::uint32_t answer = 0;
      for (std::size_t code = 0; code < 8; code += 2) {
        std::uint32_t sum = 0;
        for (std::size_t t = 0; t < taps; ++t) {
          if (line.has_masks && constant(taps + t, code) == 0) continue;
          const std::size_t from = line.offsets[t] + at;
          const std::uint32_t sign = constant(t, code);
          sum += (bit(line.low[from], code + part) ^ sign) + 2 * (bit(line.high[from], code + part) ^ sign);
        }
        const std::size_t first = constants - 3 * line.sum_bits;
        std::uint32_t middle = 0, lower = 0, change = 0;
        for (std::size_t j = 0; j < line.sum_bits; ++j) {
          middle |= constant(first + j, code) << j;
          lower |= constant(first + line.sum_bits + j, code) << j;
          change |= constant(first + 2 * line.sum_bits + j, code) << j;
        }
        const std::uint32_t u = sum >= middle ? 1 : 0, v = sum >= (u == 1 ? lower ^ change : lower) ? 1 : 0;
        answer |= (2 * u + v) << code;
      }
      (part == 0 ? line.first : line.second)[at] = static_cast<std::uint8_t>(answer);
    }
}

}  // namespace scalar

namespace detail {

/// Codes of two parts of a line to their lower and upper bits, and back: it is its own inverse.
template <class Arch>
[[gnu::always_inline]] inline void swap_planes(WordVector<Arch>& first, WordVector<Arch>& second) noexcept {
  const WordVector<Arch> even(std::uint64_t{0x5555555555555555});
  const WordVector<Arch> change = ((first >> 1) ^ second) & even;
  first ^= change << 1;
  second ^= change;
}

/// Whether s < t, bit by bit from the lowest: what is borrowed so far, with one more bit of each.
template <class Arch>
[[gnu::always_inline]] inline WordVector<Arch> borrow_of(const WordVector<Arch>& s, const WordVector<Arch>& t,
                                                         const WordVector<Arch>& borrow) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) return WordVector<Arch>(_mm512_ternarylogic_epi64(s, t, borrow, 0b10001110));
#endif
  return borrow ^ ((s ^ t) & (borrow ^ t));
}

/// A vector of codes of both parts.
template <std::size_t SumBits, bool HasMasks, class Arch>
class DepthwiseVector {
  using Vector = WordVector<Arch>;
  static constexpr std::size_t size = sizeof(Vector);

 public:
  [[gnu::always_inline]] DepthwiseVector(const DepthwiseLine& line, std::size_t at, std::size_t variant) noexcept
      : line_(line), taps_(line.groups * taps_together) {
    constants_ = line.constants + variant * depthwise_constants(line.groups, HasMasks, SumBits) * size;
    Vector sum[SumBits];
    count<true>(at, 0, sum);
    for (std::size_t group = 1; group < line.groups; ++group) count<false>(at, group * taps_together, sum);
    give_codes(sum);
  }

  Vector first, second;

 private:
  [[gnu::always_inline]] static Vector load(const std::uint8_t* from) noexcept {
    return load_words<Arch>(reinterpret_cast<const std::uint64_t*>(from));
  }
  [[gnu::always_inline]] Vector constant(std::size_t i) const noexcept { return load(constants_ + i * size); }

  /// One and two more bits of the same worth are added: what is left, and what is carried.
  [[gnu::always_inline]] static Vector add(Vector& left, const Vector& a, const Vector& b) noexcept {
    const Vector carry = carry_of<Arch>(left, a, b);
    left = sum_of<Arch>(left, a, b);
    return carry;
  }

  /// The sum of nine codes, at most 27, in five bits: as soon as a bit is read it is added, so that few wait.
  [[gnu::always_inline]] void add_nine(std::size_t at, std::size_t tap, Vector* sum) const noexcept {
    const std::uint8_t *const lows = line_.low + at, *const highs = line_.high + at;
    const auto bit = [&](const std::uint8_t* plane, std::size_t i) __attribute__((always_inline)) {
      const Vector code = load(plane + line_.offsets[tap + i]) ^ constant(tap + i);
      if constexpr (HasMasks)
        return Vector(code & constant(taps_ + tap + i));
      else
        return code;
    };
    const auto low = [&](std::size_t i) __attribute__((always_inline)) { return bit(lows, i); };
    const auto high = [&](std::size_t i) __attribute__((always_inline)) { return bit(highs, i); };
    Vector ones = low(0), twos = high(0);
    Vector four = add(twos, add(ones, low(1), low(2)), high(1));
    Vector fours = four;
    four = add(twos, add(ones, low(3), low(4)), high(2));
    Vector eights = add(fours, four, add(twos, high(3), high(4)));
    four = add(twos, add(ones, low(5), low(6)), high(5));
    const Vector eight = add(fours, four, add(twos, add(ones, low(7), low(8)), high(6)));
    four = add(twos, high(7), high(8));
    sum[4] = add(eights, eight, fours & four);
    sum[3] = eights;
    sum[2] = fours ^ four;
    sum[1] = twos;
    sum[0] = ones;
  }

  /// Nine codes' sum becomes the sum or is added to it.
  template <bool First>
  [[gnu::always_inline]] void count(std::size_t at, std::size_t tap, Vector* sum) const noexcept {
    const Vector zero(std::uint64_t{0});
    if constexpr (First) {
      unroll<SumBits>([&](auto j) __attribute__((always_inline)) { sum[j] = zero; });
      add_nine(at, tap, sum);
    } else {
      Vector nine[SumBits];
      unroll<SumBits>([&](auto j) __attribute__((always_inline)) { nine[j] = zero; });
      add_nine(at, tap, nine);
      Vector carry = zero;
      unroll<SumBits>([&](auto j) __attribute__((always_inline)) { carry = add(sum[j], nine[j], carry); });
    }
  }

  [[gnu::always_inline]] void give_codes(const Vector* sum) noexcept {
    const std::size_t middle = taps_ * (HasMasks ? 2 : 1), lower = middle + SumBits, change = lower + SumBits;
    const Vector ones(~std::uint64_t{0});
    Vector low = constant(middle) & (sum[0] ^ ones);
    unroll<SumBits - 1>([&](auto j) __attribute__((always_inline)) {
      low = borrow_of<Arch>(sum[j + 1], constant(middle + j + 1), low);
    });
    second = low ^ ones;
    const auto other = [&](std::size_t j) __attribute__((always_inline)) {
      return change_where<Arch>(second, constant(lower + j), constant(change + j));
    };
    Vector least = other(0) & (sum[0] ^ ones);
    unroll<SumBits - 1>([&](auto j) __attribute__((always_inline)) {
      least = borrow_of<Arch>(sum[j + 1], other(j + 1), least);
    });
    first = least ^ ones;
    swap_planes<Arch>(first, second);
  }

  const DepthwiseLine& line_;
  std::size_t taps_;
  const std::uint8_t* constants_;
};

template <std::size_t SumBits, bool HasMasks, class Arch>
void depthwise_line(const DepthwiseLine& line) noexcept {
  constexpr std::size_t size = sizeof(WordVector<Arch>);
  std::size_t variant = 0;
  for (std::size_t at = 0; at < line.bytes; at += size, variant = variant + 1 == line.variants ? 0 : variant + 1) {
    const DepthwiseVector<SumBits, HasMasks, Arch> codes(line, at, variant);
    const auto store = [&](const WordVector<Arch>& vector, std::uint8_t* to, std::size_t bytes) {
      if (at + size <= bytes) return store_words<Arch>(vector, reinterpret_cast<std::uint64_t*>(to + at));
      if (at >= bytes) return;
      std::uint64_t words[size / 8];
      store_words<Arch>(vector, words);
      std::memcpy(to + at, words, bytes - at);
    };
    store(codes.first, line.first, line.bytes);
    store(codes.second, line.second, line.second_bytes);
  }
}

}  // namespace detail

/// Bytes of a vector, for which constants are laid out.
template <class Arch = DefaultArch>
[[nodiscard]] constexpr std::size_t depthwise_vector() noexcept {
  return sizeof(WordVector<Arch>);
}

/// See DepthwiseLine. Up to a vector is read behind the last byte that is needed.
template <class Arch = DefaultArch>
void depthwise_sums(const DepthwiseLine& line) noexcept {
  using Run = void (*)(const DepthwiseLine&) noexcept;
  static constexpr auto runs = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<Run, sizeof...(I)>{detail::depthwise_line<5 + I / 2, I % 2 == 1, Arch>...};
  }
  (std::make_index_sequence<2 * (most_sum_bits - 4)>{});
  runs[2 * (line.sum_bits - 5) + (line.has_masks ? 1 : 0)](line);
}

/// The lower and the upper bits of `bytes` bytes of codes of two parts of a line, as DepthwiseLine has them. Up to a
/// vector is read and written behind them.
template <class Arch = DefaultArch>
void split_codes(const std::uint8_t* first, const std::uint8_t* second, std::size_t bytes, std::uint8_t* low,
                 std::uint8_t* high) noexcept {
  for (std::size_t at = 0; at < bytes; at += sizeof(WordVector<Arch>)) {
    auto one = load_words<Arch>(reinterpret_cast<const std::uint64_t*>(first + at));
    auto two = load_words<Arch>(reinterpret_cast<const std::uint64_t*>(second + at));
    detail::swap_planes<Arch>(one, two);
    store_words<Arch>(one, reinterpret_cast<std::uint64_t*>(low + at));
    store_words<Arch>(two, reinterpret_cast<std::uint64_t*>(high + at));
  }
}

}  // namespace lutra::kernels
