#pragma once
// Vectors of 64-sample words: what every bit-parallel kernel is made of. Loading and storing fewer words than a vector
// holds is here too, so that each kernel is written once and is correct for every length.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <type_traits>
#include <utility>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace lutra::kernels {

/// A vector of words: one bit of each of 64 · WordVector::size samples.
template <class Arch = DefaultArch>
using WordVector = Batch<std::uint64_t, Arch>;

template <class Arch>
inline constexpr bool has_avx512 = std::is_base_of_v<xsimd::avx512bw, Arch>;
template <class Arch>
inline constexpr bool has_avx2 = std::is_base_of_v<xsimd::avx2, Arch>;

template <class Arch>
[[gnu::always_inline]] inline WordVector<Arch> load_words(const std::uint64_t* from) noexcept {
  return WordVector<Arch>::load_unaligned(from);
}

template <class Arch>
[[gnu::always_inline]] inline void store_words(const WordVector<Arch>& vector, std::uint64_t* to) noexcept {
  vector.store_unaligned(to);
}

/// The first `count` words (fewer than a vector holds); the others are 0 and their memory is not touched.
template <class Arch>
[[gnu::always_inline]] inline WordVector<Arch> load_words(const std::uint64_t* from, std::size_t count) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>)
    return WordVector<Arch>(_mm512_maskz_loadu_epi64(static_cast<__mmask8>((1u << count) - 1), from));
#endif
  alignas(64) std::uint64_t padded[WordVector<Arch>::size] = {};
  for (std::size_t i = 0; i < count; ++i) padded[i] = from[i];
  return WordVector<Arch>::load_aligned(padded);
}

/// Writes the first `count` words and touches no others.
template <class Arch>
[[gnu::always_inline]] inline void store_words(const WordVector<Arch>& vector, std::uint64_t* to,
                                               std::size_t count) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    _mm512_mask_storeu_epi64(to, static_cast<__mmask8>((1u << count) - 1), vector);
    return;
  }
#endif
  alignas(64) std::uint64_t padded[WordVector<Arch>::size];
  vector.store_aligned(padded);
  for (std::size_t i = 0; i < count; ++i) to[i] = padded[i];
}

/// Calls `body(index)` for 0..Count-1 with each index a constant, so that arrays of vectors stay in registers at any
/// optimization level.
template <std::size_t Count, class Body>
[[gnu::always_inline]] inline void unroll(Body&& body) noexcept {
  [&]<std::size_t... Index>(std::index_sequence<Index...>) __attribute__((always_inline)) {
    (body(std::integral_constant<std::size_t, Index>{}), ...);
  }(std::make_index_sequence<Count>{});
}

/// Calls `body(load, store)` for every vector of a row of `words` words, the last of which may be partial;
/// `load(row)` reads and `store(vector, row)` writes that part of a row.
template <class Arch, class Body>
[[gnu::always_inline]] inline void for_each_vector(std::size_t words, Body&& body) noexcept {
  constexpr std::size_t size = WordVector<Arch>::size;
  std::size_t word = 0;
  for (; word + size <= words; word += size)
    body(
        [word](const std::uint64_t* row) noexcept { return load_words<Arch>(row + word); },
        [word](const WordVector<Arch>& vector, std::uint64_t* row) noexcept { store_words<Arch>(vector, row + word); });
  if (const std::size_t rest = words - word; rest != 0)
    body(
        [word, rest](const std::uint64_t* row) noexcept { return load_words<Arch>(row + word, rest); },
        [word, rest](const WordVector<Arch>& vector, std::uint64_t* row) noexcept {
          store_words<Arch>(vector, row + word, rest);
        });
}

}  // namespace lutra::kernels
