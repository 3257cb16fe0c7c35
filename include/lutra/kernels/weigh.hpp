#pragma once
// Sums of whole numbers times whole weights, for layers whose numbers or weights have too many bits to be looked up.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

/// Outputs that are summed up together: rows of weights have a multiple of it.
inline constexpr std::size_t weigh_block = 64;

namespace scalar {

/// sums[o] grows by the sum of x[i] * weights[i * outputs + o] over all i, modulo 2^32.
inline void weigh(const std::uint32_t* x, std::size_t inputs, const std::uint32_t* weights, std::size_t outputs,
                  std::uint32_t* sums) noexcept {
  for (std::size_t i = 0; i < inputs; ++i)
    for (std::size_t o = 0; o < outputs; ++o) sums[o] += x[i] * weights[i * outputs + o];
}

}  // namespace scalar

/// As scalar::weigh; `outputs` is a multiple of weigh_block.
template <class Arch = DefaultArch>
void weigh(const std::uint32_t* x, std::size_t inputs, const std::uint32_t* weights, std::size_t outputs,
           std::uint32_t* sums) noexcept {
  using Vector = Batch<std::uint32_t, Arch>;
  constexpr std::size_t vectors = 4;
  for (std::size_t o = 0; o < outputs; o += vectors * Vector::size) {
    Vector total[vectors];
    unroll<vectors>([&](auto v) __attribute__((always_inline)) {
      total[v] = Vector::load_unaligned(sums + o + v * Vector::size);
    });
    for (std::size_t i = 0; i < inputs; ++i) {
      if (x[i] == 0) continue;
      const Vector value(x[i]);
      const std::uint32_t* const row = weights + i * outputs + o;
      unroll<vectors>([&](auto v) __attribute__((always_inline)) {
        total[v] += value * Vector::load_unaligned(row + v * Vector::size);
      });
    }
    unroll<vectors>([&](auto v)
                        __attribute__((always_inline)) { total[v].store_unaligned(sums + o + v * Vector::size); });
  }
}

}  // namespace lutra::kernels
