#pragma once
// The stages of a circuit: a small, closed set of integer-exact operations as plain data. A stage reads the values of
// its input signals one after another, as one long vector (so joining signals costs nothing), and writes one signal.

#include <cstddef>
#include <cstdint>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lutra::circuits {

/// A signal at run time: shape.size() unsigned integers of `width` bits (1 to 32).
struct Type {
  Shape shape;
  std::uint32_t width = 1;

  [[nodiscard]] std::size_t size() const noexcept { return shape.size(); }
  [[nodiscard]] std::uint64_t maximum() const noexcept { return (std::uint64_t{1} << width) - 1; }
  friend bool operator==(const Type&, const Type&) = default;
};

inline constexpr std::uint32_t max_fan_in = 8;

/// Words of 64 truth-table bits that a LUT with this fan-in needs.
[[nodiscard]] constexpr std::size_t table_words(std::size_t fan_in) noexcept {
  return fan_in <= 6 ? 1 : std::size_t{1} << (fan_in - 6);
}

/// The used bits of the (first) table word: all of them from 6 inputs on.
[[nodiscard]] constexpr std::uint64_t table_mask(std::size_t fan_in) noexcept {
  return fan_in >= 6 ? ~std::uint64_t{0} : (std::uint64_t{1} << (std::uint64_t{1} << fan_in)) - 1;
}

/// Lists of numbers, one list after another, without an allocation for each.
template <class T>
class Lists {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return begins_.size() - 1; }
  [[nodiscard]] std::span<const T> operator[](std::size_t i) const noexcept {
    return {values_.data() + begins_[i], values_.data() + begins_[i + 1]};
  }
  [[nodiscard]] std::span<const T> values() const noexcept { return values_; }

  void add(std::span<const T> list) {
    values_.insert(values_.end(), list.begin(), list.end());
    begins_.push_back(static_cast<std::uint32_t>(values_.size()));
  }
  friend bool operator==(const Lists&, const Lists&) = default;

 private:
  std::vector<std::uint32_t> begins_{0};
  std::vector<T> values_;
};

/// Output i is 1 where input `sources[i]` is at least `thresholds[i]`. A threshold of 0 is always met, one above the
/// input's maximum never.
struct ThresholdStage {
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> thresholds;

  [[nodiscard]] std::size_t size() const noexcept { return sources.size(); }
  friend bool operator==(const ThresholdStage&, const ThresholdStage&) = default;
};

/// Look-up tables of 0 to 8 inputs. Output i is bit a of `tables[i]`, where pin j of `pins[i]` gives bit j of the
/// address a: pin 0 is the least significant, I0 of a vendor's LUT primitive. Unused table bits are 0. Fan-in 0 is a
/// constant.
struct LutStage {
  Lists<std::uint32_t> pins;
  Lists<std::uint64_t> tables;

  [[nodiscard]] std::size_t size() const noexcept { return pins.size(); }
  [[nodiscard]] std::size_t fan_in(std::size_t node) const noexcept { return pins[node].size(); }
  void add(std::span<const std::uint32_t> node_pins, std::span<const std::uint64_t> table) {
    pins.add(node_pins);
    tables.add(table);
  }
  friend bool operator==(const LutStage&, const LutStage&) = default;
};

/// Output i is `offsets[i]` plus the sum of the inputs named in `sources[i]`; a source may be named more than once.
struct CountStage {
  Lists<std::uint32_t> sources;
  std::vector<std::uint32_t> offsets;

  [[nodiscard]] std::size_t size() const noexcept { return sources.size(); }
  friend bool operator==(const CountStage&, const CountStage&) = default;
};

/// Output i is the sum of value i of every input signal; all have the same size.
struct AddStage {
  friend bool operator==(const AddStage&, const AddStage&) = default;
};

/// Where a window's value lies, from the pixel at which the window stands.
struct Offset {
  std::int32_t row = 0, column = 0;
  friend bool operator==(const Offset&, const Offset&) = default;
};

/// Output i is input `sources[i]`. At each place of an image it may look around: output channel i at row y and column x
/// is input channel sources[i] at row y · stride.row + offsets[i].row and column x · stride.column + offsets[i].column,
/// and 0 where that lies outside of the image. No offsets: all 0.
struct RearrangeStage {
  std::vector<std::uint32_t> sources;
  std::vector<Offset> offsets = {};
  Offset stride = {1, 1};

  [[nodiscard]] std::size_t size() const noexcept { return sources.size(); }
  [[nodiscard]] bool is_window() const noexcept { return !offsets.empty() || stride != Offset{1, 1}; }
  friend bool operator==(const RearrangeStage&, const RearrangeStage&) = default;
};

/// Output i of n is the number j of the largest of the inputs i, i + n, i + 2n, …; ties go to the lowest. So one output
/// is the index of the largest input, and at each place of an image the channel that is largest there.
struct ArgmaxStage {
  friend bool operator==(const ArgmaxStage&, const ArgmaxStage&) = default;
};

/// Output i is `offsets[i]` plus the sum of input `sources[i][j]` times weights[i][j] over all j: what a layer of whole
/// numbers computes. Weights are signed and outputs are not: the offset is at least what the negative weights can take
/// away, so that no input makes a sum negative.
struct WeighStage {
  Lists<std::uint32_t> sources;
  Lists<std::int32_t> weights;
  std::vector<std::uint32_t> offsets;

  [[nodiscard]] std::size_t size() const noexcept { return sources.size(); }
  void add(std::span<const std::uint32_t> output_sources, std::span<const std::int32_t> output_weights,
           std::uint32_t offset) {
    sources.add(output_sources);
    weights.add(output_weights);
    offsets.push_back(offset);
  }
  friend bool operator==(const WeighStage&, const WeighStage&) = default;
};

/// A weight without its sign.
[[nodiscard]] constexpr std::uint64_t magnitude(std::int32_t weight) noexcept {
  return static_cast<std::uint64_t>(weight < 0 ? -std::int64_t{weight} : std::int64_t{weight});
}

/// Output i is how many of `thresholds[i]`, which rise or repeat, input `sources[i]` is at least; where it is
/// `falling[i]`, how many it is below. So a number becomes a code of few bits, by steps of any size, up or down.
struct LevelStage {
  std::vector<std::uint32_t> sources;
  Lists<std::uint32_t> thresholds;
  std::vector<bool> falling;

  [[nodiscard]] std::size_t size() const noexcept { return sources.size(); }
  void add(std::uint32_t source, std::span<const std::uint32_t> output_thresholds, bool is_falling) {
    sources.push_back(source);
    thresholds.add(output_thresholds);
    falling.push_back(is_falling);
  }
  friend bool operator==(const LevelStage&, const LevelStage&) = default;
};

/// Output i of n is the largest of the inputs i, i + n, i + 2n, …
struct MaxStage {
  friend bool operator==(const MaxStage&, const MaxStage&) = default;
};

inline constexpr std::size_t no_pixel = ~std::size_t{0};

/// The pixel, row after row, that output channel i reads at (row, column), or no_pixel where it lies outside.
[[nodiscard]] inline std::size_t pixel_of(const RearrangeStage& stage, std::size_t i, std::size_t row,
                                          std::size_t column, const Shape& image) noexcept {
  const Offset offset = stage.offsets.empty() ? Offset{} : stage.offsets[i];
  const auto y = static_cast<std::int64_t>(row) * stage.stride.row + offset.row;
  const auto x = static_cast<std::int64_t>(column) * stage.stride.column + offset.column;
  const bool inside =
      y >= 0 && x >= 0 && y < static_cast<std::int64_t>(image.height) && x < static_cast<std::int64_t>(image.width);
  return inside ? static_cast<std::size_t>(y) * image.width + static_cast<std::size_t>(x) : no_pixel;
}

using Operation = std::variant<ThresholdStage, LutStage, CountStage, AddStage, RearrangeStage, ArgmaxStage, WeighStage,
                               LevelStage, MaxStage>;

/// Names a signal of a circuit: 0 is the circuit's input, i + 1 the output of stage i.
using SignalId = std::uint32_t;

struct Stage {
  std::string name;              ///< what made it, such as "StochasticLut<6, 480>"; one line of printable text
  std::vector<SignalId> inputs;  ///< read one after another as one vector (AddStage: element by element)
  Operation operation;
  Type output;
  /// The operation is for one pixel and done at each: it reads the channels of images of the same height and width, and
  /// writes the channels of such an image. However large the image, the stage is as large as one pixel's work.
  bool each_place = false;

  friend bool operator==(const Stage&, const Stage&) = default;
};

[[nodiscard]] inline const char* operation_name(const Operation& operation) {
  static constexpr const char* names[] = {"threshold", "lut",   "count", "add", "rearrange",
                                          "argmax",    "weigh", "level", "max"};
  return names[operation.index()];
}

}  // namespace lutra::circuits
