#pragma once
// Vectors of 64-sample words: what every bit-parallel kernel is made of. The loop over a row
// ends in a part of a vector, so that each kernel is written once and is correct for every length.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/intrinsics.hpp>
#include <type_traits>
#include <utility>

namespace lutra::kernels {

/// A vector of words: one bit of each of 64 · WordVector::size samples.
template <class Arch = DefaultArch>
using WordVector = Batch<std::uint64_t, Arch>;

template <class Arch>
[[gnu::always_inline]] inline WordVector<Arch> load_words(const std::uint64_t* from) noexcept {
  return WordVector<Arch>::load_unaligned(from);
}

template <class Arch>
[[gnu::always_inline]] inline void store_words(const WordVector<Arch>& vector, std::uint64_t* to) noexcept {
  vector.store_unaligned(to);
}

/// The sum of three bits is `carry_of` twos and `sum_of` ones: a full adder for every sample.
template <class Arch>
[[gnu::always_inline]] inline WordVector<Arch> sum_of(const WordVector<Arch>& a, const WordVector<Arch>& b,
                                                      const WordVector<Arch>& c) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) return WordVector<Arch>(_mm512_ternarylogic_epi64(a, b, c, 0b10010110));
#endif
  return a ^ b ^ c;
}

template <class Arch>
[[gnu::always_inline]] inline WordVector<Arch> carry_of(const WordVector<Arch>& a, const WordVector<Arch>& b,
                                                        const WordVector<Arch>& c) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) return WordVector<Arch>(_mm512_ternarylogic_epi64(a, b, c, 0b11101000));
#endif
  return (a & b) | (c & (a ^ b));
}

/// low ^ (x & change): one input of a look-up table, in Davio's form.
template <class Arch>
[[gnu::always_inline]] inline WordVector<Arch> change_where(const WordVector<Arch>& x, const WordVector<Arch>& low,
                                                            const WordVector<Arch>& change) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) return WordVector<Arch>(_mm512_ternarylogic_epi64(low, x, change, 0b01111000));
#endif
  return low ^ (x & change);
}

/// Calls `body(index)` for 0..Count-1 with each index a constant, so that arrays of vectors stay in registers at any
/// optimization level.
template <std::size_t Count, class Body>
[[gnu::always_inline]] inline void unroll(Body&& body) noexcept {
  [&]<std::size_t... Index>(std::index_sequence<Index...>) __attribute__((always_inline)) {
    (body(std::integral_constant<std::size_t, Index>{}), ...);
  }
  (std::make_index_sequence<Count>{});
}

/// Calls `body(load, store)` for every vector of a row of `words` words, the last of which may be partial;
/// `load(row)` reads and `store(vector, row)` writes that part of a row.
template <class Arch, class Body>
[[gnu::always_inline]] inline void for_each_vector(std::size_t words, Body&& body) noexcept {
  constexpr std::size_t size = WordVector<Arch>::size;
  std::size_t word = 0;
  for (; word + size <= words; word += size)
    body(
        [word](const std::uint64_t* row) __attribute__((always_inline)) { return load_words<Arch>(row + word); },
        [word](const WordVector<Arch>& vector, std::uint64_t* row)
            __attribute__((always_inline)) { store_words<Arch>(vector, row + word); });
  if (const std::size_t rest = words - word; rest != 0)
    body(
        [ word, rest ](const std::uint64_t* row)
            __attribute__((always_inline)) { return intrinsics::load_part<Arch>(row + word, rest); },
        [ word, rest ](const WordVector<Arch>& vector, std::uint64_t* row)
            __attribute__((always_inline)) { intrinsics::store_part<Arch>(vector, row + word, rest); });
}

}  // namespace lutra::kernels
