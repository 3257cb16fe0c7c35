#pragma once
// rescaled_sum(a, b): both branches read the same input, and what their counts stand for is added, whatever their
// scales: whole multiples of both are, so that a circuit adds what the network added.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/concat.hpp>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/sum.hpp>
#include <lutra/error.hpp>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>

namespace lutra {

namespace detail {

/// Whole numbers whose ratio is nearest to `ratio` > 0 among its continued fraction's, with first · most_first + second
/// · most_second at most `most`; 0 and 0 where there are none.
[[nodiscard]] inline std::array<std::uint32_t, 2> whole_ratio(double ratio, double most_first, double most_second,
                                                              double most) {
  constexpr double rounded = 1e-6;  // what is left of a ratio of floats is how they were rounded
  double first = 1, second = 0, first_before = 0, second_before = 1;
  for (;;) {
    const double whole = std::floor(ratio);
    const double room = most - (first_before * most_first + second_before * most_second);
    const double fits = std::min(whole, std::floor(room / (first * most_first + second * most_second)));
    if (fits < whole && 2 * fits <= whole) break;
    first_before += fits * first;
    second_before += fits * second;
    std::swap(first, first_before);
    std::swap(second, second_before);
    if (fits < whole || ratio - whole < rounded * ratio) break;
    ratio = 1 / (ratio - whole);
  }
  if (first == 0 || second == 0) return {0, 0};
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second)};
}

}  // namespace detail

/// What rescaled_sum composes.
template <class First, class Second>
struct RescaledSum {
  using CompositeTag = void;
  First first;
  Second second;

  static std::string name() { return "rescaled_sum(" + First::name() + ", " + Second::name() + ")"; }

  template <class In>
  class Bound;
};

template <class First, class Second>
template <class In>
class RescaledSum<First, Second>::Bound {
  detail::BranchCell<0, First, In> first_;  // above what depends on whether it compiles
  detail::BranchCell<1, Second, In> second_;
  using A = detail::output_of<Cell<First, In>>;
  using B = detail::output_of<Cell<Second, In>>;
  using InPlanes = Planes<typename In::Kind>;
  static constexpr bool unknown = std::is_same_v<A, detail::Nothing> || std::is_same_v<B, detail::Nothing>;
  static_assert(error::signals_match < unknown || A::shape == B::shape, A, B > ::value,
                "lutra: rescaled_sum adds value by value, so both sides must give the same shape");
  static constexpr std::uint64_t most_first = detail::largest_term<typename A::Kind>;
  static constexpr std::uint64_t most_second = detail::largest_term<typename B::Kind>;
  static_assert(error::signals_match < unknown || (most_first != 0 && most_second != 0), A, B > ::value,
                "lutra: rescaled_sum adds Bit and Count signals; end the branches in Quantize or Binarize");

 public:
  using Output = std::conditional_t<unknown, detail::Nothing, Signal<Real, A::shape>>;
  static constexpr bool trainable = Cell<First, In>::trainable || Cell<Second, In>::trainable;
  static constexpr bool freezable =
      detail::is_freezable<typename Cell<First, In>::Bound> && detail::is_freezable<typename Cell<Second, In>::Bound>;

  Bound(const RescaledSum& sum, Binding& binding) : Bound(sum, binding, binding.scale()) {}

  void reserve(Arena& arena, const Pass& pass) {
    detail::reserve(a(), arena, pass);
    detail::reserve(b(), arena, pass);
    a_ = arena.claim_planes<typename A::Kind>(A::size, pass);
    b_ = arena.claim_planes<typename B::Kind>(B::size, pass);
  }
  void forward(const Pass& pass, InPlanes in, Planes<Real> out) {
    a().forward(pass, in, fitted(a_, pass));
    b().forward(pass, in, fitted(b_, pass));
    parallel_for(pass.threads, Output::size, [&](std::size_t i) {
      float* const to = out.row(i);
      std::fill_n(to, pass.padded(), 0.0F);
      add(fitted(a_, pass), i, times_[0], to, pass);
      add(fitted(b_, pass), i, times_[1], to, pass);
      to_reals(unit_, {to, pass.padded()});
    });
  }
  void backward(const Pass& pass, InPlanes in, Planes<Real>, Gradients d_out, Gradients d_in) {
    a().backward(pass, in, fitted(a_, pass), d_out, d_in);
    b().backward(pass, in, fitted(b_, pass), d_out, d_in);
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
    const auto a_out = builder.single(detail::freeze_layer<First, In>(a(), builder, in), A::shape);
    const auto b_out = builder.single(detail::freeze_layer<Second, In>(b(), builder, in), B::shape);
    const auto both = circuits::join(a_out, b_out);
    // Numbers of joined signals are as wide as the widest.
    const std::uint64_t most =
        (std::uint64_t{times_[0]} + times_[1]) * std::max(detail::most(a_out), detail::most(b_out));
    const bool each_place = builder.are_images(both, Output::shape);
    const std::size_t size = each_place ? Output::shape.channels : Output::size;
    circuits::WeighStage stage;
    for (std::uint32_t i = 0; i < size; ++i)
      stage.add(std::array{i, i + static_cast<std::uint32_t>(size)},
                std::array{static_cast<std::int32_t>(times_[0]), static_cast<std::int32_t>(times_[1])}, 0);
    auto out = each_place ? builder.add_at_each_place("rescaled sum", both, std::move(stage), Output::shape, most)
                          : builder.add("rescaled sum", both, std::move(stage), Output::shape, most);
    out.ordered = true;
    out.scale = unit_;
    out.reals = [unit = unit_](std::size_t, std::span<float> numbers) { to_reals(unit, numbers); };
    return out;
  }
  template <class Data>
  void fit_encoder(const Data& data) {
    detail::fit_encoder(a(), data);
    detail::fit_encoder(b(), data);
  }

 private:
  /// Sums of 16 bits: for codes of up to four bits a scale is met to a ten-thousandth, and adders stay small.
  static constexpr double most_sum = 65535;

  Bound(const RescaledSum& sum, Binding& binding, float scale_in)
      : first_(sum.first, binding, scale_in), second_(sum.second, binding, scale_in) {
    const float one = detail::scale_of(a()), other = detail::scale_of(b());
    times_ = detail::whole_ratio(static_cast<double>(one) / static_cast<double>(other), static_cast<double>(most_first),
                                 static_cast<double>(most_second), most_sum);
    if (times_[0] == 0)
      throw Error("rescaled_sum", "layer " + binding.layer(), "scales whose multiples fit into 16 bits",
                  std::to_string(one) + " and " + std::to_string(other));
    unit_ = one / static_cast<float>(times_[0]);
    binding.set_scale(1);
  }

  [[nodiscard]] auto& a() noexcept { return *first_.cell; }
  [[nodiscard]] const auto& a() const noexcept { return *first_.cell; }
  [[nodiscard]] auto& b() noexcept { return *second_.cell; }
  [[nodiscard]] const auto& b() const noexcept { return *second_.cell; }

  /// Whole numbers below 2^24, which floats add exactly.
  template <class Kind>
  static void add(Planes<Kind> from, std::size_t i, std::uint32_t times, float* to, const Pass& pass) {
    const auto factor = static_cast<float>(times);
    if constexpr (std::is_same_v<Kind, Bit>) {
      for (std::size_t s = 0; s < pass.padded(); ++s)
        to[s] += (from.row(i)[s / kernels::word_bits] >> (s % kernels::word_bits) & 1) != 0 ? factor : 0.0F;
    } else {
      for (std::size_t s = 0; s < pass.padded(); ++s) to[s] += factor * from.row(i)[s];
    }
  }
  static void to_reals(float unit, std::span<float> numbers) {
    for (float& number : numbers) number *= unit;
  }

  std::array<std::uint32_t, 2> times_{};
  float unit_ = 1;
  Planes<typename A::Kind> a_;
  Planes<typename B::Kind> b_;
};

/// a and b read the same input; what they stand for is added value by value: each count is multiplied by a whole
/// number, so that both have one unit, of which there are at most 65535. So b's scale is rounded to a multiple of a's
/// unit, a ratio of small numbers exactly. In: any that both read; a and b give Bit or Count of one shape; out: Real,
/// the same shape. Gradient: that of the sum, to both. Freezes to one weigh stage, behind which come BatchNorm,
/// Quantize, Binarize, Argmax or the end. Throws Error while binding where scales are too far apart. Where they are
/// equal, a + b is the same and gives counts.
template <Expression First, Expression Second>
[[nodiscard]] constexpr RescaledSum<First, Second> rescaled_sum(First first, Second second) {
  return {std::move(first), std::move(second)};
}

}  // namespace lutra
