#pragma once
// harden: from a network that trained as an expectation to the network of bits with the same parameters.

#include <lutra/compose.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/network.hpp>
#include <lutra/snapshot.hpp>
#include <tuple>
#include <utility>

namespace lutra {

namespace detail {

/// What stands in a layer's place when Expectation layers are taken out, as a tuple of the layers of a sequence.
template <class Layer>
struct Harden {
  static constexpr std::tuple<Layer> layers(const Layer& layer) { return std::tuple<Layer>(layer); }
};
template <>
struct Harden<Expectation> {
  static constexpr std::tuple<> layers(const Expectation&) { return {}; }
};

template <class Layer>
constexpr auto harden_expression(const Layer& layer) {
  auto layers = Harden<Layer>::layers(layer);
  constexpr std::size_t count = std::tuple_size_v<decltype(layers)>;
  if constexpr (count == 0) {
    return Identity{};
  } else if constexpr (count == 1) {
    return std::get<0>(std::move(layers));
  } else {
    return make_sequence(std::move(layers));
  }
}

template <class... Layers>
struct Harden<Sequence<Layers...>> {
  static constexpr auto layers(const Sequence<Layers...>& sequence) {
    return std::apply([](const auto&... layer) { return std::tuple_cat(Harden<Layers>::layers(layer)...); },
                      sequence.layers);
  }
};
template <class ExpressionType>
struct Harden<Block<ExpressionType>> {
  static constexpr auto layers(const Block<ExpressionType>& part) {
    return std::tuple(block(harden_expression(part.expression)));
  }
};
template <class ExpressionType>
struct Harden<Fixed<ExpressionType>> {
  static constexpr auto layers(const Fixed<ExpressionType>& part) {
    return std::tuple(fixed(harden_expression(part.expression)));
  }
};
template <class... Branches>
struct Harden<Concat<Branches...>> {
  static constexpr auto layers(const Concat<Branches...>& joined) {
    return std::apply([](const auto&... branch) { return std::tuple(concat(harden_expression(branch)...)); },
                      joined.branches);
  }
};
template <class First, class Second>
struct Harden<Sum<First, Second>> {
  static constexpr auto layers(const Sum<First, Second>& sum) {
    return std::tuple(harden_expression(std::get<0>(sum.branches)) + harden_expression(std::get<1>(sum.branches)));
  }
};

}  // namespace detail

/// The network without its Expectation layers, with this one's parameters: logic that trained on probabilities now runs
/// on bits. It is a network like any other: it can be scored, trained on, and frozen. Its answers are those of its
/// circuit, and close to the expectation's where the tables have settled near 0 and 1.
template <class ExpressionType, class In>
[[nodiscard]] auto harden(const Network<ExpressionType, In>& net) {
  auto hard = bind<In>(detail::harden_expression(net.expression()));
  detail::put_back(detail::take_snapshot(net.parameters()), hard.parameters());
  return hard;
}

}  // namespace lutra
