#pragma once
// Shrinks a circuit without changing what it computes: passes over one flat list of nodes, again and again until none
// of them finds anything. Training leaves constants, copies and unread nodes behind; hardware should not pay for them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/simplify/absorb.hpp>
#include <lutra/circuit/simplify/constants.hpp>
#include <lutra/circuit/simplify/dead.hpp>
#include <lutra/circuit/simplify/equal.hpp>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <lutra/circuit/simplify/pins.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>
#include <lutra/error.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

struct SimplifyOptions {
  /// LUTs are put together up to this fan-in, 1 to 8: 6 for most FPGAs, 4 for small ones. LUTs that are larger to begin
  /// with are not split. 0 keeps LUTs apart, which a CPU engine may like better than large tables.
  std::uint32_t max_fan_in = 6;
};

/// What simplify did, for a report: the size before and after, and what each pass took away over all rounds. A pass
/// that puts LUTs together may add pins; then its `pins` is below zero.
struct SimplifyReport {
  struct Pass {
    std::string name;
    std::ptrdiff_t luts = 0;        ///< fewer LUT nodes
    std::ptrdiff_t pins = 0;        ///< fewer LUT inputs
    std::ptrdiff_t thresholds = 0;  ///< fewer comparisons
  };
  circuits::CircuitSize before, after;
  std::vector<Pass> passes;
  std::size_t rounds = 0;  ///< the last of which changed nothing
};

/// The same function, bit for bit, with fewer nodes. The input's type, the answer's type and the notes stay as they
/// are; an input value may end up unread. Stages keep their names and lose nodes; rearrangements are read through, and
/// put in where an order is needed that no stage has. Deterministic; simplifying the result again gives an equal
/// circuit. Throws Error where max_fan_in is above 8.
[[nodiscard]] inline Circuit simplify(const Circuit& circuit, SimplifyOptions options, SimplifyReport& report) {
  if (options.max_fan_in > circuits::max_fan_in)
    throw Error("simplify: max_fan_in", {}, "0 to 8", std::to_string(options.max_fan_in));
  using Graph = circuits::NodeGraph;
  const auto absorb = [&](Graph& graph) {
    return options.max_fan_in == 0 ? std::size_t{0} : circuits::absorb_luts(graph, options.max_fan_in);
  };
  Graph graph(circuit);
  report = {.before = graph.size(), .after = {}, .passes = {}, .rounds = 0};
  std::size_t changes = 0;
  const auto run = [&](std::size_t index, const char* name, auto&& pass) {
    const auto before = graph.size();
    changes += pass(graph);
    const auto after = graph.size();
    if (report.passes.size() == index) report.passes.push_back({.name = name});
    auto& sum = report.passes[index];
    sum.luts += static_cast<std::ptrdiff_t>(before.luts - after.luts);
    sum.pins += static_cast<std::ptrdiff_t>(before.pins - after.pins);
    sum.thresholds += static_cast<std::ptrdiff_t>(before.thresholds - after.thresholds);
  };
  do {
    changes = 0;
    run(0, "dead", [](Graph& g) { return circuits::remove_dead(g); });
    run(1, "constants", [](Graph& g) { return circuits::propagate_constants(g); });
    run(2, "pins", [](Graph& g) { return circuits::trim_pins(g); });
    run(3, "equal", [](Graph& g) { return circuits::merge_equal(g); });
    run(4, "absorb", absorb);
    ++report.rounds;
  } while (changes != 0);
  report.after = graph.size();
  return circuits::detail::Rebuilder(graph).run();
}

[[nodiscard]] inline Circuit simplify(const Circuit& circuit, SimplifyOptions options = {}) {
  SimplifyReport report;
  return simplify(circuit, options, report);
}

}  // namespace lutra
