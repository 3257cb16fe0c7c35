#pragma once
// What a search found: a row for each candidate, which of them nothing beats, and which of those within the budget is
// best.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist/schedule.hpp>
#include <optional>
#include <string>
#include <vector>

namespace lutra {

/// What a circuit costs as a whole, from raw input to answer.
struct CircuitCost {
  std::size_t luts = 0;       ///< encoder, logic, sums and argmax: what the emitted Verilog has and the report says
  std::size_t lut_nodes = 0;  ///< of the circuit's LUT stages alone
  std::uint32_t levels = 0;   ///< LUTs on the longest path
  std::uint32_t latency = 0;  ///< clocks; 0 without registers

  friend bool operator==(const CircuitCost&, const CircuitCost&) = default;
};

/// Which LUTs are counted, and where registers stand.
struct CostOptions {
  std::uint32_t max_fan_in = 6;                      ///< pins of the device's LUTs, 3 to 6
  circuits::Pipeline pipeline = circuits::every(1);  ///< what latency is counted under
};

/// Counts the netlist of a circuit, as it stands. Throws Error as circuits::lower and circuits::schedule do.
[[nodiscard]] CircuitCost cost_of(const Circuit& circuit, const CostOptions& options = {});

/// What a circuit may cost at most and must reach at least; what is left out does not matter.
struct Budget {
  std::optional<std::size_t> luts{};       ///< at most, complete
  std::optional<std::uint32_t> latency{};  ///< at most, in clocks
  std::optional<double> accuracy{};        ///< at least, 0..1, on validation data

  [[nodiscard]] bool keeps(const CircuitCost& cost, double reached) const noexcept;
};

/// One candidate, trained and counted.
struct SearchRow {
  std::string name;
  std::size_t epochs = 0;  ///< it was trained for
  double accuracy = 0;     ///< 0..1, on the validation share
  CircuitCost cost;
  double seconds = 0;     ///< of training; the one number that differs from run to run
  bool within = false;    ///< it keeps the budget
  bool on_front = false;  ///< no other has as few LUTs and as high an accuracy
};

struct SearchResult {
  Budget budget;
  std::vector<SearchRow> rows;      ///< in the order of the candidates
  std::optional<std::size_t> best;  ///< of `rows`: the most accurate within the budget, then the smallest; or none

  /// The best row. Throws Error where no candidate keeps the budget.
  [[nodiscard]] const SearchRow& best_row() const;
};

/// A table, from the fewest LUTs to the most, each line ending where the row stands: on the front, best, or above the
/// budget.
[[nodiscard]] std::string to_string(const SearchResult& result);

namespace detail {

/// Says of each row whether it keeps the budget and stands on the front, and finds the best one.
[[nodiscard]] SearchResult judged(const Budget& budget, std::vector<SearchRow> rows);

}  // namespace detail
}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/search/define/result.hpp>
#endif
