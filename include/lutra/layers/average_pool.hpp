#pragma once
// AveragePool: the mean of each block of pixels, kept as a sum of whole numbers.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/frame.hpp>
#include <lutra/compose/slide.hpp>
#include <lutra/compose/sum.hpp>
#include <lutra/kernels/chosen.hpp>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

/// The mean of each block. In: Bit, Count or Real, channels × height × width; out: channels × ⌊height / Height⌋ ×
/// ⌊width / Width⌋, of Real, or of Count: the block's sum, whose scale is 1 / (Height · Width) of the input's, so that
/// nothing is rounded. Blocks do not overlap, and what is left over at the right and bottom is not read. Freezes,
/// except from Real, to one CountStage.
template <std::size_t Height, std::size_t Width = Height>
struct AveragePool {
  static_assert(error::layer_is_valid<(Height >= 1 && Width >= 1), AveragePool>::value,
                "lutra: AveragePool<Height, Width> has blocks of at least one pixel");

  static std::string name() { return "AveragePool<" + std::to_string(Height) + ", " + std::to_string(Width) + ">"; }

  template <class In>
  class Bound {
    using Given = typename In::Kind;
    static_assert(error::layer_accepts_input<detail::can_be_added<Given>, AveragePool, In>::value,
                  "lutra: AveragePool reads Bit, Count or Real; put an encoder, Quantize or ToReal before it");
    static constexpr bool fits = In::shape.height >= Height && In::shape.width >= Width;
    static_assert(error::layer_accepts_input<fits, AveragePool, In>::value,
                  "lutra: AveragePool<Height, Width> has blocks that are larger than its image");
    using Kind = std::conditional_t<detail::can_be_added<Given>, Given, Real>;
    static constexpr bool is_real = std::is_same_v<Kind, Real>;
    static constexpr std::size_t rows = fits ? In::shape.height / Height : 1;
    static constexpr std::size_t columns = fits ? In::shape.width / Width : 1;
    static constexpr std::size_t block = Height * Width;
    static constexpr float share = 1.0F / static_cast<float>(block);

   public:
    using Output = Signal<std::conditional_t<is_real, Real, Count<detail::largest_term<Kind> * block>>,
                          Shape{In::shape.channels, rows, columns}>;
    using OutPlanes = Planes<typename Output::Kind>;

    Bound(const AveragePool&, Binding& binding) : scale_(is_real ? 1.0F : binding.scale() * share) {}

    void forward(const Pass& pass, Planes<Kind> in, OutPlanes out) {
      parallel_for(pass.threads, Output::size, [&](std::size_t i) {
        float* const sum = out.row(i);
        if constexpr (std::is_same_v<Kind, Bit>) {
          std::array<const std::uint64_t*, block> pixels;
          for (std::size_t k = 0; k < block; ++k) pixels[k] = in.row(source(i, k));
          kernels::chosen::count_bits(pixels.data(), block, 0U, sum, pass.words());
        } else {
          std::fill_n(sum, pass.padded(), 0.0F);
          for (std::size_t k = 0; k < block; ++k)
            for (std::size_t s = 0; s < pass.padded(); ++s) sum[s] += in.row(source(i, k))[s];
          if (is_real)
            for (std::size_t s = 0; s < pass.padded(); ++s) sum[s] *= share;
        }
      });
    }
    void backward(const Pass& pass, Planes<Kind>, OutPlanes, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), Output::size, [&](std::size_t i) {
        for (std::size_t k = 0; k < block; ++k)
          for (std::size_t s = 0; s < pass.padded(); ++s) d_in.row(source(i, k))[s] += d_out.row(i)[s] * share;
      });
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
        requires(!is_real) {
      constexpr Frame frame{In::shape,
                            {In::shape.height, Height, Height, Padding::valid},
                            {In::shape.width, Width, Width, Padding::valid}};
      const auto shape = [](std::size_t of_each) { return Shape{In::shape.channels * of_each, rows, columns}; };
      const auto pixels =
          builder.add_at_each_place("window", in, circuits::cut_windows(frame), shape(block), in.maximum);
      circuits::CountStage stage;
      std::vector<std::uint32_t> sources(block);
      for (std::size_t channel = 0; channel < In::shape.channels; ++channel) {
        std::iota(sources.begin(), sources.end(), static_cast<std::uint32_t>(channel * block));
        stage.sources.add(sources);
        stage.offsets.push_back(0);
      }
      return builder.add_at_each_place(AveragePool::name(), pixels, std::move(stage), shape(1),
                                       detail::most(in) * block, scale_);
    }
    [[nodiscard]] float scale() const noexcept { return scale_; }

   private:
    /// Pixel k of block i.
    static constexpr std::size_t source(std::size_t i, std::size_t k) noexcept {
      const std::size_t channel = i / (rows * columns), y = i / columns % rows, x = i % columns;
      return (channel * In::shape.height + y * Height + k / Width) * In::shape.width + x * Width + k % Width;
    }

    float scale_;
  };
};

}  // namespace lutra
