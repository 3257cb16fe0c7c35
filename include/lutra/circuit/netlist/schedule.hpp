#pragma once
// When each node of a netlist works: pipelining. Registers stand after every k levels of LUTs, each answer bit passes
// the same number of them, and nodes are moved to where fewer registers are needed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/nodes.hpp>
#include <lutra/error.hpp>
#include <vector>

namespace lutra::circuits {

/// How a design is cut by registers. Made by combinational() and every(k).
struct Pipeline {
  std::uint32_t levels = 0;      ///< LUT levels between two registers; 0: no registers at all
  bool register_inputs = false;  ///< registers in front of the first level as well (with levels > 0)

  friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

/// No registers: the answer is a function of the input alone.
[[nodiscard]] constexpr Pipeline combinational() noexcept { return {}; }

/// Registers after every `levels` levels of LUTs (at least 1) and at the output; one answer a clock.
[[nodiscard]] constexpr Pipeline every(std::uint32_t levels) noexcept { return {.levels = levels}; }

/// The clock in which each bit is computed, and how often it is registered afterwards.
struct Schedule {
  std::uint32_t latency = 0;             ///< clock edges between an input and its answer
  std::uint32_t depth = 0;               ///< LUTs on the longest path from an input to an output
  std::vector<std::uint32_t> clock;      ///< by BitId: edges between the input and this bit, before its own registers
  std::vector<std::uint32_t> registers;  ///< by BitId: the length of the bit's chain of registers

  [[nodiscard]] std::size_t flip_flops() const noexcept {
    std::size_t sum = 0;
    for (const auto length : registers) sum += length;
    return sum;
  }
};

/// LUTs on the longest path from an input to each bit.
[[nodiscard]] inline std::vector<std::uint32_t> levels(const Netlist& netlist) {
  std::vector<std::uint32_t> level(netlist.bits(), 0);
  for (BitId bit = netlist.first_node(); bit < netlist.bits(); ++bit) {
    for (const auto pin : netlist.node(bit).pins()) level[bit] = std::max(level[bit], level[pin]);
    ++level[bit];
  }
  return level;
}

namespace detail {

/// Starts with every node as early as possible and moves nodes later wherever that saves registers.
class Scheduler {
 public:
  Scheduler(const Netlist& netlist, std::uint32_t levels_per_clock)
      : netlist_(netlist), k_(levels_per_clock), level_(levels(netlist)) {
    for (const auto bit : netlist.outputs) depth_ = std::max(depth_, level_[bit]);
    std::vector<std::uint32_t> begin(netlist.bits() + 1, 0);
    for (const auto& node : netlist.nodes)
      for (const auto pin : node.pins()) ++begin[pin + 1];
    for (std::size_t i = 0; i + 1 < begin.size(); ++i) begin[i + 1] += begin[i];
    first_user_ = begin;
    users_.resize(begin.back());
    for (BitId bit = netlist.first_node(); bit < netlist.bits(); ++bit)
      for (const auto pin : netlist.node(bit).pins()) users_[begin[pin]++] = bit;
    is_output_.resize(netlist.bits(), false);
    for (const auto bit : netlist.outputs) is_output_[bit] = true;
  }

  [[nodiscard]] std::uint32_t depth() const noexcept { return depth_; }
  [[nodiscard]] std::uint32_t clocks() const noexcept { return (depth_ + k_ - 1) / k_; }
  [[nodiscard]] std::uint32_t clock(BitId bit) const noexcept { return level_[bit] == 0 ? 0 : (level_[bit] - 1) / k_; }

  /// Registers between the clock of `bit` and its last use.
  [[nodiscard]] std::uint32_t registers(BitId bit) const {
    if (Netlist::is_constant(bit)) return 0;
    std::uint32_t last = is_output_[bit] ? clocks() : clock(bit);
    for (std::uint32_t i = first_user_[bit]; i < first_user_[bit + 1]; ++i) last = std::max(last, clock(users_[i]));
    return last - clock(bit);
  }

  void save_registers() {
    constexpr int passes = 10;  // each only ever saves; more hardly find anything
    for (int pass = 0; pass < passes; ++pass) {
      bool moved = false;
      for (BitId bit = netlist_.bits(); bit-- > netlist_.first_node();) moved = improve(bit) || moved;
      if (!moved) return;
    }
  }

 private:
  /// Tries every level that the node's pins and users leave open; takes the earliest of the cheapest.
  bool improve(BitId bit) {
    std::uint32_t latest = depth_;
    for (std::uint32_t i = first_user_[bit]; i < first_user_[bit + 1]; ++i)
      latest = std::min(latest, level_[users_[i]] - 1);
    std::uint32_t earliest = 1;
    for (const auto pin : netlist_.node(bit).pins()) earliest = std::max(earliest, level_[pin] + 1);
    if (earliest == latest) return false;
    const std::uint32_t old = level_[bit];
    const std::size_t old_cost = local_cost(bit);
    std::uint32_t best = old;
    std::size_t best_cost = old_cost;
    for (std::uint32_t level = earliest; level <= latest; ++level) {
      level_[bit] = level;
      if (const std::size_t cost = local_cost(bit); cost < best_cost) best_cost = cost, best = level;
    }
    level_[bit] = best;
    return best != old;
  }

  [[nodiscard]] std::size_t local_cost(BitId bit) const {
    std::size_t cost = registers(bit);
    for (const auto pin : netlist_.node(bit).pins()) cost += registers(pin);
    return cost;
  }

  const Netlist& netlist_;
  std::uint32_t k_;
  std::uint32_t depth_ = 0;
  std::vector<std::uint32_t> level_;
  std::vector<BitId> users_;
  std::vector<std::uint32_t> first_user_;
  std::vector<bool> is_output_;
};

}  // namespace detail

/// Cuts the netlist into clocks. Exactly `latency` edges after an input its answer stands at the outputs; a netlist
/// of wires alone needs none. Throws Error where inputs are to be registered and nothing else.
[[nodiscard]] inline Schedule schedule(const Netlist& netlist, const Pipeline& pipeline = {}) {
  const bool registered = pipeline.levels > 0;
  if (pipeline.register_inputs && !registered)
    throw Error("registered inputs", "schedule", "a pipeline, such as {.levels = 1, .register_inputs = true}",
                "a combinational one");
  detail::Scheduler scheduler(netlist, registered ? pipeline.levels : ~std::uint32_t{0} / 2);
  Schedule result{.depth = scheduler.depth(),
                  .clock = std::vector<std::uint32_t>(netlist.bits(), 0),
                  .registers = std::vector<std::uint32_t>(netlist.bits(), 0)};
  if (!registered) return result;
  scheduler.save_registers();
  const std::uint32_t first = pipeline.register_inputs ? 1 : 0;
  result.latency = scheduler.clocks() + first;
  for (BitId bit = 2; bit < netlist.bits(); ++bit) {
    result.registers[bit] = scheduler.registers(bit);
    result.clock[bit] = scheduler.clock(bit) + (netlist.is_node(bit) ? first : 0);
  }
  if (pipeline.register_inputs) {
    std::vector<bool> used(netlist.bits(), false);
    for (const auto& node : netlist.nodes)
      for (const auto pin : node.pins()) used[pin] = true;
    for (const auto bit : netlist.outputs) used[bit] = true;
    for (BitId bit = 2; bit < netlist.first_node(); ++bit)
      if (used[bit]) ++result.registers[bit];
  }
  return result;
}

}  // namespace lutra::circuits
