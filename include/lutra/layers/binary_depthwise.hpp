#pragma once
// BinaryDepthwise: nodes that look at a window of one channel only.

#include <cstddef>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <string>

namespace lutra {

/// Multiplier nodes of 6 inputs for every channel, each over that channel's window alone. In: Bit, channels × height ×
/// width; out: Bit, channels · Multiplier channels, output channel c · Multiplier + k from input channel c. Options are
/// those of convolve; the window is a Kernel<3> with a border (Same) where none are given. Nodes that nothing reads
/// vanish when the circuit is simplified.
template <std::size_t Multiplier, class KernelType = Kernel<3>, class... Options>
struct BinaryDepthwise {
  static_assert(error::layer_is_valid<(Multiplier >= 1), BinaryDepthwise>::value,
                "lutra: BinaryDepthwise<Multiplier> has at least one node a channel");
  using CompositeTag = void;

  Initial initial = Initial::uniform;

  static std::string name() { return "BinaryDepthwise<" + std::to_string(Multiplier) + ">"; }

  template <class In>
  using Nodes = StochasticLut<6, In::shape.channels * Multiplier, GroupedWiring>;
  template <class In>
  using Slid = std::conditional_t<sizeof...(Options) == 0, Convolve<KernelType, Nodes<In>, Same>,
                                  Convolve<KernelType, Nodes<In>, Options...>>;

  template <class In>
  class Bound : public Slid<In>::template Bound<In> {
   public:
    Bound(const BinaryDepthwise& layer, Binding& binding)
        : Slid<In>::template Bound<In>({{.initial = layer.initial, .wiring = {.groups = In::shape.channels}}},
                                       binding) {}
  };
};

}  // namespace lutra
