#pragma once
// The pass that keeps one of several equal nodes: LUTs with the same pins and table, or the opposite table where their
// readers can absorb it, and thresholds that compare the same value with the same number.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <lutra/circuit/simplify/pins.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>
#include <lutra/circuit/simplify/replacement.hpp>
#include <vector>

namespace lutra::circuits {

namespace detail {

/// Nodes by what they compute; open addressing, sized once. It answers with the first one put in, so the result does
/// not depend on the order of slots.
class NodeTable {
 public:
  using Id = NodeGraph::Id;

  explicit NodeTable(std::size_t nodes) : slots_(std::bit_ceil(2 * nodes + 2), none) {}

  /// The first node put in with this hash for which equal(node) holds; `none` where there is no such node.
  template <class Equal>
  [[nodiscard]] Id find(std::uint64_t hash, Equal&& equal) const {
    for (std::size_t at = hash & mask();; at = (at + 1) & mask())
      if (slots_[at] == none || equal(slots_[at])) return slots_[at];
  }
  void insert(std::uint64_t hash, Id id) {
    std::size_t at = hash & mask();
    while (slots_[at] != none) at = (at + 1) & mask();
    slots_[at] = id;
  }

  static constexpr Id none = ~Id{0};

 private:
  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  std::vector<Id> slots_;
};

[[nodiscard]] constexpr std::uint64_t mix_hash(std::uint64_t hash, std::uint64_t value) noexcept {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 29;
}

/// The same for a LUT and its opposite.
[[nodiscard]] inline std::uint64_t hash_up_to_opposite(const NodeGraph::Lut& lut) {
  const TruthTable table = lut.table[0] ? complement(lut.table) : lut.table;
  std::uint64_t hash = lut.fan_in();
  for (const auto pin : lut.used_pins()) hash = mix_hash(hash, pin);
  for (const auto word : table.used_words()) hash = mix_hash(hash, word);
  return hash;
}

class EqualPass {
 public:
  using Id = NodeGraph::Id;
  using Kind = NodeGraph::Kind;

  explicit EqualPass(NodeGraph& graph)
      : graph_(graph), needed_(read_as_they_are(graph)), replacement_(graph), seen_(graph.nodes.size()) {}

  std::size_t run() {
    for (Id id = 0; id < graph_.nodes.size(); ++id) {
      replacement_.redirect(id);
      if (graph_.nodes[id].kind == Kind::threshold) threshold(id);
      if (graph_.nodes[id].kind == Kind::lut) lut(id);
      if (graph_.nodes[id].kind == Kind::tap) tap(id);
    }
    return trimmed_ + replacement_.finish();
  }

 private:
  void threshold(Id id) {
    const auto [source, level] = graph_.threshold(id);
    const std::uint64_t hash = mix_hash(mix_hash(max_fan_in + 1, source), level);
    const Id first = seen_.find(hash, [&, source = source, level = level](Id other) {
      return graph_.nodes[other].kind == Kind::threshold && graph_.threshold(other).source == source &&
             graph_.threshold(other).level == level;
    });
    if (first == NodeTable::none)
      seen_.insert(hash, id);
    else
      replacement_.replace(id, first);
  }

  void tap(Id id) {
    const auto& view = graph_.view(id);
    const auto& stage = graph_.stage(id);
    const bool moves = view.at != Offset{} || stage.stride != Offset{1, 1};
    if (!moves && stage.output.shape.same_image(graph_.type(view.source).shape))
      return replacement_.replace(id, view.source);
    const auto number = [](std::int32_t value) { return static_cast<std::uint32_t>(value); };
    const std::uint64_t hash =
        mix_hash(mix_hash(mix_hash(max_fan_in + 2, view.source), number(view.at.row)), number(view.at.column));
    const Id first = seen_.find(hash, [&](Id other) {
      return graph_.nodes[other].kind == Kind::tap && graph_.view(other).source == view.source &&
             graph_.view(other).at == view.at && graph_.stage(other).stride == stage.stride &&
             graph_.type(other).shape.same_image(stage.output.shape);
    });
    if (first == NodeTable::none)
      seen_.insert(hash, id);
    else
      replacement_.replace(id, first);
  }

  void lut(Id id) {
    trimmed_ += normalize(graph_.lut(id));
    const auto& lut = graph_.lut(id);
    if (lut.fan_in() == 0) return;  // a constant costs nothing and stays where it is needed
    const std::uint64_t hash = hash_up_to_opposite(lut);
    const auto first_with = [&](const TruthTable& table) {
      return seen_.find(hash, [&](Id other) {
        return graph_.nodes[other].kind == Kind::lut && graph_.lut(other).pins == lut.pins &&
               graph_.lut(other).table == table;
      });
    };
    if (const Id same = first_with(lut.table); same != NodeTable::none) return replacement_.replace(id, same);
    if (!needed_[id])
      if (const Id opposite = first_with(complement(lut.table)); opposite != NodeTable::none)
        return replacement_.replace_by_opposite(id, opposite, false);
    seen_.insert(hash, id);
  }

  NodeGraph& graph_;
  std::vector<bool> needed_;
  Replacement replacement_;
  NodeTable seen_;
  std::size_t trimmed_ = 0;
};

}  // namespace detail

/// Merges equal nodes; the number of changes.
inline std::size_t merge_equal(NodeGraph& graph) { return detail::EqualPass(graph).run(); }

/// The same function where no two LUTs have the same pins (in any order) and the same table, and no two thresholds the
/// same source and number. A LUT with the opposite table goes too, where only LUTs read it: they change their tables.
[[nodiscard]] inline Circuit merge_equal(const Circuit& circuit) {
  return detail::rewrite(circuit, [](NodeGraph& graph) { return merge_equal(graph); });
}

}  // namespace lutra::circuits
