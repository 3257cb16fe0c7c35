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

/// The largest value of each block; of bits, 1 where any of them is 1. In: Bit, Count or Real, channels × height ×
/// width; out: the same kind, channels × ⌊height / Height⌋ × ⌊width / Width⌋: blocks do not overlap, and what is left
/// over at the right and bottom is not read. Only the winner gets the gradient: the first pixel of the block, row after
/// row, that is the largest (Petersen et al. 2024). Freezes to LUTs of up to 6 inputs, counts to a MaxStage; of Real,
/// for training only.
template <std::size_t Height, std::size_t Width = Height>
struct OrPool {
  static_assert(error::layer_is_valid<(Height >= 1 && Width >= 1), OrPool>::value,
                "lutra: OrPool<Height, Width> has blocks of at least one pixel");

  static std::string name() { return "OrPool<" + std::to_string(Height) + ", " + std::to_string(Width) + ">"; }

  template <class In>
  class Bound {
    static constexpr bool reads_bits = std::is_same_v<typename In::Kind, Bit>;
    static constexpr bool reads_counts = is_count<typename In::Kind>;
    static constexpr bool reads_floats = reads_counts || std::is_same_v<typename In::Kind, Real>;  // as rows
    static_assert(error::layer_accepts_input < reads_bits || reads_floats, OrPool, In > ::value,
                  "lutra: OrPool reads Bit, Count or Real; put Thermometer, Binarize or Quantize before it");
    static constexpr bool fits = In::shape.height >= Height && In::shape.width >= Width;
    static_assert(error::layer_accepts_input<fits, OrPool, In>::value,
                  "lutra: OrPool<Height, Width> has blocks that are larger than its image");
    static constexpr std::size_t rows = fits ? In::shape.height / Height : 1;
    static constexpr std::size_t columns = fits ? In::shape.width / Width : 1;
    static constexpr std::size_t block = Height * Width;
    using Kind = std::conditional_t<reads_bits || reads_floats, typename In::Kind, Bit>;

   public:
    using Output = Signal<Kind, Shape{In::shape.channels, rows, columns}>;

    Bound(const OrPool&, Binding& binding) : scale_(binding.scale()) {}

    void forward(const Pass& pass, Planes<Kind> in, Planes<Kind> out) {
      parallel_for(pass.threads, Output::size, [&](std::size_t i) {
        if constexpr (reads_floats) {
          kernels::chosen::max_rows(rows_of<const float>(in, i).data(), block, out.row(i), pass.padded());
        } else {
          kernels::chosen::or_rows(rows_of<const std::uint64_t>(in, i).data(), block, out.row(i), pass.words());
        }
      });
    }
    void backward(const Pass& pass, Planes<Kind> in, Planes<Kind> out, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      parallel_for(row_threads(pass.threads, d_in), Output::size, [&](std::size_t i) {
        if constexpr (reads_floats) {
          kernels::chosen::max_rows_backward(rows_of<const float>(in, i).data(), block, out.row(i), d_out.row(i),
                                             pass.padded(), rows_of<float>(d_in, i).data());
        } else {
          kernels::chosen::or_rows_backward(rows_of<const std::uint64_t>(in, i).data(), block, d_out.row(i),
                                            pass.words(), rows_of<float>(d_in, i).data());
        }
      });
    }

    /// The pixels of each block, and the largest of them; of bits, levels of LUTs with up to 6 inputs each, until one
    /// value is left.
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
        requires(reads_bits || reads_counts) {
      const auto shape = [](std::size_t of_each) { return Shape{In::shape.channels * of_each, rows, columns}; };
      if constexpr (reads_counts) {
        const auto wires =
            builder.add_at_each_place("window", in, first_pixels_first(), shape(block), in.maximum, in.scale);
        return builder.add_at_each_place(OrPool::name(), wires, circuits::MaxStage{}, shape(1), in.maximum, in.scale);
      }
      auto wires = builder.add_at_each_place("window", in, circuits::cut_windows(frame), shape(block), 1);
      for (std::size_t left = block; left > 1;) {
        const std::size_t groups = (left + most_pins - 1) / most_pins;
        wires = builder.add_at_each_place(OrPool::name(), wires, or_level(left), shape(groups), 1);
        left = groups;
      }
      return wires;
    }

    [[nodiscard]] float scale() const noexcept { return scale_; }

   private:
    static constexpr std::size_t most_pins = 6;
    static constexpr Frame frame{In::shape,
                                 {fits ? In::shape.height : Height, Height, Height, Padding::valid},
                                 {fits ? In::shape.width : Width, Width, Width, Padding::valid}};

    /// The window's first pixel of all channels, then its second of all, ….
    static circuits::RearrangeStage first_pixels_first() {
      const circuits::RearrangeStage window = circuits::cut_windows(frame);
      circuits::RearrangeStage ordered{.sources = {}, .offsets = {}, .stride = window.stride};
      for (std::size_t k = 0; k < block; ++k)
        for (std::size_t channel = 0; channel < In::shape.channels; ++channel) {
          ordered.sources.push_back(window.sources[channel * block + k]);
          ordered.offsets.push_back(window.offsets[channel * block + k]);
        }
      return ordered;
    }

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

    float scale_;
  };
};

/// Of bits the largest is the OR. A thermometer code of the largest value is the OR of thermometer codes.
template <std::size_t Height, std::size_t Width = Height>
using MaxPool = OrPool<Height, Width>;

}  // namespace lutra
