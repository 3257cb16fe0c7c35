#pragma once
// Binarize: one bit a value, by comparing with one threshold. The way into logic from codes, counts and real numbers.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/levels.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// y = x >= threshold. In: Byte, Level<n>, Count or Real of any shape; out: Bit of the same shape. Without a threshold
/// it is half the range of a code, half the maximum of a count, and 0 for Real. A count is compared with what it stands
/// for, that is, times its scale. Gradient: straight through where |x - threshold| <= window, else 0 (Hubara et al.
/// 2016); codes get none. Freezes to one ThresholdStage; from Real, behind a Dense with weights of few bits, to one
/// LevelStage.
struct Binarize {
  std::optional<float> threshold{};
  float window = 1;

  static std::string name() { return "Binarize"; }

  template <class In>
  class Bound {
    using Given = typename In::Kind;
    static constexpr bool accepted = is_code<Given> || is_count<Given> || std::is_same_v<Given, Real>;
    static_assert(error::layer_accepts_input<accepted, Binarize, In>::value,
                  "lutra: Binarize reads codes (Byte, Level<n>), Count or Real; a Bit is binary already, a Class "
                  "is an answer");
    using Kind = std::conditional_t<accepted, Given, Real>;
    static constexpr bool whole = !std::is_same_v<Kind, Real>;

   public:
    using Output = Signal<Bit, In::shape>;

    Bound(const Binarize& layer, Binding& binding)
        : scale_(binding.scale()), threshold_(layer.threshold.value_or(middle() * scale_)), window_(layer.window) {
      if (std::isnan(threshold_))
        throw Error("Binarize", "layer " + binding.layer(), "a threshold that is a number", "NaN");
    }

    void forward(const Pass& pass, Planes<Kind> in, Planes<Bit> out) {
      parallel_for(pass.threads, In::size, [&](std::size_t i) {
        if constexpr (is_code<Kind>) {
          kernels::chosen::threshold_bits(in.row(i), whole_threshold(), out.row(i), pass.words());
        } else if constexpr (whole) {
          kernels::chosen::threshold_bits(in.row(i), static_cast<float>(whole_threshold()), out.row(i), pass.words());
        } else {
          kernels::chosen::threshold_bits(in.row(i), threshold_, out.row(i), pass.words());
        }
      });
    }
    void backward(const Pass& pass, Planes<Kind> in, Planes<Bit>, Gradients d_out, Gradients d_in) {
      if constexpr (is_float_plane<Kind>) {
        if (!d_in) return;
        parallel_for(row_threads(pass.threads, d_in), In::size, [&](std::size_t i) {
          for (std::size_t s = 0; s < pass.padded(); ++s)
            if (std::abs(in.row(i)[s] * scale_ - threshold_) <= window_) d_in.row(i)[s] += d_out.row(i)[s];
        });
      }
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      if constexpr (!whole) {
        return circuits::add_levels(builder, Binarize::name(), in, In::shape, 1, 1, [&](std::span<float> values) {
          for (float& value : values) value = value >= threshold_ ? 1.0F : 0.0F;
        });
      }
      circuits::ThresholdStage stage{std::vector<std::uint32_t>(In::size),
                                     std::vector<std::uint32_t>(In::size, whole_threshold())};
      for (std::size_t i = 0; i < In::size; ++i) stage.sources[i] = static_cast<std::uint32_t>(i);
      return builder.add(Binarize::name(), in, std::move(stage), Output::shape, 1);
    }

   private:
    static constexpr float middle() {
      if constexpr (is_code<Kind>) {
        return static_cast<float>(std::uint32_t{1} << (Kind::bits - 1));
      } else if constexpr (is_count<Kind>) {
        return static_cast<float>(Kind::maximum) / 2;
      } else {
        return 0;
      }
    }
    /// The least whole number that reaches the threshold, cut to what a comparison with the kind needs: 0 is always
    /// met, the largest value plus one never.
    [[nodiscard]] std::uint32_t whole_threshold() const {
      double most = 0;
      if constexpr (is_code<Kind>) most = std::exp2(Kind::bits);
      if constexpr (is_count<Kind>) most = static_cast<double>(Kind::maximum) + 1;
      double least = std::min(std::max(std::ceil(static_cast<double>(threshold_ / scale_)), 0.0), most);
      // The quotient is rounded; what counts is which whole numbers times the scale reach the threshold.
      while (least > 0 && static_cast<float>(least - 1) * scale_ >= threshold_) --least;
      while (least < most && static_cast<float>(least) * scale_ < threshold_) ++least;
      return static_cast<std::uint32_t>(least);
    }

    float scale_, threshold_, window_;
  };
};

}  // namespace lutra
