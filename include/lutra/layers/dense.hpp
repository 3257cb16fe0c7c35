#pragma once
// Dense: the fully connected float layer, for teachers, mixed networks and the float twins of logic networks.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/matrix.hpp>
#include <numeric>
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
        : weights_(binding.parameter({.name = "weights", .size = Outputs * inputs})),
          bias_(binding.parameter({.name = "bias", .size = Outputs, .decay = false})) {
      Random random = binding.random();
      const float bound = 1 / std::sqrt(static_cast<float>(inputs));
      for (const Parameter& parameter : {weights_, bias_})
        std::generate_n(parameter.values(), parameter.size(), [&] { return bound * (2 * random.uniform() - 1); });
    }

    void reserve(Arena& arena, const Pass& pass) {
      if (pass.overlap == 0) return;
      in_ = arena.claim_planes<Real>(inputs, pass);
      d_in_ = arena.claim_planes<Real>(inputs, pass);
    }
    void forward(const Pass& pass, Planes<Real> in, Planes<Real> out) {
      if (in.places != nullptr) in = copied(pass, in);
      for (std::size_t o = 0; o < Outputs; ++o) std::fill_n(out.row(o), pass.padded(), bias_.values()[o]);
      kernels::matrix_product(false, false, Outputs, pass.padded(), inputs, weights_.values(), inputs, in.data,
                              in.stride, 1, out.data, out.stride);
    }
    void backward(const Pass& pass, Planes<Real> in, Planes<Real>, Gradients d_out, Gradients d_in) {
      if (in.places != nullptr) in = copied(pass, in);
      kernels::matrix_product(false, true, Outputs, inputs, pass.padded(), d_out.data, d_out.stride, in.data, in.stride,
                              0, weights_.gradients(pass), inputs);
      for (std::size_t o = 0; o < Outputs; ++o)
        bias_.gradients(pass)[o] = std::accumulate(d_out.row(o), d_out.row(o) + pass.samples, 0.0F);
      if (!d_in) return;
      const bool overlap = d_in.places != nullptr;
      const Gradients to = overlap ? fitted(d_in_, pass) : d_in;
      kernels::matrix_product(true, false, inputs, pass.padded(), Outputs, weights_.values(), inputs, d_out.data,
                              d_out.stride, overlap ? 0 : 1, to.data, to.stride);
      if (!overlap) return;
      for (std::size_t i = 0; i < inputs; ++i)
        for (std::size_t s = 0; s < pass.padded(); ++s) d_in.row(i)[s] += to.row(i)[s];
    }

   private:
    /// Overlapping rows, one behind another: a matrix.
    [[nodiscard]] Planes<Real> copied(const Pass& pass, Planes<Real> rows) const {
      const auto matrix = fitted(in_, pass);
      for (std::size_t i = 0; i < inputs; ++i) std::copy_n(rows.row(i), pass.padded(), matrix.row(i));
      return matrix;
    }

    Parameter weights_, bias_;
    Planes<Real> in_, d_in_;  // of windows, whose rows overlap
  };
};

}  // namespace lutra
