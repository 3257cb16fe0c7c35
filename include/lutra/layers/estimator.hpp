#pragma once
// Estimators: how a table that gives hard bits gets gradients. An estimator is a function from tables to tables, once
// per node and step; what happens per sample is the same look-up for all of them.
//
// An estimator has  template <N> void derivatives(const float* table, float* to) const    to[j * 2^N + a] = ∂y/∂x_j at
// a
//                   template <N> void table_gradient(float* sums) const                   Σ dy per address, in place

#include <cstddef>
#include <lutra/kernels/lut_estimate.hpp>
#include <lutra/kernels/lut_hard.hpp>

namespace lutra {

/// The derivative of the table's multilinear extension with every other input moved inside the cube: at `contrast`
/// where it is 1, at 1 - contrast where it is 0. At 0.75 it is the extended finite difference of DWN (Bacellar et al.
/// 2024); at 1 the plain finite difference. The table entry that was addressed takes the whole gradient. contrast lies
/// in (0.5, 1].
struct Multilinear {
  float contrast = 0.75F;

  template <std::size_t N>
  void derivatives(const float* table, float* to) const {
    kernels::lut_derivatives<N>(table, contrast, to);
  }
  template <std::size_t N>
  void table_gradient(float*) const {}
};

/// As Multilinear, and the table's gradient is spread in the same way: entry b takes Π_l (bit l of b equals the
/// address's ? contrast : 1 - contrast) of it, so that entries which are rarely addressed learn from their neighbours.
struct SpreadMultilinear {
  float contrast = 0.75F;

  template <std::size_t N>
  void derivatives(const float* table, float* to) const {
    kernels::lut_derivatives<N>(table, contrast, to);
  }
  template <std::size_t N>
  void table_gradient(float* sums) const {
    for (std::size_t bit = 1; bit < kernels::address_count(N); bit *= 2)
      for (std::size_t a = 0; a < kernels::address_count(N); ++a) {
        if ((a & bit) != 0) continue;
        const float low = sums[a], high = sums[a | bit];
        sums[a] = contrast * low + (1 - contrast) * high;
        sums[a | bit] = contrast * high + (1 - contrast) * low;
      }
  }
};

}  // namespace lutra
