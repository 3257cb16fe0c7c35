#pragma once
// From a LUT's table W to the tables of derivatives that its backward pass looks up: the multilinear extension of W,
// differentiated not at the corners of the cube but with every other input at some contrast inside it.

#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_hard.hpp>

namespace lutra::kernels {

namespace scalar {

/// derivatives[j * 2^N + a] = Σ_b sign_j(b) W[b] Π_{l≠j} (bit l of b equals bit l of a ? contrast : 1 - contrast),
/// sign_j(b) = +1 where bit j of b is set, else -1. At contrast 1 this is the finite difference at a; at 0.75 it equals
/// the extended finite difference of DWN (alpha 0.5·0.75^(N-1), beta 1/3 a bit of Hamming distance).
template <std::size_t N>
void lut_derivatives(const float* table, float contrast, float* derivatives) {
    for (std::size_t j = 0; j < N; ++j)
        for (std::size_t a = 0; a < address_count(N); ++a) {
            double sum = 0;
            for (std::size_t b = 0; b < address_count(N); ++b) {
                double term = table[b];
                for (std::size_t l = 0; l < N; ++l)
                    if (l != j)
                        term *= ((a ^ b) >> l & 1) != 0 ? 1.0 - double{contrast} : double{contrast};
                sum += (b >> j & 1) != 0 ? term : -term;
            }
            derivatives[j * address_count(N) + a] = static_cast<float>(sum);
        }
}

}  // namespace scalar

/// As scalar::lut_derivatives, to rounding, for contrast in (0.5, 1]. The sum is separable: one pass over the table for
/// each input smooths it; then a difference along input j, divided by its contrast 2c-1, is that input's derivative.
template <std::size_t N>
void lut_derivatives(const float* table, float contrast, float* derivatives) {
    constexpr std::size_t size = address_count(N);
    alignas(64) float smooth[size];
    for (std::size_t a = 0; a < size; ++a)
        smooth[a] = table[a];
    const float other = 1 - contrast;
    for (std::size_t bit = 1; bit < size; bit *= 2)
        for (std::size_t block = 0; block < size; block += 2 * bit)
            for (std::size_t a = block; a < block + bit; ++a) {
                const float low = smooth[a], high = smooth[a + bit];
                smooth[a] = contrast * low + other * high;
                smooth[a + bit] = contrast * high + other * low;
            }
    const float scale = 1 / (2 * contrast - 1);
    for (std::size_t j = 0; j < N; ++j) {
        const std::size_t bit = std::size_t{1} << j;
        float* const to = derivatives + j * size;
        for (std::size_t block = 0; block < size; block += 2 * bit)
            for (std::size_t a = block; a < block + bit; ++a)
                to[a] = to[a + bit] = (smooth[a + bit] - smooth[a]) * scale;
    }
}

}  // namespace lutra::kernels
