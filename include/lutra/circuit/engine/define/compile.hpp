#pragma once
// Defines what <lutra/circuit/engine/compile.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/compile.hpp>
#include <lutra/circuit/engine/lower.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/schedule.hpp>
#include <lutra/circuit/engine/step_writer.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/inline.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Rows for names: a row is free again after the last operation that reads it.
class RowAllocator {
 public:
  explicit RowAllocator(std::size_t names) : row_of_(names, none), last_use_(names, never) {
    row_of_[row_of_zeros] = row_of_zeros;
    row_of_[row_of_ones] = row_of_ones;
    keep(row_of_zeros);
    keep(row_of_ones);
  }

  void used_at(Name name, std::size_t time) { last_use_[name] = std::max(last_use_[name], time + 1); }
  void keep(Name name) { last_use_[name] = forever; }
  [[nodiscard]] bool is_used(Name name) const noexcept { return last_use_[name] != never; }

  Row write(Name name) {
    if (free_.empty()) return row_of_[name] = next_++;
    row_of_[name] = free_.back();
    free_.pop_back();
    return row_of_[name];
  }
  [[nodiscard]] Row read(Name name) const noexcept { return row_of_[name]; }
  /// Call once for every name an operation touched, after its rows are written; repeated names are no harm.
  void release(Name name, std::size_t time) {
    if (last_use_[name] > time + 1 || row_of_[name] == none) return;
    free_.push_back(row_of_[name]);
    row_of_[name] = none;
  }
  [[nodiscard]] std::size_t rows() const noexcept { return next_; }

 private:
  static constexpr Row none = ~Row{0};
  static constexpr std::size_t never = 0, forever = ~std::size_t{0};
  std::vector<Row> row_of_;
  std::vector<std::size_t> last_use_;  // counted from 1
  std::vector<Row> free_;
  Row next_ = first_encoded_row;
};

/// Sixteen encodes from `encodes` on as one block, if they can be.
[[nodiscard]] inline std::optional<kernels::Picks> picks_of(const Encode* encodes, const Program& program) noexcept {
  constexpr std::size_t size = kernels::Picks::size;
  if (program.input_size < size) return {};
  kernels::Picks picks{};
  picks.first = static_cast<std::uint32_t>(std::min<std::size_t>(encodes->value, program.input_size - size));
  for (std::size_t i = 0; i < size; ++i) {
    const Encode& encode = encodes[i];
    const bool fits = encode.kind == Encode::Kind::at_least && encode.constant <= 0xff;
    if (!fits || encode.value - picks.first >= size) return {};
    picks.places[i] = static_cast<std::uint8_t>(encode.value - picks.first);
    picks.thresholds[i] = static_cast<std::uint8_t>(encode.constant);
  }
  return picks;
}

}  // namespace detail

LUTRA_INLINE Program compile(const Circuit& circuit) {
  if (has_images(circuit)) return compile(unroll(circuit));
  Lowering lowering(circuit);
  BitBuilder& bits = lowering.bits();
  const Operations& operations = bits.operations;
  Order order(operations, bits.names());
  order.append(lowering.answer().rows);
  const std::size_t answer_operations = order.get().size();
  order.append(lowering.decision().rows);
  detail::RowAllocator rows(bits.names());
  for (std::size_t time = 0; time < order.get().size(); ++time)
    for (const auto name : operations.reads[order.get()[time]]) rows.used_at(name, time);
  for (const auto name : lowering.answer().rows) rows.keep(name);
  for (const auto name : lowering.decision().rows) rows.keep(name);

  Program program;
  program.input_size = circuit.input().size();
  program.input_width = circuit.input().width;
  std::copy_if(bits.encodes.begin(), bits.encodes.end(), std::back_inserter(program.encodes),
               [&](const Encode& encode) { return rows.is_used(encode.row); });
  std::stable_sort(program.encodes.begin(), program.encodes.end(),
                   [](const Encode& a, const Encode& b) { return a.value < b.value; });
  for (auto& encode : program.encodes) encode.row = rows.write(encode.row);
  for (std::size_t i = 0; i + kernels::Picks::size <= program.encodes.size(); i += kernels::Picks::size) {
    const auto picks = detail::picks_of(&program.encodes[i], program);
    if (!picks) break;
    program.picks.push_back(*picks);
  }

  std::vector<Row> read_rows, written_rows;
  for (std::size_t time = 0; time < order.get().size(); ++time) {
    if (time == answer_operations) program.answer_steps = program.steps.size();
    const auto t = order.get()[time];
    const auto& operation = operations.list[t];
    const auto reads = operations.reads[t], writes = operations.writes[t];
    read_rows.clear();
    written_rows.clear();
    for (const auto name : reads) read_rows.push_back(rows.read(name));
    for (const auto name : writes) written_rows.push_back(rows.write(name));
    append_step(program, operation, bits.tables, read_rows, written_rows, time == answer_operations);
    for (const auto name : reads) rows.release(name, time);
    for (const auto name : writes) rows.release(name, time);
  }
  if (answer_operations == order.get().size()) program.answer_steps = program.steps.size();

  const auto with_rows = [&](Integers integers) {
    for (auto& name : integers.rows) name = rows.read(name);
    return integers;
  };
  program.answer = with_rows(lowering.answer());
  program.decision = with_rows(lowering.decision());
  program.row_count = rows.rows();
  return program;
}

}  // namespace lutra::engine
