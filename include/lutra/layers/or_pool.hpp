#pragma once
// OrPool: the largest bit of each block of pixels. Convolutional logic networks halve their images with it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/or_pool.hpp>
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
        kernels::or_rows(rows_of<const std::uint64_t>(in, i).data(), block, out.row(i), pass.words());
      });
    }
    void backward(const Pass& pass, Planes<Kind> in, Planes<Bit>, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), Output::size, [&](std::size_t i) {
        kernels::or_rows_backward(rows_of<const std::uint64_t>(in, i).data(), block, d_out.row(i), pass.words(),
                                  rows_of<float>(d_in, i).data());
      });
    }

    /// Levels of LUTs with up to 6 inputs each, until one value is left of each block.
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      std::vector<std::uint32_t> values;  // of all blocks, one after another
      for (std::size_t i = 0; i < Output::size; ++i)
        for (std::size_t k = 0; k < block; ++k) values.push_back(static_cast<std::uint32_t>(source(i, k)));
      circuits::Wires wires = in;
      for (std::size_t left = block;;) {
        const std::size_t groups = (left + most_pins - 1) / most_pins;
        wires = builder.add(OrPool::name(), wires, or_level(values, left), level_shape(groups), 1);
        if (groups == 1) return wires;
        left = groups;
        values.resize(Output::size * left);
        for (std::size_t v = 0; v < values.size(); ++v) values[v] = static_cast<std::uint32_t>(v);
      }
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
    static constexpr Shape level_shape(std::size_t groups) noexcept {
      return groups == 1 ? Output::shape : Shape{Output::size * groups, 1, 1};
    }
    static circuits::LutStage or_level(const std::vector<std::uint32_t>& values, std::size_t of_each) {
      circuits::LutStage stage;
      for (std::size_t begin = 0; begin < values.size(); begin += of_each)
        for (std::size_t i = 0; i < of_each; i += most_pins) {
          const std::size_t pins = std::min(most_pins, of_each - i);
          const std::uint64_t any = circuits::table_mask(pins) & ~std::uint64_t{1};
          stage.add(std::span(values).subspan(begin + i, pins), std::span(&any, 1));
        }
      return stage;
    }
  };
};

}  // namespace lutra
