#pragma once
// Operations whose bits have rows become steps of a program; nodes of one kind that follow one another become a run.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/kernels/lut_bits.hpp>
#include <span>
#include <vector>

namespace lutra::engine {

namespace detail {

/// The tables of kernels::lut_rows, appended for one node.
template <std::size_t FanIn = 3>
void append_nibbles(std::size_t fan_in, const std::uint64_t* table, std::vector<std::uint8_t>& nibbles) {
  if constexpr (FanIn <= circuits::max_fan_in) {
    if (fan_in != FanIn) return append_nibbles<FanIn + 1>(fan_in, table, nibbles);
    nibbles.resize(nibbles.size() + kernels::NibbleBytes<FanIn>::size);
    kernels::NibbleBytes<FanIn>::unpack(kernels::DavioTable<FanIn>(table),
                                        nibbles.data() + nibbles.size() - kernels::NibbleBytes<FanIn>::size);
  }
}

[[nodiscard]] inline bool joins_run(const Step& run, const Operation& operation) noexcept {
  return (operation.kind == Kind::gate || operation.kind == Kind::lut) && run.kind == operation.kind &&
         run.detail == operation.detail;
}

}  // namespace detail

/// Appends to `program` the operation `operation`, a table of which lies in `tables`, on these rows. With `begins` it
/// does not continue the run before it.
inline void append_step(Program& program, const Operation& operation, std::span<const std::uint64_t> tables,
                        std::span<const Row> reads, std::span<const Row> writes, bool begins) {
  if (begins || program.steps.empty() || !detail::joins_run(program.steps.back(), operation))
    program.steps.push_back({.kind = operation.kind,
                             .detail = operation.detail,
                             .nodes = 0,
                             .operands = program.operands.size(),
                             .reads = static_cast<std::uint32_t>(reads.size()),
                             .writes = static_cast<std::uint32_t>(writes.size()),
                             .constant = operation.constant,
                             .tables = program.tables.size(),
                             .nibbles = program.nibbles.size()});
  ++program.steps.back().nodes;
  if (operation.kind == Kind::lut) {
    const auto table = tables.subspan(operation.table, circuits::table_words(operation.detail));
    program.tables.insert(program.tables.end(), table.begin(), table.end());
    detail::append_nibbles(operation.detail, table.data(), program.nibbles);
  }
  program.operands.insert(program.operands.end(), reads.begin(), reads.end());
  program.operands.insert(program.operands.end(), writes.begin(), writes.end());
}

}  // namespace lutra::engine
