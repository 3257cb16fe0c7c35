#pragma once
// concat(a, b, …): every branch reads the same input, and their channels are joined. Branches write straight into their
// part of the output planes, so joining costs nothing.

#include <algorithm>
#include <array>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
#include <numeric>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace lutra {

template <class... Branches>
struct Concat {
  static_assert(sizeof...(Branches) > 0, "lutra: concat joins at least one branch");
  using CompositeTag = void;
  std::tuple<Branches...> branches;

  static std::string name() {
    std::string text;
    ((text += (text.empty() ? "concat(" : ", ") + Branches::name()), ...);
    return text + ")";
  }

  template <class In>
  class Bound;
};

namespace detail {

/// The kind of two joined signals: the same kind, or a Count wide enough for both.
template <class A, class B>
struct JoinedKind {
  using type = void;
};
template <class A>
struct JoinedKind<A, A> {
  using type = A;
};
template <std::uint64_t A, std::uint64_t B>
requires(A != B) struct JoinedKind<Count<A>, Count<B>> {
  using type = Count<std::max(A, B)>;
};

template <class A, class B>
struct JoinedSignals {
  using Kind = typename JoinedKind<typename A::Kind, typename B::Kind>::type;
  static constexpr bool unknown = std::is_same_v<A, Nothing> || std::is_same_v<B, Nothing>;
  static constexpr bool same_image = unknown || A::shape.same_image(B::shape);
  static constexpr bool same_kind = !std::is_void_v<Kind>;
  static_assert(error::signals_match<same_image, A, B>::value,
                "lutra: concat joins channels, so its branches must give the same height and width");
  static_assert(error::signals_match < !is_class<typename A::Kind> && !is_class<typename B::Kind>, A, B > ::value,
                "lutra: a class is an answer; take Argmax out of the branches and put it after concat");
  static_assert(
      error::signals_match < same_kind || unknown, A, B > ::value,
      "lutra: concat joins signals of one kind; put the same encoder, Binarize or ToReal at the end of each branch");
  using type =
      std::conditional_t<unknown, Nothing,
                         Signal<std::conditional_t<same_kind, Kind, typename A::Kind>,
                                Shape{A::shape.channels + B::shape.channels, A::shape.height, A::shape.width}>>;
};

template <class First, class... Rest>
struct JoinAll {
  using type = First;
};
template <class First, class Second, class... Rest>
struct JoinAll<First, Second, Rest...> {
  using type = typename JoinAll<typename JoinedSignals<First, Second>::type, Rest...>::type;
};

/// One branch of several. Each is a base class of Branched: bases are made in their order, the elements of a tuple in
/// any, and the order decides which random numbers and which place in the store a branch gets.
template <std::size_t Index, class Branch, class In>
struct BranchCell {
  Cell<Branch, In> cell;

  BranchCell(const Branch& branch, Binding& binding, float scale) : cell((binding.set_scale(scale), branch), binding) {}
};

template <class In, class Indices, class... Branches>
class BranchedAt;

/// The bound branches of a Concat or a Sum, each fed with the same input.
template <class In, class... Branches>
using Branched = BranchedAt<In, std::index_sequence_for<Branches...>, Branches...>;

template <class In, std::size_t... Index, class... Branches>
class BranchedAt<In, std::index_sequence<Index...>, Branches...> : BranchCell<Index, Branches, In>... {
 public:
  BranchedAt(const std::tuple<Branches...>& branches, Binding& binding, const char* who)
      : BranchedAt(branches, binding, who, binding.scale()) {}

  template <std::size_t I>
  [[nodiscard]] auto& bound() noexcept {
    return *pick<I>(*this);
  }
  template <std::size_t I>
  [[nodiscard]] const auto& bound() const noexcept {
    return *pick<I>(*this);
  }
  /// Calls visit(bound branch, its place as a constant) for each, in order.
  template <class Visit>
  void for_each(const Visit& visit) {
    (visit(bound<Index>(), std::integral_constant<std::size_t, Index>{}), ...);
  }
  template <class Visit>
  void for_each(const Visit& visit) const {
    (visit(bound<Index>(), std::integral_constant<std::size_t, Index>{}), ...);
  }

  /// What one unit of the branches' counts stands for.
  [[nodiscard]] float scale() const noexcept { return detail::scale_of(bound<0>()); }
  template <class Data>
  void fit_encoder(const Data& data) {
    for_each([&](auto& branch, auto) { detail::fit_encoder(branch, data); });
  }
  void reserve(Arena& arena, const Pass& pass) {
    for_each([&](auto& branch, auto) { detail::reserve(branch, arena, pass); });
  }

 private:
  BranchedAt(const std::tuple<Branches...>& branches, Binding& binding, const char* who, float scale_in)
      : BranchCell<Index, Branches, In>(std::get<Index>(branches), binding, scale_in)... {
    for_each([&](const auto& branch, auto) {
      if (detail::scale_of(branch) != scale())
        throw Error(who, "branches whose counts have different scales", std::to_string(scale()),
                    std::to_string(detail::scale_of(branch)));
    });
    binding.set_scale(scale());
  }
  template <std::size_t I, class Branch>
  static auto& pick(BranchCell<I, Branch, In>& branch) noexcept {
    return branch.cell;
  }
  template <std::size_t I, class Branch>
  static const auto& pick(const BranchCell<I, Branch, In>& branch) noexcept {
    return branch.cell;
  }
};

}  // namespace detail

template <class... Branches>
template <class In>
class Concat<Branches...>::Bound {
  detail::Branched<In, Branches...> branched_;  // above what depends on whether it compiles
  using InPlanes = Planes<typename In::Kind>;

 public:
  using Output = typename detail::JoinAll<detail::output_of<Cell<Branches, In>>...>::type;
  using OutPlanes = Planes<typename Output::Kind>;
  static constexpr bool trainable = (Cell<Branches, In>::trainable || ...);
  static constexpr bool freezable = (detail::is_freezable<typename Cell<Branches, In>::Bound> && ...);

  Bound(const Concat& concat, Binding& binding) : branched_(concat.branches, binding, "concat") {}

  void reserve(Arena& arena, const Pass& pass) { branched_.reserve(arena, pass); }
  void forward(const Pass& pass, InPlanes in, OutPlanes out) {
    branched_.for_each([&](auto& branch, auto index) { branch.forward(pass, in, part<index>(out)); });
  }
  void backward(const Pass& pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
    branched_.for_each([&](auto& branch, auto index) {
      branch.backward(pass, in, part<index>(out), d_out.slice(first_row(index), Branch<index>::size), d_in);
    });
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
    circuits::Wires out;
    branched_.for_each([&](const auto& branch, auto index) {
      using Layer = std::tuple_element_t<index, std::tuple<Branches...>>;
      out = circuits::join(std::move(out), detail::freeze_layer<Layer, In>(branch, builder, in));
    });
    out.scale = branched_.scale();
    return out;
  }
  template <class Data>
  void fit_encoder(const Data& data) {
    branched_.fit_encoder(data);
  }
  [[nodiscard]] float scale() const noexcept { return branched_.scale(); }

 private:
  template <std::size_t Index>
  using Branch = std::tuple_element_t<Index, std::tuple<detail::output_of<Cell<Branches, In>>...>>;

  /// Where the branch's rows begin among those of the joined signal.
  static constexpr std::size_t first_row(std::size_t index) {
    constexpr std::array sizes{detail::output_of<Cell<Branches, In>>::size...};
    return std::accumulate(sizes.begin(), sizes.begin() + index, std::size_t{0});
  }

  /// A joined Count may be wider than the branch's own; the rows are floats all the same.
  template <std::size_t Index>
  static Planes<typename Branch<Index>::Kind> part(OutPlanes out) {
    const auto rows = out.slice(first_row(Index), Branch<Index>::size);
    return {rows.data, rows.rows, rows.stride};
  }
};

}  // namespace lutra
