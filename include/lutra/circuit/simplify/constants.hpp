#pragma once
// The pass that carries constants forward: thresholds that are always or never met, LUTs that are left with one value,
// pins that are held at one, and sums of constants, which become offsets.

#include <algorithm>
#include <cstdint>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>
#include <lutra/circuit/simplify/replacement.hpp>
#include <vector>

namespace lutra::circuits {

namespace detail {

/// The least and the largest value a node can take, as far as widths and constants tell.
struct Range {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  [[nodiscard]] bool constant() const noexcept { return least == most; }
};

/// Where a tap stands over all places: rows and columns of its source's image.
struct TapReach {
  std::int64_t first_row, last_row, first_column, last_column, height, width;

  TapReach(const NodeGraph& graph, NodeGraph::Id tap) {
    const auto& [source, at] = graph.view(tap);
    const auto& stage = graph.stage(tap);
    const Shape &places = stage.output.shape, &image = graph.type(source).shape;
    first_row = at.row;
    last_row = first_row + static_cast<std::int64_t>(places.height - 1) * stage.stride.row;
    first_column = at.column;
    last_column = first_column + static_cast<std::int64_t>(places.width - 1) * stage.stride.column;
    height = static_cast<std::int64_t>(image.height);
    width = static_cast<std::int64_t>(image.width);
  }
};
[[nodiscard]] inline bool sees_border(const NodeGraph& graph, NodeGraph::Id tap) {
  const TapReach reach(graph, tap);
  return reach.first_row < 0 || reach.first_column < 0 || reach.last_row >= reach.height ||
         reach.last_column >= reach.width;
}
/// Some taps that see nothing else are not found: with strides that step over the image.
[[nodiscard]] inline bool sees_border_only(const NodeGraph& graph, NodeGraph::Id tap) {
  const TapReach reach(graph, tap);
  return reach.last_row < 0 || reach.last_column < 0 || reach.first_row >= reach.height ||
         reach.first_column >= reach.width;
}

class ConstantPass {
 public:
  using Id = NodeGraph::Id;
  using Kind = NodeGraph::Kind;

  explicit ConstantPass(NodeGraph& graph) : graph_(graph), replacement_(graph), ranges_(graph.nodes.size()) {}

  std::size_t run() {
    for (Id id = 0; id < graph_.nodes.size(); ++id) {
      replacement_.redirect(id);
      switch (graph_.nodes[id].kind) {
        case Kind::input:
          ranges_[id] = {0, graph_.type(id).maximum()};
          break;
        case Kind::threshold:
          threshold(id);
          break;
        case Kind::lut:
          lut(id);
          break;
        case Kind::count:
          count(id);
          break;
        case Kind::add:
          ranges_[id] = sum(graph_.wide(id));
          break;
        case Kind::argmax:
          ranges_[id] = {0, graph_.wide(id).sources.size() - 1};
          break;
        case Kind::max:
          ranges_[id] = united(graph_.wide(id));
          break;
        case Kind::weigh:
          weigh(id);
          break;
        case Kind::level:
          ranges_[id] = met(graph_.level(id));
          break;
        case Kind::tap:
          ranges_[id] = ranges_[graph_.view(id).source];
          if (detail::sees_border(graph_, id)) ranges_[id].least = 0;
          if (detail::sees_border_only(graph_, id)) ranges_[id].most = 0;
          break;
        case Kind::joined:
          ranges_[id] = united(graph_.wide(id));
          break;
        case Kind::pick:
          ranges_[id] = ranges_[graph_.view(id).source];
          break;
        case Kind::gone:
          break;
      }
    }
    return changes_ + replacement_.finish();
  }

 private:
  void threshold(Id id) {
    auto& [source, level] = graph_.threshold(id);
    const Range range = ranges_[source];
    const bool always = level <= range.least;
    if (!always && level <= range.most) {
      ranges_[id] = {0, 1};
      // Of a bit, the only threshold that is neither always nor never met is 1: the bit itself.
      if (graph_.type(source).width == 1) replacement_.replace(id, source);
      return;
    }
    ranges_[id] = {always, always};
    // Whoever needs the constant itself keeps this node; written so that it keeps nothing else alive, but for an image,
    // which is that of its source.
    const Id kept = graph_.stage(id).is_image || graph_.stages[0].is_image ? source : 0;
    const std::uint64_t never = graph_.type(kept).maximum() + 1;
    if (!always && never > 0xffffffff) return;
    const auto wanted = always ? 0 : static_cast<std::uint32_t>(never);
    if (source == kept && level == wanted) return;
    source = kept;
    level = wanted;
    ++changes_;
  }

  void lut(Id id) {
    auto& lut = graph_.lut(id);
    for (std::size_t j = lut.fan_in(); j-- > 0;) {
      const Range range = ranges_[lut.pins[j]];
      if (!range.constant()) continue;
      lut.drop_pin(j, cofactor(lut.table, j, range.least != 0));
      ++changes_;
    }
    ranges_[id] = {0, 1};
    if (!is_constant(lut.table)) return;
    const bool value = lut.table[0];
    ranges_[id] = {value, value};
    if (lut.fan_in() == 0) return;
    lut = {{}, constant_table(value)};
    ++changes_;
  }

  void count(Id id) {
    auto& count = graph_.wide(id);
    std::uint64_t constant = count.offset;
    const auto is_constant = [&](Id source) {
      if (!ranges_[source].constant()) return false;
      constant += ranges_[source].least;
      return true;
    };
    changes_ += std::erase_if(count.sources, is_constant);
    count.offset = static_cast<std::uint32_t>(constant);
    ranges_[id] = sum(count);
  }

  /// What is taken from the offset for a constant, the weight could have taken anyway: it stays large enough.
  void weigh(Id id) {
    auto& [sources, offset, weights] = graph_.wide(id);
    std::int64_t least = offset, most = offset, constant = offset;
    std::size_t kept = 0;
    for (std::size_t j = 0; j < sources.size(); ++j) {
      const Range range = ranges_[sources[j]];
      const std::int64_t weight = weights[j];
      const std::int64_t first = weight * static_cast<std::int64_t>(range.least);
      const std::int64_t last = weight * static_cast<std::int64_t>(range.most);
      least += std::min(first, last);
      most += std::max(first, last);
      if (range.constant() || weight == 0) {
        constant += first;
        continue;
      }
      sources[kept] = sources[j];
      weights[kept++] = weights[j];
    }
    changes_ += sources.size() - kept;
    sources.resize(kept);
    weights.resize(kept);
    offset = static_cast<std::uint32_t>(constant);
    ranges_[id] = {static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(most)};
  }

  [[nodiscard]] Range met(const NodeGraph::Level& level) const {
    const auto of = [&](std::uint64_t value) {
      const auto at = std::ranges::upper_bound(level.thresholds, value);
      return static_cast<std::uint64_t>(level.falling ? level.thresholds.end() - at : at - level.thresholds.begin());
    };
    const Range range = ranges_[level.source];
    return level.falling ? Range{of(range.most), of(range.least)} : Range{of(range.least), of(range.most)};
  }

  [[nodiscard]] Range united(const NodeGraph::Wide& wide) const {
    Range range = ranges_[wide.sources[0]];
    for (const Id source : wide.sources) {
      range.least = std::min(range.least, ranges_[source].least);
      range.most = std::max(range.most, ranges_[source].most);
    }
    return range;
  }

  [[nodiscard]] Range sum(const NodeGraph::Wide& wide) const {
    Range range{wide.offset, wide.offset};
    for (const Id source : wide.sources) {
      range.least += ranges_[source].least;
      range.most += ranges_[source].most;
    }
    return range;
  }

  NodeGraph& graph_;
  Replacement replacement_;
  std::vector<Range> ranges_;
  std::size_t changes_ = 0;
};

}  // namespace detail

/// Carries constants forward; the number of changes.
inline std::size_t propagate_constants(NodeGraph& graph) { return detail::ConstantPass(graph).run(); }

/// The same function with constants carried forward: no LUT reads one or is one with pins left, no count adds one, no
/// threshold compares what cannot differ (given the input's width). A constant that the answer needs stays, without
/// pins.
[[nodiscard]] inline Circuit propagate_constants(const Circuit& circuit) {
  return detail::rewrite(circuit, [](NodeGraph& graph) { return propagate_constants(graph); });
}

}  // namespace lutra::circuits
