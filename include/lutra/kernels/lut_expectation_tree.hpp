#pragma once
// What the two kernels of lut_expectation.hpp are made of: how a node's inputs are grouped, and a sum over all
// addresses as polynomials and trees of interpolations, forwards and backwards.
//
// An address is (tile, row, column): up to three inputs are the bits of the column, up to three those of the row, and
// what is left (fan-in 7 and 8) those of the tile. Code is laid out for one tile and loops over tiles.

#include <algorithm>
#include <cstddef>
#include <lutra/kernels/lut_hard.hpp>
#include <lutra/kernels/mul_add.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

/// Which inputs of a node are the bits of an address's column (the first ones), row and tile. A column has two bits if
/// it can, so that the gradients of a row fill a vector.
template <std::size_t N>
struct ExpectationGroups {
  static constexpr std::size_t row_bits = N < 3 ? 0 : std::min<std::size_t>(3, N - 2);
  static constexpr std::size_t column_bits = std::min<std::size_t>(3, N - row_bits);
  static constexpr std::size_t tile_bits = N - row_bits - column_bits;
  static constexpr std::size_t first_row_bit = column_bits, first_tile_bit = column_bits + row_bits;
  static constexpr std::size_t columns = address_count(column_bits), rows = address_count(row_bits);
  static constexpr std::size_t tiles = address_count(tile_bits), tile = rows * columns;
};

namespace detail {

/// The same pointer, about which the compiler knows nothing. It would move broadcasts of what it points to out of the
/// loop over samples, run out of registers, and read whole vectors from the stack where a float would do.
[[gnu::always_inline]] inline const float* opaque(const float* pointer) noexcept {
  asm("" : "+r"(pointer));
  return pointer;
}

/// c[a] -= c[a without the bit `Stride`], for every bit from that on.
template <std::size_t Stride, std::size_t Size>
[[gnu::always_inline]] inline void subtract_without(float* c) noexcept {
  if constexpr (Stride < Size) {
    for (std::size_t a = Stride; a < Size; a += 2 * Stride)
      for (std::size_t i = 0; i < Stride; ++i) c[a + i] -= c[a + i - Stride];
    subtract_without<2 * Stride, Size>(c);
  }
}

/// A table as coefficients of one polynomial a column, in the inputs of the row: W[row] = Σ c[r] over all r within row.
template <std::size_t N, class V>
struct RowPolynomials {
  using Groups = ExpectationGroups<N>;
  alignas(64) float c[address_count(N)];

  explicit RowPolynomials(const float* table) {
    std::copy_n(table, address_count(N), c);
    for (std::size_t t = 0; t < Groups::tiles; ++t)
      subtract_without<Groups::columns, Groups::tile>(c + t * Groups::tile);
  }
};

/// Σ_r c[r] Π (x_j for each bit j of r), as Horner's scheme that folds input 0 first.
template <std::size_t Bits, class V>
[[gnu::always_inline]] inline V polynomial(const V* c, const V* x) {
  if constexpr (Bits == 0) {
    return *c;
  } else {
    const V high = polynomial<Bits - 1>(c + address_count(Bits - 1), x);
    return mul_add(x[Bits - 1], high, polynomial<Bits - 1>(c, x));
  }
}

/// Its derivative for x_J; c[0] is not read.
template <std::size_t Bits, std::size_t J, class V>
[[gnu::always_inline]] inline V polynomial_slope(const V* c, const V* x) {
  if constexpr (J == Bits - 1) {
    return polynomial<Bits - 1>(c + address_count(Bits - 1), x);
  } else {
    const V high = polynomial_slope<Bits - 1, J>(c + address_count(Bits - 1), x);
    return mul_add(x[Bits - 1], high, polynomial_slope<Bits - 1, J>(c, x));
  }
}

/// Its derivative for each x_j, to dx[j].
template <std::size_t Bits, std::size_t J = 0, class V>
[[gnu::always_inline]] inline void polynomial_backward(const V* c, const V* x, V* dx) {
  if constexpr (J < Bits) {
    dx[J] = polynomial_slope<Bits, J>(c, x);
    polynomial_backward<Bits, J + 1>(c, x, dx);
  }
}

/// Σ_k leaf(k) Π_j (bit j of k ? x_j : 1 - x_j), as a tree of interpolations that folds input 0 first.
template <std::size_t Bits, class V, class Leaf>
[[gnu::always_inline]] inline V interpolate(const V* x, const Leaf& leaf, std::size_t k = 0) {
  if constexpr (Bits == 0) {
    return leaf(k);
  } else {
    const V low = interpolate<Bits - 1>(x, leaf, k);
    const V high = interpolate<Bits - 1>(x, leaf, k + address_count(Bits - 1));
    return mul_add(x[Bits - 1], high - low, low);
  }
}

/// Calls leaf(k, g Π_j (bit j of k ? x_j : 1 - x_j)) for each k in its order: g shared out, the last input first.
template <std::size_t Bits, class V, class Leaf>
[[gnu::always_inline]] inline void share_out(const V* x, const V& g, const Leaf& leaf, std::size_t k = 0) {
  if constexpr (Bits == 0) {
    leaf(k, g);
  } else {
    share_out<Bits - 1>(x, neg_mul_add(g, x[Bits - 1], g), leaf, k);
    share_out<Bits - 1>(x, g * x[Bits - 1], leaf, k + address_count(Bits - 1));
  }
}

/// Both at once: leaf(k, its share of g) gives the value of leaf k. Adds g times the derivative for each x_j to dx[j]
/// and returns the tree's value.
template <std::size_t Bits, class V, class Leaf>
[[gnu::always_inline]] inline V interpolate_backward(const V* x, const V& g, V* dx, const Leaf& leaf,
                                                     std::size_t k = 0) {
  if constexpr (Bits == 0) {
    return leaf(k, g);
  } else {
    const V low = interpolate_backward<Bits - 1>(x, neg_mul_add(g, x[Bits - 1], g), dx, leaf, k);
    const V high = interpolate_backward<Bits - 1>(x, g * x[Bits - 1], dx, leaf, k + address_count(Bits - 1));
    dx[Bits - 1] = mul_add(g, high - low, dx[Bits - 1]);
    return mul_add(x[Bits - 1], high - low, low);
  }
}

/// One column of a tile's coefficients, in every lane.
template <std::size_t N, class V>
struct Column {
  V c[ExpectationGroups<N>::rows];

  [[gnu::always_inline]] explicit Column(const float* from) {
    unroll<ExpectationGroups<N>::rows>([&](auto r) __attribute__((always_inline)) {
      c[r] = V(from[r * ExpectationGroups<N>::columns]);
    });
  }
};

/// The expectation of one tile, given its coefficients.
template <std::size_t N, class V>
[[gnu::always_inline]] inline V tile_value(const float* c, const V* x) {
  using Groups = ExpectationGroups<N>;
  const auto column = [&](std::size_t k) __attribute__((always_inline)) {
    return polynomial<Groups::row_bits>(Column<N, V>(c + k).c, x + Groups::first_row_bit);
  };
  return interpolate<Groups::column_bits, V>(x, column);
}

}  // namespace detail
}  // namespace lutra::kernels
