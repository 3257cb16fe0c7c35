#pragma once
// Quotients and square roots of floats, correctly rounded on every instruction set: xsimd's for NEON are estimates,
// refined to nearly all bits, from the time before ARM had instructions for them.

#include <lutra/kernels/arch.hpp>
#include <type_traits>

namespace lutra::kernels {

template <class Arch>
[[gnu::always_inline]] inline Batch<float, Arch> quotient(const Batch<float, Arch>& a, const Batch<float, Arch>& b) {
#if defined(__aarch64__)
  if constexpr (std::is_base_of_v<xsimd::neon64, Arch>)
    return Batch<float, Arch>(vdivq_f32(a, b));
  else
#endif
    return a / b;
}

template <class Arch>
[[gnu::always_inline]] inline Batch<float, Arch> square_root(const Batch<float, Arch>& x) {
#if defined(__aarch64__)
  if constexpr (std::is_base_of_v<xsimd::neon64, Arch>)
    return Batch<float, Arch>(vsqrtq_f32(x));
  else
#endif
    return xsimd::sqrt(x);
}

}  // namespace lutra::kernels
