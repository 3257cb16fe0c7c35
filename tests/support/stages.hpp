#pragma once
// Short ways to write the stages of a small circuit in a test.

#include <cstdint>
#include <initializer_list>
#include <lutra/circuit/stages.hpp>
#include <tuple>
#include <utility>
#include <vector>

namespace lutra_test {

using Pins = std::vector<std::uint32_t>;

/// Tables of two inputs, pin 0 the lower address bit.
inline constexpr std::uint64_t and2 = 0b1000, or2 = 0b1110, xor2 = 0b0110, nand2 = 0b0111, buffer = 0b10,
                               inverter = 0b01;

inline lutra::circuits::Type values(std::size_t count, std::uint32_t width) { return {{count, 1, 1}, width}; }
inline lutra::circuits::Type bits(std::size_t count) { return values(count, 1); }

/// Nodes of at most 6 inputs: pins and table.
inline lutra::circuits::LutStage luts(std::initializer_list<std::pair<Pins, std::uint64_t>> nodes) {
  lutra::circuits::LutStage stage;
  for (const auto& [pins, table] : nodes) stage.add(pins, std::vector<std::uint64_t>{table});
  return stage;
}

/// Groups: sources and offset.
inline lutra::circuits::CountStage counts(std::initializer_list<std::pair<Pins, std::uint32_t>> groups) {
  lutra::circuits::CountStage stage;
  for (const auto& [sources, offset] : groups) {
    stage.sources.add(sources);
    stage.offsets.push_back(offset);
  }
  return stage;
}

/// Sums of weighed values: sources, weights and offset.
inline lutra::circuits::WeighStage weighed(
    std::initializer_list<std::tuple<Pins, std::vector<std::int32_t>, std::uint32_t>> sums) {
  lutra::circuits::WeighStage stage;
  for (const auto& [sources, weights, offset] : sums) stage.add(sources, weights, offset);
  return stage;
}

/// Levels: source, thresholds and whether they fall.
inline lutra::circuits::LevelStage levels(
    std::initializer_list<std::tuple<std::uint32_t, std::vector<std::uint32_t>, bool>> outputs) {
  lutra::circuits::LevelStage stage;
  for (const auto& [source, thresholds, falling] : outputs) stage.add(source, thresholds, falling);
  return stage;
}

}  // namespace lutra_test
