#pragma once
// An expression inside of another one that changes nothing of what it computes: what block and fixed have in common.

#include <lutra/compose/contract.hpp>

namespace lutra::detail {

template <class ExpressionType, class In>
class Wrapped {
  using InnerCell = Cell<ExpressionType, In>;
  InnerCell inner_;  // above what depends on whether it compiles

 public:
  using Output = output_of<InnerCell>;
  using InPlanes = Planes<typename In::Kind>;
  using OutPlanes = Planes<typename Output::Kind>;
  static constexpr bool trainable = InnerCell::trainable;
  static constexpr bool freezable = is_freezable<typename InnerCell::Bound>;

  Wrapped(const ExpressionType& expression, Binding& binding) : inner_(expression, binding) {}

  void reserve(Arena& arena, const Pass& pass) { detail::reserve(*inner_, arena, pass); }
  void forward(const Pass& pass, InPlanes in, OutPlanes out) { inner_->forward(pass, in, out); }
  void backward(const Pass& pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
    inner_->backward(pass, in, out, d_out, d_in);
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
    return freeze_layer<ExpressionType, In>(*inner_, builder, in);
  }
  template <class Data>
  void fit_encoder(const Data& data) {
    detail::fit_encoder(*inner_, data);
  }
  [[nodiscard]] float scale() const { return scale_of(*inner_); }
};

}  // namespace lutra::detail
