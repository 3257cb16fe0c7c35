#pragma once
// From a circuit to a program: every bit that the answer depends on gets a name, stages become operations on names, and
// names become rows of memory that are used again after their last reader.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <lutra/kernels/lut_bits.hpp>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

/// A bit of the circuit, given a value once. 0 and 1 are the constants, then come all bits of the input.
using Name = std::uint32_t;

/// An operation before its names have rows.
struct Operation {
  Kind kind;
  std::uint8_t detail = 0;
  std::uint64_t constant = 0;
  std::size_t table = 0;  ///< lut: where its table is in Program::tables
};

struct Operations {
  std::vector<Operation> list;
  circuits::Lists<Name> reads, writes;

  void add(const Operation& operation, std::span<const Name> read, std::span<const Name> written) {
    list.push_back(operation);
    reads.add(read);
    writes.add(written);
  }
};

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

/// Gives names to bits and turns stages into operations.
class Naming {
 public:
  explicit Naming(const Circuit& circuit) : circuit_(circuit), needed_(circuit.stages().size() + 1) {
    find_needed();
    const circuits::Type& input = circuit.input();
    width_ = input.width;
    next_ = first_input_bit + static_cast<Name>(input.size() * width_);
    encoded_.resize(next_);
    bits_.push_back(std::vector<Name>(input.size() * width_));
    std::iota(bits_[0].begin(), bits_[0].end(), first_input_bit);
    for (std::size_t i = 0; i < circuit.stages().size(); ++i) stage(i);
    answer_ = {bits_.back(), circuit.output().size(), circuit.output().width};
    for (auto& bit : answer_.rows) bit = ready(bit);
    answer_operations = operations.list.size();
    decide();
  }

  [[nodiscard]] std::size_t names() const noexcept { return next_; }
  [[nodiscard]] const Integers& answer() const noexcept { return answer_; }
  [[nodiscard]] const Integers& decision() const noexcept { return decision_; }

  Operations operations;
  std::size_t answer_operations = 0;
  std::vector<Encode> encodes;
  std::vector<std::uint64_t> tables;

 private:
  static constexpr Name first_input_bit = 2;
  using Bits = std::span<const Name>;

  // ---- What the answer depends on ------------------------------------------------------------------------------

  void find_needed() {
    const auto& stages = circuit_.stages();
    for (std::size_t id = 0; id <= stages.size(); ++id)
      needed_[id].assign(circuit_.type(static_cast<circuits::SignalId>(id)).size(), id == stages.size());
    for (std::size_t i = stages.size(); i-- > 0;) need_inputs(stages[i], needed_[i + 1]);
  }

  void need_inputs(const circuits::Stage& stage, const std::vector<bool>& needed) {
    std::vector<std::pair<std::size_t, std::size_t>> joined;  // the signal and the place in it of each value read
    for (const auto id : stage.inputs)
      for (std::size_t i = 0; i < needed_[id].size(); ++i) joined.emplace_back(id, i);
    const auto need = [&](std::size_t source) { needed_[joined[source].first][joined[source].second] = true; };
    for (std::size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i]) continue;
      std::visit(
          [&](const auto& operation) {
            using Op = std::decay_t<decltype(operation)>;
            if constexpr (std::is_same_v<Op, circuits::LutStage>) {
              for (const auto pin : operation.pins[i]) need(pin);
            } else if constexpr (std::is_same_v<Op, circuits::CountStage>) {
              for (const auto source : operation.sources[i]) need(source);
            } else if constexpr (std::is_same_v<Op, circuits::AddStage>) {
              for (std::size_t source = i; source < joined.size(); source += needed.size()) need(source);
            } else if constexpr (std::is_same_v<Op, circuits::ArgmaxStage>) {
              for (std::size_t source = 0; source < joined.size(); ++source) need(source);
            } else {
              need(operation.sources[i]);
            }
          },
          stage.operation);
    }
  }

  // ---- Names -----------------------------------------------------------------------------------------------------

  std::vector<Name> fresh(std::size_t count) {
    std::vector<Name> names(count);
    std::iota(names.begin(), names.end(), next_);
    next_ += static_cast<Name>(count);
    return names;
  }

  [[nodiscard]] bool is_input_bit(Name bit) const noexcept {
    return bit >= first_input_bit && bit < first_input_bit + circuit_.input().size() * width_;
  }

  /// All bits of one value of the input, in their order.
  [[nodiscard]] bool is_input_value(std::span<const Name> bits) const noexcept {
    if (bits.size() != width_ || !is_input_bit(bits[0]) || (bits[0] - first_input_bit) % width_ != 0) return false;
    for (Name j = 1; j < width_; ++j)
      if (bits[j] != bits[0] + j) return false;
    return true;
  }

  /// A name that is about to be read: bits of the input are cut out of it only when they are asked for.
  Name ready(Name bit) {
    if (is_input_bit(bit) && !encoded_[bit]) {
      encoded_[bit] = true;
      const Name place = bit - first_input_bit;
      if (width_ == 1)
        encodes.push_back({place, 1, bit, Encode::Kind::at_least});
      else
        encodes.push_back({place / width_, place % width_, bit, Encode::Kind::bit});
    }
    return bit;
  }

  /// The same integer without the highest bits that are always 0; at least one bit.
  static Bits without_zeros(Bits bits) noexcept {
    while (bits.size() > 1 && bits.back() == row_of_zeros) bits = bits.first(bits.size() - 1);
    return bits;
  }

  // ---- Stages ----------------------------------------------------------------------------------------------------

  void stage(std::size_t index) {
    const circuits::Stage& stage = circuit_.stages()[index];
    joined_width_ = 0;
    for (const auto id : stage.inputs) joined_width_ = std::max<std::size_t>(joined_width_, circuit_.type(id).width);
    joined_.clear();
    for (const auto id : stage.inputs) {
      const std::size_t width = circuit_.type(id).width;
      for (std::size_t i = 0; i < circuit_.type(id).size(); ++i) {
        for (std::size_t j = 0; j < joined_width_; ++j)
          joined_.push_back(j < width ? bits_[id][i * width + j] : row_of_zeros);
      }
    }
    out_width_ = stage.output.width;
    std::vector<Name> out(stage.output.size() * out_width_, row_of_zeros);
    std::visit([&](const auto& operation) { write(operation, needed_[index + 1], out); }, stage.operation);
    bits_.push_back(std::move(out));
  }

  [[nodiscard]] Bits value(std::size_t source) const noexcept {
    return Bits(joined_).subspan(source * joined_width_, joined_width_);
  }
  [[nodiscard]] std::size_t joined_size() const noexcept { return joined_.size() / joined_width_; }

  void write(const circuits::ThresholdStage& stage, const std::vector<bool>& needed, std::vector<Name>& out) {
    for (std::size_t i = 0; i < stage.size(); ++i)
      if (needed[i]) out[i] = at_least(without_zeros(value(stage.sources[i])), stage.thresholds[i]);
  }

  Name at_least(Bits bits, std::uint32_t threshold) {
    if (threshold == 0) return row_of_ones;
    if (bits.size() < 32 && threshold >> bits.size() != 0) return row_of_zeros;
    if (bits.size() == 1) return ready(bits[0]);
    const Name met = fresh(1)[0];
    if (is_input_value(bits)) {
      encodes.push_back({(bits[0] - first_input_bit) / width_, threshold, met, Encode::Kind::at_least});
    } else {
      for (const Name bit : bits) ready(bit);
      operations.add({.kind = Kind::at_least, .constant = threshold}, bits, std::array{met});
    }
    return met;
  }

  void write(const circuits::LutStage& stage, const std::vector<bool>& needed, std::vector<Name>& out) {
    // Nodes of a stage do not read one another: they are put in order of kind, so that runs are long.
    constexpr std::size_t gate_kinds = 16;
    std::array<std::vector<std::size_t>, gate_kinds + circuits::max_fan_in + 1> runs;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      if (!needed[i]) continue;
      const auto pins = stage.pins[i];
      if (pins.size() > 2) {
        runs[gate_kinds + pins.size()].push_back(i);
      } else if (const std::uint32_t table = gate_table(stage, i); table == 0 || table == 15) {
        out[i] = table == 0 ? row_of_zeros : row_of_ones;
      } else if (table == 10 || table == 12) {
        out[i] = ready(value(pins[table == 10 ? 0 : 1])[0]);
      } else {
        runs[table].push_back(i);
      }
    }
    for (std::size_t run = 0; run < runs.size(); ++run)
      for (const std::size_t i : runs[run]) {
        out[i] = fresh(1)[0];
        std::vector<Name> pins;
        for (const auto pin : stage.pins[i]) pins.push_back(ready(value(pin)[0]));
        if (run < gate_kinds) {
          pins.resize(2, pins[0]);
          operations.add({.kind = Kind::gate, .detail = static_cast<std::uint8_t>(run)}, pins, std::array{out[i]});
        } else {
          operations.add(
              {.kind = Kind::lut, .detail = static_cast<std::uint8_t>(pins.size()), .table = tables.size()}, pins,
              std::array{out[i]});
          tables.insert(tables.end(), stage.tables[i].begin(), stage.tables[i].end());
        }
      }
  }

  /// The table of a node of at most two inputs as one of two; a node of one input gets it twice.
  static std::uint32_t gate_table(const circuits::LutStage& stage, std::size_t node) noexcept {
    const auto table = static_cast<std::uint32_t>(stage.tables[node][0]);
    if (stage.fan_in(node) == 2) return table;
    return stage.fan_in(node) == 1 ? table | table << 2 : table * 15;
  }

  void write(const circuits::CountStage& stage, const std::vector<bool>& needed, std::vector<Name>& out) {
    std::vector<Bits> terms;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      if (!needed[i]) continue;
      terms.clear();
      for (const auto source : stage.sources[i]) terms.push_back(value(source));
      sum(terms, stage.offsets[i], std::span(out).subspan(i * out_width_, out_width_));
    }
  }

  void write(const circuits::AddStage&, const std::vector<bool>& needed, std::vector<Name>& out) {
    std::vector<Bits> terms;
    for (std::size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i]) continue;
      terms.clear();
      for (std::size_t source = i; source < joined_size(); source += needed.size()) terms.push_back(value(source));
      sum(terms, 0, std::span(out).subspan(i * out_width_, out_width_));
    }
  }

  /// Many terms are counted bit by bit, and the counts added at their weights; a few are added one after another.
  void sum(const std::vector<Bits>& terms, std::uint64_t offset, std::span<Name> out) {
    std::uint64_t maximum = offset;
    for (const Bits term : terms)
      for (std::size_t j = 0; j < term.size(); ++j)
        if (term[j] != row_of_zeros) maximum += std::uint64_t{1} << j;
    const std::size_t width = std::min<std::size_t>(out.size(), bits_for(maximum));
    const std::size_t columns = joined_width_;
    const bool few = terms.size() * width < terms.size() * columns + columns * width;
    const auto total = few ? added(terms, offset, width) : counted_by_weight(terms, offset, width);
    std::copy(total.begin(), total.end(), out.begin());
  }

  std::vector<Name> added(const std::vector<Bits>& terms, std::uint64_t offset, std::size_t width) {
    auto total = constant(offset, width);
    for (const Bits term : terms) {
      std::vector<Name> bits(term.begin(), term.begin() + static_cast<std::ptrdiff_t>(std::min(width, term.size())));
      bits.resize(width, row_of_zeros);
      for (const Name bit : bits) ready(bit);
      total = plus(total, bits);
    }
    return total;
  }

  std::vector<Name> counted_by_weight(const std::vector<Bits>& terms, std::uint64_t offset, std::size_t width) {
    std::vector<std::vector<Name>> columns(joined_width_);
    for (const Bits term : terms)
      for (std::size_t j = 0; j < joined_width_; ++j) {
        if (term[j] == row_of_zeros) continue;
        if (term[j] == row_of_ones)
          offset += std::uint64_t{1} << j;
        else
          columns[j].push_back(ready(term[j]));
      }
    auto total = constant(offset, width);
    for (std::size_t j = 0; j < joined_width_; ++j) {
      if (columns[j].empty()) continue;
      std::vector<Name> shifted(j, row_of_zeros);
      const auto count = counted(columns[j]);
      shifted.insert(shifted.end(), count.begin(), count.end());
      shifted.resize(width, row_of_zeros);
      total = plus(total, shifted);
    }
    return total;
  }

  static std::vector<Name> constant(std::uint64_t value, std::size_t width) {
    std::vector<Name> bits(width);
    for (std::size_t j = 0; j < width; ++j) bits[j] = value >> j & 1 ? row_of_ones : row_of_zeros;
    return bits;
  }

  /// a + b, both of the same width, which the sum does not exceed.
  std::vector<Name> plus(std::vector<Name> a, const std::vector<Name>& b) {
    const auto is_zero = [](const std::vector<Name>& bits) {
      return std::all_of(bits.begin(), bits.end(), [](Name bit) { return bit == row_of_zeros; });
    };
    if (is_zero(a)) return b;
    if (is_zero(b)) return a;
    const auto result = fresh(a.size());
    a.insert(a.end(), b.begin(), b.end());
    operations.add({.kind = Kind::add}, a, result);
    return result;
  }

  std::vector<Name> counted(const std::vector<Name>& column) {
    if (column.size() == 1) return column;
    const auto count = fresh(kernels::count_width(column.size()));
    operations.add({.kind = Kind::count}, column, count);
    return count;
  }

  void write(const circuits::RearrangeStage& stage, const std::vector<bool>& needed, std::vector<Name>& out) {
    for (std::size_t i = 0; i < stage.size(); ++i)
      if (needed[i]) std::ranges::copy(value(stage.sources[i]), out.begin() + static_cast<std::ptrdiff_t>(i * out_width_));
  }

  void write(const circuits::ArgmaxStage&, const std::vector<bool>&, std::vector<Name>& out) {
    const auto index = argmax(joined_, joined_size(), joined_width_);
    std::copy(index.begin(), index.end(), out.begin());
  }

  /// Without the rows that are 0 in all integers; of one integer the index is 0 and needs no bit.
  std::vector<Name> argmax(const std::vector<Name>& bits, std::size_t count, std::size_t width) {
    std::size_t used = 1;
    for (std::size_t i = 0; i < count; ++i)
      used = std::max(used, without_zeros(Bits(bits).subspan(i * width, width)).size());
    std::vector<Name> reads;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < used; ++j) reads.push_back(ready(bits[i * width + j]));
    if (count == 1) return {};
    const auto index = fresh(bits_for(count - 1));
    operations.add({.kind = Kind::argmax, .constant = count}, reads, index);
    return index;
  }

  /// A class for every answer: of several values the largest, of one that value itself.
  void decide() {
    decision_ = {answer_.rows, 1, answer_.width};
    if (answer_.count == 1) return;
    decision_.rows = argmax(answer_.rows, answer_.count, answer_.width);
    decision_.width = decision_.rows.size();
  }

  const Circuit& circuit_;
  std::vector<std::vector<bool>> needed_;
  std::vector<std::vector<Name>> bits_;  // of every signal: value after value, the lowest bit first
  std::vector<Name> joined_;             // what the present stage reads
  std::size_t joined_width_ = 0, out_width_ = 0;
  std::uint32_t width_ = 0;
  Name next_ = 0;
  std::vector<bool> encoded_;
  Integers answer_, decision_;
};

/// Rows for names: a row is free again after the last operation that reads it.
class RowAllocator {
 public:
  explicit RowAllocator(std::size_t names) : row_of_(names, none), last_use_(names, 0) {
    row_of_[row_of_zeros] = row_of_zeros;
    row_of_[row_of_ones] = row_of_ones;
    keep(row_of_zeros);
    keep(row_of_ones);
  }

  void used_at(Name name, std::size_t time) { last_use_[name] = std::max(last_use_[name], time); }
  void keep(Name name) { last_use_[name] = forever; }

  Row write(Name name) {
    if (free_.empty()) return row_of_[name] = next_++;
    row_of_[name] = free_.back();
    free_.pop_back();
    return row_of_[name];
  }
  [[nodiscard]] Row read(Name name) const noexcept { return row_of_[name]; }
  /// Call once for every name an operation touched, after its rows are written; repeated names are no harm.
  void release(Name name, std::size_t time) {
    if (last_use_[name] > time || row_of_[name] == none) return;
    free_.push_back(row_of_[name]);
    row_of_[name] = none;
  }
  [[nodiscard]] std::size_t rows() const noexcept { return next_; }

 private:
  static constexpr Row none = ~Row{0};
  static constexpr std::size_t forever = ~std::size_t{0};
  std::vector<Row> row_of_;
  std::vector<std::size_t> last_use_;
  std::vector<Row> free_;
  Row next_ = 2;
};

[[nodiscard]] inline bool joins_run(const Step& run, const Operation& operation) noexcept {
  return (operation.kind == Kind::gate || operation.kind == Kind::lut) && run.kind == operation.kind &&
         run.detail == operation.detail;
}

}  // namespace detail

/// The program of a circuit. It keeps nothing of the circuit alive.
[[nodiscard]] inline Program compile(const Circuit& circuit) {
  detail::Naming naming(circuit);
  const detail::Operations& operations = naming.operations;
  detail::RowAllocator rows(naming.names());
  for (std::size_t t = 0; t < operations.list.size(); ++t)
    for (const auto name : operations.reads[t]) rows.used_at(name, t);
  for (const auto name : naming.answer().rows) rows.keep(name);
  for (const auto name : naming.decision().rows) rows.keep(name);

  Program program;
  program.input_size = circuit.input().size();
  program.input_width = circuit.input().width;
  program.encodes = std::move(naming.encodes);
  std::stable_sort(program.encodes.begin(), program.encodes.end(),
                   [](const Encode& a, const Encode& b) { return a.value < b.value; });
  for (auto& encode : program.encodes) encode.row = rows.write(encode.row);
  program.tables = std::move(naming.tables);

  for (std::size_t t = 0; t < operations.list.size(); ++t) {
    const auto& operation = operations.list[t];
    const auto reads = operations.reads[t], writes = operations.writes[t];
    if (t == naming.answer_operations) program.answer_steps = program.steps.size();
    if (t == naming.answer_operations || program.steps.empty() || !detail::joins_run(program.steps.back(), operation))
      program.steps.push_back({.kind = operation.kind,
                               .detail = operation.detail,
                               .nodes = 0,
                               .operands = program.operands.size(),
                               .reads = static_cast<std::uint32_t>(reads.size()),
                               .writes = static_cast<std::uint32_t>(writes.size()),
                               .constant = operation.constant,
                               .tables = operation.table,
                               .nibbles = program.nibbles.size()});
    ++program.steps.back().nodes;
    if (operation.kind == Kind::lut)
      detail::append_nibbles(operation.detail, program.tables.data() + operation.table, program.nibbles);
    for (const auto name : reads) program.operands.push_back(rows.read(name));
    for (const auto name : writes) program.operands.push_back(rows.write(name));
    for (const auto name : reads) rows.release(name, t);
    for (const auto name : writes) rows.release(name, t);
  }
  if (naming.answer_operations == operations.list.size()) program.answer_steps = program.steps.size();

  const auto with_rows = [&](Integers integers) {
    for (auto& name : integers.rows) name = rows.read(name);
    return integers;
  };
  program.answer = with_rows(naming.answer());
  program.decision = with_rows(naming.decision());
  program.row_count = rows.rows();
  return program;
}

}  // namespace lutra::engine
