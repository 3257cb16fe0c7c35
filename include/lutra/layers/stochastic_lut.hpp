#pragma once
// StochasticLut, the heart of the library: nodes that are look-up tables with N inputs, trained by gradient. Fed with
// bits it is the circuit itself; fed with probabilities it is the expectation of a random circuit.

#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/layers/estimator.hpp>
#include <lutra/layers/expectation_nodes.hpp>
#include <lutra/layers/hard_nodes.hpp>
#include <lutra/layers/wiring.hpp>
#include <string>
#include <type_traits>

namespace lutra {

/// `Nodes` look-up tables of N inputs each. In: any shape of Bit or Real in [0, 1]; out: the same kind, Shape{Nodes, 1,
/// 1}.
///
/// A node has a table W of 2^N entries in [0, 1]; input j is bit j of the address a (pin 0 is the least significant).
///   Real in:  y = Σ_a W[a] Π_j (bit j of a ? x_j : 1 - x_j), with exact gradients (the expectation of a random
///   circuit) Bit in:   y = W[x] > 1/2, packed; W[x] takes dy, and the inputs what the Estimator says
/// Which inputs a node reads is the Wiring's. Freezes, from Bit, to one LutStage.
template <std::size_t N, std::size_t Nodes, class Wiring = RandomWiring, class Estimator = Multilinear>
struct StochasticLut {
  static constexpr std::size_t nodes = Nodes;

  Initial initial = Initial::uniform;
  Wiring wiring{};
  Estimator estimator{};

  static std::string name() {
    return "StochasticLut<" + std::to_string(N) + ", " + std::to_string(Nodes) + Wiring::name() + ">";
  }

  template <class In>
  class Bound {
    static_assert(error::layer_is_valid<(N >= 1 && N <= 8), StochasticLut>::value,
                  "lutra: StochasticLut<N, Nodes> has N = 1 to 8 inputs a node");
    static_assert(error::layer_is_valid<(Nodes >= 1), StochasticLut>::value,
                  "lutra: StochasticLut<N, Nodes> has at least one node");
    using Kind = typename In::Kind;
    static constexpr bool reads_bits = std::is_same_v<Kind, Bit>;
    static_assert(error::layer_accepts_input < reads_bits || std::is_same_v<Kind, Real>, StochasticLut, In > ::value,
                  "lutra: StochasticLut reads Bit (or Real in [0, 1], to train an expectation); put Thermometer or "
                  "Binarize before it");
    using OutKind = std::conditional_t<reads_bits, Bit, Real>;
    // What a wrong input binds to instead, so that the sentence above is the only one.
    using UsedKind = std::conditional_t<reads_bits || std::is_same_v<Kind, Real>, Kind, Real>;

   public:
    using Output = Signal<OutKind, Shape{Nodes, 1, 1}>;
    static constexpr bool trainable = true;

    Bound(const StochasticLut& layer, Binding& binding)
        : core_(layer.wiring, layer.estimator, layer.initial, binding, In::shape, Nodes) {}

    void reserve(Arena& arena, const Pass& pass) { detail::reserve(core_, arena, pass); }
    void forward(const Pass& pass, Planes<UsedKind> in, Planes<OutKind> out) { core_.forward(pass, in, out); }
    /// Nothing, but of a wiring that learns: which inputs were chosen.
    void recall(const Pass&, Planes<UsedKind>, Planes<OutKind>) { core_.choose(); }
    void backward(const Pass& pass, Planes<UsedKind> in, Planes<OutKind>, Gradients d_out, Gradients d_in) {
      core_.backward(pass, in, d_out, d_in);
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
        requires(reads_bits) {
      return builder.add(StochasticLut::name(), in, core_.freeze(), Output::shape, 1);
    }

   private:
    std::conditional_t<reads_bits, detail::HardNodes<N, Wiring, Estimator>,
                       detail::ExpectationNodes<N, Wiring, Estimator>>
        core_;
  };
};

}  // namespace lutra
