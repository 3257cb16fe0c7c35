#pragma once
// Builds a netlist node by node. Whatever is asked for, it adds only what is needed: constants and repeated or idle
// pins vanish, a node that exists is given again, and a function too wide for one LUT is split by Shannon's expansion.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/nodes.hpp>
#include <lutra/circuit/truth_table.hpp>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lutra::circuits {

using Bits = std::vector<BitId>;

/// The table of a function of the address, whose bit j is pin j.
template <class Function>
[[nodiscard]] TruthTable table_of(std::size_t pins, const Function& function) {
  TruthTable table = constant_table(false, pins);
  for (std::uint32_t address = 0; address < 1u << pins; ++address)
    table.words[address / 64] |= std::uint64_t{static_cast<bool>(function(address))} << (address % 64);
  return table;
}

class NetlistBuilder {
 public:
  /// Starts with the inputs alone.
  NetlistBuilder(std::uint32_t max_fan_in, std::vector<InputSignal> inputs) {
    netlist_.max_fan_in = max_fan_in;
    netlist_.inputs = std::move(inputs);
    levels_.assign(netlist_.first_node(), 0);
  }

  [[nodiscard]] std::uint32_t max_fan_in() const noexcept { return netlist_.max_fan_in; }

  /// LUTs on the longest path from an input to `bit`.
  [[nodiscard]] std::uint32_t level(BitId bit) const noexcept { return levels_[bit]; }

  /// The bit that is `table` of `pins`. Where a wide function needs several nodes, the last one is `origin` and the
  /// others are numbered parts of it.
  BitId function(Bits pins, TruthTable table, Origin origin) {
    std::uint32_t parts = origin.part;
    return function(std::move(pins), table, origin, parts);
  }

  /// The same for a function of the address.
  template <class Function>
  BitId function(const Bits& pins, Origin origin, const Function& f) {
    return function(pins, table_of(pins.size(), f), origin);
  }

  /// The netlist of what `outputs` need.
  [[nodiscard]] Netlist finish(Type output, std::span<const BitId> outputs) && {
    netlist_.output = output;
    netlist_.outputs.assign(outputs.begin(), outputs.end());
    prune();
    return std::move(netlist_);
  }

 private:
  struct Hash {
    std::size_t operator()(const Node& node) const noexcept {
      std::uint64_t hash = node.table * 0x9e3779b97f4a7c15u + node.fan_in;
      for (const auto pin : node.pins()) hash = (hash ^ pin) * 0xff51afd7ed558ccdu, hash ^= hash >> 32;
      return static_cast<std::size_t>(hash);
    }
  };
  struct SameFunction {
    bool operator()(const Node& a, const Node& b) const noexcept {
      return a.fan_in == b.fan_in && a.table == b.table && a.inputs == b.inputs;
    }
  };

  BitId function(Bits pins, TruthTable table, Origin origin, std::uint32_t& parts) {
    reduce(pins, table);
    if (pins.empty()) return table[0] ? 1 : 0;
    if (pins.size() == 1 && !table[0]) return pins[0];  // a wire
    if (pins.size() > netlist_.max_fan_in) return split(pins, table, origin, parts);
    Node node{.fan_in = static_cast<std::uint32_t>(pins.size()), .table = table.words[0], .origin = origin};
    std::ranges::copy(pins, node.inputs.begin());
    return add(node);
  }

  static void reduce(Bits& pins, TruthTable& table) {
    for (auto j = static_cast<std::uint32_t>(pins.size()); j-- > 0;) {
      const auto first = static_cast<std::uint32_t>(std::ranges::find(pins, pins[j]) - pins.begin());
      if (Netlist::is_constant(pins[j]))
        table = cofactor(table, j, pins[j] == 1);
      else if (first < j)
        table = merge_pins(table, first, j);
      else
        continue;
      pins.erase(pins.begin() + j);
    }
    for (auto j = static_cast<std::uint32_t>(pins.size()); j-- > 0;)
      if (!depends_on(table, j)) {
        table = cofactor(table, j, false);
        pins.erase(pins.begin() + j);
      }
  }

  /// Shannon: hold one pin or, where a 4:1 multiplexer fits into a LUT, two pins; choose among the cofactors.
  BitId split(const Bits& pins, const TruthTable& table, Origin origin, std::uint32_t& parts) {
    const auto last = static_cast<std::uint32_t>(pins.size()) - 1;
    const bool two = netlist_.max_fan_in >= 6 && pins.size() >= netlist_.max_fan_in + 2;
    std::vector<std::uint32_t> held = two ? std::vector{last - 1, last} : std::vector{last};
    std::size_t fewest = cofactors(table, held).second;
    for (std::uint32_t a = 0; a <= last; ++a)
      for (std::uint32_t b = two ? a + 1 : last; b <= last; ++b) {
        const std::vector<std::uint32_t> tried = two ? std::vector{a, b} : std::vector{a};
        if (const auto count = cofactors(table, tried).second; count < fewest) fewest = count, held = tried;
      }
    Bits rest = pins;
    for (auto j = held.rbegin(); j != held.rend(); ++j) rest.erase(rest.begin() + *j);
    Bits multiplexer;
    for (const auto& left : cofactors(table, held).first) {
      Origin part = origin;
      part.part = ++parts;
      multiplexer.push_back(function(rest, left, part, parts));
    }
    const auto ways = static_cast<std::uint32_t>(multiplexer.size());
    for (const auto j : held) multiplexer.push_back(pins[j]);
    const auto choose = [ways](std::uint32_t address) { return address >> (address >> ways) & 1; };
    return function(multiplexer, table_of(multiplexer.size(), choose), origin, parts);
  }

  /// What is left of `table` for each value of the held variables (ascending), and how many LUTs that asks for.
  static std::pair<std::vector<TruthTable>, std::size_t> cofactors(const TruthTable& table,
                                                                   std::span<const std::uint32_t> held) {
    std::vector<TruthTable> all{table};
    for (std::size_t h = held.size(); h-- > 0;) {  // from the top, so that lower variables keep their places
      std::vector<TruthTable> next;
      for (const bool value : {false, true})
        for (const auto& t : all) next.push_back(cofactor(t, held[h], value));
      all = std::move(next);
    }
    // The first held variable was split last and so is the most significant one: put it into the lowest address
    // bit.
    if (all.size() == 4) std::swap(all[1], all[2]);
    std::vector<TruthTable> different;
    for (const auto& t : all)
      if (!is_constant(t) && std::ranges::find(different, t) == different.end()) different.push_back(t);
    return {std::move(all), different.size()};
  }

  BitId add(const Node& node) {
    const auto [found, is_new] = known_.try_emplace(node, netlist_.bits());
    if (is_new) {
      netlist_.nodes.push_back(node);
      std::uint32_t deepest = 0;
      for (const auto pin : node.pins()) deepest = std::max(deepest, levels_[pin]);
      levels_.push_back(deepest + 1);
    }
    return found->second;
  }

  void prune() {
    std::vector<bool> needed(netlist_.bits(), false);
    for (const auto bit : netlist_.outputs) needed[bit] = true;
    for (BitId bit = netlist_.bits(); bit-- > netlist_.first_node();)
      if (needed[bit])
        for (const auto pin : netlist_.node(bit).pins()) needed[pin] = true;
    Bits moved(netlist_.bits());
    for (BitId bit = 0; bit < netlist_.first_node(); ++bit) moved[bit] = bit;
    std::vector<Node> kept;
    for (BitId bit = netlist_.first_node(); bit < netlist_.bits(); ++bit) {
      if (!needed[bit]) continue;
      moved[bit] = static_cast<BitId>(netlist_.first_node() + kept.size());
      kept.push_back(netlist_.node(bit));
      for (std::size_t j = 0; j < kept.back().fan_in; ++j) kept.back().inputs[j] = moved[kept.back().inputs[j]];
    }
    for (auto& bit : netlist_.outputs) bit = moved[bit];
    netlist_.nodes = std::move(kept);
  }

  Netlist netlist_;
  std::vector<std::uint32_t> levels_;
  std::unordered_map<Node, BitId, Hash, SameFunction> known_;
};

}  // namespace lutra::circuits
