#pragma once
// LUT nodes fed with probabilities: the expectation of a random circuit, forwards and backwards. Lanes are samples; the
// table is broadcast.
//
// All products that are added to something are fused multiply-adds, whatever the instruction set (mul_add.hpp): half
// the instructions, and the same bits everywhere.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_expectation_backward.hpp>
#include <lutra/kernels/lut_expectation_tree.hpp>

namespace lutra::kernels {

namespace scalar {

template <std::size_t N>
using Table = std::array<float, address_count(N)>;

/// W[a] as the coefficients of polynomials in the inputs that are bits of the row.
template <std::size_t N>
Table<N> row_polynomials(const float* table) {
  Table<N> c;
  std::copy_n(table, c.size(), c.begin());
  for (std::size_t j = ExpectationGroups<N>::first_row_bit; j < ExpectationGroups<N>::first_tile_bit; ++j)
    for (std::size_t a = 0; a < c.size(); ++a)
      if ((a >> j & 1) != 0) c[a] -= c[a - address_count(j)];
  return c;
}

/// Polynomials in x_j become numbers, at the addresses where bit j is 0.
template <std::size_t N>
void fold_polynomial(Table<N>& c, std::size_t j, float x) {
  for (std::size_t a = 0; a < c.size(); ++a)
    if ((a >> j & 1) == 0) c[a] = std::fma(x, c[a + address_count(j)], c[a]);
}

/// Pairs that differ in bit j are interpolated, to where bit j is 0.
template <std::size_t N>
void fold_pairs(Table<N>& v, std::size_t j, float x) {
  for (std::size_t a = 0; a < v.size(); ++a)
    if ((a >> j & 1) == 0) v[a] = std::fma(x, v[a + address_count(j)] - v[a], v[a]);
}

/// What is at the addresses where bit j is 0 is shared out between them and those where it is 1.
template <std::size_t N>
void share_out(Table<N>& g, std::size_t j, float x) {
  for (std::size_t a = 0; a < g.size(); ++a)
    if ((a >> j & 1) == 0) {
      g[a + address_count(j)] = g[a] * x;
      g[a] = std::fma(-g[a], x, g[a]);
    }
}

/// y = Σ_a W[a] Π_j (bit j of a ? x_j : 1 - x_j), for one sample: polynomials in the inputs of the row, then the tree
/// of interpolations that folds input 0 first.
template <std::size_t N>
float lut_expectation(const float* table, const float* x) {
  using Groups = ExpectationGroups<N>;
  Table<N> v = row_polynomials<N>(table);
  for (std::size_t j = Groups::first_row_bit; j < Groups::first_tile_bit; ++j) fold_polynomial<N>(v, j, x[j]);
  for (std::size_t j = 0; j < Groups::first_row_bit; ++j) fold_pairs<N>(v, j, x[j]);
  for (std::size_t j = Groups::first_tile_bit; j < N; ++j) fold_pairs<N>(v, j, x[j]);
  return v[0];
}

/// Adds dy·∂y/∂W[a] to dw[a] and writes dy·∂y/∂x_j to dx[j], for one sample: the tree walked backwards, and
/// ∂y/∂W[a] as the product of what dy's share is to the column and 1's share to the row.
template <std::size_t N>
void lut_expectation_backward(const float* table, const float* x, float dy, float* dw, float* dx) {
  using Groups = ExpectationGroups<N>;
  constexpr std::size_t row_mask = address_count(Groups::first_tile_bit) - address_count(Groups::first_row_bit);
  const auto in_row = [](std::size_t j) { return j >= Groups::first_row_bit && j < Groups::first_tile_bit; };
  const Table<N> c = row_polynomials<N>(table);
  Table<N> v = c, g{dy}, row_share{1}, slopes{};
  std::array<Table<N>, N> before;  // what the fold of input j finds
  for (std::size_t j = 0; j < N; ++j)
    if (in_row(j)) fold_polynomial<N>(v, j, x[j]);
  for (std::size_t j = 0; j < N; ++j)
    if (!in_row(j)) {
      before[j] = v;
      fold_pairs<N>(v, j, x[j]);
    }

  for (std::size_t j = N; j-- > 0;) {
    if (in_row(j)) {
      share_out<N>(row_share, j, x[j]);
      continue;
    }
    dx[j] = 0;
    for (std::size_t a = 0; a < v.size(); a += address_count(j + 1))
      if ((a & row_mask) == 0) dx[j] = std::fma(g[a], before[j][a + address_count(j)] - before[j][a], dx[j]);
    share_out<N>(g, j, x[j]);
  }
  for (std::size_t a = 0; a < v.size(); ++a) {
    const std::size_t row = a & row_mask;
    dw[a] = std::fma(row_share[row], g[a - row], dw[a]);
    slopes[row] = std::fma(g[a - row], c[a], slopes[row]);
  }
  for (std::size_t j = Groups::first_row_bit; j < Groups::first_tile_bit; ++j) {
    Table<N> slope = slopes;
    for (std::size_t i = Groups::first_row_bit; i < Groups::first_tile_bit; ++i)
      if (i != j) fold_polynomial<N>(slope, i, x[i]);
    dx[j] = slope[address_count(j)];
  }
}

}  // namespace scalar

/// y[s] = Σ_a W[a] Π_j (bit j of a ? x_j[s] : 1 - x_j[s]); `samples` is a multiple of 16.
template <std::size_t N, class Arch = DefaultArch>
void lut_expectation(const float* table, const float* const* x, float* y, std::size_t samples) {
  using V = Batch<float, Arch>;
  using Groups = ExpectationGroups<N>;
  const detail::RowPolynomials<N, V> polynomials(table);
  const float* rows[N];
  std::copy_n(x, N, rows);
  for (std::size_t s = 0; s < samples; s += V::size) {
    const float* const c = detail::opaque(polynomials.c);
    V inputs[N], values[Groups::tiles];
    for (std::size_t j = 0; j < N; ++j) inputs[j] = V::load_unaligned(rows[j] + s);
    for (std::size_t t = 0; t < Groups::tiles; ++t) values[t] = detail::tile_value<N>(c + t * Groups::tile, inputs);
    const auto value = [&](std::size_t t) __attribute__((always_inline)) { return values[t]; };
    detail::interpolate<Groups::tile_bits>(inputs + Groups::first_tile_bit, value).store_unaligned(y + s);
  }
}

}  // namespace lutra::kernels
