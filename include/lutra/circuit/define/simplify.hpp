#pragma once
// Defines what <lutra/circuit/simplify.hpp> declares.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/simplify.hpp>
#include <lutra/circuit/simplify/absorb.hpp>
#include <lutra/circuit/simplify/constants.hpp>
#include <lutra/circuit/simplify/dead.hpp>
#include <lutra/circuit/simplify/equal.hpp>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <lutra/circuit/simplify/pins.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

LUTRA_INLINE Circuit simplify(const Circuit& circuit, SimplifyOptions options, SimplifyReport& report) {
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

LUTRA_INLINE Circuit simplify(const Circuit& circuit, SimplifyOptions options) {
  SimplifyReport report;
  return simplify(circuit, options, report);
}

}  // namespace lutra
