#pragma once
// Lanes: an expression several times, so that several bands of a convolution go through it at one time. All have the
// same parameters; each has its own room for a band and its own gradients, which are added up in the order of the
// bands.

#include <algorithm>
#include <cstddef>
#include <lutra/compose/bands.hpp>
#include <lutra/compose/contract.hpp>
#include <lutra/planes.hpp>
#include <type_traits>
#include <vector>

namespace lutra::detail {

/// The lanes of an expression that a window slides through; InnerCell is the expression fed with one window.
template <class InnerCell>
class Lanes {
  static_assert(std::is_copy_constructible_v<InnerCell>,
                "lutra: convolve copies the layers of its expression, so that each thread has its own");

 public:
  using Bound = typename InnerCell::Bound;

  /// `window`: the pixels of a channel that a window has; `rows`: how many rows of gradients a band has outside of the
  /// expression.
  template <class ExpressionType>
  Lanes(const ExpressionType& expression, Binding& binding, const Frame& frame, std::size_t window, std::size_t rows)
      : frame_(frame), window_(window), rows_(rows) {
    const std::size_t first = binding.claimed();
    lanes_.reserve(Bands::most_shares);
    lanes_.emplace_back(expression, binding);
    while (lanes_.size() < Bands::most_shares) lanes_.push_back(lanes_.front());
    parameters_ = binding.claimed_from(first);
  }

  [[nodiscard]] const Bound& expression() const noexcept { return *lanes_.front().inner; }

  void reserve(Arena& arena, const Pass& pass) {
    Arena one_word;
    detail::reserve(*lanes_.front().inner, one_word, band_pass(pass, 1, nullptr));
    most_words_ = Bands::words_within(one_word.bytes() + rows_ * kernels::word_bits * sizeof(float));
    const Bands bands = bands_of(pass);
    // Within another convolution there is one lane: the threads share that one's bands.
    in_use_ = pass.overlap > 0 ? 1 : bands.shares(false);
    for (std::size_t i = 0; i < in_use_; ++i) {
      detail::reserve(*lanes_[i].inner, arena, band_pass(pass, bands.longest(), nullptr));
      lanes_[i].gradients = arena.claim<float>(parameters_.size());
    }
    sums_ = arena.claim<float>(Bands::most_shares * parameters_.size());
  }

  /// Calls body(expression, pass of the band, band) for every band.
  template <class Body>
  void for_each_band(const Pass& pass, const Body& body) {
    take_bands(pass, false, [&](Lane& lane, const Pass& band_pass, const Bands::Band& band, std::size_t, bool) {
      body(*lane.inner, band_pass, band);
    });
  }

  /// The same for bodies that write the parameters' gradients: what all of them wrote is added up. Where bodies add to
  /// what their windows read (`meet`), no two that may meet in a pixel run at a time.
  template <class Body>
  void learn_from_each_band(const Pass& pass, bool meet, const Body& body) {
    meet = meet && frame_.reach() > 1;
    take_bands(pass, meet,
               [&](Lane& lane, const Pass& band_pass, const Bands::Band& band, std::size_t share, bool begins) {
                 body(*lane.inner, band_pass, band);
                 float* const sums = sums_ + share * parameters_.size();
                 for (std::size_t i = 0; i < parameters_.size(); ++i)
                   sums[i] = begins ? lane.gradients[i] : sums[i] + lane.gradients[i];
               });
    gather(pass, bands_of(pass).shares(meet));
  }

 private:
  struct Lane {
    InnerCell inner;
    float* gradients = nullptr;

    template <class ExpressionType>
    Lane(const ExpressionType& expression, Binding& binding) : inner(expression, binding) {}
  };

  [[nodiscard]] Bands bands_of(const Pass& pass) const noexcept { return {frame_, pass.words(), most_words_}; }

  [[nodiscard]] Pass band_pass(const Pass& pass, std::size_t words, float* gradients) const noexcept {
    return {.samples = words * kernels::word_bits,
            .training = pass.training,
            .threads = pass.threads,
            .overlap = window_,
            .gradients = gradients,
            .first_parameter = parameters_.offset()};
  }

  /// Calls body(lane, pass, band, its share, whether it is its share's first). Threads take shares, of windows that
  /// meet every other one first; where there is but one to take, they share the work within a band.
  template <class Body>
  void take_bands(const Pass& pass, bool meet, const Body& body) {
    const Bands bands = bands_of(pass);
    const std::size_t shares = bands.shares(meet), turns = meet && shares > 1 ? 2 : 1;
    for (std::size_t turn = 0; turn < turns; ++turn) {
      const std::size_t count = (shares + turns - 1 - turn) / turns;
      const std::size_t workers = std::min({count, static_cast<std::size_t>(pass.threads), in_use_});
      const Pieces taken{count, (count + workers - 1) / workers};
      parallel_for(pass.threads, taken.size(), [&](std::size_t worker) {
        for (std::size_t i = taken.begin(worker); i < taken.end(worker); ++i) {
          const std::size_t share = turns * i + turn, first = bands.begin(share, shares);
          for (std::size_t b = first; b < bands.begin(share + 1, shares); ++b) {
            Pass own = band_pass(pass, bands[b].words, lanes_[worker].gradients);
            if (workers > 1) own.threads = 1;
            body(lanes_[worker], own, bands[b], share, b == first);
          }
        }
      });
    }
  }

  /// The sums of all shares, in their order, where the pass wants them.
  void gather(const Pass& pass, std::size_t shares) const {
    float* const gradients = parameters_.gradients(pass);
    const Pieces pieces{parameters_.size(), 4096};
    parallel_for(pass.threads, pieces.size(), [&](std::size_t piece) {
      for (std::size_t i = pieces.begin(piece); i < pieces.end(piece); ++i) {
        float sum = sums_[i];
        for (std::size_t share = 1; share < shares; ++share) sum += sums_[share * parameters_.size() + i];
        gradients[i] = sum;
      }
    });
  }

  Frame frame_;
  std::size_t window_, rows_;
  std::vector<Lane> lanes_;
  std::size_t in_use_ = 1;
  std::size_t most_words_ = 1;  // of a band
  Parameter parameters_;        // of the expression
  float* sums_ = nullptr;       // [share][parameter]
};

}  // namespace lutra::detail
