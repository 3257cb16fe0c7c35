#pragma once
// What every layer, ours or a user's, gives the library, and how the library asks for the parts that a layer may leave
// out. A layer is a struct with options as members, a static name(), and a class template Bound<In>: the layer fed with
// one particular signal. Bound has
//
//   using Output = Signal<…>;                                    what it gives; static_asserts say what it accepts
//   Bound(const Layer&, Binding&);                               claims parameters and state, draws first values
//   void reserve(Arena&, const Pass&);                           (optional) claims scratch memory for a batch
//   void forward(const Pass&, Planes<InKind> in, Planes<OutKind> out);
//   void backward(const Pass&, Planes<InKind> in, Planes<OutKind> out, Gradients d_out, Gradients d_in);
//        adds to d_in, unless it is empty; writes the gradients of its own parameters
//   void recall(const Pass&, Planes<InKind> in, Planes<OutKind> out);
//        (optional) what of forward backward needs again where another batch went through in between; else forward is
//        called, which must then give the same again
//   circuits::Wires freeze(circuits::Builder&, const circuits::Wires&) const;   (optional) without it: training only
//   float scale() const;                                         (optional) what one unit of a Count stands for
//   void fit_encoder(const EncoderData<Element>&);               (optional) for encoders that look at data once
//   static constexpr bool trainable = true;                      (optional) has parameters that learn
//
// docs/layers.md shows one written from nothing; examples/custom_layer.cpp is such a program.

#include <cstddef>
#include <lutra/circuit/builder.hpp>
#include <lutra/parameters.hpp>
#include <lutra/planes.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <type_traits>

namespace lutra {

/// Carries, in its type, what a failed static_assert wants the compiler to print: the layer and the signal it was
/// given. `value` is each type's own, since g++ names the type that it was found in.
namespace error {
template <bool Holds, class Layer, class Given>
struct layer_accepts_input {
  static constexpr bool value = Holds;
};
template <bool Holds, class First, class Second>
struct signals_match {
  static constexpr bool value = Holds;
};
template <bool Holds, class Layer>
struct layer_is_valid {
  static constexpr bool value = Holds;
};
}  // namespace error

/// Anything that can be bound to a signal: a layer or a composition of layers.
template <class T>
concept Expression = requires {
  typename std::remove_cvref_t<T>::template Bound<Signal<Real, Shape{}>>;
};

/// Samples for encoders to look at, one after another, `size` values each.
template <class Element>
struct EncoderData {
  std::span<const Element> values;
  std::size_t size = 0;

  [[nodiscard]] std::size_t samples() const noexcept { return values.size() / size; }
};

namespace detail {

template <class Bound>
inline constexpr bool is_trainable = [] {
  if constexpr (requires { Bound::trainable; }) {
    return Bound::trainable;
  } else {
    return false;
  }
}();

template <class Bound>
[[nodiscard]] float scale_of(const Bound& bound) {
  if constexpr (requires { bound.scale(); }) {
    return bound.scale();
  } else {
    return 1;
  }
}

template <class Bound>
void reserve(Bound& bound, Arena& arena, const Pass& pass) {
  if constexpr (requires { bound.reserve(arena, pass); }) bound.reserve(arena, pass);
}

template <class Bound, class In, class Out>
void recall(Bound& bound, const Pass& pass, In in, Out out) {
  if constexpr (requires { bound.recall(pass, in, out); })
    bound.recall(pass, in, out);
  else
    bound.forward(pass, in, out);
}

template <class Bound, class Data>
void fit_encoder(Bound& bound, const Data& data) {
  if constexpr (requires { bound.fit_encoder(data); }) bound.fit_encoder(data);
}

template <class Bound>
concept Freezable = requires(const Bound& bound, circuits::Builder& builder, const circuits::Wires& wires) {
  { bound.freeze(builder, wires) } -> std::same_as<circuits::Wires>;
};

template <class Layer>
inline constexpr bool is_composite = requires {
  typename Layer::CompositeTag;
};

template <class Layer>
inline constexpr std::size_t nodes_of = [] {
  if constexpr (requires { Layer::nodes; }) {
    return static_cast<std::size_t>(Layer::nodes);
  } else {
    return std::size_t{0};
  }
}();

/// Stands for the output of a layer that has refused its input.
struct Nothing {
  using Kind = Real;
  static constexpr Shape shape{};
  static constexpr std::size_t size = 1;
};

/// A layer's output signal, or Nothing where it has refused its input (clang++ ends a class at the first static_assert
/// that fails, and calls what is missing `int`): no later layer is looked at, and the sentence is all that is printed.
template <class Fed>
struct OutputOf {
  using type = Nothing;
};
template <class Fed>
requires requires { Fed::Output::shape; }
struct OutputOf<Fed> {
  using type = typename Fed::Output;
};
template <class Fed>
using output_of = typename OutputOf<Fed>::type;

/// Whether a layer, or every layer of a composition, has an exact circuit.
template <class Bound>
inline constexpr bool is_freezable = [] {
  if constexpr (requires { Bound::freezable; }) {
    return Bound::freezable;
  } else {
    return Freezable<Bound>;
  }
}();

/// What `Layer`, fed with In, becomes in a circuit.
template <class Layer, class In, class Bound>
[[nodiscard]] circuits::Wires freeze_layer(const Bound& bound, circuits::Builder& builder, const circuits::Wires& in) {
  static_assert(error::layer_accepts_input<Freezable<Bound>, Layer, In>::value,
                "lutra: this layer has no exact circuit, so a network with it is for training only (a teacher); "
                "freeze a network of Bit layers, or harden(net) first where StochasticLut was trained as an "
                "expectation");
  if constexpr (Freezable<Bound>) {
    return bound.freeze(builder, in);
  } else {
    return in;
  }
}

/// The most these wires can carry, as a circuit sees it: it knows widths in bits, not the largest value.
[[nodiscard]] inline std::uint64_t most(const circuits::Wires& wires) {
  return (std::uint64_t{1} << bits_for(wires.maximum)) - 1;
}

}  // namespace detail

/// One bound layer in its place: what a composition holds for each of its parts. Binding announces each layer before
/// its constructor runs, so that everything the layer claims carries its name, and hands the scale of counts from layer
/// to layer.
template <class Layer, class In>
class Cell {
 public:
  using Bound = typename Layer::template Bound<In>;
  using Output = typename Bound::Output;
  static constexpr bool trainable = detail::is_trainable<Bound>;

  Cell(const Layer& layer, Binding& binding) : bound_((announce(binding), layer), binding) {
    if constexpr (!detail::is_composite<Layer>) binding.end_layer(detail::scale_of(bound_));
  }

  [[nodiscard]] Bound& operator*() noexcept { return bound_; }
  [[nodiscard]] const Bound& operator*() const noexcept { return bound_; }
  [[nodiscard]] Bound* operator->() noexcept { return &bound_; }
  [[nodiscard]] const Bound* operator->() const noexcept { return &bound_; }

 private:
  static void announce(Binding& binding) {
    if constexpr (!detail::is_composite<Layer>)
      binding.begin_layer(Layer::name(), Output::name(), detail::nodes_of<Layer>);
  }
  Bound bound_;
};

}  // namespace lutra
