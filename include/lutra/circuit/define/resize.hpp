#pragma once
// Defines what <lutra/circuit/resize.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/resize.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lutra {

namespace circuits::detail {

/// One side of all images of a circuit, rows or columns, and how it follows the input's. `Size` and `Step` are the side
/// of a Shape and of a stride.
template <std::size_t Shape::*Size, std::int32_t Offset::*Step>
class SideResizer {
 public:
  SideResizer(const Circuit& circuit, const char* what, std::size_t wanted)
      : what_(what), given_(circuit.input().shape.*Size), wanted_(wanted) {
    if (wanted == 0 || wanted > most) fail("input", "1 to " + std::to_string(most));
    for (const Stage& stage : circuit.stages()) {
      const auto* const window = std::get_if<RearrangeStage>(&stage.operation);
      const std::uint64_t step = window == nullptr ? 1 : static_cast<std::uint64_t>(window->stride.*Step);
      strides_.push_back(std::min(strides_[stage.inputs[0]] * step, 2 * most));
    }
  }

  /// Gives signal `id`, of what `where` names, its new size.
  void apply(Shape& shape, SignalId id, const std::string& where) const {
    const auto stride = static_cast<std::int64_t>(strides_[id]);
    const std::int64_t more = static_cast<std::int64_t>(wanted_) - static_cast<std::int64_t>(given_);
    if (more % stride != 0)
      fail(where, std::to_string(given_) + " and a multiple of " + std::to_string(stride) + " more or less");
    const std::int64_t size = static_cast<std::int64_t>(shape.*Size) + more / stride;
    if (size < 1) fail(where, "room for a window");
    shape.*Size = static_cast<std::size_t>(size);
  }

 private:
  static constexpr std::uint64_t most = std::uint64_t{1} << 31;

  [[noreturn]] void fail(const std::string& where, const std::string& expected) const {
    throw Error(std::string("resize: ") + what_, where, expected, std::to_string(wanted_));
  }

  const char* what_;
  std::size_t given_, wanted_;
  std::vector<std::uint64_t> strides_{
      1};  // of every signal: input pixels from one of its pixels to the next, or too many
};

}  // namespace circuits::detail

LUTRA_INLINE Circuit resize(const Circuit& circuit, std::size_t height, std::size_t width) {
  using circuits::Offset;
  const circuits::detail::SideResizer<&Shape::height, &Offset::row> rows(circuit, "height", height);
  const circuits::detail::SideResizer<&Shape::width, &Offset::column> columns(circuit, "width", width);
  circuits::Type input = circuit.input();
  std::vector<circuits::Stage> stages = circuit.stages();
  // The last stages first: their strides are the whole circuit's.
  for (circuits::SignalId id = static_cast<circuits::SignalId>(stages.size()); id > 0; --id) {
    circuits::Stage& stage = stages[id - 1];
    const std::string where = "stage " + std::to_string(id - 1) + ", " + stage.name;
    if (!stage.each_place)
      throw Error("resize", where, "a stage that works at each place", "one that reads all of them");
    rows.apply(stage.output.shape, id, where);
    columns.apply(stage.output.shape, id, where);
  }
  rows.apply(input.shape, 0, "input");
  columns.apply(input.shape, 0, "input");
  return {input, std::move(stages), circuit.notes()};
}

}  // namespace lutra
