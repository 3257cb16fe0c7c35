#pragma once
// How the places of a convolution are taken: in bands, each from one end of the expression to the other and back, so
// that what lies between its layers stays in the cache; and bands in shares, which threads take side by side.

#include <algorithm>
#include <cstddef>
#include <lutra/compose/frame.hpp>

namespace lutra {

/// The bands and shares of one batch. They depend on the frame and the batch alone, and so does the order of every sum.
class Bands {
 public:
  static constexpr std::size_t most_shares = 8;

  /// Neighbouring places, of one line where places at the end of a line stand between two lines.
  struct Band {
    std::size_t window;  ///< first word among the places of the frame, where windows are read
    std::size_t output;  ///< first word among the places of the output's image
    std::size_t words;
  };

  /// `batch` words a pixel; bands of at most `most` words.
  constexpr Bands(const Frame& frame, std::size_t batch, std::size_t most) noexcept {
    const bool gaps = frame.width() != frame.x.places();
    lines_ = gaps ? frame.y.places() : 1;
    line_ = batch * (gaps ? frame.x.places() : frame.run());
    from_line_to_line_ = batch * frame.width();
    longest_ = std::min(line_, most);
    parts_ = (line_ + most - 1) / most;
    part_ = (line_ + parts_ - 1) / parts_;
    parts_ = (line_ + part_ - 1) / part_;
    if (frame.reach() == 1) return;
    if (gaps)
      apart_ = (frame.reach() + frame.width() - 1) / frame.width() * parts_;
    else
      apart_ = (frame.reach() * batch + part_ - 1) / part_;
  }

  /// The words of a band that keep what lives of it, that many bytes a word, in the second cache; fewer are not worth
  /// what is done once a band.
  static constexpr std::size_t words_within(std::size_t bytes_a_word) noexcept {
    return std::clamp((std::size_t{1} << 20) / bytes_a_word, std::size_t{8}, std::size_t{32});
  }

  [[nodiscard]] constexpr std::size_t size() const noexcept { return lines_ * parts_; }
  /// The words of the longest band, of this batch and of any smaller one.
  [[nodiscard]] constexpr std::size_t longest() const noexcept { return longest_; }
  [[nodiscard]] constexpr Band operator[](std::size_t i) const noexcept {
    const std::size_t line = i / parts_, first = i % parts_ * part_;
    return {line * from_line_to_line_ + first, line * line_ + first, std::min(part_, line_ - first)};
  }

  /// How many shares there are. Where windows overlap, only neighbouring shares may meet in a pixel, so that every
  /// other share can be taken at one time; where that leaves nothing to take at one time, there is but one.
  [[nodiscard]] constexpr std::size_t shares(bool meet) const noexcept {
    if (!meet || apart_ == 0) return std::min(size(), most_shares);
    const std::size_t most = std::min(size() / apart_, most_shares);
    return most < 4 ? 1 : most;
  }
  /// The first band of a share; of share `shares`, the end.
  [[nodiscard]] constexpr std::size_t begin(std::size_t share, std::size_t shares) const noexcept {
    return size() * share / shares;
  }

 private:
  std::size_t lines_ = 0, line_ = 0, from_line_to_line_ = 0, parts_ = 0, part_ = 0, longest_ = 0;
  std::size_t apart_ = 0;  // bands from one to another that cannot meet in a pixel; 0: no two can
};

}  // namespace lutra
