#pragma once
// SpaceToDepth and DepthToSpace: blocks of pixels become channels, and channels blocks of pixels. No value changes, so
// neither learns anything or costs a LUT.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/frame.hpp>
#include <lutra/compose/slide.hpp>
#include <string>
#include <utility>

namespace lutra {

namespace detail {

/// A bound layer that gives its input's values in another order: value i of the output is value Order::source(i).
template <class In, Shape Out, class Order>
class Reordered {
  using Kind = typename In::Kind;

 public:
  using Output = Signal<Kind, Out>;

  explicit Reordered(Binding& binding) : scale_(binding.scale()) {}

  void forward(const Pass& pass, Planes<Kind> in, Planes<Kind> out) {
    parallel_for(pass.threads, Output::size, [&](std::size_t i) {
      std::memcpy(out.row(i), in.row(Order::source(i)), row_stride<Kind>(pass) * sizeof(storage_t<Kind>));
    });
  }
  void backward(const Pass& pass, Planes<Kind>, Planes<Kind>, Gradients d_out, Gradients d_in) {
    if (!d_in) return;
    parallel_for(row_threads(pass.threads, d_in), Output::size, [&](std::size_t i) {
      float* const to = d_in.row(Order::source(i));
      for (std::size_t s = 0; s < pass.padded(); ++s) to[s] += d_out.row(i)[s];
    });
  }
  [[nodiscard]] float scale() const noexcept { return scale_; }

 private:
  float scale_;
};

/// An image of Channels × Block² × Rows × Columns values, the Block² of each channel row after row, and its place in
/// one of Channels × (Rows · Block) × (Columns · Block).
template <std::size_t Block, std::size_t Rows, std::size_t Columns>
struct BlockOrder {
  /// Where value i of the deep image lies in the wide one, and the other way round.
  static constexpr std::size_t wide(std::size_t i) noexcept {
    const std::size_t x = i % Columns, y = i / Columns % Rows, k = i / (Columns * Rows) % (Block * Block),
                      channel = i / (Columns * Rows * Block * Block);
    return (channel * Rows * Block + y * Block + k / Block) * Columns * Block + x * Block + k % Block;
  }
  static constexpr std::size_t deep(std::size_t i) noexcept {
    const std::size_t x = i % (Columns * Block), y = i / (Columns * Block) % (Rows * Block),
                      channel = i / (Columns * Block * Rows * Block);
    const std::size_t k = y % Block * Block + x % Block;
    return ((channel * Block * Block + k) * Rows + y / Block) * Columns + x / Block;
  }
  struct FromWide {
    static constexpr std::size_t source(std::size_t i) noexcept { return wide(i); }
  };
  struct FromDeep {
    static constexpr std::size_t source(std::size_t i) noexcept { return deep(i); }
  };
};

}  // namespace detail

/// Each block of Block × Block pixels becomes one pixel of Block² times the channels. In: any kind, channels × height ×
/// width, both multiples of Block; out: the same kind, channels · Block² × height / Block × width / Block. Output
/// channel c · Block² + y · Block + x is channel c at row y and column x of the block. Freezes to one window.
template <std::size_t Block>
struct SpaceToDepth {
  static_assert(error::layer_is_valid<(Block >= 1), SpaceToDepth>::value,
                "lutra: SpaceToDepth<Block> has blocks of at least one pixel");

  static std::string name() { return "SpaceToDepth<" + std::to_string(Block) + ">"; }

  template <class In>
  static constexpr bool fits =
      In::shape.height % Block == 0 && In::shape.width % Block == 0 && !is_class<typename In::Kind>;
  template <class In>
  static constexpr Shape deep =
      fits<In> ? Shape{In::shape.channels * Block * Block, In::shape.height / Block, In::shape.width / Block}
               : In::shape;
  template <class In>
  using Rows =
      detail::Reordered<In, deep<In>, typename detail::BlockOrder<Block, deep<In>.height, deep<In>.width>::FromWide>;

  template <class In>
  class Bound : public Rows<In> {
    static_assert(error::layer_accepts_input<fits<In>, SpaceToDepth, In>::value,
                  "lutra: SpaceToDepth<Block> reads an image whose height and width are multiples of Block");
    static constexpr Frame frame{
        In::shape, {In::shape.height, Block, Block, Padding::valid}, {In::shape.width, Block, Block, Padding::valid}};

   public:
    Bound(const SpaceToDepth&, Binding& binding) : Rows<In>(binding) {}

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      return circuits::reordered(builder.add_at_each_place(SpaceToDepth::name(), in, circuits::cut_windows(frame),
                                                           deep<In>, in.maximum, in.scale),
                                 in);
    }
  };
};

/// Block² channels become the blocks of an image Block times as high and wide: what SpaceToDepth<Block> gave, as it
/// was. In: any kind, channels a multiple of Block²; out: the same kind, channels / Block² × height · Block × width ·
/// Block. Freezes to a rearrangement of the whole image, as large as its pixels: no stage at each place makes more
/// places.
template <std::size_t Block>
struct DepthToSpace {
  static_assert(error::layer_is_valid<(Block >= 1), DepthToSpace>::value,
                "lutra: DepthToSpace<Block> has blocks of at least one pixel");

  static std::string name() { return "DepthToSpace<" + std::to_string(Block) + ">"; }

  template <class In>
  static constexpr bool fits = In::shape.channels % (Block * Block) == 0 && !is_class<typename In::Kind>;
  template <class In>
  static constexpr Shape wide =
      fits<In> ? Shape{In::shape.channels / (Block * Block), In::shape.height* Block, In::shape.width* Block}
               : In::shape;
  template <class In>
  using Rows =
      detail::Reordered<In, wide<In>, typename detail::BlockOrder<Block, In::shape.height, In::shape.width>::FromDeep>;

  template <class In>
  class Bound : public Rows<In> {
    static_assert(error::layer_accepts_input<fits<In>, DepthToSpace, In>::value,
                  "lutra: DepthToSpace<Block> reads an image whose channels are a multiple of Block * Block");

   public:
    Bound(const DepthToSpace&, Binding& binding) : Rows<In>(binding) {}

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      circuits::RearrangeStage stage;
      for (std::size_t i = 0; i < In::size; ++i)
        stage.sources.push_back(
            static_cast<std::uint32_t>(detail::BlockOrder<Block, In::shape.height, In::shape.width>::deep(i)));
      return circuits::reordered(
          builder.add(DepthToSpace::name(), in, std::move(stage), wide<In>, in.maximum, in.scale), in);
    }
  };
};

}  // namespace lutra
