#pragma once
// ToReal and Expectation: from bits, codes and counts to floats, for teachers, mixed networks and expectation training.

#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/chosen.hpp>
#include <string>
#include <type_traits>

namespace lutra {

/// What a value stands for, as a float: a Bit is 0 or 1, a code x is x / (2^n - 1), a count is the count times its
/// scale. In: Bit, Byte, Level<n> or Count; out: Real of the same shape. Gradients pass to bits and counts. Training
/// only.
struct ToReal {
  static std::string name() { return "ToReal"; }

  template <class In>
  class Bound {
    using Given = typename In::Kind;
    static constexpr bool accepted = std::is_same_v<Given, Bit> || is_code<Given> || is_count<Given>;
    static_assert(error::layer_accepts_input<accepted, ToReal, In>::value,
                  "lutra: ToReal reads Bit, Byte, Level<n> or Count; a Real needs nothing, a Class is an answer");
    using Kind = std::conditional_t<accepted, Given, Bit>;

   public:
    using Output = Signal<Real, In::shape>;

    Bound(const ToReal&, Binding& binding) : unit_(binding.scale()) {
      if constexpr (is_code<Kind>) unit_ = 1.0F / static_cast<float>((std::uint32_t{1} << Kind::bits) - 1);
    }

    void forward(const Pass& pass, Planes<Kind> in, Planes<Real> out) {
      parallel_for(pass.threads, In::size, [&](std::size_t i) {
        if constexpr (std::is_same_v<Kind, Bit>) {
          kernels::chosen::expand_bits(in.row(i), 1.0F, out.row(i), pass.words());
        } else {
          for (std::size_t s = 0; s < pass.padded(); ++s) out.row(i)[s] = static_cast<float>(in.row(i)[s]) * unit_;
        }
      });
    }
    void backward(const Pass& pass, Planes<Kind>, Planes<Real>, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), In::size, [&](std::size_t i) {
        for (std::size_t s = 0; s < pass.padded(); ++s) d_in.row(i)[s] += d_out.row(i)[s];
      });
    }

   private:
    float unit_;
  };
};

/// Put after an encoder, it makes the logic that follows train as an expectation: bits become the probabilities 0
/// and 1. harden(net) takes it out again and gives the network of bits with the same parameters, which freezes. In:
/// Bit.
struct Expectation {
  static std::string name() { return "Expectation"; }

  template <class In>
  class Bound : public ToReal::Bound<Signal<Bit, In::shape>> {
    static_assert(error::layer_accepts_input<std::is_same_v<typename In::Kind, Bit>, Expectation, In>::value,
                  "lutra: Expectation reads Bit; put Thermometer or Binarize before it");

   public:
    Bound(const Expectation&, Binding& binding) : ToReal::Bound<Signal<Bit, In::shape>>(ToReal{}, binding) {}
  };
};

}  // namespace lutra
