#pragma once
// The instruction set a kernel is compiled for. Every kernel is a template over it, so that one program can hold
// several versions of a kernel side by side; used header-only, the default is what the including file is compiled for.

#include <lutra/kernels/sizes.hpp>
#include <string_view>
#include <type_traits>

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

template <class Arch>
inline constexpr bool has_avx512 = std::is_base_of_v<xsimd::avx512bw, Arch>;
template <class Arch>
inline constexpr bool has_avx2 = std::is_base_of_v<xsimd::avx2, Arch>;

/// What the kernels of an architecture are called: only these four differ.
template <class Arch>
inline constexpr std::string_view name_of = has_avx512<Arch>                       ? "avx512"
                                            : has_avx2<Arch>                       ? "avx2"
                                            : std::is_base_of_v<xsimd::neon, Arch> ? "neon"
                                                                                   : "sse2";

template <class T, class Arch = DefaultArch>
using Batch = xsimd::batch<T, Arch>;

}  // namespace lutra::kernels
