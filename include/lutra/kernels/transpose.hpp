#pragma once
// From samples to planes: rows of values, one row a sample, become rows of samples, one row a value. Samples come as
// pointers, so that a shuffled batch is read where it lies.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/intrinsics.hpp>
#include <lutra/kernels/words.hpp>
#include <type_traits>

namespace lutra::kernels {

namespace scalar {

/// planes[value * stride + sample] = samples[sample][value]; samples `count` up to the next multiple of 64 become 0.
template <class T>
void transpose_samples(const T* const* samples, std::size_t count, std::size_t values, T* planes,
                       std::size_t stride) noexcept {
  for (std::size_t value = 0; value < values; ++value)
    for (std::size_t sample = 0; sample < words_for(count) * word_bits; ++sample)
      planes[value * stride + sample] = sample < count ? samples[sample][value] : T{0};
}

}  // namespace scalar

namespace detail {

/// Transposes side × side squares, one in each lane of the registers, where a lane holds `side` elements. Interleaving
/// register i with register i + side/2 rotates the binary index (row, column) of every element by one place; after
/// log2(side) rounds row and column have changed places.
template <class Arch, class T, class AddressOf>
[[gnu::always_inline]] inline void transpose_squares(AddressOf address_of, T* planes, std::size_t stride) noexcept {
  using Register = intrinsics::Lanes<Arch>;
  constexpr std::size_t side = 16 / sizeof(T), half = side / 2;
  Register rows[side];
  unroll<side>([&](auto i) __attribute__((always_inline)) {
    rows[i] =
        Register::load([&](std::size_t lane) __attribute__((always_inline)) { return address_of(lane * side + i); });
  });
  unroll<sizeof(T) == 1 ? 4 : 3>([&](auto) __attribute__((always_inline)) {
    Register mixed[side];
    unroll<half>([&](auto i) __attribute__((always_inline)) {
      mixed[2 * i] = Register::template interleave_low<sizeof(T)>(rows[i], rows[i + half]);
      mixed[2 * i + 1] = Register::template interleave_high<sizeof(T)>(rows[i], rows[i + half]);
    });
    unroll<side>([&](auto i) __attribute__((always_inline)) { rows[i] = mixed[i]; });
  });
  unroll<side>([&](auto i) __attribute__((always_inline)) { rows[i].store(planes + i * stride); });
}

/// 64 samples, all of them there.
template <class Arch, class T>
void transpose_word(const T* const* samples, std::size_t begin, std::size_t values, T* planes,
                    std::size_t stride) noexcept {
  constexpr std::size_t side = 16 / sizeof(T), step = side * intrinsics::Lanes<Arch>::count;
  if (values < side) {
    T padded[word_bits][side] = {}, few[side][word_bits];
    for (std::size_t s = 0; s < word_bits; ++s) std::memcpy(padded[s], samples[s] + begin, values * sizeof(T));
    for (std::size_t s = 0; s < word_bits; s += step)
      transpose_squares<Arch>(
          [&](std::size_t i) __attribute__((always_inline)) { return padded[s + i]; }, few[0] + s, word_bits);
    for (std::size_t v = 0; v < values; ++v) std::memcpy(planes + v * stride, few[v], sizeof(few[v]));
    return;
  }
  for (std::size_t v = 0; v < values; v += side) {
    const std::size_t first = std::min(v, values - side);  // the last square may overlap the one before it
    for (std::size_t s = 0; s < word_bits; s += step)
      transpose_squares<Arch>(
          [&](std::size_t i) __attribute__((always_inline)) { return samples[s + i] + begin + first; },
          planes + first * stride + s, stride);
  }
}

}  // namespace detail

/// planes[value * stride + sample] = samples[sample][value], for `count` samples of `values` elements. Samples `count`
/// up to the next multiple of 64 become 0, so `stride` (in elements) is at least that multiple. T is uint8_t or
/// uint16_t. With `begin` only the samples' values begin..begin + values - 1 are read, as planes 0..values - 1.
template <class T, class Arch = DefaultArch>
void transpose_samples(const T* const* samples, std::size_t count, std::size_t values, T* planes, std::size_t stride,
                       std::size_t begin = 0) noexcept {
  static_assert(std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::uint16_t>,
                "lutra: samples are uint8_t or uint16_t");
  if (values == 0) return;
  std::size_t sample = 0;
  for (; sample + word_bits <= count; sample += word_bits)
    detail::transpose_word<Arch>(samples + sample, begin, values, planes + sample, stride);
  if (sample == count) return;
  const T* padded[word_bits];
  for (std::size_t i = 0; i < word_bits; ++i) padded[i] = samples[std::min(sample + i, count - 1)];
  detail::transpose_word<Arch>(padded, begin, values, planes + sample, stride);
  for (std::size_t v = 0; v < values; ++v)
    std::fill(planes + v * stride + count, planes + v * stride + sample + word_bits, T{0});
}

}  // namespace lutra::kernels
