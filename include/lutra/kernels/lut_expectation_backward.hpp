#pragma once
// The backward half of lut_expectation.hpp, which holds its scalar reference. In blocks of samples it first finds the
// gradient of every row and of every column, and then adds up their products in registers: a small product of matrices,
// so that a sum goes through memory once a block and not once a sample.

#include <algorithm>
#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_expectation_tree.hpp>
#include <lutra/kernels/quads.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

/// In how many partial sums the gradient of a table entry is added up, by s mod expectation_sums<N>: 4, or as many more
/// as keep the adders busy where a table has few entries.
template <std::size_t N>
inline constexpr std::size_t expectation_sums = std::clamp<std::size_t>(128 >> N, 4, 16);

namespace detail {

/// What one block of samples leaves for the sums, and the sums.
///   rows[r][s]: the share of row r in 1
///   columns[t][s / 4][k][s % 4]: the share of column k of tile t in dy
///   sums[chain][t][r][k][4]: of the samples with s / 4 mod chains == chain
/// With fewer columns than quads in a vector there are columns of zeros.
template <std::size_t N, class V>
struct ExpectationBlock {
  using Groups = ExpectationGroups<N>;
  static constexpr std::size_t samples = 128;
  static constexpr std::size_t chains = expectation_sums<N> / quad;
  static constexpr std::size_t columns_stored = std::max(Groups::columns, quads_of<V>);
  static constexpr std::size_t row_size = columns_stored * quad, tile_size = Groups::rows * row_size;
  // A whole number of sum_quads.
  static constexpr std::size_t chain_size = std::max(Groups::tiles * tile_size, quad* V::size);

  alignas(64) float rows[Groups::rows * samples];
  alignas(64) float columns[Groups::tiles * columns_stored * samples];
  alignas(64) float sums[chains * chain_size] = {};

  [[nodiscard]] float* columns_at(std::size_t tile, std::size_t s) noexcept {
    return columns + (tile * samples + s) * columns_stored;
  }
};

/// Takes the shares of columns as they come and writes them as ExpectationBlock keeps them.
template <std::size_t N, class V>
class ColumnWriter {
 public:
  [[gnu::always_inline]] explicit ColumnWriter(float* to) : to_(to) {}

  [[gnu::always_inline]] void operator()(std::size_t k, const V& share) const {
    group_[k % quads_of<V>] = share;
    if (k % quads_of<V> == quads_of<V> - 1) store_transposed(group_, to_ + (k + 1 - quads_of<V>)*quad, Block::row_size);
    if constexpr (Block::columns_stored > Block::Groups::columns)
      if (k == Block::Groups::columns - 1) {
        for (std::size_t i = k + 1; i < quads_of<V>; ++i) group_[i] = V(0.0F);
        store_transposed(group_, to_, Block::row_size);
      }
  }

 private:
  using Block = ExpectationBlock<N, V>;
  mutable V group_[quads_of<V>];
  float* to_;
};

/// The gradients of one vector of samples, at `at` of the rows and at `s` of the block: the shares go to the block, and
/// unless dx is null, dy·∂y/∂x_j is added to dx[j].
template <std::size_t N, bool WithInputs, class V>
[[gnu::always_inline]] inline void sample_gradients(const float* c, const float* const* x, const float* dy,
                                                    float* const* dx, std::size_t at, ExpectationBlock<N, V>& block,
                                                    std::size_t s) {
  using Groups = ExpectationGroups<N>;
  const V d = V::load_unaligned(dy + at);
  V in[N], g[Groups::tiles];
  unroll<N>([&](auto j) __attribute__((always_inline)) { in[j] = V::load_unaligned(x[j] + at); });
  const V* const row_in = in + Groups::first_row_bit;
  const V* const tile_in = in + Groups::first_tile_bit;
  const auto keep_row = [&](std::size_t r, const V& share) __attribute__((always_inline)) {
    share.store_aligned(block.rows + r * block.samples + s);
  };
  share_out<Groups::row_bits>(row_in, V(1.0F), keep_row);
  share_out<Groups::tile_bits>(
      tile_in, d, [&](std::size_t t, const V& share) __attribute__((always_inline)) { g[t] = share; });
  if constexpr (!WithInputs) {
    for (std::size_t t = 0; t < Groups::tiles; ++t)
      share_out<Groups::column_bits>(in, g[t], ColumnWriter<N, V>(block.columns_at(t, s)));
  } else {
    V steps[N], slopes[Groups::rows], values[Groups::tiles];
    for (V& step : steps) step = V(0.0F);
    for (V& slope : slopes) slope = V(0.0F);
    for (std::size_t t = 0; t < Groups::tiles; ++t, c += Groups::tile) {
      const ColumnWriter<N, V> keep_column(block.columns_at(t, s));
      const auto leaf = [&](std::size_t k, const V& share) __attribute__((always_inline)) {
        keep_column(k, share);
        const Column<N, V> column(c + k);
        unroll<Groups::rows>([&](auto r) __attribute__((always_inline)) {
          if constexpr (r > 0) slopes[r] = mul_add(share, column.c[r], slopes[r]);
        });
        return polynomial<Groups::row_bits>(column.c, row_in);
      };
      values[t] = interpolate_backward<Groups::column_bits>(in, g[t], steps, leaf);
    }
    polynomial_backward<Groups::row_bits>(slopes, row_in, steps + Groups::first_row_bit);
    interpolate_backward<Groups::tile_bits>(
        tile_in, d, steps + Groups::first_tile_bit, [&](std::size_t t, const V&) __attribute__((always_inline)) {
          return values[t];
        });
    unroll<N>([&](auto j) __attribute__((always_inline)) {
      (V::load_unaligned(dx[j] + at) + steps[j]).store_unaligned(dx[j] + at);
    });
  }
}

/// Adds up the products of `Rows` rows and `Vectors` vectors of columns over a block, in registers.
template <std::size_t Rows, std::size_t Vectors, class V, class Block>
[[gnu::always_inline]] inline void add_products(const float* rows, const float* columns, std::size_t samples,
                                                float* sums) {
  V total[Block::chains][Rows][Vectors];
  const auto for_each_total = [&](const auto& body) __attribute__((always_inline)) {
    unroll<Block::chains>([&](auto chain) __attribute__((always_inline)) {
      unroll<Rows>([&](auto r) __attribute__((always_inline)) {
        unroll<Vectors>([&](auto i) __attribute__((always_inline)) {
          body(total[chain][r][i], sums + chain * Block::chain_size + r * Block::row_size + i * V::size);
        });
      });
    });
  };
  for_each_total([](V & sum, const float* from) __attribute__((always_inline)) { sum = V::load_aligned(from); });
  for (std::size_t s = 0; s < samples; s += quad * Block::chains) {
    unroll<Block::chains>([&](auto chain) __attribute__((always_inline)) {
      V column[Vectors];
      unroll<Vectors>([&](auto i) __attribute__((always_inline)) {
        column[i] = V::load_aligned(columns + (s + chain * quad) * Block::columns_stored + i * V::size);
      });
      unroll<Rows>([&](auto r) __attribute__((always_inline)) {
        const V row = repeat_quad<V>(rows + r * Block::samples + s + chain * quad);
        unroll<Vectors>([&](auto i) __attribute__((always_inline)) {
          total[chain][r][i] = mul_add(row, column[i], total[chain][r][i]);
        });
      });
    });
  }
  for_each_total([](const V& sum, float* to) __attribute__((always_inline)) { sum.store_aligned(to); });
}

/// Adds the products of a block to its sums, as many at a time as there are registers for.
template <std::size_t N, class V>
void add_block(ExpectationBlock<N, V>& block, std::size_t samples) {
  using Block = ExpectationBlock<N, V>;
  constexpr std::size_t registers = quads_of<V> == 4 ? 16 : 8;
  constexpr std::size_t row_vectors = Block::row_size / V::size, vectors = std::min<std::size_t>(row_vectors, 2);
  constexpr std::size_t rows = std::min(Block::Groups::rows, registers / (vectors * Block::chains));
  for (std::size_t t = 0; t < Block::Groups::tiles; ++t)
    for (std::size_t r = 0; r < Block::Groups::rows; r += rows)
      for (std::size_t i = 0; i < row_vectors; i += vectors)
        add_products<rows, vectors, V, Block>(block.rows + r * Block::samples, block.columns_at(t, 0) + i * V::size,
                                              samples,
                                              block.sums + t * Block::tile_size + r * Block::row_size + i * V::size);
}

/// The partial sums of each table entry, added pairwise.
template <std::size_t N, class V>
void add_partial_sums(ExpectationBlock<N, V>& block, float* sums) {
  using Block = ExpectationBlock<N, V>;
  for (std::size_t half = Block::chains / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half * Block::chain_size; ++i)
      block.sums[i] += block.sums[half * Block::chain_size + i];
  for (std::size_t i = 0; i < Block::chain_size; i += quad * V::size)
    sum_quads<V>(block.sums + i).store_aligned(block.sums + i / quad);
  std::copy_n(block.sums, address_count(N), sums);
}

template <std::size_t N, bool WithInputs, class V>
void expectation_backward(const float* c, const float* const* x, const float* dy, std::size_t samples, float* sums,
                          float* const* dx) {
  ExpectationBlock<N, V> block;
  const float* inputs[N];
  std::copy_n(x, N, inputs);
  for (std::size_t first = 0; first < samples; first += block.samples) {
    const std::size_t count = std::min(block.samples, samples - first);
    for (std::size_t s = 0; s < count; s += V::size)
      sample_gradients<N, WithInputs>(opaque(c), inputs, dy, dx, first + s, block, s);
    add_block(block, count);
  }
  add_partial_sums(block, sums);
}

}  // namespace detail

/// sums[a] = Σ_s dy[s]·∂y/∂W[a], kept in L = expectation_sums<N> partial sums by s mod L that are added pairwise (0 +
/// L/2, 1 + L/2 + 1, …, then 0 + L/4, …); dx[j][s] += dy[s]·∂y/∂x_j, in the order of j, unless dx is null: two of its
/// rows may be the same. `samples` is a multiple of 16.
template <std::size_t N, class Arch = DefaultArch>
void lut_expectation_backward(const float* table, const float* const* x, const float* dy, std::size_t samples,
                              float* sums, float* const* dx) {
  using V = Batch<float, Arch>;
  if (dx == nullptr) {
    detail::expectation_backward<N, false, V>(nullptr, x, dy, samples, sums, nullptr);
  } else {
    const detail::RowPolynomials<N, V> polynomials(table);
    detail::expectation_backward<N, true, V>(polynomials.c, x, dy, samples, sums, dx);
  }
}

}  // namespace lutra::kernels
