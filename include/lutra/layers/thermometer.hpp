#pragma once
// Thermometer: a number becomes several bits, one for each threshold it reaches. The encoder of dense logic networks,
// and part of the circuit and of every cost.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <span>
#include <string>
#include <vector>

namespace lutra {

/// Where a Thermometer's thresholds lie.
enum class Spacing {
  uniform,   ///< evenly over the range of the code, the same for every value
  quantile,  ///< for every value of its own, at quantiles of the training data; wants fit_encoders(net, data) once
};

namespace detail {

/// The number with the most trailing zero bits in [low, high], low >= 1: the cheapest constant to compare with.
[[nodiscard]] constexpr std::uint32_t roundest(std::uint32_t low, std::uint32_t high) noexcept {
  std::uint32_t best = high;
  for (std::uint32_t step = 1; step <= high && step != 0; step <<= 1)
    if (high / step * step >= low) best = high / step * step;
  return best;
}

/// Thresholds at the quantiles i/(count+1) of `values`, of which there is at least one. A quantile is never repeated:
/// where many values are equal, the rest of the thresholds divide what lies above them, and where they are the largest,
/// the threshold divides them from what lies below. One that would divide nothing is `never`. Of the numbers between
/// two neighbouring values, and of those that move at most `slack` of a threshold's share to its other side, the
/// roundest is taken.
inline void quantile_thresholds(std::vector<std::uint32_t>& values, std::uint32_t never, float slack,
                                std::span<std::uint32_t> to) {
  std::sort(values.begin(), values.end());
  auto rest = values.begin();
  for (std::size_t k = 0; k < to.size(); ++k) {
    const auto share = static_cast<std::size_t>(values.end() - rest) / (to.size() - k + 1);
    const auto last_below = rest + static_cast<std::ptrdiff_t>(std::max<std::size_t>(share, 1) - 1);
    const auto [first, last] = std::equal_range(rest, values.end(), *last_below);
    const auto cut = last != values.end() ? last : first;
    to[k] = never;
    if (cut == rest) continue;
    const auto moved = static_cast<std::ptrdiff_t>(slack * static_cast<float>(share));
    const auto low = cut - 1 - std::min(moved, cut - 1 - rest), high = cut + std::min(moved, values.end() - 1 - cut);
    to[k] = roundest(*low + 1, *high);
    rest = std::lower_bound(rest, values.end(), to[k]);
  }
}

/// The run-time half of an encoder: `bits` thresholds for each value of In, in the order that Thermometer states.
template <class In>
class Thresholds {
  using Kind = typename In::Kind;
  static constexpr std::uint32_t range = std::uint32_t{1} << Kind::bits;
  static constexpr std::size_t image = In::shape.height * In::shape.width;
  static constexpr std::uint32_t not_fitted = std::numeric_limits<std::uint32_t>::max();

 public:
  using Element = storage_t<Kind>;

  Thresholds(std::size_t bits, Spacing spacing, float slack, Binding& binding)
      : bits_(bits),
        spacing_(spacing),
        slack_(slack),
        where_(binding.layer()),
        thresholds_(binding.integers("thresholds", In::size * bits)) {
    if (!(slack >= 0 && slack < 0.5F))
      throw Error("slack of quantiles", "layer " + where_, "0 or more, below a half", std::to_string(slack));
    for (std::size_t i = 0; i < thresholds_.size(); ++i) {
      const auto k = static_cast<std::uint32_t>(i / image % bits);
      thresholds_[i] = spacing_ == Spacing::quantile
                           ? not_fitted
                           : static_cast<std::uint32_t>((std::uint64_t{range} * (k + 1) + bits) / (bits + 1));
    }
  }

  void fit_encoder(const EncoderData<Element>& data) {
    if (spacing_ != Spacing::quantile) return;
    if (data.samples() == 0) throw Error("fitting an encoder", "layer " + where_, "at least one sample", "none");
    std::vector<std::uint32_t> values(data.samples()), own(bits_);
    for (std::size_t i = 0; i < In::size; ++i) {
      for (std::size_t n = 0; n < values.size(); ++n) values[n] = data.values[n * data.size + i];
      quantile_thresholds(values, range, slack_, own);
      for (std::size_t k = 0; k < bits_; ++k) thresholds_[output(i, k)] = own[k];
    }
  }

  void forward(const Pass& pass, Planes<Kind> in, Planes<Bit> out) {
    require_fitted();
    parallel_for(pass.threads, In::size, [&](std::size_t i) {
      for (std::size_t k = 0; k < bits_; ++k)
        kernels::chosen::threshold_bits(in.row(i), thresholds_[output(i, k)], out.row(output(i, k)), pass.words());
    });
  }

  [[nodiscard]] circuits::ThresholdStage freeze() const {
    require_fitted();
    circuits::ThresholdStage stage{std::vector<std::uint32_t>(thresholds_.size()), thresholds_};
    for (std::size_t i = 0; i < In::size; ++i)
      for (std::size_t k = 0; k < bits_; ++k) stage.sources[output(i, k)] = static_cast<std::uint32_t>(i);
    return stage;
  }

 private:
  /// Where bit k of input value i goes: values of one channel stay one plane.
  [[nodiscard]] std::size_t output(std::size_t i, std::size_t k) const {
    return (i / image * bits_ + k) * image + i % image;
  }

  void require_fitted() const {
    if (thresholds_[0] == not_fitted)
      throw Error("quantile thresholds are not fitted", "layer " + where_,
                  "fit_encoders(net, training data) before the first use");
  }

  std::size_t bits_;
  Spacing spacing_;
  float slack_;
  std::string where_;
  std::vector<std::uint32_t>& thresholds_;
};

}  // namespace detail

/// Bits · channels thresholds. In: codes (Byte, Level<n>), any shape; out: Bit, Shape{channels · Bits, height, width},
/// where output channel c · Bits + k is 1 where input channel c is at least threshold k. No gradient passes. Freezes to
/// one ThresholdStage. Uniform thresholds are ⌈2^n (k+1)/(Bits+1)⌉. Quantiles: distributive thermometer, Bacellar et
/// al. 2022; a comparison with a round number costs fewer LUTs, and so a quantile may be off by `slack` of the share of
/// the values that lies between two. forward throws Error where quantiles were asked for and never fitted.
template <std::size_t Bits>
struct Thermometer {
  static_assert(error::layer_is_valid<(Bits >= 1), Thermometer>::value,
                "lutra: Thermometer<Bits> has at least one bit");

  Spacing spacing = Spacing::uniform;
  float slack = 0.25F;  ///< of quantiles; 0: between two values that are there; below 0.5

  static std::string name() { return "Thermometer<" + std::to_string(Bits) + ">"; }

  template <class In>
  class Bound {
    static_assert(
        error::layer_accepts_input<is_code<typename In::Kind>, Thermometer, In>::value,
        "lutra: Thermometer reads codes, Byte or Level<n>; bring real numbers to codes with a Quantizer, and use "
        "Binarize after layers that give Real or Count");
    using Kind = std::conditional_t<is_code<typename In::Kind>, typename In::Kind, Byte>;
    using Read = Signal<Kind, In::shape>;

   public:
    using Output = Signal<Bit, Shape{In::shape.channels * Bits, In::shape.height, In::shape.width}>;
    using Element = storage_t<Kind>;

    Bound(const Thermometer& layer, Binding& binding) : thresholds_(Bits, layer.spacing, layer.slack, binding) {}

    void fit_encoder(const EncoderData<Element>& data) { thresholds_.fit_encoder(data); }
    void forward(const Pass& pass, Planes<Kind> in, Planes<Bit> out) { thresholds_.forward(pass, in, out); }
    void backward(const Pass&, Planes<Kind>, Planes<Bit>, Gradients, Gradients) {}
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      return builder.add(Thermometer::name(), in, thresholds_.freeze(), Output::shape, 1);
    }

   private:
    detail::Thresholds<Read> thresholds_;
  };
};

}  // namespace lutra
