#pragma once
// Circuits that work through images, with every operation at each place.

#include <algorithm>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/random.hpp>
#include <utility>
#include <vector>

namespace lutra_test {

namespace image_circuits {

using namespace lutra;
using namespace lutra::circuits;

/// Every operation at each place of an image of bytes, two windows, and at the end a count over the whole image, or a
/// class for each place.
inline lutra::Circuit every_operation(Shape image, Offset stride, std::uint64_t seed, bool classes) {
  lutra::Random random(Seed{seed});
  const auto below = [&](std::uint64_t n) { return static_cast<std::uint32_t>(random.below(n)); };
  const Shape strided{
      1, (image.height + static_cast<std::size_t>(stride.row) - 1) / static_cast<std::size_t>(stride.row),
      (image.width + static_cast<std::size_t>(stride.column) - 1) / static_cast<std::size_t>(stride.column)};
  const auto at = [](Shape shape, std::size_t channels) { return Shape{channels, shape.height, shape.width}; };
  std::vector<Stage> stages;

  ThresholdStage thresholds;
  for (int i = 0; i < 6; ++i) {
    thresholds.sources.push_back(below(image.channels));
    thresholds.thresholds.push_back(below(256));
  }
  stages.push_back({"thresholds", {0}, thresholds, {at(image, 6), 1}, true});

  RearrangeStage window;
  window.stride = stride;
  for (int i = 0; i < 12; ++i) {
    window.sources.push_back(below(6));
    window.offsets.push_back({static_cast<std::int32_t>(below(7)) - 3, static_cast<std::int32_t>(below(7)) - 3});
  }
  stages.push_back({"window", {1}, window, {at(strided, 12), 1}, true});

  LutStage luts;
  for (int i = 0; i < 10; ++i) {
    const std::vector<std::uint32_t> pins{below(12), below(12), below(12), below(12)};
    luts.add(pins, std::vector<std::uint64_t>{random() & 0xffff});
  }
  stages.push_back({"luts", {2}, luts, {at(strided, 10), 1}, true});

  CountStage count;
  for (int i = 0; i < 3; ++i) {
    count.sources.add(std::vector<std::uint32_t>{below(22), below(22), below(22)});
    count.offsets.push_back(below(3));
  }
  stages.push_back({"count", {3, 2}, count, {at(strided, 3), 3}, true});
  stages.push_back({"turned", {4}, RearrangeStage{{2, 0, 1}}, {at(strided, 3), 3}, true});
  stages.push_back({"sum", {4, 5}, AddStage{}, {at(strided, 3), 4}, true});

  WeighStage weighed;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::vector<std::int32_t> weights{static_cast<std::int32_t>(below(15)) - 7, -1, 3};
    std::uint32_t offset = 15;
    if (weights[0] < 0) offset += static_cast<std::uint32_t>(-weights[0]) * 15;
    weighed.add(std::vector<std::uint32_t>{i, below(3), below(3)}, weights, offset);
  }
  stages.push_back({"weighed", {6}, weighed, {at(strided, 3), 9}, true});
  LevelStage levels;
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::vector<std::uint32_t> steps;
    for (int step = 0; step < 10; ++step) steps.push_back(below(160));
    std::ranges::sort(steps);
    levels.add(i, steps, i == 1);
  }
  stages.push_back({"levels", {7}, levels, {at(strided, 3), 4}, true});
  stages.push_back({"largest", {8, 6}, MaxStage{}, {at(strided, 3), 4}, true});

  RearrangeStage numbers{{0, 2}, {{-1, 0}, {0, 1}}, {1, 1}};
  stages.push_back({"moved", {9}, numbers, {at(strided, 2), 4}, true});

  if (classes) {
    stages.push_back({"largest of five", {6, 10}, ArgmaxStage{}, {at(strided, 1), 3}, true});
    stages.push_back({"two of three each", {11, 10, 4}, ArgmaxStage{}, {at(strided, 2), 2}, true});
    return {{image, 8}, std::move(stages)};
  }
  CountStage all;
  for (std::uint32_t group = 0; group < 2; ++group) {
    std::vector<std::uint32_t> sources;
    for (std::size_t place = 0; place < strided.size(); ++place)
      sources.push_back(static_cast<std::uint32_t>(group * strided.size() + place));
    all.sources.add(sources);
    all.offsets.push_back(group);
  }
  stages.push_back({"all", {10}, all, {{2, 1, 1}, 16}});
  return {{image, 8}, std::move(stages)};
}

}  // namespace image_circuits

using image_circuits::every_operation;

}  // namespace lutra_test
