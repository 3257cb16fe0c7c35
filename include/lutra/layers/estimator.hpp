#pragma once
// Estimators: how a table that gives hard bits gets gradients. An estimator is a function from tables to tables, once
// per node and step; what happens per sample is the same look-up for all of them.
//
// An estimator has
//   template <N> void derivatives(const float* table, float* to) const    to[j * 2^N + a] = ∂y/∂x_j at address a,
//                                                                         the same for both values of bit j of a
//   template <N> void table_gradient(float* sums) const                   Σ dy per address, changed in place
//   void check(const std::string& where) const                            (optional) throws Error on bad options

#include <cstddef>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <string>

namespace lutra {

namespace detail {

/// At 0.5 all inputs would look alike, and the derivatives would be divided by 0.
inline void check_contrast(float contrast, const std::string& where) {
  if (!(contrast > 0.5F && contrast <= 1))
    throw Error("estimator's contrast", "layer " + where, "above 0.5, at most 1", std::to_string(contrast));
}

}  // namespace detail

/// The derivative of the table's multilinear extension with every other input moved inside the cube: at `contrast`
/// where it is 1, at 1 - contrast where it is 0. At 0.75 it is the extended finite difference of DWN (Bacellar et al.
/// 2024); at 1 the plain finite difference. The table entry that was addressed takes the whole gradient. contrast lies
/// in (0.5, 1].
struct Multilinear {
  float contrast = 0.75F;

  template <std::size_t N>
  void derivatives(const float* table, float* to) const {
    kernels::chosen::lut_derivatives<N>(table, contrast, to);
  }
  template <std::size_t N>
  void table_gradient(float*) const {}
  void check(const std::string& where) const { detail::check_contrast(contrast, where); }
};

/// As Multilinear, and the table's gradient is spread in the same way: entry b takes Π_l (bit l of b equals the
/// address's ? contrast : 1 - contrast) of it, so that entries which are rarely addressed learn from their neighbours.
struct SpreadMultilinear {
  float contrast = 0.75F;

  template <std::size_t N>
  void derivatives(const float* table, float* to) const {
    kernels::chosen::lut_derivatives<N>(table, contrast, to);
  }
  template <std::size_t N>
  void table_gradient(float* sums) const {
    kernels::chosen::lut_smooth<N>(sums, contrast);
  }
  void check(const std::string& where) const { detail::check_contrast(contrast, where); }
};

}  // namespace lutra
