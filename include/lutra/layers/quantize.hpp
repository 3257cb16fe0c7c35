#pragma once
// Quantize: real numbers rounded to codes of few bits, which the next layer of whole numbers reads.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/levels.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// A step that stays what it is.
struct FixedStep {
  static std::string suffix() { return ""; }
};
/// A step that is learned.
struct LearnedStep {
  static std::string suffix() { return ", LearnedStep"; }
};

namespace detail {

/// What the input is multiplied by before it is rounded: 1, or, where the step is learned, a number that learns.
template <class Step>
class Gain {
 public:
  explicit Gain(Binding&) {}
  [[nodiscard]] static float value() noexcept { return 1; }
};
template <>
class Gain<LearnedStep> {
 public:
  /// Between 1/64 and 64: none would be left at 0, and below it the codes would fall where they rise.
  explicit Gain(Binding& binding)
      : gain_(binding.parameter({.name = "gain", .size = 1, .lower = 1 / 64.0F, .upper = 64, .decay = false})) {
    *gain_.values() = 1;
  }
  [[nodiscard]] float value() const noexcept { return *gain_.values(); }
  [[nodiscard]] float& gradient(const Pass& pass) const noexcept { return *gain_.gradients(pass); }

 private:
  Parameter gain_;
};

}  // namespace detail

/// y = gain · x cut to [0, most] and rounded to the nearest of 2^Bits - 1 equal steps, halves up; gain is 1. In: Real,
/// or Count, which is what it stands for, any shape; out: Count<2^Bits - 1> of the same shape, the number of steps,
/// whose scale is a step. Gradient: straight through where 0 <= gain · x <= most, else 0. From Count, and from Real
/// behind a Dense with weights of few bits, perhaps with BatchNorm, Relu or LeakyRelu in between, it freezes to one
/// LevelStage.
///
/// With LearnedStep the gain learns, and so does the step in the input's own units, step / gain, which begins as
/// step: dgain = Σ dy · x over the same inputs. Where what comes behind does not change if all codes are worth twice as
/// much (BatchNorm, weights with a scale), that is the gradient of a learned step (LSQ, Esser et al. 2020) up to a
/// positive factor; the codes themselves go on being worth `step`.
template <std::uint32_t Bits, class Step = FixedStep>
struct Quantize {
  static_assert(error::layer_is_valid<(Bits >= 1 && Bits <= 8), Quantize>::value,
                "lutra: Quantize<Bits> gives codes of 1 to 8 bits");

  float most = 2;

  static std::string name() { return "Quantize<" + std::to_string(Bits) + Step::suffix() + ">"; }

  template <class In>
  class Bound {
    using Given = typename In::Kind;
    static constexpr bool accepted = std::is_same_v<Given, Real> || is_count<Given>;
    static_assert(error::layer_accepts_input<accepted, Quantize, In>::value,
                  "lutra: Quantize reads Real or Count; put Dense or ToReal before it");
    using Kind = std::conditional_t<accepted, Given, Real>;
    static constexpr std::uint32_t codes = (1U << Bits) - 1;
    static constexpr bool learns = std::is_same_v<Step, LearnedStep>;

   public:
    using Output = Signal<Count<codes>, In::shape>;
    using OutPlanes = Planes<typename Output::Kind>;
    static constexpr bool trainable = learns;

    Bound(const Quantize& layer, Binding& binding)
        : most_(layer.most),
          unit_(is_count<Kind> ? binding.scale() : 1.0F),
          codes_per_unit_(static_cast<float>(codes) / most_ * unit_),
          step_(most_ / static_cast<float>(codes)),
          gain_(binding) {
      if (!(most_ > 0 && std::isfinite(codes_per_unit_) && std::isfinite(most_)))
        throw Error(Quantize::name(), "layer " + binding.layer(), "a largest value above 0", std::to_string(most_));
    }

    void forward(const Pass& pass, Planes<Kind> in, OutPlanes out) {
      parallel_for(pass.threads, In::size, [&](std::size_t i) { round(in.row(i), out.row(i), pass.padded()); });
    }
    void backward(const Pass& pass, Planes<Kind> in, OutPlanes, Gradients d_out, Gradients d_in) {
      if constexpr (learns) return learn(pass, in, d_out, d_in);
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), In::size, [&](std::size_t i) {
        kernels::chosen::round_to_codes_backward(in.row(i), unit_, most_, d_out.row(i), d_in.row(i), pass.padded());
      });
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, circuits::Wires in) const {
      if (is_count<Kind>) in.reals = [](std::size_t, std::span<float>) {};  // rounded as they are
      return circuits::add_levels(builder, Quantize::name(), in, In::shape, codes, step_,
                                  [&](std::span<float> values) { round(values.data(), values.data(), values.size()); });
    }
    [[nodiscard]] float scale() const noexcept { return step_; }

   private:
    void round(const float* x, float* to, std::size_t count) const {
      kernels::chosen::round_to_codes(x, codes_per_unit_ * gain_.value(), static_cast<float>(codes), to, count);
    }

    /// The gradients of rows one after another: what each adds to the gain's has its place.
    void learn(const Pass& pass, Planes<Kind> in, Gradients d_out, Gradients d_in) {
      const std::size_t samples = pass.padded();
      const float unit = unit_ * gain_.value();
      std::vector<float> sums(In::size);
      parallel_for(row_threads(pass.threads, d_in), In::size, [&](std::size_t i) {
        std::vector<float> within(samples);
        kernels::chosen::round_to_codes_backward(in.row(i), unit, most_, d_out.row(i), within.data(), samples);
        sums[i] = kernels::chosen::dot_product(within.data(), in.row(i), samples) * unit_;
        if (!d_in) return;
        kernels::chosen::affine(within.data(), gain_.value(), 0, within.data(), samples);
        float* const to = d_in.row(i);
        for (std::size_t s = 0; s < samples; ++s) to[s] += within[s];
      });
      gain_.gradient(pass) = kernels::chosen::sum(sums.data(), sums.size());
    }

    float most_, unit_, codes_per_unit_, step_;
    detail::Gain<Step> gain_;
  };
};

}  // namespace lutra
