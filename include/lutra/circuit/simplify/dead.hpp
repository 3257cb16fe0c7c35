#pragma once
// The pass that removes what no one reads: nodes, outputs of encoders and counters, and with them whole stages.

#include <cstddef>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>
#include <vector>

namespace lutra::circuits {

/// Removes nodes that the answer does not depend on; how many went.
inline std::size_t remove_dead(NodeGraph& graph) {
  std::vector<bool> read(graph.nodes.size(), false);
  for (const auto id : graph.answer) read[id] = true;
  std::size_t removed = 0;
  for (auto id = static_cast<NodeGraph::Id>(graph.nodes.size()); id-- > 0;) {
    auto& kind = graph.nodes[id].kind;
    if (kind == NodeGraph::Kind::input || kind == NodeGraph::Kind::gone) continue;
    if (read[id]) {
      for (const auto source : graph.sources(id)) read[source] = true;
    } else {
      kind = NodeGraph::Kind::gone;
      ++removed;
    }
  }
  return removed;
}

/// The same function without what the answer does not depend on. The input keeps its type, the answer its type and
/// order.
[[nodiscard]] inline Circuit remove_dead(const Circuit& circuit) {
  return detail::rewrite(circuit, [](NodeGraph& graph) { return remove_dead(graph); });
}

}  // namespace lutra::circuits
