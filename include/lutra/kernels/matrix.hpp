#pragma once
// Products of float matrices whose rows may lie anywhere, so that rows of a convolution's windows, which overlap, are
// read and added to where they are. Every number is one chain of fused multiply-adds, in order: neither the instruction
// set nor how the work is cut shows in the bits.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/matrix_rows.hpp>
#include <lutra/kernels/mul_add.hpp>
#include <lutra/kernels/sizes.hpp>
#include <lutra/kernels/words.hpp>
#include <utility>

namespace lutra::kernels {

namespace scalar {

/// c[i][s] = Σ_j a[i][j] · b[j][s] over j < b.count, on top of c[i][s] where `add`; for i below c.count and s below
/// `columns`.
inline void product(const Factors& a, const Rows<const float>& b, const Rows<float>& c, std::size_t columns, bool add) {
  for (std::size_t i = 0; i < c.count; ++i)
    for (std::size_t s = 0; s < columns; ++s) {
      float sum = add ? c[i][s] : 0;
      for (std::size_t j = 0; j < b.count; ++j) sum = std::fma(a.first[i * a.row + j * a.column], b[j][s], sum);
      c[i][s] = sum;
    }
}

/// c[o · stride + i] = Σ_s a[i][s] · b[o][s] over s < columns, for i below a.count and o below b.count.
inline void product_of_rows(const Rows<const float>& a, const Rows<const float>& b, std::size_t columns, float* c,
                            std::size_t stride) {
  for (std::size_t i = 0; i < a.count; ++i)
    for (std::size_t o = 0; o < b.count; ++o) {
      float sum = 0;
      for (std::size_t s = 0; s < columns; ++s) sum = std::fma(a[i][s], b[o][s], sum);
      c[o * stride + i] = sum;
    }
}

}  // namespace scalar

namespace detail {

inline constexpr std::size_t tile_rows = 6;     ///< of sums that are in registers at one time
inline constexpr std::size_t tile_terms = 128;  ///< that are added to them; what they are made of stays in the cache

/// The columns of a tile: as many as registers hold sums for.
template <class Arch>
inline constexpr std::size_t tile_columns = has_avx512<Arch> ? 64 : 16;

/// What is added up in a tile: row r of factors has its terms `step` apart, and belongs to the sums at c[r]; the other
/// factors of term j begin at b + j · stride. `add`: on top of what c has.
struct TileTerms {
  std::array<const float*, tile_rows> a{};
  std::array<float*, tile_rows> c{};
  std::size_t rows;
  std::size_t step;
  const float* b;
  std::size_t stride;
  std::size_t terms;
  bool add;

  /// The tile that many columns further.
  void move(std::size_t columns) noexcept {
    b += columns;
    for (std::size_t r = 0; r < rows; ++r) c[r] += columns;
  }
};

/// c[r][s] (+)= Σ_j a[r][j · step] · b[j · stride + s] for s < Columns and r < Count.
template <class Arch, std::size_t Columns, std::size_t Count>
void add_tile(const TileTerms& tile) {
  using V = Batch<float, Arch>;
  constexpr std::size_t vectors = Columns / V::size;
  V sums[Count][vectors];
  const float* a[Count];
  unroll<Count>([&](auto r) __attribute__((always_inline)) {
    a[r] = tile.a[r];
    unroll<vectors>([&](auto v) __attribute__((always_inline)) {
      sums[r][v] = tile.add ? V::load_unaligned(tile.c[r] + v * V::size) : V(0.0F);
    });
  });
  const float* b = tile.b;
  for (std::size_t j = 0, at = 0; j < tile.terms; ++j, at += tile.step, b += tile.stride) {
    V columns[vectors];
    unroll<vectors>([&](auto v) __attribute__((always_inline)) { columns[v] = V::load_unaligned(b + v * V::size); });
    unroll<Count>([&](auto r) __attribute__((always_inline)) {
      const V factor(a[r][at]);
      unroll<vectors>([&](auto v) __attribute__((always_inline)) {
        sums[r][v] = mul_add<Arch>(factor, columns[v], sums[r][v]);
      });
    });
  }
  unroll<Count>([&](auto r) __attribute__((always_inline)) {
    unroll<vectors>([&](auto v)
                        __attribute__((always_inline)) { sums[r][v].store_unaligned(tile.c[r] + v * V::size); });
  });
}

/// The same for the rows that the tile has.
template <class Arch, std::size_t Columns, std::size_t... Rest>
void add_rows_of_tile(const TileTerms& tile, std::index_sequence<Rest...>) {
  static constexpr void (*for_rows[])(const TileTerms&) = {add_tile<Arch, Columns, Rest + 1>...};
  for_rows[tile.rows - 1](tile);
}

/// The same for any number of columns that is a multiple of 16.
template <class Arch>
void add_tiles(TileTerms tile, std::size_t columns) {
  constexpr std::make_index_sequence<tile_rows> any_rows;
  if constexpr (tile_columns<Arch> == 64) {
    for (; columns >= 64; columns -= 64, tile.move(64)) add_rows_of_tile<Arch, 64>(tile, any_rows);
    for (; columns >= 32; columns -= 32, tile.move(32)) add_rows_of_tile<Arch, 32>(tile, any_rows);
  }
  for (; columns >= 16; columns -= 16, tile.move(16)) add_rows_of_tile<Arch, 16>(tile, any_rows);
}

/// One word of samples.
template <class Arch>
[[gnu::always_inline]] inline void copy_word(const float* from, float* to) {
  using V = Batch<float, Arch>;
  unroll<word_bits / V::size>([&](auto v) __attribute__((always_inline)) {
    V::load_unaligned(from + v * V::size).store_aligned(to + v * V::size);
  });
}

}  // namespace detail

/// As scalar::product, to the bit; `columns` is a multiple of 64, and rows of c that meet are whole multiples of 64
/// elements apart.
template <class Arch = DefaultArch>
void product(const Factors& a, const Rows<const float>& b, const Rows<float>& c, std::size_t columns, bool add) {
  using namespace detail;
  constexpr std::size_t width = word_bits;
  alignas(64) float packed[tile_terms * width];
  for (std::size_t s = 0; s < columns; s += width)
    for (std::size_t first = 0; first < b.count; first += tile_terms) {
      const std::size_t terms = std::min(b.count - first, tile_terms);
      for (std::size_t j = 0; j < terms; ++j) copy_word<Arch>(b[first + j] + s, packed + j * width);
      for (std::size_t i = 0; i < c.count; i += tile_rows) {
        TileTerms tile{.rows = std::min(c.count - i, tile_rows),
                       .step = a.column,
                       .b = packed,
                       .stride = width,
                       .terms = terms,
                       .add = add || first > 0};
        for (std::size_t r = 0; r < tile.rows; ++r) {
          tile.a[r] = a.first + (i + r) * a.row + first * a.column;
          tile.c[r] = c[i + r] + s;
        }
        add_tiles<Arch>(tile, width);
      }
    }
}

/// As scalar::product_of_rows, to the bit; `columns` is a multiple of 64. `room` has product_of_rows_room floats.
template <class Arch = DefaultArch>
void product_of_rows(const Rows<const float>& a, const Rows<const float>& b, std::size_t columns, float* room, float* c,
                     std::size_t stride) {
  using namespace detail;
  const std::size_t all = (b.count + 15) / 16 * 16;
  alignas(64) float packed[tile_terms * word_bits];  // b, turned round
  for (std::size_t o = 0; o < b.count; o += word_bits) {
    const std::size_t used = std::min(b.count - o, word_bits), width = std::min(all - o, word_bits);
    std::fill_n(packed, width * tile_terms, 0.0F);
    for (std::size_t s = 0; s < columns; s += tile_terms) {
      const std::size_t terms = std::min(columns - s, tile_terms);
      for (std::size_t j = 0; j < used; ++j)
        for (std::size_t t = 0; t < terms; ++t) packed[t * width + j] = b[o + j][s + t];
      for (std::size_t i = 0; i < a.count; i += tile_rows) {
        TileTerms tile{.rows = std::min(a.count - i, tile_rows),
                       .step = 1,
                       .b = packed,
                       .stride = width,
                       .terms = terms,
                       .add = s > 0};
        for (std::size_t r = 0; r < tile.rows; ++r) {
          tile.a[r] = a[i + r] + s;
          tile.c[r] = room + (i + r) * all + o;
        }
        add_tiles<Arch>(tile, width);
      }
    }
  }
  for (std::size_t o = 0; o < b.count; ++o)
    for (std::size_t i = 0; i < a.count; ++i) c[o * stride + i] = room[i * all + o];
}

}  // namespace lutra::kernels
