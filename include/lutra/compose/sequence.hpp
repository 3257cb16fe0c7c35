#pragma once
// a | b | c: each layer reads what the one before it gives. Also Identity, the sequence of nothing.

#include <cstddef>
#include <cstring>
#include <lutra/compose/contract.hpp>
#include <string>
#include <tuple>
#include <utility>

namespace lutra {

/// Gives what it gets.
struct Identity {
  static std::string name() { return "Identity"; }

  template <class In>
  class Bound {
   public:
    using Output = In;
    using Kind = typename In::Kind;

    Bound(const Identity&, Binding& binding) : scale_(binding.scale()) {}

    void forward(const Pass& pass, Planes<Kind> in, Planes<Kind> out) {
      for (std::size_t i = 0; i < in.rows; ++i)
        std::memcpy(out.row(i), in.row(i), row_stride<Kind>(pass) * sizeof(typename Planes<Kind>::Storage));
    }
    void backward(const Pass& pass, Planes<Kind>, Planes<Kind>, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), d_out.rows, [&](std::size_t i) {
        for (std::size_t s = 0; s < pass.padded(); ++s) d_in.row(i)[s] += d_out.row(i)[s];
      });
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder&, const circuits::Wires& in) const { return in; }
    [[nodiscard]] float scale() const noexcept { return scale_; }

   private:
    float scale_;
  };
};

template <class... Layers>
struct Sequence {
  using CompositeTag = void;
  std::tuple<Layers...> layers;

  static std::string name() {
    std::string text;
    ((text += (text.empty() ? "" : " | ") + Layers::name()), ...);
    return text;
  }

  template <class In>
  class Bound;
};

namespace detail {

/// The bound layers of a sequence from index I on: the first of them, the planes between it and the rest, the rest.
template <class LayerTuple, std::size_t I, class In>
class Chain {
  using Layer = std::tuple_element_t<I, LayerTuple>;
  using FirstCell = Cell<Layer, In>;
  FirstCell first_;  // above what depends on whether it compiles
  using Mid = output_of<FirstCell>;
  using Rest = Chain<LayerTuple, I + 1, Mid>;
  using InPlanes = Planes<typename In::Kind>;

 public:
  using Output = typename Rest::Output;
  using OutPlanes = Planes<typename Output::Kind>;
  static constexpr bool trainable = FirstCell::trainable || Rest::trainable;
  static constexpr bool freezable = is_freezable<typename FirstCell::Bound> && Rest::freezable;

  Chain(const LayerTuple& layers, Binding& binding) : first_(std::get<I>(layers), binding), rest_(layers, binding) {}

  void reserve(Arena& arena, const Pass& pass) {
    detail::reserve(*first_, arena, pass);
    mid_ = arena.claim_planes<typename Mid::Kind>(Mid::size, pass);
    d_mid_ = arena.claim_planes<Real>(Mid::size, pass);
    rest_.reserve(arena, pass);
  }
  void forward(const Pass& pass, InPlanes in, OutPlanes out) {
    const auto mid = fitted(mid_, pass);
    first_->forward(pass, in, mid);
    rest_.forward(pass, mid, out);
  }
  void recall(const Pass& pass, InPlanes in, OutPlanes out) {
    const auto mid = fitted(mid_, pass);
    first_->forward(pass, in, mid);
    rest_.recall(pass, mid, out);
  }
  void backward(const Pass& pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
    const auto mid = fitted(mid_, pass);
    // Nothing before the rest learns: no one needs the gradient in between.
    if (!FirstCell::trainable && !d_in) return rest_.backward(pass, mid, out, d_out, {});
    const Gradients d_mid = fitted(d_mid_, pass);
    clear(pass, d_mid);
    rest_.backward(pass, mid, out, d_out, d_mid);
    first_->backward(pass, in, mid, d_mid, d_in);
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
    const auto mid = freeze_layer<Layer, In>(*first_, builder, in);
    // The first layer without a circuit has said so: one sentence is enough.
    if constexpr (is_freezable<typename FirstCell::Bound>) {
      return rest_.freeze(builder, mid);
    } else {
      return mid;
    }
  }
  template <class Data>
  void fit_encoder(const Data& data) {
    detail::fit_encoder(*first_, data);
  }
  [[nodiscard]] float scale() const { return rest_.scale(); }

 private:
  Planes<typename Mid::Kind> mid_;
  Gradients d_mid_;
  Rest rest_;
};

/// After a layer that has refused its input.
template <class LayerTuple, std::size_t I>
class Chain<LayerTuple, I, Nothing> {
 public:
  using Output = Nothing;
  static constexpr bool trainable = false;
  static constexpr bool freezable = false;
};

/// The last layer: its output is the sequence's.
template <class LayerTuple, std::size_t I, class In>
requires(I + 1 == std::tuple_size_v<LayerTuple> && !std::is_same_v<In, Nothing>) class Chain<LayerTuple, I, In> {
  using Layer = std::tuple_element_t<I, LayerTuple>;
  using OnlyCell = Cell<Layer, In>;
  using InPlanes = Planes<typename In::Kind>;

 public:
  using Output = typename OnlyCell::Output;
  using OutPlanes = Planes<typename Output::Kind>;
  static constexpr bool trainable = OnlyCell::trainable;
  static constexpr bool freezable = is_freezable<typename OnlyCell::Bound>;

  Chain(const LayerTuple& layers, Binding& binding) : only_(std::get<I>(layers), binding) {}

  void reserve(Arena& arena, const Pass& pass) { detail::reserve(*only_, arena, pass); }
  void forward(const Pass& pass, InPlanes in, OutPlanes out) { only_->forward(pass, in, out); }
  void recall(const Pass& pass, InPlanes in, OutPlanes out) { detail::recall(*only_, pass, in, out); }
  void backward(const Pass& pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
    only_->backward(pass, in, out, d_out, d_in);
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
    return freeze_layer<Layer, In>(*only_, builder, in);
  }
  template <class Data>
  void fit_encoder(const Data& data) {
    detail::fit_encoder(*only_, data);
  }
  [[nodiscard]] float scale() const { return detail::scale_of(*only_); }

 private:
  OnlyCell only_;
};

}  // namespace detail

template <class... Layers>
template <class In>
class Sequence<Layers...>::Bound : public detail::Chain<std::tuple<Layers...>, 0, In> {
 public:
  Bound(const Sequence& sequence, Binding& binding)
      : detail::Chain<std::tuple<Layers...>, 0, In>(sequence.layers, binding) {}
};

}  // namespace lutra
