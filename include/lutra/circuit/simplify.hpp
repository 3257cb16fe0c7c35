#pragma once
// Shrinks a circuit without changing what it computes: passes over one flat list of nodes, again and again until none
// of them finds anything. Training leaves constants, copies and unread nodes behind; hardware should not pay for them.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/simplify/size.hpp>
#include <string>
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
[[nodiscard]] Circuit simplify(const Circuit& circuit, SimplifyOptions options, SimplifyReport& report);

/// The same for those who want no report.
[[nodiscard]] Circuit simplify(const Circuit& circuit, SimplifyOptions options = {});

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/simplify.hpp>
#endif
