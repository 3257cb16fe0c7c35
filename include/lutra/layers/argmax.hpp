#pragma once
// Argmax: the answer of a classifier, the class with the largest score.

#include <algorithm>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
#include <string>
#include <type_traits>

namespace lutra {

/// The largest score's index; ties go to the lowest. In: Count or Real, any shape; out: Class, Shape{1, 1, 1} in the
/// circuit. While training its plane keeps the scores (one row a class), so that a loss is taken over them. Freezes to
/// ArgmaxStage, from Real only behind a Dense of OneScale weights, whose sums it then compares. At the end of a
/// convolution's expression, as in pointwise(Argmax{}), it gives a class for each place.
struct Argmax {
  static std::string name() { return "Argmax"; }

  template <class In>
  class Bound {
    using Given = typename In::Kind;
    static constexpr bool accepted = is_count<Given> || std::is_same_v<Given, Real>;
    static_assert(error::layer_accepts_input<accepted, Argmax, In>::value,
                  "lutra: Argmax chooses among Count or Real scores; put GroupSum before it");
    using Kind = std::conditional_t<accepted, Given, Real>;

   public:
    using Output = Signal<Class<In::size>, Shape{In::size, 1, 1}>;
    using OutPlanes = Planes<typename Output::Kind>;

    Bound(const Argmax&, Binding& binding) : scale_(binding.scale()) {}

    void forward(const Pass& pass, Planes<Kind> in, OutPlanes out) {
      for (std::size_t i = 0; i < In::size; ++i) std::copy_n(in.row(i), pass.padded(), out.row(i));
    }
    void backward(const Pass& pass, Planes<Kind>, OutPlanes, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      for (std::size_t i = 0; i < In::size; ++i)
        for (std::size_t s = 0; s < pass.padded(); ++s) d_in.row(i)[s] += d_out.row(i)[s];
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      if (std::is_same_v<Kind, Real> && !in.ordered)
        throw Error("freeze", Argmax::name(), "sums of one scale, of Dense<n, OneScale<...>> right before it",
                    "sums with a scale each");
      return builder.add(Argmax::name(), in, circuits::ArgmaxStage{}, Shape{1, 1, 1}, in.size - 1);
    }
    [[nodiscard]] float scale() const noexcept { return scale_; }

   private:
    float scale_;
  };
};

}  // namespace lutra
