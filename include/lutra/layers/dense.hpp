#pragma once
// Dense: the fully connected layer. With weights that are floats for teachers, mixed networks and float twins; with
// weights of few bits for networks that freeze to sums of whole numbers.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/matrix.hpp>
#include <lutra/layers/weights.hpp>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

/// y = W x + b, of what x stands for: a Bit is 0 or 1, a code x is x / (2^n - 1), a count is the count times its scale.
/// In: Real, Bit, Byte, Level<n> or Count, any shape of n values; out: Real, Shape{Outputs, 1, 1}. W is Outputs × n and
/// starts uniform in ±1/√n, as b does. Codes get no gradient.
/// With FloatWeights training only. With all others (layers/weights.hpp) W is whole numbers times a scale for each
/// output, x is not Real, and y is the sum of whole numbers, which is exact, times what 1 of it stands for, plus b,
/// rounded once. It freezes to a WeighStage that gives the sums; BatchNorm, Relu and LeakyRelu behind it become part of
/// the thresholds of a Quantize or Binarize. Without such a layer in between, an Argmax freezes behind OneScale
/// weights.
template <std::size_t Outputs, class Weights = FloatWeights>
struct Dense {
  static_assert(error::layer_is_valid<(Outputs >= 1), Dense>::value, "lutra: Dense<Outputs> has at least one output");

  Weights weights{};

  static std::string name() {
    const std::string kind = Weights::name();
    return "Dense<" + std::to_string(Outputs) + (kind.empty() ? "" : ", ") + kind + ">";
  }

  template <class In>
  class Bound {
    using Given = typename In::Kind;
    static constexpr bool whole = Weights::largest > 0;
    static constexpr bool is_number = std::is_same_v<Given, Bit> || is_code<Given> || is_count<Given>;
    static_assert(error::layer_accepts_input < is_number || std::is_same_v<Given, Real> || whole, Dense, In > ::value,
                  "lutra: Dense reads Real, Bit, Byte, Level<n> or Count; a Class is an answer");
    static_assert(error::layer_accepts_input < is_number || !whole, Dense, In > ::value,
                  "lutra: Dense with weights of few bits reads Bit, Byte, Level<n> or Count; put Quantize before it");
    static constexpr bool accepted = is_number || (!whole && std::is_same_v<Given, Real>);
    using Kind = std::conditional_t<accepted, Given, Real>;
    static constexpr bool is_real = std::is_same_v<Kind, Real>;
    static constexpr std::size_t inputs = In::size;

    static constexpr std::uint64_t largest_input() {
      if constexpr (requires { Kind::bits; }) {
        return (std::uint64_t{1} << Kind::bits) - 1;
      } else {
        return 1;
      }
    }
    /// What a sum can add up to, either way.
    static constexpr std::uint64_t largest_sum =
        inputs * largest_input() * static_cast<std::uint64_t>(Weights::largest);
    /// Up to here every whole number is a float, and, of one scale, different ones stay different when they are scaled.
    static constexpr std::uint64_t exact = std::uint64_t{1} << (Weights::one_scale ? 22 : 23);
    static_assert(error::layer_accepts_input<(largest_sum < exact), Dense, In>::value,
                  "lutra: sums of this Dense could be larger than floats count exactly; give it fewer inputs, or "
                  "inputs or weights of fewer bits");

   public:
    using Output = Signal<Real, Shape{Outputs, 1, 1}>;
    static constexpr bool trainable = true;

    Bound(const Dense&, Binding& binding)
        : weights_(binding.parameter(
              {.name = "weights", .size = Outputs * inputs, .lower = -Weights::limit, .upper = Weights::limit})),
          bias_(binding.parameter({.name = "bias", .size = Outputs, .decay = false})),
          unit_(binding.scale()) {
      if constexpr (is_code<Kind>) unit_ = 1.0F / static_cast<float>(largest_input());
      Random random = binding.random();
      const float bound = 1 / std::sqrt(static_cast<float>(inputs));
      for (const Parameter& parameter : {weights_, bias_})
        std::generate_n(parameter.values(), parameter.size(), [&] { return bound * (2 * random.uniform() - 1); });
    }

    void reserve(Arena& arena, const Pass& pass) {
      if (pass.overlap != 0 || !is_real) in_ = arena.claim_planes<Real>(inputs, pass);
      if (pass.overlap != 0 && passes_gradient) d_in_ = arena.claim_planes<Real>(inputs, pass);
      if (!whole) return;
      matrix_ = arena.claim<float>(Outputs * inputs);
      scales_ = arena.claim<float>(Outputs);
    }

    void forward(const Pass& pass, Planes<Kind> in, Planes<Real> out) {
      const Planes<Real> x = numbers(pass, in);
      if constexpr (whole) {
        quantize(matrix_, scales_);
        product(pass, matrix_, x, 0, out);
        for (std::size_t o = 0; o < Outputs; ++o) {
          const Steps steps = steps_of(o, scales_[o]);
          const std::span<float> row(out.row(o), pass.padded());
          if (Weights::one_scale) kernels::chosen::affine(row.data(), 1, steps.whole_bias, row.data(), row.size());
          kernels::chosen::affine(row.data(), steps.factor, steps.bias, row.data(), row.size());
        }
      } else {
        for (std::size_t o = 0; o < Outputs; ++o) std::fill_n(out.row(o), pass.padded(), bias_.values()[o]);
        product(pass, weights_.values(), x, 1, out);
      }
    }

    void backward(const Pass& pass, Planes<Kind> in, Planes<Real>, Gradients d_out, Gradients d_in) {
      const Planes<Real> x = numbers(pass, in);
      float* const d_weights = weights_.gradients(pass);
      kernels::matrix_product(false, true, Outputs, inputs, pass.padded(), d_out.data, d_out.stride, x.data, x.stride,
                              0, d_weights, inputs);
      if (whole && unit_ != 1)
        for (std::size_t i = 0; i < weights_.size(); ++i) d_weights[i] *= unit_;
      for (std::size_t o = 0; o < Outputs; ++o)
        bias_.gradients(pass)[o] = std::accumulate(d_out.row(o), d_out.row(o) + pass.samples, 0.0F);
      if (!d_in || !passes_gradient) return;
      const bool overlap = d_in.places != nullptr;
      const Gradients to = overlap ? fitted(d_in_, pass) : d_in;
      kernels::matrix_product(true, false, inputs, pass.padded(), Outputs, scaled_weights(), inputs, d_out.data,
                              d_out.stride, overlap ? 0 : 1, to.data, to.stride);
      if (!overlap) return;
      for (std::size_t i = 0; i < inputs; ++i)
        for (std::size_t s = 0; s < pass.padded(); ++s) d_in.row(i)[s] += to.row(i)[s];
    }

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const requires(whole) {
      std::vector<float> matrix(Outputs * inputs), scales(Outputs);
      quantize(matrix.data(), scales.data());
      std::vector<Sum> sums;
      std::int64_t common = 0;  // what all sums get, so that none is negative
      for (std::size_t o = 0; o < Outputs; ++o) {
        sums.push_back({std::span(matrix).subspan(o * inputs, inputs), detail::most(in), steps_of(o, scales[o])});
        common = std::max(common, sums[o].below - static_cast<std::int64_t>(sums[o].steps.whole_bias));
      }
      std::vector<std::uint32_t> sources(inputs);
      std::iota(sources.begin(), sources.end(), 0U);
      circuits::WeighStage stage;
      std::int64_t maximum = 0;
      for (Sum& sum : sums) {
        if (!Weights::one_scale) common = sum.below;
        const std::int64_t offset = common + static_cast<std::int64_t>(sum.steps.whole_bias);
        stage.add(sources, sum.weights, static_cast<std::uint32_t>(offset));
        sum.steps.offset = static_cast<float>(common);
        maximum = std::max(maximum, offset + sum.above);
      }
      if (maximum >= std::int64_t{1} << 24)
        throw Error(Dense::name(), "freeze", "sums below 2^24, which floats count exactly", std::to_string(maximum));
      auto out = builder.add(Dense::name(), in, std::move(stage), Output::shape, static_cast<std::uint64_t>(maximum));
      if (Weights::one_scale) {
        out.ordered = true;
        out.scale = sums[0].steps.factor;
        out.lowest = -common;
      }
      out.reals = [sums = std::move(sums)](std::size_t o, std::span<float> numbers) {
        const Steps& steps = sums[o].steps;
        kernels::chosen::affine(numbers.data(), 1, -steps.offset, numbers.data(), numbers.size());
        kernels::chosen::affine(numbers.data(), steps.factor, steps.bias, numbers.data(), numbers.size());
      };
      return out;
    }

   private:
    static constexpr bool passes_gradient = !is_code<Kind>;

    /// From a sum of whole numbers to the real it stands for: (sum + whole bias) · factor + bias.
    struct Steps {
      float whole_bias, factor, bias;
      float offset = 0;  ///< of a frozen sum, whole bias included
    };
    /// One output, frozen: what its sum can be less and more than 0.
    struct Sum {
      std::vector<std::int32_t> weights;
      std::int64_t below = 0, above = 0;
      Steps steps;

      Sum(std::span<const float> row, std::uint64_t most, const Steps& its_steps)
          : weights(row.begin(), row.end()), steps(its_steps) {
        for (const std::int32_t weight : weights)
          (weight < 0 ? below : above) += std::abs(weight) * static_cast<std::int64_t>(most);
      }
    };

    [[nodiscard]] Steps steps_of(std::size_t o, float scale) const {
      const float factor = scale * unit_, bias = bias_.values()[o];
      if (!Weights::one_scale) return {.whole_bias = 0, .factor = factor, .bias = bias};
      constexpr auto most = static_cast<float>(exact);
      const float nearest = factor > 0 ? std::round(bias / factor) : 0.0F;
      return {.whole_bias = std::clamp(nearest, -most, most), .factor = factor, .bias = 0};
    }

    /// The weights as whole numbers, and the scale of each output's.
    void quantize(float* matrix, float* scales) const {
      if constexpr (whole) {
        const std::span<const float> all(weights_.values(), weights_.size());
        if constexpr (Weights::one_scale) {
          std::fill_n(scales, Outputs, Weights::quantize(all, matrix));
        } else {
          for (std::size_t o = 0; o < Outputs; ++o)
            scales[o] = Weights::quantize(all.subspan(o * inputs, inputs), matrix + o * inputs);
        }
      }
    }
    /// The weights as the forward pass multiplies by them.
    [[nodiscard]] const float* scaled_weights() {
      if constexpr (!whole) return weights_.values();
      quantize(matrix_, scales_);
      for (std::size_t i = 0; i < Outputs * inputs; ++i) matrix_[i] *= scales_[i / inputs];
      return matrix_;
    }

    static void product(const Pass& pass, const float* matrix, Planes<Real> x, float beta, Planes<Real> out) {
      kernels::matrix_product(false, false, Outputs, pass.padded(), inputs, matrix, inputs, x.data, x.stride, beta,
                              out.data, out.stride);
    }

    /// The input as a matrix of floats: the whole numbers as they are, or what they stand for where weights are floats.
    /// Rows that overlap are copied one behind another.
    [[nodiscard]] Planes<Real> numbers(const Pass& pass, Planes<Kind> in) const {
      const float unit = whole ? 1 : unit_;
      if constexpr (is_float_plane<Kind>)
        if (in.places == nullptr && unit == 1) return {in.data, in.rows, in.stride};
      const auto matrix = fitted(in_, pass);
      for (std::size_t i = 0; i < inputs; ++i) {
        if constexpr (std::is_same_v<Kind, Bit>) {
          kernels::chosen::expand_bits(in.row(i), unit, matrix.row(i), pass.words());
        } else {
          const auto* const from = in.row(i);
          for (std::size_t s = 0; s < pass.padded(); ++s) matrix.row(i)[s] = static_cast<float>(from[s]) * unit;
        }
      }
      return matrix;
    }

    Parameter weights_, bias_;
    float unit_;
    Planes<Real> in_, d_in_;   // the input as a matrix; the gradient of windows, whose rows overlap
    float* matrix_ = nullptr;  // of weights that are whole numbers
    float* scales_ = nullptr;
  };
};

}  // namespace lutra
