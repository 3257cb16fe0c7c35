#pragma once
// Relu, LeakyRelu and Sigmoid, value by value, for teachers and mixed networks.

#include <cmath>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/levels.hpp>
#include <lutra/error.hpp>
#include <span>
#include <string>
#include <type_traits>

namespace lutra {

namespace detail {

/// A layer that is one function of one number. Function is made of the layer, and has value(x) and slope(x, y), the
/// derivative where y = value(x); where `rises`, it never falls and becomes part of the thresholds behind it.
template <class Layer, class Function, class In>
class BoundActivation {
  static_assert(error::layer_accepts_input<std::is_same_v<typename In::Kind, Real>, Layer, In>::value,
                "lutra: an activation reads Real; put ToReal before it");

 public:
  using Output = Signal<Real, In::shape>;

  BoundActivation(const Layer& layer, Binding& binding) : function_(layer, binding) {}

  void forward(const Pass& pass, Planes<Real> in, Planes<Real> out) {
    parallel_for(pass.threads, In::size, [&](std::size_t i) {
      for (std::size_t s = 0; s < pass.padded(); ++s) out.row(i)[s] = function_.value(in.row(i)[s]);
    });
  }
  void backward(const Pass& pass, Planes<Real> in, Planes<Real> out, Gradients d_out, Gradients d_in) {
    if (!d_in) return;
    parallel_for(row_threads(pass.threads, d_in), In::size, [&](std::size_t i) {
      for (std::size_t s = 0; s < pass.padded(); ++s)
        d_in.row(i)[s] += d_out.row(i)[s] * function_.slope(in.row(i)[s], out.row(i)[s]);
    });
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder&, const circuits::Wires& in) const requires(Function::rises) {
    return circuits::then_reals(in, Layer::name(), [function = function_](std::size_t, std::span<float> x) {
      for (float& value : x) value = function.value(value);
    });
  }

 private:
  Function function_;
};

struct ReluFunction {
  static constexpr bool rises = true;
  template <class Layer>
  ReluFunction(const Layer&, Binding&) {}
  [[nodiscard]] static float value(float x) { return x > 0 ? x : 0; }
  [[nodiscard]] static float slope(float x, float) { return x > 0 ? 1.0F : 0.0F; }
};

struct LeakyReluFunction {
  static constexpr bool rises = true;
  template <class Layer>
  LeakyReluFunction(const Layer& layer, Binding& binding) : below(layer.below) {
    if (!(below >= 0 && below <= 1))
      throw Error(Layer::name(), "layer " + binding.layer(), "a slope of 0 to 1 below 0", std::to_string(below));
  }
  [[nodiscard]] float value(float x) const { return x > 0 ? x : x * below; }
  [[nodiscard]] float slope(float x, float) const { return x > 0 ? 1.0F : below; }

  float below;
};

struct SigmoidFunction {
  static constexpr bool rises = false;  // not for every C library's exp
  template <class Layer>
  SigmoidFunction(const Layer&, Binding&) {}
  [[nodiscard]] static float value(float x) { return 1 / (1 + std::exp(-x)); }
  [[nodiscard]] static float slope(float, float y) { return y * (1 - y); }
};

}  // namespace detail

/// y = max(x, 0). In and out: Real, any shape. Freezes as BatchNorm does: into the thresholds behind it.
struct Relu {
  static std::string name() { return "Relu"; }
  template <class In>
  class Bound : public detail::BoundActivation<Relu, detail::ReluFunction, In> {
    using detail::BoundActivation<Relu, detail::ReluFunction, In>::BoundActivation;
  };
};

/// y = x where x > 0, else below · x, with `below` from 0 to 1. In and out: Real, any shape. Freezes as Relu does.
struct LeakyRelu {
  float below = 0.1F;

  static std::string name() { return "LeakyRelu"; }
  template <class In>
  class Bound : public detail::BoundActivation<LeakyRelu, detail::LeakyReluFunction, In> {
    using detail::BoundActivation<LeakyRelu, detail::LeakyReluFunction, In>::BoundActivation;
  };
};

/// y = 1 / (1 + e^-x), which is in [0, 1]: StochasticLut reads it as a probability. In and out: Real. Training only.
struct Sigmoid {
  static std::string name() { return "Sigmoid"; }
  template <class In>
  class Bound : public detail::BoundActivation<Sigmoid, detail::SigmoidFunction, In> {
    using detail::BoundActivation<Sigmoid, detail::SigmoidFunction, In>::BoundActivation;
  };
};

}  // namespace lutra
