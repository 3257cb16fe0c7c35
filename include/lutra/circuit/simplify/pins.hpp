#pragma once
// The pass that trims pins: those a table does not depend on, those that repeat another, and nodes that only pass a bit
// on (their readers read it themselves) or only invert one (LUTs that read them change their tables).

#include <cstddef>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>
#include <lutra/circuit/simplify/replacement.hpp>
#include <utility>

namespace lutra::circuits {

namespace detail {

/// The one form of a LUT: pins in rising order, each once, all of them needed. The number of pins that went.
inline std::size_t normalize(NodeGraph::Lut& lut) {
  const std::size_t before = lut.fan_in();
  for (std::size_t j = lut.fan_in(); j-- > 0;)
    if (!depends_on(lut.table, j)) lut.drop_pin(j, cofactor(lut.table, j, false));
  for (std::size_t end = 1; end < lut.fan_in(); ++end)  // insertion sort
    for (std::size_t j = end; j > 0 && lut.pins[j - 1] > lut.pins[j]; --j) {
      std::swap(lut.pins[j - 1], lut.pins[j]);
      lut.table = swap_with_next(lut.table, j - 1);
    }
  bool merged = false;
  for (std::size_t j = lut.fan_in(); j-- > 1;) {
    if (lut.pins[j - 1] != lut.pins[j]) continue;
    lut.drop_pin(j, merge_pins(lut.table, j - 1, j));
    merged = true;
  }
  if (merged) (void)normalize(lut);  // joined pins may cancel, as in a xor a
  return before - lut.fan_in();
}

}  // namespace detail

/// Trims pins and reads through buffers and inverters; the number of changes.
inline std::size_t trim_pins(NodeGraph& graph) {
  const auto needed = detail::read_as_they_are(graph);
  detail::Replacement replacement(graph);
  std::size_t trimmed = 0;
  for (NodeGraph::Id id = 0; id < graph.nodes.size(); ++id) {
    replacement.redirect(id);
    if (graph.nodes[id].kind != NodeGraph::Kind::lut) continue;
    auto& lut = graph.lut(id);
    trimmed += detail::normalize(lut);
    if (lut.fan_in() != 1) continue;
    if (lut.table[1])
      replacement.replace(id, lut.pins[0]);
    else
      replacement.replace_by_opposite(id, lut.pins[0], needed[id]);
  }
  return trimmed + replacement.finish();
}

/// The same function where every LUT depends on all its pins, reads no node twice, and reads no buffer and no inverter.
/// An inverter stays where something other than a LUT reads it.
[[nodiscard]] inline Circuit trim_pins(const Circuit& circuit) {
  return detail::rewrite(circuit, [](NodeGraph& graph) { return trim_pins(graph); });
}

}  // namespace lutra::circuits
