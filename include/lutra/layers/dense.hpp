#pragma once
// Dense: the fully connected float layer, for teachers, mixed networks and the float twins of logic networks.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/matrix.hpp>
#include <string>
#include <type_traits>

namespace lutra {

/// y = W x + b. In: Real, any shape of n values; out: Real, Shape{Outputs, 1, 1}. W is Outputs × n and starts uniform
/// in ±1/√n, as b does. Training only.
template <std::size_t Outputs>
struct Dense {
    static_assert(error::layer_is_valid<(Outputs >= 1), Dense>::value, "lutra: Dense<Outputs> has at least one output");

    static std::string name() { return "Dense<" + std::to_string(Outputs) + ">"; }

    template <class In>
    class Bound {
        static_assert(error::layer_accepts_input<std::is_same_v<typename In::Kind, Real>, Dense, In>::value,
                      "lutra: Dense reads Real; put ToReal before it");
        static constexpr std::size_t inputs = In::size;

    public:
        using Output = Signal<Real, Shape{Outputs, 1, 1}>;
        static constexpr bool trainable = true;

        Bound(const Dense&, Binding& binding)
            : weights_(binding.parameter({.name = "weights", .size = Outputs * inputs}))
            , bias_(binding.parameter({.name = "bias", .size = Outputs, .decay = false})) {
            Random random = binding.random();
            const float bound = 1 / std::sqrt(static_cast<float>(inputs));
            for (const Parameter& parameter : {weights_, bias_})
                std::generate_n(parameter.values(), parameter.size(),
                                [&] { return bound * (2 * random.uniform() - 1); });
        }

        void forward(const Pass& pass, Planes<Real> in, Planes<Real> out) {
            for_each_piece(pass, [&](std::size_t first, std::size_t samples) {
                for (std::size_t o = 0; o < Outputs; ++o)
                    std::fill_n(out.row(o) + first, samples, bias_.values()[o]);
                kernels::matrix_product(false, false, Outputs, samples, inputs, weights_.values(), inputs,
                                        in.data + first, in.stride, 1, out.data + first, out.stride);
            });
        }
        void backward(const Pass& pass, Planes<Real> in, Planes<Real>, Gradients d_out, Gradients d_in) {
            const Pieces blocks{Outputs, 32};
            parallel_for(pass.threads, blocks.size(), [&](std::size_t block) {
                const std::size_t first = blocks.begin(block), count = blocks.end(block) - first;
                kernels::matrix_product(false, true, count, inputs, pass.padded(), d_out.row(first), d_out.stride,
                                        in.data, in.stride, 0, weights_.gradients() + first * inputs, inputs);
                for (std::size_t o = first; o < first + count; ++o) {
                    float sum = 0;
                    for (std::size_t s = 0; s < pass.samples; ++s)
                        sum += d_out.row(o)[s];
                    bias_.gradients()[o] = sum;
                }
            });
            if (!d_in)
                return;
            for_each_piece(pass, [&](std::size_t first, std::size_t samples) {
                kernels::matrix_product(true, false, inputs, samples, Outputs, weights_.values(), inputs,
                                        d_out.data + first, d_out.stride, 1, d_in.data + first, d_in.stride);
            });
        }

    private:
        template <class Body>
        static void for_each_piece(const Pass& pass, const Body& body) {
            const Pieces pieces = pass.pieces();
            parallel_for(pass.threads, pieces.size(), [&](std::size_t piece) {
                body(pieces.begin(piece) * kernels::word_bits,
                     (pieces.end(piece) - pieces.begin(piece)) * kernels::word_bits);
            });
        }

        Parameter weights_, bias_;
    };
};

}  // namespace lutra
