#pragma once
// Defines what <lutra/circuit/unroll.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/inline.hpp>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra {

namespace circuits::detail {

/// One stage at all places of its image. Value v of what it reads at place p is value v · pixels + p of the images
/// joined, and so is what it writes.
class StageUnroller {
 public:
  StageUnroller(const Stage& stage, const Shape& image)
      : stage_(stage), image_(image), places_(stage.output.shape.height * stage.output.shape.width) {}

  [[nodiscard]] Operation operator()(const ThresholdStage& one) const {
    ThresholdStage all;
    for_each(one.size(), [&](std::size_t i, std::size_t place) {
      all.sources.push_back(at(one.sources[i], place));
      all.thresholds.push_back(one.thresholds[i]);
    });
    return all;
  }
  [[nodiscard]] Operation operator()(const LutStage& one) const {
    LutStage all;
    for_each(one.size(), [&](std::size_t i, std::size_t place) { all.add(moved(one.pins[i], place), one.tables[i]); });
    return all;
  }
  [[nodiscard]] Operation operator()(const CountStage& one) const {
    CountStage all;
    for_each(one.size(), [&](std::size_t i, std::size_t place) {
      all.sources.add(moved(one.sources[i], place));
      all.offsets.push_back(one.offsets[i]);
    });
    return all;
  }
  [[nodiscard]] Operation operator()(const RearrangeStage& one) const {
    if (!one.is_window()) {
      RearrangeStage all;
      for_each(one.size(), [&](std::size_t i, std::size_t place) { all.sources.push_back(at(one.sources[i], place)); });
      return all;
    }
    if (stage_.output.width == 1) return window_of_bits(one);
    return window_of_numbers(one);
  }
  [[nodiscard]] Operation operator()(const WeighStage& one) const {
    WeighStage all;
    for_each(one.size(), [&](std::size_t i, std::size_t place) {
      all.add(moved(one.sources[i], place), one.weights[i], one.offsets[i]);
    });
    return all;
  }
  [[nodiscard]] Operation operator()(const LevelStage& one) const {
    LevelStage all;
    for_each(one.size(), [&](std::size_t i, std::size_t place) {
      all.add(at(one.sources[i], place), one.thresholds[i], one.falling[i]);
    });
    return all;
  }
  [[nodiscard]] Operation operator()(const AddStage&) const { return AddStage{}; }
  [[nodiscard]] Operation operator()(const ArgmaxStage&) const { return ArgmaxStage{}; }
  [[nodiscard]] Operation operator()(const MaxStage&) const { return MaxStage{}; }

 private:
  template <class Body>
  void for_each(std::size_t channels, const Body& body) const {
    for (std::size_t i = 0; i < channels; ++i)
      for (std::size_t place = 0; place < places_; ++place) body(i, place);
  }
  [[nodiscard]] std::uint32_t at(std::size_t channel, std::size_t pixel) const noexcept {
    return static_cast<std::uint32_t>(channel * image_.height * image_.width + pixel);
  }
  [[nodiscard]] std::vector<std::uint32_t> moved(std::span<const std::uint32_t> channels, std::size_t place) const {
    std::vector<std::uint32_t> values;
    for (const std::uint32_t channel : channels) values.push_back(at(channel, place));
    return values;
  }
  /// What lies outside is 0: a node without pins, or a sum of nothing.
  [[nodiscard]] LutStage window_of_bits(const RearrangeStage& one) const {
    static constexpr std::uint64_t zero = 0, copy = 2;
    LutStage all;
    for_each_pixel(one, [&](std::size_t i, std::size_t pixel) {
      if (pixel == no_pixel) return all.add({}, std::span(&zero, 1));
      const std::uint32_t pin = at(one.sources[i], pixel);
      all.add(std::span(&pin, 1), std::span(&copy, 1));
    });
    return all;
  }
  [[nodiscard]] CountStage window_of_numbers(const RearrangeStage& one) const {
    CountStage all;
    for_each_pixel(one, [&](std::size_t i, std::size_t pixel) {
      const std::uint32_t source = pixel == no_pixel ? 0 : at(one.sources[i], pixel);
      all.sources.add(std::span(&source, pixel == no_pixel ? 0 : 1));
      all.offsets.push_back(0);
    });
    return all;
  }
  template <class Body>
  void for_each_pixel(const RearrangeStage& one, const Body& body) const {
    const std::size_t width = stage_.output.shape.width;
    for_each(one.size(), [&](std::size_t i, std::size_t place) {
      body(i, pixel_of(one, i, place / width, place % width, image_));
    });
  }

  const Stage& stage_;
  const Shape& image_;
  std::size_t places_;
};

}  // namespace circuits::detail

LUTRA_INLINE circuits::Stage circuits::unroll(const Stage& stage, const Shape& image) {
  Stage all = stage;
  all.operation = std::visit(detail::StageUnroller(stage, image), stage.operation);
  all.each_place = false;
  return all;
}

LUTRA_INLINE Circuit unroll(const Circuit& circuit) {
  std::vector<circuits::Stage> stages = circuit.stages();
  for (circuits::Stage& stage : stages)
    if (stage.each_place) stage = circuits::unroll(stage, circuit.type(stage.inputs[0]).shape);
  return {circuit.input(), std::move(stages), circuit.notes()};
}

}  // namespace lutra
