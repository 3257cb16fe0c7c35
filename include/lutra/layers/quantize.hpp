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

namespace lutra {

/// y = x cut to [0, most] and rounded to the nearest of 2^Bits - 1 equal steps, halves up. In: Real, or Count, which is
/// what it stands for, any shape; out: Count<2^Bits - 1> of the same shape, the number of steps, whose scale is a step.
/// Gradient: straight through where 0 <= x <= most, else 0. From Count, and from Real behind a Dense with weights of
/// few bits, perhaps with BatchNorm, Relu or LeakyRelu in between, it freezes to one LevelStage.
template <std::uint32_t Bits>
struct Quantize {
  static_assert(error::layer_is_valid<(Bits >= 1 && Bits <= 8), Quantize>::value,
                "lutra: Quantize<Bits> gives codes of 1 to 8 bits");

  float most = 2;

  static std::string name() { return "Quantize<" + std::to_string(Bits) + ">"; }

  template <class In>
  class Bound {
    using Given = typename In::Kind;
    static constexpr bool accepted = std::is_same_v<Given, Real> || is_count<Given>;
    static_assert(error::layer_accepts_input<accepted, Quantize, In>::value,
                  "lutra: Quantize reads Real or Count; put Dense or ToReal before it");
    using Kind = std::conditional_t<accepted, Given, Real>;
    static constexpr std::uint32_t codes = (1U << Bits) - 1;

   public:
    using Output = Signal<Count<codes>, In::shape>;
    using OutPlanes = Planes<typename Output::Kind>;

    Bound(const Quantize& layer, Binding& binding)
        : most_(layer.most),
          unit_(is_count<Kind> ? binding.scale() : 1.0F),
          codes_per_unit_(static_cast<float>(codes) / most_ * unit_),
          step_(most_ / static_cast<float>(codes)) {
      if (!(most_ > 0 && std::isfinite(codes_per_unit_) && std::isfinite(most_)))
        throw Error(Quantize::name(), "layer " + binding.layer(), "a largest value above 0", std::to_string(most_));
    }

    void forward(const Pass& pass, Planes<Kind> in, OutPlanes out) {
      parallel_for(pass.threads, In::size, [&](std::size_t i) { round(in.row(i), out.row(i), pass.padded()); });
    }
    void backward(const Pass& pass, Planes<Kind> in, OutPlanes, Gradients d_out, Gradients d_in) {
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
      kernels::chosen::round_to_codes(x, codes_per_unit_, static_cast<float>(codes), to, count);
    }

    float most_, unit_, codes_per_unit_, step_;
  };
};

}  // namespace lutra
