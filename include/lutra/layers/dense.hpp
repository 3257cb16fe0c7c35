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
#include <lutra/kernels/matrix_rows.hpp>
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
      if (!is_float_plane<Kind>) in_ = arena.claim_planes<Real>(inputs, pass);
      if (!few_outputs) room_ = arena.claim<float>(kernels::product_of_rows_room(inputs, Outputs));
      if (passes_gradient) of_inputs_ = arena.claim<float>(Outputs * inputs);
      if (is_real) return;
      matrix_ = arena.claim<float>(Outputs * inputs);
      scales_ = arena.claim<float>(Outputs);
    }

    void forward(const Pass& pass, Planes<Kind> in, Planes<Real> out) {
      const Planes<Real> x = numbers(pass, in);
      const float* const matrix = factors();
      for_each_part(pass, Outputs, false, [&](const Part& part) {
        for (std::size_t o = part.begin; !whole && o < part.end; ++o)
          std::fill_n(out.row(o) + part.sample, part.samples, bias_.values()[o]);
        kernels::chosen::product({matrix + part.begin * inputs, inputs, 1}, rows_of(x, 0, inputs, part.sample),
                                 rows_of(out, part.begin, part.end, part.sample), part.samples, !whole);
        for (std::size_t o = part.begin; whole && o < part.end; ++o) {
          const Steps steps = steps_of(o, scales_[o]);
          float* const row = out.row(o) + part.sample;
          if (Weights::one_scale) kernels::chosen::affine(row, 1, steps.whole_bias, row, part.samples);
          kernels::chosen::affine(row, steps.factor, steps.bias, row, part.samples);
        }
      });
    }

    void backward(const Pass& pass, Planes<Kind> in, Planes<Real>, Gradients d_out, Gradients d_in) {
      learn(pass, numbers(pass, in), d_out);
      if (!d_in || !passes_gradient) return;
      const float* const matrix = weights_of_inputs();
      for_each_part(pass, inputs, d_in.places != nullptr, [&](const Part& part) {
        kernels::chosen::product({matrix + part.begin * Outputs, Outputs, 1}, rows_of(d_out, 0, Outputs, part.sample),
                                 rows_of(d_in, part.begin, part.end, part.sample), part.samples, true);
      });
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
    /// So few that their weights' gradients are sums of products of two rows, rather than a matrix product.
    static constexpr bool few_outputs = Outputs < 4;

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
    /// What the forward pass multiplies the input's numbers by: weights that are whole numbers, or weights times what 1
    /// of the input stands for.
    [[nodiscard]] const float* factors() {
      if constexpr (whole) {
        quantize(matrix_, scales_);
      } else if constexpr (is_real) {
        return weights_.values();
      } else {
        for (std::size_t i = 0; i < weights_.size(); ++i) matrix_[i] = weights_.values()[i] * unit_;
      }
      return matrix_;
    }
    /// The weights as the forward pass multiplies what the input stands for by them, an input's one after another.
    [[nodiscard]] const float* weights_of_inputs() {
      const float* used = weights_.values();
      if constexpr (whole) {
        quantize(matrix_, scales_);
        used = matrix_;
      }
      for (std::size_t o = 0; o < Outputs; ++o) {
        const float scale = whole ? scales_[o] : 1;
        for (std::size_t i = 0; i < inputs; ++i) of_inputs_[i * Outputs + o] = used[o * inputs + i] * scale;
      }
      return of_inputs_;
    }

    /// Writes the parameters' gradients.
    void learn(const Pass& pass, Planes<Real> x, Gradients d_out) {
      float* const d_weights = weights_.gradients(pass);
      float* const d_bias = bias_.gradients(pass);
      for (std::size_t o = 0; o < Outputs; ++o) d_bias[o] = kernels::chosen::sum(d_out.row(o), pass.padded());
      const Pieces parts = pieces_of(inputs, 1, pass.threads);
      parallel_for(pass.threads, parts.size(), [&](std::size_t piece) {
        const std::size_t begin = parts.begin(piece), end = parts.end(piece);
        if constexpr (few_outputs) {
          for (std::size_t o = 0; o < Outputs; ++o)
            for (std::size_t i = begin; i < end; ++i)
              d_weights[o * inputs + i] = kernels::chosen::dot_product(x.row(i), d_out.row(o), pass.padded());
        } else {
          kernels::chosen::product_of_rows(rows_of(x, begin, end, 0), rows_of(d_out, 0, Outputs, 0), pass.padded(),
                                           room_ + kernels::product_of_rows_room(begin, Outputs), d_weights + begin,
                                           inputs);
        }
        for (std::size_t o = 0; unit_ != 1 && o < Outputs; ++o)
          for (std::size_t i = begin; i < end; ++i) d_weights[o * inputs + i] *= unit_;
      });
    }

    /// Rows begin..end-1 of what is computed, for some of the samples.
    struct Part {
      std::size_t begin, end, sample, samples;
    };

    /// Things in pieces of a multiple of `together`, one for each thread.
    [[nodiscard]] static Pieces pieces_of(std::size_t count, std::size_t together, int threads) noexcept {
      const std::size_t whole_ones = (count + together - 1) / together, shares = static_cast<std::size_t>(threads);
      return {count, (whole_ones + shares - 1) / shares * together};
    }

    /// Calls body(part) for parts of `rows` rows, which threads compute side by side: fewer samples each, or where
    /// there are too few of them, fewer rows. Of rows that overlap, those of a channel stay together. What is computed
    /// does not depend on it.
    template <class Body>
    static void for_each_part(const Pass& pass, std::size_t rows, bool overlap, const Body& body) {
      const bool by_samples = !overlap && pass.words() >= static_cast<std::size_t>(pass.threads);
      const Pieces parts = by_samples ? pieces_of(pass.words(), 1, pass.threads)
                                      : pieces_of(rows, overlap ? pass.overlap : 1, pass.threads);
      parallel_for(pass.threads, parts.size(), [&](std::size_t i) {
        const std::size_t begin = parts.begin(i), end = parts.end(i);
        if (by_samples)
          body(Part{0, rows, begin * kernels::word_bits, (end - begin) * kernels::word_bits});
        else
          body(Part{begin, end, 0, pass.padded()});
      });
    }

    /// Rows begin..end-1 of `planes`, from `sample` on, as kernels take them.
    [[nodiscard]] static kernels::Rows<float> rows_of(Planes<Real> planes, std::size_t begin, std::size_t end,
                                                      std::size_t sample) noexcept {
      const Planes<Real> part = planes.slice(begin, end - begin);
      return {part.data + sample, part.rows, part.stride, part.places};
    }

    /// The input as a matrix of floats, which are what the input's elements are and not what they stand for.
    [[nodiscard]] Planes<Real> numbers(const Pass& pass, Planes<Kind> in) const {
      if constexpr (is_float_plane<Kind>) {
        return {in.data, in.rows, in.stride, in.places};
      } else {
        const auto matrix = fitted(in_, pass);
        for (std::size_t i = 0; i < inputs; ++i) {
          if constexpr (std::is_same_v<Kind, Bit>)
            kernels::chosen::expand_bits(in.row(i), 1, matrix.row(i), pass.words());
          else
            std::copy_n(in.row(i), pass.padded(), matrix.row(i));
        }
        return matrix;
      }
    }

    Parameter weights_, bias_;
    float unit_;
    Planes<Real> in_;          // the input as floats, where it is not
    float* room_ = nullptr;    // for the weights' gradients
    float* matrix_ = nullptr;  // of weights that are not taken as they are
    float* scales_ = nullptr;
    float* of_inputs_ = nullptr;
  };
};

}  // namespace lutra
