#pragma once
// The way back from unroll, where there is one: an encoder that was written out for a whole image, and does the same at
// every pixel of it, is one pixel's encoder again.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::circuits {

/// The thresholds of one pixel, where `stage`, which reads one image of shape `image`, has the same ones at all of
/// them.
[[nodiscard]] inline std::optional<ThresholdStage> thresholds_of_a_pixel(const Stage& stage, const Shape& image) {
  const auto* const all = std::get_if<ThresholdStage>(&stage.operation);
  if (all == nullptr || stage.each_place || stage.inputs.size() != 1 || !stage.output.shape.same_image(image))
    return {};
  const std::size_t pixels = image.height * image.width;
  ThresholdStage one;
  for (std::size_t i = 0; i < all->size(); i += pixels) {
    const std::uint32_t channel = all->sources[i] / static_cast<std::uint32_t>(pixels);
    for (std::size_t p = 0; p < pixels; ++p)
      if (all->sources[i + p] != channel * pixels + p || all->thresholds[i + p] != all->thresholds[i]) return {};
    one.sources.push_back(channel);
    one.thresholds.push_back(all->thresholds[i]);
  }
  return one;
}

/// The same function, stage for stage: threshold stages that do the same at every pixel work at each place.
[[nodiscard]] inline Circuit at_each_place(const Circuit& circuit) {
  std::vector<Stage> stages = circuit.stages();
  for (Stage& stage : stages)
    if (auto one = thresholds_of_a_pixel(stage, circuit.type(stage.inputs[0]).shape)) {
      stage.operation = *std::move(one);
      stage.each_place = true;
    }
  return {circuit.input(), std::move(stages), circuit.notes()};
}

}  // namespace lutra::circuits
