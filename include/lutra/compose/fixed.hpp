#pragma once
// fixed(expression): layers that are done learning, inside of a network that goes on.

#include <lutra/compose/contract.hpp>
#include <lutra/compose/wrapped.hpp>
#include <string>
#include <utility>

namespace lutra {

template <class ExpressionType>
struct Fixed {
  using CompositeTag = void;
  ExpressionType expression;

  static std::string name() { return "fixed(" + ExpressionType::name() + ")"; }

  template <class In>
  class Bound : public detail::Wrapped<ExpressionType, In> {
    using Base = detail::Wrapped<ExpressionType, In>;

   public:
    using InPlanes = typename Base::InPlanes;
    using OutPlanes = typename Base::OutPlanes;
    static constexpr bool trainable = false;

    Bound(const Fixed& fixed, Binding& binding) : Bound(fixed, binding, binding.learns()) {}

    void forward(Pass pass, InPlanes in, OutPlanes out) {
      pass.training = false;
      Base::forward(pass, in, out);
    }
    void backward(Pass pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      pass.training = false;
      Base::backward(pass, in, out, d_out, d_in);
    }

   private:
    Bound(const Fixed& fixed, Binding& binding, bool learns_outside)
        : Base((binding.set_learns(false), fixed.expression), binding) {
      binding.set_learns(learns_outside);
    }
  };
};

/// Computes what `composition` computes when it is not trained, and passes gradients on, but its parameters and its
/// state stay as they are: the optimizer leaves them alone, and a BatchNorm takes its running averages.
template <Expression ExpressionType>
[[nodiscard]] constexpr Fixed<ExpressionType> fixed(ExpressionType composition) {
  return {std::move(composition)};
}

}  // namespace lutra
