#pragma once
// Parts of a composition: the layers of a sequence up to one of its blocks, or behind it.

#include <array>
#include <cstddef>
#include <lutra/compose/block.hpp>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/sequence.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

namespace lutra::detail {

/// The layers of an expression, one after another; what is no sequence is one layer.
template <class ExpressionType>
struct LayersOf {
  using type = std::tuple<ExpressionType>;
  static constexpr type of(const ExpressionType& layer) { return type(layer); }
};
template <class... Layers>
struct LayersOf<Sequence<Layers...>> {
  using type = std::tuple<Layers...>;
  static constexpr const type& of(const Sequence<Layers...>& sequence) { return sequence.layers; }
};

template <class Layer>
inline constexpr bool is_block = false;
template <class ExpressionType>
inline constexpr bool is_block<Block<ExpressionType>> = true;

/// At which places of a sequence its blocks stand.
template <class ExpressionType>
struct Blocks : Blocks<typename LayersOf<ExpressionType>::type> {};
template <class... Layers>
struct Blocks<std::tuple<Layers...>> {
  static constexpr std::size_t count = (std::size_t{is_block<Layers>} + ... + 0);
  static constexpr std::array<std::size_t, count> places = [] {
    std::array<std::size_t, count> found{};
    std::size_t place = 0, block = 0;
    ((is_block<Layers> ? void(found[block++] = place++) : void(++place)), ...);
    return found;
  }();
};

/// Layers First to End - 1 of an expression, as an expression.
template <std::size_t First, std::size_t End, class ExpressionType>
[[nodiscard]] constexpr auto part_of(const ExpressionType& composition) {
  using Layers = typename LayersOf<ExpressionType>::type;
  if constexpr (First == End) {
    return Identity{};
  } else {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Sequence<std::tuple_element_t<First + I, Layers>...>{
          {std::get<First + I>(LayersOf<ExpressionType>::of(composition))...}};
    }
    (std::make_index_sequence<End - First>{});
  }
}

/// What layers 0 to End - 1 of an expression give for the signal In.
template <std::size_t End, class ExpressionType, class In>
using SignalAfter = output_of<Cell<decltype(part_of<0, End>(std::declval<const ExpressionType&>())), In>>;

}  // namespace lutra::detail
