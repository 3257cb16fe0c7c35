#pragma once
// A window of numbers, weights on them and the levels behind as one operation: what a convolution or a dense layer of
// few-bit codes is, whoever runs it.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/stages.hpp>
#include <map>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::circuits {

/// A channel of one of several signals, and where it is seen from.
struct CodeSource {
  std::uint32_t signal, channel;
  Offset offset;
  friend bool operator==(const CodeSource&, const CodeSource&) = default;
};

/// Whether the pixels of `view` are blocks of `image`, which they fill: each shows the one at `offset` in its block.
/// Then what lies outside of the view shows something outside of the image, and a window on the view may look at the
/// image.
[[nodiscard]] inline bool fills_blocks(const Shape& view, const Shape& image, const Offset& offset,
                                       const Offset& block) noexcept {
  const auto fills = [](std::int32_t at, std::int32_t step, std::size_t pixels, std::size_t of) {
    return at >= 0 && at < step && pixels * static_cast<std::size_t>(step) == of;
  };
  return fills(offset.row, block.row, view.height, image.height) &&
         fills(offset.column, block.column, view.width, image.width);
}

/// At each place, output o has the sum Σ weights[o][t][c] · (channel c at the place's pixel + taps[t]), where what lies
/// outside of the image is 0, and gives the number of its thresholds that the sum is at least; where it is falling, the
/// number of those that it is below.
struct CodeWindow {
  std::vector<Offset> taps;           ///< each once
  std::vector<std::int32_t> weights;  ///< [outputs][taps][input channels]
  Lists<std::int64_t> thresholds;     ///< of each output, rising
  std::vector<bool> falling;          ///< of each output
};

/// The window that sees `sources`, with weights `weigh` on them and `levels`, a LevelStage or ThresholdStage, behind
/// these; without `levels` the sums have no thresholds. `first` is the first channel of each signal among all
/// `channels`.
[[nodiscard]] inline CodeWindow code_window(std::span<const CodeSource> sources, std::span<const std::size_t> first,
                                            std::size_t channels, const WeighStage& weigh, const Operation* levels) {
  CodeWindow window;
  std::map<std::pair<std::int32_t, std::int32_t>, std::size_t> taps;
  for (const CodeSource& source : sources) taps.try_emplace({source.offset.row, source.offset.column}, 0);
  for (auto& [offset, index] : taps) {
    index = window.taps.size();
    window.taps.push_back({offset.first, offset.second});
  }
  std::vector<std::size_t> places;  // of each source among an output's weights
  for (const CodeSource& source : sources)
    places.push_back(taps.at({source.offset.row, source.offset.column}) * channels + first[source.signal] +
                     source.channel);
  const std::size_t inputs = window.taps.size() * channels;
  const auto add_output = [&](std::uint32_t sum, std::span<const std::uint32_t> thresholds, bool falling) {
    std::vector<std::int32_t> row(inputs, 0);
    for (std::size_t j = 0; j < weigh.sources[sum].size(); ++j)
      row[places[weigh.sources[sum][j]]] += weigh.weights[sum][j];
    window.weights.insert(window.weights.end(), row.begin(), row.end());
    std::vector<std::int64_t> limits;
    for (const std::uint32_t threshold : thresholds)
      limits.push_back(std::int64_t{threshold} - std::int64_t{weigh.offsets[sum]});
    window.thresholds.add(limits);
    window.falling.push_back(falling);
  };
  if (levels == nullptr) {
    for (std::uint32_t o = 0; o < weigh.size(); ++o) add_output(o, {}, false);
  } else if (const auto* const level = std::get_if<LevelStage>(levels)) {
    for (std::size_t o = 0; o < level->size(); ++o)
      add_output(level->sources[o], level->thresholds[o], level->falling[o]);
  } else if (const auto* const threshold = std::get_if<ThresholdStage>(levels)) {
    for (std::size_t o = 0; o < threshold->size(); ++o)
      add_output(threshold->sources[o], std::span(&threshold->thresholds[o], 1), false);
  }
  return window;
}

}  // namespace lutra::circuits
