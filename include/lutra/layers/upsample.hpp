#pragma once
// Upsample: every pixel several times, for networks that give an image as large as the one they read.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/compose/contract.hpp>
#include <string>
#include <utility>

namespace lutra {

/// Every pixel becomes a block of Factor × Factor pixels like it (nearest neighbour). In: any kind, channels × height ×
/// width; out: the same kind, channels × height · Factor × width · Factor. Freezes to a rearrangement of the whole
/// image, as large as its pixels: no stage at each place makes more places.
template <std::size_t Factor>
struct Upsample {
  static_assert(error::layer_is_valid<(Factor >= 1), Upsample>::value,
                "lutra: Upsample<Factor> makes blocks of at least one pixel");

  static std::string name() { return "Upsample<" + std::to_string(Factor) + ">"; }

  template <class In>
  class Bound {
    static_assert(error::layer_accepts_input<!is_class<typename In::Kind>, Upsample, In>::value,
                  "lutra: a class is an answer, which no layer reads; put Argmax behind Upsample");
    using Kind = typename In::Kind;
    static constexpr std::size_t height = In::shape.height * Factor, width = In::shape.width * Factor;

   public:
    using Output = Signal<Kind, Shape{In::shape.channels, height, width}>;

    Bound(const Upsample&, Binding& binding) : scale_(binding.scale()) {}

    void forward(const Pass& pass, Planes<Kind> in, Planes<Kind> out) {
      parallel_for(pass.threads, Output::size, [&](std::size_t i) {
        std::memcpy(out.row(i), in.row(source(i)), row_stride<Kind>(pass) * sizeof(storage_t<Kind>));
      });
    }
    void backward(const Pass& pass, Planes<Kind>, Planes<Kind>, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), In::size, [&](std::size_t i) {
        for (std::size_t k = 0; k < Factor * Factor; ++k) {
          const std::size_t y = i / In::shape.width * Factor + k / Factor;  // of all channels, one below another
          const float* const from = d_out.row(y * width + i % In::shape.width * Factor + k % Factor);
          for (std::size_t s = 0; s < pass.padded(); ++s) d_in.row(i)[s] += from[s];
        }
      });
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      circuits::RearrangeStage stage;
      for (std::size_t i = 0; i < Output::size; ++i) stage.sources.push_back(static_cast<std::uint32_t>(source(i)));
      return circuits::reordered(
          builder.add(Upsample::name(), in, std::move(stage), Output::shape, in.maximum, in.scale), in);
    }
    [[nodiscard]] float scale() const noexcept { return scale_; }

   private:
    static constexpr std::size_t source(std::size_t i) noexcept {
      return i / width / Factor * In::shape.width + i % width / Factor;
    }

    float scale_;
  };
};

}  // namespace lutra
