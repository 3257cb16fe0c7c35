#pragma once
// What a search may choose from: expressions under names, listed one by one or as the product of a few lists of
// numbers.

#include <array>
#include <concepts>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace lutra {

/// An expression, and what it is called in tables and plots.
template <Expression ExpressionType>
struct Candidate {
  std::string name;
  ExpressionType expression;
};

/// `std::tuple{candidate("small", a | b), candidate("large", c | d)}` is a list of candidates; std::tuple_cat joins
/// lists.
template <Expression ExpressionType>
[[nodiscard]] Candidate<ExpressionType> candidate(std::string name, ExpressionType expression) {
  return {std::move(name), std::move(expression)};
}

/// One side of a space: numbers (or enumerators, or anything that a template takes) known to the compiler.
template <auto... Numbers>
struct Values {};

namespace detail {

template <class Value>
[[nodiscard]] std::string value_text(Value value) {
  if constexpr (std::is_enum_v<Value>)
    return std::to_string(static_cast<std::underlying_type_t<Value>>(value));
  else
    return std::to_string(value);
}

/// Goes through the values of one axis after another; `Chosen` are those of the axes done.
template <class Chosen, class... Axes>
struct Product;

template <auto... Chosen>
struct Product<Values<Chosen...>> {
  template <class Names, class Make>
  [[nodiscard]] static auto of(const Names& names, const Make& make) {
    std::string text;
    std::size_t axis = 0;
    ((text.append(axis == 0 ? "" : ", ").append(names[axis]).append(names[axis].empty() ? "" : " "),
      text += value_text(Chosen), ++axis),
     ...);
    return std::make_tuple(candidate(std::move(text), make.template operator()<Chosen...>()));
  }
};

template <auto... Chosen, auto... Next, class... Axes>
struct Product<Values<Chosen...>, Values<Next...>, Axes...> {
  template <class Names, class Make>
  [[nodiscard]] static auto of(const Names& names, const Make& make) {
    return std::tuple_cat(Product<Values<Chosen..., Next>, Axes...>::of(names, make)...);
  }
};

}  // namespace detail

/// A candidate for each combination of one value from each axis, the last axis changing fastest:
///
///     space<Values<125, 250, 500>, Values<1, 2>>({"Nodes", "Levels"}, []<std::size_t Nodes, std::size_t Levels>() {
///       return Thermometer<Levels>{} | StochasticLut<6, Nodes>{} | GroupSum<10>{} | Argmax{};
///     })
///
/// is a std::tuple of six candidates from "Nodes 125, Levels 1" to "Nodes 500, Levels 2". Each is a network of its own
/// to the compiler, at about three seconds.
template <class... Axes, class Make>
[[nodiscard]] auto space(const std::array<std::string_view, sizeof...(Axes)>& names, const Make& make) {
  return detail::Product<Values<>, Axes...>::of(names, make);
}

/// The same under names that are the values alone: "125, 1".
template <class... Axes, class Make>
[[nodiscard]] auto space(const Make& make) {
  return space<Axes...>(std::array<std::string_view, sizeof...(Axes)>{}, make);
}

}  // namespace lutra
