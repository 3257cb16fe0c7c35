#pragma once
// Expressions: layers composed into types. Composing allocates nothing and computes nothing; what an expression means
// for a given input signal is worked out by the compiler when it is bound (compose/*.hpp).
//
//   a | b            b is fed with a
//   concat(a, b)     both get the same input; their channels are joined
//   a + b            both get the same input; their values are added
//   rescaled_sum(a, b)   the same for counts of different scales
//   identity         gives its input, as in identity + (a | b)
//   repeat<n>(a)     a | a | … n times
//   block(a)         a, as one part that another network has a counterpart of
//   fixed(a)         a, whose parameters stay as they are

#include <cstddef>
#include <lutra/compose/block.hpp>
#include <lutra/compose/concat.hpp>
#include <lutra/compose/fixed.hpp>
#include <lutra/compose/rescaled_sum.hpp>
#include <lutra/compose/sequence.hpp>
#include <lutra/compose/sum.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

namespace lutra {

inline constexpr Identity identity{};

namespace detail {

template <class T>
constexpr std::tuple<T> layers_of(T layer) {
  return std::tuple<T>(std::move(layer));
}
template <class... Layers>
constexpr std::tuple<Layers...> layers_of(Sequence<Layers...> sequence) {
  return std::move(sequence.layers);
}

template <class... Layers>
constexpr Sequence<Layers...> make_sequence(std::tuple<Layers...> layers) {
  return {std::move(layers)};
}

}  // namespace detail

/// `second` reads what `first` gives. Sequences of sequences are flattened: the grouping of | never matters.
template <Expression First, Expression Second>
[[nodiscard]] constexpr auto operator|(First first, Second second) {
  return detail::make_sequence(
      std::tuple_cat(detail::layers_of(std::move(first)), detail::layers_of(std::move(second))));
}

/// All branches read the same input; their outputs are joined along channels, in this order. Height and width must
/// agree, and so must the kinds.
template <Expression... Branches>
[[nodiscard]] constexpr Concat<Branches...> concat(Branches... branches) {
  return {std::tuple<Branches...>(std::move(branches)...)};
}

/// Both read the same input; their outputs, which have the same shape, are added value by value. Sums of bits and
/// counts are counts, sums of Reals are Real.
template <Expression First, Expression Second>
[[nodiscard]] constexpr Sum<First, Second> operator+(First first, Second second) {
  return {std::tuple<First, Second>(std::move(first), std::move(second))};
}

/// The same layers n times, one after another, each with parameters of its own.
template <std::size_t Times, Expression Repeated>
[[nodiscard]] constexpr auto repeat(Repeated composition) {
  static_assert(Times >= 1, "lutra: repeat<n> takes n of at least 1");
  if constexpr (Times == 1) {
    return composition;
  } else {
    return composition | repeat<Times - 1>(composition);
  }
}

}  // namespace lutra
