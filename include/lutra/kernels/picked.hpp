#pragma once
// Comparing single values of one sample with constants, sixteen at a time: the encoder of a sample that comes alone,
// where there are no planes of samples to compare.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/picks.hpp>

#if defined(__SSSE3__)
#include <immintrin.h>
#endif

namespace lutra::kernels {

namespace scalar {

/// Byte 16b + i of `bits` is values[blocks[b].first + blocks[b].places[i]] >= blocks[b].thresholds[i].
inline void picked_at_least(const std::uint8_t* values, const Picks* blocks, std::size_t count,
                            std::uint8_t* bits) noexcept {
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t i = 0; i < Picks::size; ++i)
      bits[b * Picks::size + i] = values[blocks[b].first + blocks[b].places[i]] >= blocks[b].thresholds[i];
}

}  // namespace scalar

/// Byte 16b + i of `bits` is values[blocks[b].first + blocks[b].places[i]] >= blocks[b].thresholds[i]. All sixteen
/// values from `first` on are there to be read.
template <class Arch = DefaultArch>
void picked_at_least(const std::uint8_t* values, const Picks* blocks, std::size_t count, std::uint8_t* bits) noexcept {
#if defined(__SSSE3__)
  if constexpr (has_avx2<Arch>) {
    const auto load = [](const void* from) __attribute__((always_inline)) {
      return _mm_loadu_si128(static_cast<const __m128i*>(from));
    };
    const __m128i one = _mm_set1_epi8(1);
    for (std::size_t b = 0; b < count; ++b) {
      const __m128i picked = _mm_shuffle_epi8(load(values + blocks[b].first), load(blocks[b].places));
      const __m128i met = _mm_cmpeq_epi8(_mm_max_epu8(picked, load(blocks[b].thresholds)), picked);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(bits + b * Picks::size), _mm_and_si128(met, one));
    }
    return;
  }
#endif
  scalar::picked_at_least(values, blocks, count, bits);
}

}  // namespace lutra::kernels
