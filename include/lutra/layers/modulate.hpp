#pragma once
// modulate(BinaryModulation<Frames>{}, expression): the same expression on several frames of bits, and the mean of its
// answers (binary modulation: the oversampling of 1-bit converters).

#include <cstddef>
#include <cstdint>
#include <lutra/compose.hpp>
#include <lutra/compose/contract.hpp>
#include <lutra/layers/binary_modulation.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/group_sum.hpp>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace lutra {

namespace detail {

/// The expression, fed with the same values in another shape.
template <Shape Wanted, class ExpressionType>
struct Reshaped {
  using CompositeTag = void;
  ExpressionType expression;

  static std::string name() { return ExpressionType::name(); }

  template <class In>
  using Base = typename Sequence<ExpressionType>::template Bound<Signal<typename In::Kind, Wanted>>;

  template <class In>
  class Bound : public Base<In> {
   public:
    Bound(const Reshaped& layer, Binding& binding)
        : Base<In>(Sequence<ExpressionType>{std::tuple(layer.expression)}, binding) {}

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      if (Wanted == In::shape) return Base<In>::freeze(builder, in);
      circuits::RearrangeStage all{std::vector<std::uint32_t>(In::size)};
      std::iota(all.sources.begin(), all.sources.end(), 0U);
      return Base<In>::freeze(builder, builder.add("frame", in, std::move(all), Wanted, in.maximum, in.scale));
    }
  };
};

}  // namespace detail

/// Each frame is a place, as in a convolution, so that training takes frames for samples and the circuit has one set of
/// tables. In: codes, channels × height × width. The expression reads Bit, Shape{channels · Channels, height, width},
/// and gives Bit, Count or Real; out: Count or Real, the same shape, the sum over the frames, which stands for the
/// mean: its scale is 1/Frames of the expression's.
template <class ModulationType, class ExpressionType>
struct Modulated {
  using CompositeTag = void;
  ModulationType modulation;
  ExpressionType expression;

  static std::string name() { return "modulate(" + ModulationType::name() + ", " + ExpressionType::name() + ")"; }

  template <class In>
  static constexpr Shape frame{In::shape.channels * ModulationType::channels, In::shape.height, In::shape.width};
  template <class In>
  using FrameCell = Cell<ExpressionType, Signal<Bit, frame<In>>>;

  /// What this is for one input: layers that there are.
  template <class In>
  static constexpr auto layers(const Modulated& layer) {
    using Answer = detail::output_of<FrameCell<In>>;
    static_assert(error::layer_accepts_input<!is_class<typename Answer::Kind>, Modulated, In>::value,
                  "lutra: a class is no mean; take Argmax out of modulate and put it behind");
    auto frames = layer.modulation | pointwise(detail::Reshaped<frame<In>, ExpressionType>{layer.expression});
    auto sum = GroupSum<Answer::size>{.temperature = ModulationType::frames};
    if constexpr (is_class<typename Answer::Kind>) {
      return frames;  // refused: one sentence is enough
    } else if constexpr (Answer::shape == Shape{Answer::size, 1, 1}) {
      return frames | sum;
    } else {
      return frames | sum | detail::Reshaped<Answer::shape, Identity>{};
    }
  }
  template <class In>
  using Base = typename decltype(layers<In>(std::declval<const Modulated&>()))::template Bound<In>;

  template <class In>
  class Bound : public Base<In> {
   public:
    Bound(const Modulated& layer, Binding& binding) : Base<In>(layers<In>(layer), binding) {}
  };
};

/// `composition` on every frame, with the same parameters, and the mean of its answers.
/// `modulate(BinaryModulation<8>{}, StochasticLut<6, 200>{} | GroupSum<10>{})`
template <std::size_t Frames, std::size_t Channels, Expression ExpressionType>
[[nodiscard]] constexpr auto modulate(BinaryModulation<Frames, Channels> modulation, ExpressionType composition) {
  return Modulated<BinaryModulation<Frames, Channels>, ExpressionType>{modulation, std::move(composition)};
}

}  // namespace lutra
