#pragma once
// Nodes that read the same two bits: all functions of these two are computed once for all of them. A depthwise layer
// has many nodes that look at the same few pixels.

#include <algorithm>
#include <cstddef>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <map>
#include <queue>
#include <span>
#include <utility>
#include <vector>

namespace lutra::engine {

/// LUT operations that all read `pair`.
struct SharedPair {
  std::pair<Name, Name> pair;
  std::vector<std::size_t> operations;
};

/// Of these LUT operations, groups of two or more that share a pair, the largest first; each operation is in one group
/// at most, and what is in none is appended to `alone`, in its order.
[[nodiscard]] inline std::vector<SharedPair> share_pairs(const Operations& operations,
                                                         std::span<const std::size_t> luts,
                                                         std::vector<std::size_t>& alone) {
  using Pair = std::pair<Name, Name>;
  std::map<Pair, std::vector<std::size_t>> readers;  // places in `luts`
  for (std::size_t i = 0; i < luts.size(); ++i) {
    const auto pins = operations.reads[luts[i]];
    for (std::size_t a = 0; a < pins.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) readers[std::minmax(pins[a], pins[b])].push_back(i);
  }
  std::priority_queue<std::pair<std::size_t, Pair>> waiting;
  for (const auto& [pair, nodes] : readers)
    if (nodes.size() > 1) waiting.emplace(nodes.size(), pair);
  std::vector<SharedPair> groups;
  std::vector<bool> taken(luts.size(), false);
  while (!waiting.empty()) {
    const auto [size, pair] = waiting.top();
    waiting.pop();
    auto& nodes = readers[pair];
    std::erase_if(nodes, [&](std::size_t i) { return taken[i]; });
    if (nodes.size() < 2) continue;
    if (nodes.size() < size) {  // others have taken some of them: it is this pair's turn later
      waiting.emplace(nodes.size(), pair);
      continue;
    }
    groups.push_back({pair, {}});
    for (const std::size_t i : nodes) {
      taken[i] = true;
      groups.back().operations.push_back(luts[i]);
    }
  }
  for (std::size_t i = 0; i < luts.size(); ++i)
    if (!taken[i]) alone.push_back(luts[i]);
  return groups;
}

}  // namespace lutra::engine
