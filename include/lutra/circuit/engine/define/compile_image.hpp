#pragma once
// Defines what <lutra/circuit/engine/image/compile.hpp> declares.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/image/compile.hpp>
#include <lutra/circuit/engine/image/lower.hpp>
#include <lutra/circuit/engine/image/order.hpp>
#include <lutra/circuit/engine/image/program.hpp>
#include <lutra/circuit/engine/step_writer.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace lutra::engine {

namespace detail {

[[nodiscard]] constexpr std::size_t whole_vectors(std::size_t words) noexcept {
  return (words + vector_words - 1) / vector_words * vector_words;
}

/// Memory for rows of several sizes: what was freed last is used again first.
class Memory {
 public:
  [[nodiscard]] std::size_t claim(std::size_t words) {
    auto& free = free_[words];
    if (free.empty()) return std::exchange(words_, words_ + words);
    const std::size_t first = free.back();
    free.pop_back();
    return first;
  }
  void release(std::size_t first, std::size_t words) { free_[words].push_back(first); }
  [[nodiscard]] std::size_t words() const noexcept { return words_; }

 private:
  std::map<std::size_t, std::vector<std::size_t>> free_;  // by size
  std::size_t words_ = 0;
};

/// Gives rows to names, for tiles of a number of lines.
class ImageLayout {
 public:
  ImageLayout(const Circuit& circuit, const ImageLowering& lowering, const ImageOrder& order, std::size_t tile_lines)
      : lowering_(lowering), order_(order.get()), groups_(order.groups()), places_(lowering.bits().names(), 0) {
    program_.input = circuit.input().shape;
    program_.output = circuit.output().shape;
    program_.pixel.input_size = circuit.input().shape.channels;
    program_.pixel.input_width = circuit.input().width;
    program_.scans = lowering.scans();
    program_.answer_scan = lowering.answer_scan();
    program_.tile_lines = static_cast<std::int64_t>(tile_lines);
    constants();
    find_last_uses();
    encodes(order);
    for (time_ = 0; time_ < order_.size(); ++time_) {
      const std::size_t index = order_[time_].index;
      switch (order_[time_].kind) {
        case Action::Kind::step:
          step(index);
          break;
        case Action::Kind::luts:
          shared_luts(groups_[index]);
          break;
        case Action::Kind::window:
          window(lowering.views()[index]);
      }
      for (const std::size_t block : ending_[time_]) memory_.release(blocks_[block].first, blocks_[block].words);
    }
    program_.pixel.answer = lowering.answer();
    for (Row& row : program_.pixel.answer.rows) row = row_of(row);
    program_.words = memory_.words() + kept_words_ + vector_words;
    for (Window& window : program_.windows) window.kept += memory_.words();
    if (program_.words > std::numeric_limits<Row>::max())
      throw Error("image engine: words of memory", "", "less than 2^32", std::to_string(program_.words));
  }

  [[nodiscard]] ImageProgram take() && { return std::move(program_); }

 private:
  struct Block {
    std::size_t first, words;
  };

  /// The most lines of a scan that a tile computes.
  [[nodiscard]] std::size_t lines_of(const Scan& scan) const noexcept {
    return static_cast<std::size_t>((program_.tile_lines + scan.step - 1) / scan.step);
  }
  [[nodiscard]] std::size_t row_words(const Scan& scan) const noexcept {
    return whole_vectors(lines_of(scan) * scan.words());
  }

  void constants() {
    (void)memory_.claim(vector_words);  // what is read before the first row
    for (const Scan& scan : program_.scans)
      program_.constant_words = std::max(program_.constant_words, row_words(scan));
    program_.zeros = static_cast<Row>(memory_.claim(program_.constant_words));
    program_.ones = static_cast<Row>(memory_.claim(program_.constant_words));
    places_[row_of_zeros] = program_.zeros;
    places_[row_of_ones] = program_.ones;
  }

  void find_last_uses() {
    last_use_.assign(places_.size(), 0);
    for (std::size_t time = 0; time < order_.size(); ++time) {
      const std::size_t index = order_[time].index;
      const auto read = [&](std::size_t t) {
        for (const Name name : lowering_.bits().operations.reads[t]) last_use_[name] = time;
      };
      if (order_[time].kind == Action::Kind::window)
        last_use_[lowering_.views()[index].source] = time;
      else if (order_[time].kind == Action::Kind::luts)
        std::ranges::for_each(groups_[index].operations, read);
      else
        read(index);
    }
    for (const Name name : lowering_.answer().rows) last_use_[name] = order_.size();
    ending_.resize(order_.size() + 1);
  }

  /// A block of memory that is free again after the last use of these names. It is theirs from the word on that each
  /// is given by.
  std::size_t claim(std::size_t words, const std::vector<std::pair<Name, std::size_t>>& names) {
    const Block block{memory_.claim(words), words};
    std::size_t last = time_;
    for (const auto& [name, word] : names) {
      places_[name] = block.first + word;
      last = std::max(last, last_use_[name]);
    }
    blocks_.push_back(block);
    ending_[last].push_back(blocks_.size() - 1);
    return block.first;
  }
  [[nodiscard]] Row row_of(Name name) const noexcept { return static_cast<Row>(places_[name]); }

  void encodes(const ImageOrder& order) {
    for (const Encode& encode : lowering_.bits().encodes) {
      if (!order.is_used(encode.row)) continue;
      program_.pixel.encodes.push_back(encode);
      program_.pixel.encodes.back().row = static_cast<Row>(claim(row_words(program_.scans[0]), {{encode.row, 0}}));
    }
  }

  void step(std::size_t t) {
    const Operations& operations = lowering_.bits().operations;
    const std::uint32_t scan = order_[time_].scan;
    std::vector<Row> reads, writes;
    for (const Name name : operations.reads[t]) reads.push_back(row_of(name));
    for (const Name name : operations.writes[t])
      writes.push_back(static_cast<Row>(claim(row_words(program_.scans[scan]), {{name, 0}})));
    auto& actions = program_.actions;
    const bool begins = actions.empty() || actions.back().kind != Action::Kind::step || actions.back().scan != scan;
    append_step(program_.pixel, operations.list[t], lowering_.bits().tables, reads, writes, begins);
    if (begins || actions.back().index + 1 != program_.pixel.steps.size())
      actions.push_back({Action::Kind::step, scan, program_.pixel.steps.size() - 1});
  }

  void shared_luts(const SharedPair& group) {
    const Operations& operations = lowering_.bits().operations;
    Program& program = program_.pixel;
    const std::uint32_t scan = order_[time_].scan;
    program_.actions.push_back({Action::Kind::luts, scan, program_.luts.size()});
    program_.luts.push_back({.fan_in = operations.list[group.operations[0]].detail,
                             .nodes = static_cast<std::uint32_t>(group.operations.size()),
                             .operands = program.operands.size(),
                             .nibbles = program.nibbles.size()});
    const auto [first, second] = group.pair;
    program.operands.insert(program.operands.end(), {row_of(first), row_of(second)});
    for (const std::size_t t : group.operations) {
      const Operation& operation = operations.list[t];
      const auto words = std::span(lowering_.bits().tables).subspan(operation.table);
      LutNode node(words.first(circuits::table_words(operation.detail)), operations.reads[t]);
      move_pin(node, first, 0);
      move_pin(node, second, 1);
      for (std::size_t j = 2; j < operation.detail; ++j) program.operands.push_back(row_of(node.pins[j]));
      const Name out = operations.writes[t][0];
      program.operands.push_back(static_cast<Row>(claim(row_words(program_.scans[scan]), {{out, 0}})));
      append_nibbles(operation.detail, node.table.words.data(), program.nibbles);
    }
  }

  /// The same node with the pin that reads `name` in place `to`.
  static void move_pin(LutNode& node, Name name, std::size_t to) noexcept {
    const auto from = static_cast<std::size_t>(std::ranges::find(node.pins, name) - node.pins.begin());
    std::swap(node.pins[from], node.pins[to]);
    circuits::TruthTable swapped = node.table;
    swapped.words.fill(0);
    for (std::size_t address = 0; address < std::size_t{1} << node.table.fan_in; ++address) {
      const std::size_t differ = (address >> from ^ address >> to) & 1;
      const std::size_t other = address ^ (differ << from | differ << to);
      swapped.words[address / 64] |= std::uint64_t{node.table[other]} << (address % 64);
    }
    node.table = swapped;
  }

  void window(const View& view) {
    const Scan &from = program_.scans[view.from], &to = program_.scans[view.to];
    std::vector<SeenBit> bits;
    for (const SeenBit& bit : view.bits)
      if (is_read(bit.name)) bits.push_back(bit);
    const auto [first, last] = std::ranges::minmax(bits, {}, [](const SeenBit& bit) { return bit.row; });
    Window window{.from = view.from,
                  .to = view.to,
                  .source = view.source == row_of_ones ? row_of_ones : row_of(view.source),
                  .lines = 0,
                  .kept = kept_words_,
                  .first_row = first.row,
                  .last_row = last.row,
                  .stride = view.stride.row,
                  .planes = program_.planes.size(),
                  .plane_count = 0};
    const std::size_t kept = most_kept(view, window.first_row);
    kept_words_ += kept * from.words();
    const std::size_t rows = static_cast<std::size_t>(window.last_row - window.first_row);
    // Lines of the source and of the window are lines of one another, and some columns of them.
    const bool alike = view.stride == circuits::Offset{1, 1} && from.words() == to.words();
    const std::size_t moved_words = whole_vectors(rows * to.words() + row_words(to)) + vector_words;
    const std::size_t lines_words =
        std::max(whole_vectors((kept + lines_of(from)) * from.words()) + vector_words, alike ? moved_words : 0);

    std::map<std::int64_t, std::vector<std::pair<Name, std::size_t>>> by_column;
    for (const SeenBit& bit : bits) {
      const bool moved = alike && std::abs(bit.column) < std::int64_t{kernels::word_bits};
      if (moved) {
        const auto line = static_cast<std::size_t>(bit.row - window.first_row);
        by_column[bit.column].emplace_back(bit.name, line * to.words());
      } else {
        const auto row = static_cast<Row>(claim(row_words(to), {{bit.name, 0}}));
        program_.planes.push_back({Plane::Kind::picked, bit.row, bit.column, view.stride.column, row});
      }
    }
    window.lines = static_cast<Row>(claim(lines_words, by_column[0]));
    for (const auto& [column, names] : by_column) {
      if (column == 0) continue;
      const auto row = static_cast<Row>(claim(moved_words, names));
      program_.planes.push_back({Plane::Kind::moved, 0, column, 1, row});
    }
    window.plane_count = program_.planes.size() - window.planes;
    program_.actions.push_back({Action::Kind::window, view.to, program_.windows.size()});
    program_.windows.push_back(window);
  }

  /// Whether any operation, view or the answer reads a bit.
  [[nodiscard]] bool is_read(Name name) const noexcept { return last_use_[name] != 0; }

  /// The most lines that a window reads again, or has not read yet, when a tile begins.
  std::size_t most_kept(const View& view, std::int64_t first_row) {
    if (view.source == row_of_ones) return 0;
    const auto [found, is_new] =
        kept_lines_.try_emplace({view.from, view.to, view.stride.row, first_row}, std::int64_t{0});
    if (!is_new) return static_cast<std::size_t>(found->second);
    const Scan &from = program_.scans[view.from], &to = program_.scans[view.to];
    for (std::int64_t x = 0;; ++x) {
      const std::int64_t done = to.lines_at(x);
      if (done >= static_cast<std::int64_t>(to.height)) break;
      found->second = std::max(found->second, from.lines_at(x) - (done * view.stride.row + first_row));
    }
    return static_cast<std::size_t>(found->second);
  }

  const ImageLowering& lowering_;
  const std::vector<Action>& order_;
  const std::vector<SharedPair>& groups_;
  ImageProgram program_;
  Memory memory_;
  std::vector<Block> blocks_;
  std::vector<std::size_t> places_;               // of each name: its first word
  std::vector<std::size_t> last_use_;             // of each name
  std::vector<std::vector<std::size_t>> ending_;  // blocks, by the time of their last use
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::int32_t, std::int64_t>, std::int64_t> kept_lines_;
  std::size_t kept_words_ = 0, time_ = 0;
};

}  // namespace detail

LUTRA_INLINE ImageProgram compile_image(const Circuit& circuit, std::size_t tile_lines) {
  constexpr std::size_t cache_words = (std::size_t{1} << 20) / sizeof(std::uint64_t), row_words = 256;
  const ImageLowering lowering(circuit);
  const ImageOrder order(lowering);
  if (tile_lines != 0) return detail::ImageLayout(circuit, lowering, order, tile_lines).take();
  const std::size_t line = kernels::words_for(circuit.input().shape.width);
  // A power of two, so that lines of any length fill whole vectors.
  for (std::size_t lines = std::bit_floor(std::max(vector_words, row_words / line));; lines /= 2) {
    auto program = detail::ImageLayout(circuit, lowering, order, lines).take();
    if (program.words <= cache_words || lines == vector_words) return program;
  }
}

}  // namespace lutra::engine
