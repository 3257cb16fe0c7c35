#pragma once
// depthwise<Kernel<H, W>>(expression): a filter bank of its own for every channel of an image.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/slide.hpp>
#include <lutra/layers/convolve.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

namespace detail {

/// The expression once for each channel, each time with parameters of its own; channel c's n values become values c · n
/// to c · n + n - 1 of the output.
template <class ExpressionType>
struct PerChannel {
  using CompositeTag = void;
  ExpressionType expression;

  static std::string name() { return "per channel " + ExpressionType::name(); }

  template <class In>
  class Bound {
    static constexpr std::size_t channels = In::shape.channels;
    using Channel = Signal<typename In::Kind, Shape{1, In::shape.height, In::shape.width}>;
    using One = Cell<ExpressionType, Channel>;
    using OneOut = output_of<One>;
    static_assert(error::layer_accepts_input<!is_class<typename OneOut::Kind>, PerChannel, In>::value,
                  "lutra: a class is an answer; put Argmax behind depthwise");
    using InPlanes = Planes<typename In::Kind>;

   public:
    using Output = Signal<typename OneOut::Kind, Shape{channels * OneOut::size, 1, 1}>;
    using OutPlanes = Planes<typename Output::Kind>;
    static constexpr bool trainable = One::trainable;
    static constexpr bool freezable = is_freezable<typename One::Bound>;

    Bound(const PerChannel& layer, Binding& binding) {
      const float scale_in = binding.scale();
      for (std::size_t c = 0; c < channels; ++c) {
        binding.set_scale(scale_in);
        cells_.emplace_back(layer.expression, binding);
      }
    }

    void reserve(Arena& arena, const Pass& pass) {
      for (One& cell : cells_) detail::reserve(*cell, arena, pass);
    }
    void forward(const Pass& pass, InPlanes in, OutPlanes out) {
      for (std::size_t c = 0; c < channels; ++c) cells_[c]->forward(pass, channel(in, c), answers(out, c));
    }
    void recall(const Pass& pass, InPlanes in, OutPlanes out) {
      for (std::size_t c = 0; c < channels; ++c) detail::recall(*cells_[c], pass, channel(in, c), answers(out, c));
    }
    void backward(const Pass& pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
      for (std::size_t c = 0; c < channels; ++c)
        cells_[c]->backward(pass, channel(in, c), answers(out, c), answers(d_out, c), channel(d_in, c));
    }

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      std::vector<Circuit> all;
      std::vector<circuits::Reals> reals;
      std::uint64_t maximum = 0;
      for (const One& cell : cells_) {
        circuits::Builder one({Channel::shape, bits_for(in.maximum)});
        const auto answer = freeze_layer<ExpressionType, Channel>(*cell, one, one.input());
        maximum = std::max(maximum, answer.maximum);
        if (answer.reals) reals.push_back(answer.reals);
        all.push_back(std::move(one).finish(answer, OneOut::shape));
      }
      auto out = circuits::stand_side_by_side(builder, builder.single(in, In::shape), std::move(all));
      out.maximum = maximum;
      out.scale = scale();
      if (reals.size() == channels)
        out.reals = [reals](std::size_t channel, std::span<float> numbers) {
          reals[channel / OneOut::size](channel % OneOut::size, numbers);
        };
      return out;
    }
    [[nodiscard]] float scale() const { return scale_of(*cells_[0]); }

   private:
    template <class Kind>
    static Planes<Kind> channel(Planes<Kind> planes, std::size_t c) noexcept {
      return planes.slice(c * Channel::size, Channel::size);
    }
    template <class Kind>
    static Planes<Kind> answers(Planes<Kind> planes, std::size_t c) noexcept {
      return planes.slice(c * OneOut::size, OneOut::size);
    }

    std::deque<One> cells_;  // in one place each: bound layers do not move
  };
};

}  // namespace detail

/// `composition` for every channel alone, with parameters of its own for each: it reads Shape{1, Kernel height, Kernel
/// width} at every place and gives n values of Bit, Count or Real; output channel c · n + k is value k of input channel
/// c. Options are those of convolve. Where it is a single StochasticLut, BinaryDepthwise is the same and trains faster.
/// `depthwise<Kernel<3>, Same>(StochasticLut<6, 6>{} | StochasticLut<6, 2>{})`
template <class KernelType, class... Options, Expression ExpressionType>
[[nodiscard]] constexpr auto depthwise(ExpressionType composition) {
  return convolve<KernelType, Options...>(detail::PerChannel<ExpressionType>{std::move(composition)});
}

}  // namespace lutra
