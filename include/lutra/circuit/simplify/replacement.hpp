#pragma once
// How one pass over a node graph redirects readers: a node may be replaced by an earlier node, or, for LUTs alone, by
// the opposite of one, which costs a LUT nothing but other bits in its table.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <vector>

namespace lutra::circuits::detail {

/// True for every node with a reader that is not a LUT, the answer included: such a reader needs the node itself.
[[nodiscard]] inline std::vector<bool> read_as_they_are(NodeGraph& graph) {
  std::vector<bool> read(graph.nodes.size(), false);
  for (const auto id : graph.answer) read[id] = true;
  for (NodeGraph::Id id = 0; id < graph.nodes.size(); ++id)
    if (graph.nodes[id].kind != NodeGraph::Kind::lut)
      for (const auto source : graph.sources(id)) read[source] = true;
  return read;
}

/// Collected while nodes are visited in rising order. redirect() a node before looking at it; finish() at the end.
class Replacement {
 public:
  using Id = NodeGraph::Id;

  explicit Replacement(NodeGraph& graph) : graph_(graph), by_(graph.nodes.size()) {
    for (Id id = 0; id < by_.size(); ++id) by_[id] = {id, false};
  }

  /// Every reader of `node` reads `other` instead, which is a smaller number; the node is gone.
  void replace(Id node, Id other) {
    by_[node] = {other, false};
    graph_.nodes[node].kind = NodeGraph::Kind::gone;
    ++changes_;
  }

  /// LUTs that read `node` read the opposite of `other` instead. It is gone where no other reader needs it.
  void replace_by_opposite(Id node, Id other, bool needed) {
    by_[node] = {other, true};
    if (needed) return;
    graph_.nodes[node].kind = NodeGraph::Kind::gone;
    ++changes_;
  }

  /// Lets a node read what its sources were replaced by.
  void redirect(Id node) {
    const bool is_lut = graph_.nodes[node].kind == NodeGraph::Kind::lut;
    const auto sources = graph_.sources(node);
    for (std::size_t j = 0; j < sources.size(); ++j) {
      const By by = by_[sources[j]];
      if (by.node == sources[j] || (by.opposite && !is_lut)) continue;
      sources[j] = by.node;
      if (by.opposite) graph_.lut(node).table = invert_pin(graph_.lut(node).table, j);
      ++changes_;
    }
  }

  /// Redirects the answer; the number of things that changed.
  std::size_t finish() {
    for (Id& id : graph_.answer)
      if (!by_[id].opposite) id = by_[id].node;
    return changes_;
  }

 private:
  struct By {
    Id node;
    bool opposite;
  };
  NodeGraph& graph_;
  std::vector<By> by_;
  std::size_t changes_ = 0;
};

}  // namespace lutra::circuits::detail
