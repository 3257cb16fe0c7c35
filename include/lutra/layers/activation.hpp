#pragma once
// Relu and Sigmoid, value by value, for teachers and mixed networks.

#include <cmath>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <string>
#include <type_traits>

namespace lutra {

namespace detail {

/// A layer that is one function of one number. Function has value(x) and slope(x, y), the derivative where y =
/// value(x).
template <class Layer, class Function, class In>
class BoundActivation {
  static_assert(error::layer_accepts_input<std::is_same_v<typename In::Kind, Real>, Layer, In>::value,
                "lutra: an activation reads Real; put ToReal before it");

 public:
  using Output = Signal<Real, In::shape>;

  BoundActivation(const Layer&, Binding&) {}

  void forward(const Pass& pass, Planes<Real> in, Planes<Real> out) {
    parallel_for(pass.threads, In::size, [&](std::size_t i) {
      for (std::size_t s = 0; s < pass.padded(); ++s) out.row(i)[s] = Function::value(in.row(i)[s]);
    });
  }
  void backward(const Pass& pass, Planes<Real> in, Planes<Real> out, Gradients d_out, Gradients d_in) {
    if (!d_in) return;
    parallel_for(row_threads(pass.threads, d_in), In::size, [&](std::size_t i) {
      for (std::size_t s = 0; s < pass.padded(); ++s)
        d_in.row(i)[s] += d_out.row(i)[s] * Function::slope(in.row(i)[s], out.row(i)[s]);
    });
  }
};

struct ReluFunction {
  static float value(float x) { return x > 0 ? x : 0; }
  static float slope(float x, float) { return x > 0 ? 1.0F : 0.0F; }
};

struct SigmoidFunction {
  static float value(float x) { return 1 / (1 + std::exp(-x)); }
  static float slope(float, float y) { return y * (1 - y); }
};

}  // namespace detail

/// y = max(x, 0). In and out: Real, any shape. Training only.
struct Relu {
  static std::string name() { return "Relu"; }
  template <class In>
  class Bound : public detail::BoundActivation<Relu, detail::ReluFunction, In> {
    using detail::BoundActivation<Relu, detail::ReluFunction, In>::BoundActivation;
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
