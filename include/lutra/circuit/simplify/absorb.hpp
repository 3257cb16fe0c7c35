#pragma once
// The pass that puts LUTs into the LUTs that read them: where every reader of a node can take over its pins and stay
// within the fan-in of the target, the node is not needed any more.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <lutra/circuit/simplify/pins.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>
#include <lutra/circuit/simplify/replacement.hpp>
#include <span>
#include <vector>

namespace lutra::circuits {

namespace detail {

/// The pins of a reader after it has taken in `node`: those of both in rising order, without `node`. `size` may exceed
/// what fits; then `pins` holds only the first ones.
struct JoinedPins {
  std::array<NodeGraph::Id, max_fan_in> pins{};
  std::size_t size = 0;

  JoinedPins(std::span<const NodeGraph::Id> a, std::span<const NodeGraph::Id> b, NodeGraph::Id node) {
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
      NodeGraph::Id next;
      if (j == b.size() || (i < a.size() && a[i] <= b[j])) {
        next = a[i];
        if (j < b.size() && a[i] == b[j]) ++j;
        ++i;
      } else {
        next = b[j++];
      }
      if (next == node) continue;
      if (size < pins.size()) pins[size] = next;
      ++size;
    }
  }
  [[nodiscard]] std::span<const NodeGraph::Id> used() const noexcept { return {pins.data(), size}; }
};

/// `table`, a function of `pins`, as a function of `all`; both rise, and all has every one of pins.
[[nodiscard]] inline TruthTable widen_table(TruthTable table, std::span<const NodeGraph::Id> pins,
                                            std::span<const NodeGraph::Id> all) {
  for (std::size_t i = 0, j = 0; i < all.size(); ++i)
    if (j < pins.size() && pins[j] == all[i])
      ++j;
    else
      table = insert_pin(table, i);
  return table;
}

class AbsorbPass {
 public:
  using Id = NodeGraph::Id;

  AbsorbPass(NodeGraph& graph, std::uint32_t limit) : graph_(graph), limit_(limit) {}

  std::size_t run() {
    std::size_t changes = 0;
    for (Id id = 0; id < graph_.nodes.size(); ++id)
      if (is_lut(id)) changes += normalize(graph_.lut(id));
    // Nodes with a single reader first: taking those in never makes a second copy of anything.
    for (std::size_t absorbed = 1; absorbed != 0; changes += absorbed) {
      absorbed = sweep(1);
      if (absorbed == 0) absorbed = sweep(std::numeric_limits<std::size_t>::max());
    }
    return changes;
  }

 private:
  [[nodiscard]] bool is_lut(Id id) const { return graph_.nodes[id].kind == NodeGraph::Kind::lut; }

  /// Visits nodes in rising order, so that no reader of a node not yet visited is ever missing from its list: absorbing
  /// a node gives new readers to its pins alone, which are smaller numbers.
  std::size_t sweep(std::size_t most_readers) {
    find_readers();
    const auto needed = read_as_they_are(graph_);
    std::size_t absorbed = 0;
    for (Id id = 0; id < graph_.nodes.size(); ++id) {
      if (!is_lut(id) || needed[id]) continue;
      const std::vector<Id>& readers = readers_of(id);
      if (readers.empty() || readers.size() > most_readers) continue;
      if (!std::all_of(readers.begin(), readers.end(),
                       [&](Id reader) { return fits(reader, id, readers.size() == 1); }))
        continue;
      for (const Id reader : readers) absorb(reader, id);
      graph_.nodes[id].kind = NodeGraph::Kind::gone;
      ++absorbed;
    }
    return absorbed;
  }

  /// Lists, one after another, the LUTs that read each node.
  void find_readers() {
    begins_.assign(graph_.nodes.size() + 1, 0);
    for_each_pin([&](Id pin, Id) { ++begins_[pin + 1]; });
    for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    readers_.resize(begins_.back());
    std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
    for_each_pin([&](Id pin, Id reader) { readers_[next[pin]++] = reader; });
  }
  template <class Visit>
  void for_each_pin(Visit&& visit) const {
    for (Id id = 0; id < graph_.nodes.size(); ++id)
      if (is_lut(id))
        for (const Id pin : graph_.lut(id).used_pins()) visit(pin, id);
  }
  /// Those of the listed readers that still read the node: a table may have lost its need for it meanwhile.
  [[nodiscard]] const std::vector<Id>& readers_of(Id id) {
    current_.clear();
    for (std::size_t i = begins_[id]; i < begins_[id + 1]; ++i) {
      const auto pins = graph_.lut(readers_[i]).used_pins();
      if (std::find(pins.begin(), pins.end(), id) != pins.end()) current_.push_back(readers_[i]);
    }
    return current_;
  }

  /// A node that was larger than the target from the start may stay as large, but not grow; nor be copied.
  [[nodiscard]] bool fits(Id reader, Id node, bool only_reader) const {
    const auto &outer = graph_.lut(reader), &inner = graph_.lut(node);
    const std::size_t allowed = std::max({std::size_t{limit_}, outer.fan_in(), only_reader ? inner.fan_in() : 0});
    return JoinedPins(outer.used_pins(), inner.used_pins(), node).size <= allowed;
  }

  void absorb(Id reader, Id node) {
    auto& outer = graph_.lut(reader);
    const auto& inner = graph_.lut(node);
    const JoinedPins joined(outer.used_pins(), inner.used_pins(), node);
    const auto pins = outer.used_pins();
    const auto at = static_cast<std::size_t>(std::find(pins.begin(), pins.end(), node) - pins.begin());
    std::vector<Id> others(pins.begin(), pins.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
    outer.table = select(widen_table(inner.table, inner.used_pins(), joined.used()),
                         widen_table(cofactor(outer.table, at, true), others, joined.used()),
                         widen_table(cofactor(outer.table, at, false), others, joined.used()));
    outer.pins = joined.pins;
    (void)normalize(outer);
  }

  NodeGraph& graph_;
  std::uint32_t limit_;
  std::vector<std::size_t> begins_;
  std::vector<Id> readers_, current_;
};

}  // namespace detail

/// Absorbs LUTs into their readers while these keep at most `fan_in_limit` pins; the number of changes.
inline std::size_t absorb_luts(NodeGraph& graph, std::uint32_t fan_in_limit = 6) {
  return detail::AbsorbPass(graph, fan_in_limit).run();
}

/// The same function with fewer LUTs: a LUT that only LUTs read goes where all of them can compute it themselves with
/// at most `fan_in_limit` pins (or as many as they had before). The number of LUTs never grows; the pins may.
[[nodiscard]] inline Circuit absorb_luts(const Circuit& circuit, std::uint32_t fan_in_limit = 6) {
  return detail::rewrite(circuit, [&](NodeGraph& graph) { return absorb_luts(graph, fan_in_limit); });
}

}  // namespace lutra::circuits
