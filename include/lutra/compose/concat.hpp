#pragma once
// concat(a, b, …): every branch reads the same input, and their channels are joined. Branches write straight into their
// part of the output planes, so joining costs nothing.

#include <algorithm>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
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
    static constexpr bool same_image = A::shape.same_image(B::shape);
    static constexpr bool same_kind = !std::is_void_v<Kind>;
    static_assert(error::signals_match<same_image, A, B>::value,
                  "lutra: concat joins channels, so its branches must give the same height and width");
    static_assert(
        error::signals_match<same_kind, A, B>::value,
        "lutra: concat joins signals of one kind; put the same encoder, Binarize or ToReal at the end of each branch");
    using type = Signal<std::conditional_t<same_kind, Kind, typename A::Kind>,
                        Shape{A::shape.channels + B::shape.channels, A::shape.height, A::shape.width}>;
};

template <class First, class... Rest>
struct JoinAll {
    using type = First;
};
template <class First, class Second, class... Rest>
struct JoinAll<First, Second, Rest...> {
    using type = typename JoinAll<typename JoinedSignals<First, Second>::type, Rest...>::type;
};

/// The bound branches of a Concat or a Sum, each fed with the same input.
template <class In, class... Branches>
struct Branched {
    std::tuple<Cell<Branches, In>...> cells;
    float scale = 1;

    Branched(const std::tuple<Branches...>& branches, Binding& binding, const char* who)
        : Branched(branches, binding, who, binding.scale(), std::index_sequence_for<Branches...>{}) {}

    template <class Data>
    void fit_encoder(const Data& data) {
        std::apply([&](auto&... cell) { (detail::fit_encoder(*cell, data), ...); }, cells);
    }
    void reserve(Arena& arena, const Pass& pass) {
        std::apply([&](auto&... cell) { (detail::reserve(*cell, arena, pass), ...); }, cells);
    }

private:
    /// Constructs a cell in place (cells never move: their layers hold references into the parameter store).
    template <class Branch>
    struct Make {
        const Branch& branch;
        Binding& binding;
        float scale;
        operator Cell<Branch, In>() const {
            binding.set_scale(scale);
            return Cell<Branch, In>(branch, binding);
        }
    };

    template <std::size_t... I>
    Branched(const std::tuple<Branches...>& branches, Binding& binding, const char* who, float scale_in,
             std::index_sequence<I...>)
        : cells{Make<Branches>{std::get<I>(branches), binding, scale_in}...} {
        scale = detail::scale_of(*std::get<0>(cells));
        const auto check = [&](float other) {
            if (other != scale)
                throw Error(who, "branches whose counts have different scales", std::to_string(scale),
                            std::to_string(other));
        };
        (check(detail::scale_of(*std::get<I>(cells))), ...);
        binding.set_scale(scale);
    }
};

}  // namespace detail

template <class... Branches>
template <class In>
class Concat<Branches...>::Bound {
    using Branched = detail::Branched<In, Branches...>;
    using InPlanes = Planes<typename In::Kind>;

public:
    using Output = typename detail::JoinAll<typename Cell<Branches, In>::Output...>::type;
    using OutPlanes = Planes<typename Output::Kind>;
    static constexpr bool trainable = (Cell<Branches, In>::trainable || ...);

    Bound(const Concat& concat, Binding& binding) : branched_(concat.branches, binding, "concat") {}

    void reserve(Arena& arena, const Pass& pass) { branched_.reserve(arena, pass); }
    void forward(const Pass& pass, InPlanes in, OutPlanes out) {
        for_each([&](auto& bound, std::size_t first, auto signal) {
            using Branch = decltype(signal);
            bound.forward(pass, in, part<typename Branch::Kind>(out, first, Branch::size));
        });
    }
    void backward(const Pass& pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
        for_each([&](auto& bound, std::size_t first, auto signal) {
            using Branch = decltype(signal);
            bound.backward(pass, in, part<typename Branch::Kind>(out, first, Branch::size),
                           d_out.slice(first, Branch::size), d_in);
        });
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
        requires(detail::Freezable<typename Branches::template Bound<In>>&&...) {
        circuits::Wires out;
        std::apply(
            [&](const auto&... cell) { ((out = circuits::join(std::move(out), cell->freeze(builder, in))), ...); },
            branched_.cells);
        out.scale = branched_.scale;
        return out;
    }
    template <class Data>
    void fit_encoder(const Data& data) {
        branched_.fit_encoder(data);
    }
    [[nodiscard]] float scale() const noexcept { return branched_.scale; }

private:
    template <class Kind>
    static Planes<Kind> part(OutPlanes out, std::size_t first, std::size_t count) {
        const auto rows = out.slice(first, count);
        return {rows.data, rows.rows, rows.stride};
    }
    template <class Visit>
    void for_each(const Visit& visit) {
        std::size_t first = 0;
        std::apply(
            [&](auto&... cell) {
                ((visit(*cell, first, typename std::remove_reference_t<decltype(cell)>::Output{}),
                  first += std::remove_reference_t<decltype(cell)>::Output::size),
                 ...);
            },
            branched_.cells);
    }
    Branched branched_;
};

}  // namespace lutra
