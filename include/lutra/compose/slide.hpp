#pragma once
// A circuit for one window becomes stages for a whole image: what it does for the window is done at each place.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/builder.hpp>
#include <lutra/circuit/side_by_side.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/compose/frame.hpp>
#include <utility>
#include <vector>

namespace lutra::circuits {

/// What a window reads at each place of `frame`: its values, channel after channel, row after row. Outside of the image
/// all values are 0.
[[nodiscard]] inline RearrangeStage cut_windows(const Frame& frame) {
  const auto number = [](std::size_t n) { return static_cast<std::int32_t>(n); };
  RearrangeStage cut{.sources = {}, .offsets = {}, .stride = {number(frame.y.stride), number(frame.x.stride)}};
  for (std::uint32_t channel = 0; channel < frame.image.channels; ++channel)
    for (std::size_t row = 0; row < frame.y.kernel; ++row)
      for (std::size_t column = 0; column < frame.x.kernel; ++column) {
        cut.sources.push_back(channel);
        cut.offsets.push_back({number(row) - number(frame.y.before()), number(column) - number(frame.x.before())});
      }
  return cut;
}

/// Adds the stages of `circuit`, which reads what `input` carries, by calls of add(stage, what it reads), and gives its
/// answer.
template <class Add>
[[nodiscard]] Wires replay(const Circuit& circuit, const Wires& input, const Add& add) {
  std::vector<Wires> signals{input};
  for (const Stage& stage : circuit.stages()) {
    Wires in;
    for (const SignalId id : stage.inputs) in = in.signals.empty() ? signals[id] : join(std::move(in), signals[id]);
    signals.push_back(add(stage, in));
  }
  return signals.back();
}

/// Adds to `builder` the stages that do what each of `all` does for its part of the values that `in` carries as one
/// signal, one after another. They are circuits of one expression, bound several times.
[[nodiscard]] inline Wires stand_side_by_side(Builder& builder, const Wires& in, std::vector<Circuit> all) {
  for (Circuit& circuit : all)
    if (has_images(circuit)) circuit = unroll(circuit);
  return replay(side_by_side(all), in, [&](const Stage& stage, const Wires& from) {
    return builder.add(stage.name, from, stage.operation, stage.output.shape, stage.output.maximum());
  });
}

/// Adds to `builder` the stages that do what `window` does at every place of `frame`, over the image that `image`
/// carries, and gives the image of its answers.
[[nodiscard]] inline Wires slide(Builder& builder, const Wires& image, const Circuit& window, const Frame& frame) {
  const auto shape = [&](std::size_t channels) { return Shape{channels, frame.y.places(), frame.x.places()}; };
  Wires input = image;
  if (!frame.is_point()) {
    RearrangeStage cut = cut_windows(frame);
    const Shape cut_shape = shape(cut.size());
    input = builder.add_at_each_place("window", image, std::move(cut), cut_shape, window.input().maximum());
  }
  // A convolution inside of the window works through an image of its own: for the outer one it is one list of nodes.
  const Circuit flat = has_images(window) ? unroll(window) : window;
  return replay(flat, input, [&](const Stage& stage, const Wires& in) {
    return builder.add_at_each_place(stage.name, in, stage.operation, shape(stage.output.size()),
                                     stage.output.maximum());
  });
}

}  // namespace lutra::circuits
