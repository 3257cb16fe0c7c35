#pragma once
// Steps of a quantized layer from a whole number to the next: scaled and shifted, rounded to codes. Products are fused
// with the sums behind them, so that no compiler can round them another way: what is computed while training is
// computed again, to the bit, when thresholds of a circuit are looked for.

#include <cmath>
#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/mul_add.hpp>

namespace lutra::kernels {

namespace scalar {

/// y[s] = x[s] · scale + shift, rounded once; y may be x.
inline void affine(const float* x, float scale, float shift, float* y, std::size_t count) {
  for (std::size_t s = 0; s < count; ++s) y[s] = std::fma(x[s], scale, shift);
}

/// codes[s] = the whole number nearest to x[s] · per_unit, halves up, but at least 0 and at most `most`; codes may be
/// x.
inline void round_to_codes(const float* x, float per_unit, float most, float* codes, std::size_t count) {
  for (std::size_t s = 0; s < count; ++s) {
    const float up = std::fma(x[s], per_unit, 0.5F);
    codes[s] = std::floor(up > 0 ? (up < most ? up : most) : 0.0F);
  }
}

/// dx[s] += dy[s] where 0 <= x[s] · unit <= most, else 0.
inline void round_to_codes_backward(const float* x, float unit, float most, const float* dy, float* dx,
                                    std::size_t count) {
  for (std::size_t s = 0; s < count; ++s) dx[s] += x[s] * unit >= 0 && x[s] * unit <= most ? dy[s] : 0.0F;
}

}  // namespace scalar

namespace detail {

/// out[s] = f(x[s]) for any number of floats.
template <class Arch, class Function>
void map_floats(const float* x, float* out, std::size_t count, const Function& f) {
  using V = Batch<float, Arch>;
  std::size_t s = 0;
  for (; s + V::size <= count; s += V::size) f(V::load_unaligned(x + s)).store_unaligned(out + s);
  if (s == count) return;
  alignas(64) float rest[V::size] = {};
  for (std::size_t i = s; i < count; ++i) rest[i - s] = x[i];
  f(V::load_aligned(rest)).store_aligned(rest);
  for (std::size_t i = s; i < count; ++i) out[i] = rest[i - s];
}

}  // namespace detail

/// As scalar::affine, to the bit.
template <class Arch = DefaultArch>
void affine(const float* x, float scale, float shift, float* y, std::size_t count) {
  using V = Batch<float, Arch>;
  detail::map_floats<Arch>(x, y, count,
                           [times = V(scale), plus = V(shift)](const V& v) { return mul_add<Arch>(v, times, plus); });
}

/// As scalar::round_to_codes, to the bit.
template <class Arch = DefaultArch>
void round_to_codes(const float* x, float per_unit, float most, float* codes, std::size_t count) {
  using V = Batch<float, Arch>;
  const V times(per_unit), half(0.5F), zero(0.0F), top(most);
  detail::map_floats<Arch>(x, codes, count, [&](const V& v) {
    const V up = mul_add<Arch>(v, times, half);
    return xsimd::floor(xsimd::select(up > zero, xsimd::select(up < top, up, top), zero));
  });
}

/// As scalar::round_to_codes_backward, to the bit.
template <class Arch = DefaultArch>
void round_to_codes_backward(const float* x, float unit, float most, const float* dy, float* dx, std::size_t count) {
  using V = Batch<float, Arch>;
  const V times(unit), zero(0.0F), top(most);
  std::size_t s = 0;
  for (; s + V::size <= count; s += V::size) {
    const V real = V::load_unaligned(x + s) * times;
    const V step = xsimd::select(real >= zero && real <= top, V::load_unaligned(dy + s), zero);
    (V::load_unaligned(dx + s) + step).store_unaligned(dx + s);
  }
  scalar::round_to_codes_backward(x + s, unit, most, dy + s, dx + s, count - s);
}

}  // namespace lutra::kernels
