#pragma once
// a + b: both branches read the same input and their outputs are added value by value. Bits and counts add up to
// counts, exactly; Reals to a Real.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/compose/concat.hpp>
#include <lutra/compose/contract.hpp>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace lutra {

template <class First, class Second>
struct Sum {
  using CompositeTag = void;
  std::tuple<First, Second> branches;

  static std::string name() { return "(" + First::name() + " + " + Second::name() + ")"; }

  template <class In>
  class Bound;
};

namespace detail {

/// The largest whole number a kind can hold, as a term of a sum; 0 for Real.
template <class Kind>
inline constexpr std::uint64_t largest_term = 0;
template <>
inline constexpr std::uint64_t largest_term<Bit> = 1;
template <std::uint64_t Maximum>
inline constexpr std::uint64_t largest_term<Count<Maximum>> = Maximum;

template <class Kind>
inline constexpr bool can_be_added = std::is_same_v<Kind, Real> || largest_term<Kind> != 0;

template <class A, class B>
using SumKind = std::conditional_t<std::is_same_v<A, Real> || std::is_same_v<B, Real>, Real,
                                   Count<largest_term<A> + largest_term<B>>>;

}  // namespace detail

template <class First, class Second>
template <class In>
class Sum<First, Second>::Bound {
  detail::Branched<In, First, Second> branched_;  // above what depends on whether it compiles
  using A = detail::output_of<Cell<First, In>>;
  using B = detail::output_of<Cell<Second, In>>;
  using InPlanes = Planes<typename In::Kind>;
  static constexpr bool unknown = std::is_same_v<A, detail::Nothing> || std::is_same_v<B, detail::Nothing>;
  static_assert(error::signals_match < unknown || A::shape == B::shape, A, B > ::value,
                "lutra: a + b adds value by value, so both sides must give the same shape");
  static constexpr bool can_add = detail::can_be_added<typename A::Kind> && detail::can_be_added<typename B::Kind>;
  static constexpr bool both_or_no_reals =
      std::is_same_v<typename A::Kind, Real> == std::is_same_v<typename B::Kind, Real>;
  static_assert(error::signals_match < unknown || can_add, A, B > ::value,
                "lutra: a + b adds Bit, Count and Real signals; put an encoder, Binarize or ToReal before it");
  static_assert(error::signals_match < unknown || both_or_no_reals, A, B > ::value,
                "lutra: a + b adds Real to Real, or bits and counts to bits and counts; put ToReal on the other side");

 public:
  using Output = std::conditional_t<unknown, detail::Nothing,
                                    Signal<detail::SumKind<typename A::Kind, typename B::Kind>, A::shape>>;
  using OutPlanes = Planes<typename Output::Kind>;
  static constexpr bool trainable = Cell<First, In>::trainable || Cell<Second, In>::trainable;
  static constexpr bool freezable = !std::is_same_v<typename Output::Kind, Real> &&
                                    detail::is_freezable<typename Cell<First, In>::Bound> &&
                                    detail::is_freezable<typename Cell<Second, In>::Bound>;

  Bound(const Sum& sum, Binding& binding) : branched_(sum.branches, binding, "a + b") {}

  void reserve(Arena& arena, const Pass& pass) {
    branched_.reserve(arena, pass);
    a_ = arena.claim_planes<typename A::Kind>(A::size, pass);
    b_ = arena.claim_planes<typename B::Kind>(B::size, pass);
  }
  void forward(const Pass& pass, InPlanes in, OutPlanes out) {
    a().forward(pass, in, fitted(a_, pass));
    b().forward(pass, in, fitted(b_, pass));
    parallel_for(pass.threads, Output::size, [&](std::size_t i) {
      std::memset(out.row(i), 0, pass.padded() * sizeof(float));
      add(fitted(a_, pass), i, out.row(i), pass);
      add(fitted(b_, pass), i, out.row(i), pass);
    });
  }
  void backward(const Pass& pass, InPlanes in, OutPlanes, Gradients d_out, Gradients d_in) {
    a().backward(pass, in, fitted(a_, pass), d_out, d_in);
    b().backward(pass, in, fitted(b_, pass), d_out, d_in);
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
      requires(!std::is_same_v<typename Output::Kind, Real>) {
    const auto& first = branched_.template bound<0>();
    const auto& second = branched_.template bound<1>();
    const auto a_out = builder.single(detail::freeze_layer<First, In>(first, builder, in), A::shape);
    const auto b_out = builder.single(detail::freeze_layer<Second, In>(second, builder, in), B::shape);
    const auto both = circuits::join(a_out, b_out);
    const std::uint64_t most = 2 * std::max(detail::most(a_out), detail::most(b_out));
    if (builder.are_images(both, Output::shape))
      return builder.add_at_each_place("add", both, circuits::AddStage{}, Output::shape, most, branched_.scale());
    return builder.add("add", both, circuits::AddStage{}, Output::shape, most, branched_.scale());
  }
  template <class Data>
  void fit_encoder(const Data& data) {
    branched_.fit_encoder(data);
  }
  [[nodiscard]] float scale() const noexcept { return branched_.scale(); }

 private:
  [[nodiscard]] auto& a() noexcept { return branched_.template bound<0>(); }
  [[nodiscard]] auto& b() noexcept { return branched_.template bound<1>(); }

  template <class Kind>
  static void add(Planes<Kind> from, std::size_t i, float* to, const Pass& pass) {
    if constexpr (std::is_same_v<Kind, Bit>) {
      for (std::size_t s = 0; s < pass.padded(); ++s)
        to[s] += static_cast<float>(from.row(i)[s / kernels::word_bits] >> (s % kernels::word_bits) & 1);
    } else {
      for (std::size_t s = 0; s < pass.padded(); ++s) to[s] += from.row(i)[s];
    }
  }

  Planes<typename A::Kind> a_;
  Planes<typename B::Kind> b_;
};

}  // namespace lutra
