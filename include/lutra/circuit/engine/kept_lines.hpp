#pragma once
// Which lines of an image are kept while a window moves down: as many as it sees, each in a place that the next one to
// come there takes over.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace lutra::engine::detail {

class KeptLines {
 public:
  /// Nothing is kept at first; `lines` is room for `span` numbers.
  KeptLines(std::size_t span, std::vector<std::int64_t>& lines) : lines_(lines) {
    lines_.resize(span);
    forget();
  }

  void forget() { std::ranges::fill(lines_, std::numeric_limits<std::int64_t>::min()); }

  /// Where line `row`, which may lie outside of the image, is kept.
  [[nodiscard]] std::size_t slot_of(std::int64_t row) const {
    // Divided as small numbers: this is done for every line.
    const auto span = static_cast<std::int32_t>(lines_.size()), left = static_cast<std::int32_t>(row) % span;
    return static_cast<std::size_t>(left < 0 ? left + span : left);
  }
  /// Line `row` is kept there from now on. False where it was there before.
  bool replace(std::size_t slot, std::int64_t row) {
    if (lines_[slot] == row) return false;
    lines_[slot] = row;
    return true;
  }

 private:
  std::vector<std::int64_t>& lines_;
};

}  // namespace lutra::engine::detail
