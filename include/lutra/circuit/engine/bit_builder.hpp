#pragma once
// Operations on integers whose bits have names: what stages are turned into before any bit has a place in memory.
// Constants and bits of the input are known here, so that what needs no operation gets none.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/reduce.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <lutra/signal.hpp>
#include <numeric>
#include <span>
#include <unordered_map>
#include <vector>

namespace lutra::engine {

/// An operation whose names have no rows yet.
struct Operation {
  Kind kind;
  std::uint8_t detail = 0;
  std::uint64_t constant = 0;
  std::size_t table = 0;  ///< lut: where its table is in BitBuilder::tables
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

/// Names bits and collects the operations that compute them. Integers are given by their bits, the lowest first.
class BitBuilder {
 public:
  using Bits = std::span<const Name>;

  explicit BitBuilder(const circuits::Type& input)
      : input_width_(input.width),
        input_bits_(static_cast<Name>(input.size() * input.width)),
        next_(first_input_bit + input_bits_),
        encoded_(input_bits_) {}

  Operations operations;
  std::vector<Encode> encodes;
  std::vector<std::uint64_t> tables;

  [[nodiscard]] std::size_t names() const noexcept { return next_; }

  /// The input, value after value.
  [[nodiscard]] std::vector<Name> input() const {
    std::vector<Name> bits(input_bits_);
    std::iota(bits.begin(), bits.end(), first_input_bit);
    return bits;
  }

  /// A bit that something else than the operations here writes.
  Name outside() noexcept { return fresh(); }

  /// The name to read a bit by, which is not negated: bits of the input are cut out of it only when they are asked for,
  /// and the opposite of a bit is computed only where it is read as it is.
  Name ready(Name bit) {
    if ((bit & negated) != 0) return ready_opposite(bit);
    if (!is_input_bit(bit) || encoded_[bit - first_input_bit]) return bit;
    const Name place = bit - first_input_bit;
    encoded_[place] = true;
    if (input_width_ == 1)
      encodes.push_back({place, 1, bit, Encode::Kind::at_least});
    else
      encodes.push_back({place / input_width_, place % input_width_, bit, Encode::Kind::bit});
    return bit;
  }

  /// Whether x >= threshold.
  Name at_least(Bits x, std::uint32_t threshold) {
    x = without_zeros(x);
    if (threshold == 0) return row_of_ones;
    if (x.size() < 32 && threshold >> x.size() != 0) return row_of_zeros;
    if (x.size() == 1) return x[0];
    const Name met = fresh();
    if (is_input_value(x)) {
      encodes.push_back({(x[0] - first_input_bit) / input_width_, threshold, met, Encode::Kind::at_least});
    } else {
      std::vector<Name> reads;
      for (const Name bit : x) reads.push_back(ready(bit));
      operations.add({.kind = Kind::at_least, .constant = threshold}, reads, std::array{met});
    }
    return met;
  }

  /// A LUT of any fan-in.
  Name lut(std::span<const std::uint64_t> table, Bits pins) {
    LutNode node = reduced({table, pins});
    if (node.table.fan_in == 0) return node.table[0] ? row_of_ones : row_of_zeros;
    if (node.table.fan_in == 1) return node.table[0] ? opposite(node.pins[0]) : node.pins[0];
    for (std::size_t j = 0; j < node.table.fan_in; ++j) node.pins[j] = ready(node.pins[j]);
    if (node.table.fan_in > 2) return append_lut(node);
    // Gates come in as few kinds as possible, so that many of a kind stand together: 0 at 0, 0, and of two that differ
    // by their inputs' order one.
    const auto function = static_cast<std::uint8_t>(node.table.words[0]);
    const auto kind = static_cast<std::uint8_t>((function & 1) != 0 ? function ^ 15 : function);
    constexpr std::uint8_t only_first = 2, only_second = 4;
    const Name out = kind == only_second ? append_gate(only_first, node.pins[1], node.pins[0])
                                         : append_gate(kind, node.pins[0], node.pins[1]);
    return kind == function ? out : opposite(out);
  }

  /// offset + the sum of the terms, all of the same width, into `out`, which is wide enough. Many terms are counted bit
  /// by bit, and the counts added at their weights; a few are added one after another.
  void sum(const std::vector<Bits>& terms, std::uint64_t offset, std::span<Name> out) {
    std::uint64_t maximum = offset;
    for (const Bits term : terms)
      for (std::size_t j = 0; j < term.size(); ++j)
        if (term[j] != row_of_zeros) maximum += std::uint64_t{1} << j;
    const std::size_t width = std::min<std::size_t>(out.size(), bits_for(maximum));
    const std::size_t columns = terms.empty() ? 0 : terms[0].size();
    const bool few = terms.size() * width < terms.size() * columns + columns * width;
    const auto total = few ? added(terms, offset, width) : counted_by_weight(terms, offset, width);
    std::copy(total.begin(), total.end(), out.begin());
  }

  /// The index of the largest of `count` integers of `width` bits, one after another. Of one integer the index is 0 and
  /// has no bits.
  std::vector<Name> argmax(Bits bits, std::size_t count, std::size_t width) {
    if (count == 1) return {};
    std::size_t used = 1;
    for (std::size_t i = 0; i < count; ++i) used = std::max(used, without_zeros(bits.subspan(i * width, width)).size());
    std::vector<Name> reads;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < used; ++j) reads.push_back(ready(bits[i * width + j]));
    auto index = fresh(bits_for(count - 1));
    operations.add({.kind = Kind::argmax, .constant = count}, reads, index);
    return index;
  }

 private:
  static constexpr Name first_input_bit = 2;

  /// The opposite of a gate is a gate of the same inputs, which takes its place where nothing else reads it.
  Name ready_opposite(Name bit) {
    if (const auto known = opposites_.find(bit); known != opposites_.end()) return known->second;
    const Name read = ready(opposite(bit));
    constexpr std::uint8_t not_first = 5;
    const auto gate = gates_.find(read);
    return opposites_[bit] = gate == gates_.end()
                                 ? append_gate(not_first, read, read)
                                 : append_gate(operations.list[gate->second].detail ^ 15,
                                               operations.reads[gate->second][0], operations.reads[gate->second][1]);
  }

  Name append_gate(int table, Name first, Name second) {
    const Name out = fresh();
    gates_[out] = operations.list.size();
    operations.add({.kind = Kind::gate, .detail = static_cast<std::uint8_t>(table)}, std::array{first, second},
                   std::array{out});
    return out;
  }

  Name append_lut(const LutNode& node) {
    const Name out = fresh();
    operations.add({.kind = Kind::lut, .detail = static_cast<std::uint8_t>(node.table.fan_in), .table = tables.size()},
                   node.used_pins(), std::array{out});
    const auto words = node.table.used_words();
    tables.insert(tables.end(), words.begin(), words.end());
    return out;
  }

  Name fresh() noexcept { return next_++; }
  std::vector<Name> fresh(std::size_t count) {
    std::vector<Name> names(count);
    for (auto& name : names) name = fresh();
    return names;
  }

  [[nodiscard]] bool is_input_bit(Name bit) const noexcept {
    return bit >= first_input_bit && bit - first_input_bit < input_bits_;
  }
  /// All bits of one value of the input, in their order.
  [[nodiscard]] bool is_input_value(Bits bits) const noexcept {
    if (bits.size() != input_width_ || !is_input_bit(bits[0])) return false;
    if ((bits[0] - first_input_bit) % input_width_ != 0) return false;
    for (Name j = 1; j < input_width_; ++j)
      if (bits[j] != bits[0] + j) return false;
    return true;
  }

  /// The same integer without the highest bits that are always 0; at least one bit.
  static Bits without_zeros(Bits bits) noexcept {
    while (bits.size() > 1 && bits.back() == row_of_zeros) bits = bits.first(bits.size() - 1);
    return bits;
  }

  std::vector<Name> added(const std::vector<Bits>& terms, std::uint64_t offset, std::size_t width) {
    auto total = constant(offset, width);
    for (const Bits term : terms) {
      std::vector<Name> bits(term.begin(), term.begin() + static_cast<std::ptrdiff_t>(std::min(width, term.size())));
      bits.resize(width, row_of_zeros);
      for (Name& bit : bits) bit = ready(bit);
      total = plus(total, bits);
    }
    return total;
  }

  std::vector<Name> counted_by_weight(const std::vector<Bits>& terms, std::uint64_t offset, std::size_t width) {
    std::vector<std::vector<Name>> columns(terms.empty() ? 0 : terms[0].size());
    for (const Bits term : terms)
      for (std::size_t j = 0; j < columns.size(); ++j) {
        if (term[j] == row_of_zeros) continue;
        if (term[j] == row_of_ones)
          offset += std::uint64_t{1} << j;
        else
          columns[j].push_back(ready(term[j]));
      }
    auto total = constant(offset, width);
    for (std::size_t j = 0; j < columns.size(); ++j) {
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
    auto result = fresh(a.size());
    a.insert(a.end(), b.begin(), b.end());
    operations.add({.kind = Kind::add}, a, result);
    return result;
  }

  std::vector<Name> counted(const std::vector<Name>& column) {
    if (column.size() == 1) return column;
    auto count = fresh(kernels::count_width(column.size()));
    operations.add({.kind = Kind::count}, column, count);
    return count;
  }

  std::uint32_t input_width_;
  Name input_bits_;
  Name next_;
  std::vector<bool> encoded_;
  std::unordered_map<Name, Name> opposites_;     // what is read for a negated bit
  std::unordered_map<Name, std::size_t> gates_;  // the operation of each gate's output
};

}  // namespace lutra::engine
