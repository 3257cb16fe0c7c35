#pragma once
// The instruction set a kernel is compiled for. Every kernel is a template over it, so that one program can hold
// several versions of a kernel side by side; used header-only, the default is what the including file is compiled for.

#include <cstddef>

// g++ 12 warns, wrongly, about the undefined vectors inside its own AVX-512 header (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif
#include <xsimd/xsimd.hpp>

namespace lutra::kernels {

using DefaultArch = xsimd::default_arch;

template <class T, class Arch = DefaultArch>
using Batch = xsimd::batch<T, Arch>;

/// Bit planes hold 64 samples a word, and the number of samples is padded to whole words.
inline constexpr std::size_t word_bits = 64;

[[nodiscard]] constexpr std::size_t words_for(std::size_t samples) noexcept {
  return (samples + word_bits - 1) / word_bits;
}

}  // namespace lutra::kernels
