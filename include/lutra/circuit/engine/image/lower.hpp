#pragma once
// From the stages of an image circuit to operations on the named bits of one pixel. A bit that a window reads at
// another pixel, or that is wanted when more of the input has been seen, is a bit of its own.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/image/program.hpp>
#include <lutra/circuit/engine/lower_stage.hpp>
#include <lutra/error.hpp>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine {

/// A bit read at another pixel.
struct SeenBit {
  Name name;
  std::int64_t row, column;
};

/// All that is read of one bit for one scan.
struct View {
  Name source;
  std::uint32_t from, to;  ///< scans
  circuits::Offset stride;
  std::vector<SeenBit> bits;
};

/// A circuit all of whose stages work at each place, as operations on names.
class ImageLowering {
 public:
  explicit ImageLowering(const Circuit& circuit)
      : circuit_(circuit),
        bits_({{circuit.input().shape.channels, 1, 1}, circuit.input().width}),
        stages_(bits_),
        signals_{bits_.input()},
        scans_{{circuit.input().shape.height, circuit.input().shape.width}},
        scan_of_signal_{0} {
    for (const circuits::Stage& stage : circuit.stages()) lower(stage);
    answer_ = {signals_.back(), circuit.output().shape.channels, circuit.output().width};
    for (Name& bit : answer_.rows) bit = ready(bit, scan_of_signal_.back());
  }

  [[nodiscard]] const BitBuilder& bits() const noexcept { return bits_; }
  [[nodiscard]] const std::vector<Scan>& scans() const noexcept { return scans_; }
  [[nodiscard]] const std::vector<View>& views() const noexcept { return views_; }
  /// The scan whose lines operation t computes.
  [[nodiscard]] std::uint32_t scan_of(std::size_t t) const noexcept { return scan_of_operation_[t]; }
  /// Rows are names here; the last stage's scan.
  [[nodiscard]] const Integers& answer() const noexcept { return answer_; }
  [[nodiscard]] std::uint32_t answer_scan() const noexcept { return scan_of_signal_.back(); }

 private:
  void lower(const circuits::Stage& stage) {
    std::size_t width = 0;
    for (const auto id : stage.inputs) width = std::max<std::size_t>(width, circuit_.type(id).width);
    stages_.begin(width);
    const std::uint32_t scan = common_scan(stage);
    if (const auto* const window = std::get_if<circuits::RearrangeStage>(&stage.operation);
        window != nullptr && window->is_window())
      return look_around(stage, *window, scan);
    for (const auto id : stage.inputs) stages_.join(at_scan(id, scan), circuit_.type(id).width);
    add_signal(stages_.lower(stage), scan);
  }

  void add_signal(std::vector<Name> bits, std::uint32_t scan) {
    signals_.push_back(std::move(bits));
    scan_of_signal_.push_back(scan);
    scan_of_operation_.resize(bits_.operations.list.size(), scan);
  }

  /// The name to read a bit by; what has to be computed for it is computed where the bit is.
  Name ready(Name bit, std::uint32_t scan) {
    const Name name = bits_.ready(bit);
    scan_of_operation_.resize(bits_.operations.list.size(), scan);
    return name;
  }

  /// The earliest at which the lines of all that a stage reads are there.
  std::uint32_t common_scan(const circuits::Stage& stage) {
    Scan all = scans_[scan_of_signal_[stage.inputs[0]]];
    for (const auto id : stage.inputs) all.step = std::max(all.step, scans_[scan_of_signal_[id]].step);
    all.offset = most_reach;
    for (const auto id : stage.inputs) {
      // Of images of the same height one hardly has larger steps than the other. If so, a line later is early enough.
      const Scan& one = scans_[scan_of_signal_[id]];
      const std::int64_t late = one.step == all.step ? one.offset : all.step * ((one.offset - one.step) / one.step - 1);
      all.offset = std::min(all.offset, late);
    }
    return scan_index(all);
  }

  std::uint32_t scan_index(const Scan& scan) {
    const auto found = std::find(scans_.begin(), scans_.end(), scan);
    if (found != scans_.end()) return static_cast<std::uint32_t>(found - scans_.begin());
    if (scan.step > most_reach || scan.offset < -most_reach)
      throw Error("image engine: rows that the circuit's windows reach or step over", "",
                  "at most " + std::to_string(most_reach), "more");
    scans_.push_back(scan);
    return static_cast<std::uint32_t>(scans_.size() - 1);
  }

  /// A signal's bits, delayed until this scan.
  std::vector<Name> at_scan(circuits::SignalId id, std::uint32_t scan) {
    std::vector<Name> bits = signals_[id];
    const std::uint32_t from = scan_of_signal_[id];
    if (from == scan) return bits;
    for (Name& bit : bits) {
      if (bit == row_of_zeros || bit == row_of_ones) continue;
      bit = seen(ready(bit & ~negated, from), from, scan, {1, 1}, {0, 0}) | (bit & negated);
    }
    return bits;
  }

  void look_around(const circuits::Stage& stage, const circuits::RearrangeStage& window, std::uint32_t scan) {
    std::vector<std::uint32_t> scan_of_value;
    for (const auto id : stage.inputs) {
      stages_.join(signals_[id], circuit_.type(id).width);
      scan_of_value.insert(scan_of_value.end(), circuit_.type(id).shape.channels, scan_of_signal_[id]);
    }
    const Shape &image = circuit_.type(stage.inputs[0]).shape, &places = stage.output.shape;
    // Of a single row of places nothing is known but where the first one stands.
    const circuits::Offset stride{places.height == 1 ? 1 : window.stride.row,
                                  places.width == 1 ? 1 : window.stride.column};
    const auto offset = [&](std::size_t i) { return window.offsets.empty() ? circuits::Offset{} : window.offsets[i]; };
    const auto reads = [&](std::size_t i) {
      return reads_side(offset(i).row, stride.row, image.height, places.height) &&
             reads_side(offset(i).column, stride.column, image.width, places.width);
    };
    std::int64_t ahead = 0;
    for (std::size_t i = 0; i < window.size(); ++i)
      if (reads(i)) ahead = std::max<std::int64_t>(ahead, offset(i).row);
    Scan to = scans_[scan];
    to.height = places.height;
    to.width = places.width;
    to.offset += (stride.row - 1 - ahead) * to.step;
    to.step *= stride.row;
    const std::uint32_t target = scan_index(to);

    const std::size_t width = stage.output.width;
    std::vector<Name> out;
    for (std::size_t i = 0; i < window.size(); ++i)
      for (std::size_t j = 0; j < width; ++j) {
        const Name bit = stages_.value(window.sources[i])[j];
        const std::uint32_t from = scan_of_value[window.sources[i]];
        const bool same = from == target && stride == circuits::Offset{1, 1} && offset(i) == circuits::Offset{};
        if (bit == row_of_zeros || !reads(i))
          out.push_back(row_of_zeros);
        else
          out.push_back(same ? bit : seen(ready(bit, from), from, target, stride, offset(i)));
      }
    add_signal(std::move(out), target);
  }

  /// Whether any of the places lies, moved by `offset`, inside of an image of this many pixels, along one side.
  [[nodiscard]] static bool reads_side(std::int64_t offset, std::int64_t stride, std::size_t pixels,
                                       std::size_t places) noexcept {
    const std::int64_t first = offset < 0 ? (-offset + stride - 1) / stride : 0;
    return first < static_cast<std::int64_t>(places) && first * stride + offset < static_cast<std::int64_t>(pixels);
  }

  /// The bit of `to` that is bit `source` of `from`, so far away.
  Name seen(Name source, std::uint32_t from, std::uint32_t to, circuits::Offset stride, circuits::Offset offset) {
    const auto [view, is_new] = view_of_.try_emplace({source, from, to, stride.row, stride.column}, views_.size());
    if (is_new) views_.push_back({source, from, to, stride, {}});
    auto& bits = views_[view->second].bits;
    const auto found = std::find_if(bits.begin(), bits.end(), [&](const SeenBit& bit) {
      return bit.row == offset.row && bit.column == offset.column;
    });
    if (found != bits.end()) return found->name;
    bits.push_back({bits_.outside(), offset.row, offset.column});
    return bits.back().name;
  }

  static constexpr std::int64_t most_reach = std::int64_t{1} << 31;

  const Circuit& circuit_;
  BitBuilder bits_;
  StageLowering stages_;
  std::vector<std::vector<Name>> signals_;  // of every signal: channel after channel, the lowest bit first
  std::vector<Scan> scans_;
  std::vector<std::uint32_t> scan_of_signal_, scan_of_operation_;
  std::vector<View> views_;
  std::map<std::tuple<Name, std::uint32_t, std::uint32_t, std::int32_t, std::int32_t>, std::size_t> view_of_;
  Integers answer_;
};

}  // namespace lutra::engine
