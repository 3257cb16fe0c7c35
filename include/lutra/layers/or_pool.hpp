#pragma once
// OrPool, or MaxPool: the largest bit of each block of pixels. Convolutional logic networks halve their images with it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/frame.hpp>
#include <lutra/compose/slide.hpp>
#include <lutra/kernels/chosen.hpp>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// y = 1 where any bit of the block is 1. In: Bit, channels × height × width; out: Bit, channels × ⌊height / Height⌋ ×
/// ⌊width / Width⌋: blocks do not overlap, and what is left over at the right and bottom is not read. Only the winner
/// gets the gradient: the first pixel of the block, row after row, whose bit is set, or its first where none is
/// (Petersen et al. 2024). Freezes to LUTs of up to 6 inputs.
template <std::size_t Height, std::size_t Width = Height>
struct OrPool {
  static_assert(error::layer_is_valid<(Height >= 1 && Width >= 1), OrPool>::value,
                "lutra: OrPool<Height, Width> has blocks of at least one pixel");

  static std::string name() { return "OrPool<" + std::to_string(Height) + ", " + std::to_string(Width) + ">"; }

  template <class In>
  class Bound {
    static constexpr bool reads_bits = std::is_same_v<typename In::Kind, Bit>;
    static_assert(error::layer_accepts_input<reads_bits, OrPool, In>::value,
                  "lutra: OrPool reads Bit; put Thermometer or Binarize before it");
    static constexpr bool fits = In::shape.height >= Height && In::shape.width >= Width;
    static_assert(error::layer_accepts_input<fits, OrPool, In>::value,
                  "lutra: OrPool<Height, Width> has blocks that are larger than its image");
    static constexpr std::size_t rows = fits ? In::shape.height / Height : 1;
    static constexpr std::size_t columns = fits ? In::shape.width / Width : 1;
    static constexpr std::size_t block = Height * Width;
    using Kind = std::conditional_t<reads_bits, typename In::Kind, Bit>;

   public:
    using Output = Signal<Bit, Shape{In::shape.channels, rows, columns}>;

    Bound(const OrPool&, Binding&) {}

    void forward(const Pass& pass, Planes<Kind> in, Planes<Bit> out) {
      parallel_for(pass.threads, Output::size, [&](std::size_t i) {
        kernels::chosen::or_rows(rows_of<const std::uint64_t>(in, i).data(), block, out.row(i), pass.words());
      });
    }
    void backward(const Pass& pass, Planes<Kind> in, Planes<Bit>, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), Output::size, [&](std::size_t i) {
        kernels::chosen::or_rows_backward(rows_of<const std::uint64_t>(in, i).data(), block, d_out.row(i), pass.words(),
                                          rows_of<float>(d_in, i).data());
      });
    }

    /// The pixels of each block, and levels of LUTs with up to 6 inputs each, until one value is left of them.
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      constexpr Frame frame{In::shape,
                            {In::shape.height, Height, Height, Padding::valid},
                            {In::shape.width, Width, Width, Padding::valid}};
      const auto shape = [](std::size_t of_each) { return Shape{In::shape.channels * of_each, rows, columns}; };
      auto wires = builder.add_at_each_place("window", in, circuits::cut_windows(frame), shape(block), 1);
      for (std::size_t left = block; left > 1;) {
        const std::size_t groups = (left + most_pins - 1) / most_pins;
        wires = builder.add_at_each_place(OrPool::name(), wires, or_level(left), shape(groups), 1);
        left = groups;
      }
      return wires;
    }

   private:
    static constexpr std::size_t most_pins = 6;

    /// Pixel k of block i.
    static constexpr std::size_t source(std::size_t i, std::size_t k) noexcept {
      const std::size_t channel = i / (rows * columns), y = i / columns % rows, x = i % columns;
      return (channel * In::shape.height + y * Height + k / Width) * In::shape.width + x * Width + k % Width;
    }
    template <class Value, class Kinds>
    static std::array<Value*, block> rows_of(const Planes<Kinds>& planes, std::size_t i) noexcept {
      std::array<Value*, block> pixels;
      for (std::size_t k = 0; k < block; ++k) pixels[k] = planes.row(source(i, k));
      return pixels;
    }
    /// For each channel, the ORs of up to `most_pins` of its `of_each` values.
    static circuits::LutStage or_level(std::size_t of_each) {
      circuits::LutStage stage;
      for (std::size_t channel = 0; channel < In::shape.channels; ++channel)
        for (std::size_t i = 0; i < of_each; i += most_pins) {
          std::vector<std::uint32_t> pins(std::min(most_pins, of_each - i));
          std::iota(pins.begin(), pins.end(), static_cast<std::uint32_t>(channel * of_each + i));
          const std::uint64_t any = circuits::table_mask(pins.size()) & ~std::uint64_t{1};
          stage.add(pins, std::span(&any, 1));
        }
      return stage;
    }
  };
};

/// Of bits the largest is the OR. Codes and counts are pooled behind the thresholds that make bits of them: a
/// comparison with the largest value is the OR of the comparisons.
template <std::size_t Height, std::size_t Width = Height>
using MaxPool = OrPool<Height, Width>;

}  // namespace lutra
