#pragma once
// Losses: how far a batch of outputs is from what was wanted, and the gradient of that.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/boxes/grid.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/words.hpp>
#include <lutra/parallel.hpp>
#include <lutra/planes.hpp>
#include <span>
#include <variant>
#include <vector>

namespace lutra {

/// -log softmax(scores)[label], for classification. With smoothing, the target is 1 - smoothing on the label and
/// smoothing/classes everywhere besides; with a teacher, the share `taught` of the target is its softmax in place of
/// that (Hinton et al. 2015).
struct SoftmaxCrossEntropy {
  float smoothing = 0;
  float taught = 0;
};

/// The mean over outputs of (y - target)², for regression.
struct MeanSquared {};

/// The outputs are two halves of values in [0, 1], t and y; the second is to become the first. The mean over values of
/// t (1 - y) + (1 - t) y, which is the probability that bits drawn with these probabilities differ, and of bits the
/// share that does. Its derivative 1 - 2t does not stop at y's that are right today: a table goes where most of its
/// samples want it. The first half gets no gradient; labels and targets are not looked at.
struct Imitation {};

/// The outputs are two halves, the first and the second component of a vector at each of so many places; so are the
/// targets. The mean over places of the distance from a vector to the wanted one, √((u - u')² + (v - v')²): how far an
/// optical flow is off, in pixels (Otte and Nagel 1994). Where a vector is just what was wanted the gradient is 0.
struct EndPointError {};

/// For detection: outputs and targets are those of a BoxGrid. YOLO's loss (Redmon et al. 2016, equation 3), the mean
/// over cells of
///   box · ((x - x')² + (y - y')² + (√w - √w')² + (√h - √h')²) - ln p(class) - ln p(object)   where there is a thing,
///   - empty · ln(1 - p(object))                                                              where there is none
/// with logarithms of probabilities, as later versions have them, in place of squares.
struct BoxLoss {
  std::size_t classes = 1;
  float box = 5, empty = 0.5F;
};

using Loss = std::variant<SoftmaxCrossEntropy, MeanSquared, Imitation, EndPointError, BoxLoss>;

[[nodiscard]] inline const char* name_of(const Loss& loss) noexcept {
  static constexpr const char* names[] = {"SoftmaxCrossEntropy", "MeanSquared", "Imitation", "EndPointError",
                                          "BoxLoss"};
  return names[loss.index()];
}

/// Losses of a batch.
struct BatchLoss {
  double loss = 0;          ///< summed over samples; of one with many places, their mean
  std::size_t correct = 0;  ///< places whose largest score is their label's (ties to the lowest class)
};

/// What a teacher would have answered to a batch: a row of scores a class, as a network has them, and what their unit
/// stands for.
struct Advice {
  Planes<Real> scores;
  float scale = 1;

  explicit operator bool() const noexcept { return static_cast<bool>(scores); }
};

/// What a batch should have given: labels or target rows.
struct Wanted {
  std::span<const std::uint32_t> labels;  ///< place after place, and for each the samples
  std::span<const float* const> targets;  ///< one a sample
  std::size_t places = 1;                 ///< labels a sample
  Advice advice{};                        ///< besides labels, where there is a teacher
};

/// Fills `to` with the labels of samples 0, 1, … of a batch, of which number i is `data`'s index_of(i), as Wanted has
/// them.
template <class Data, class IndexOf>
void gather_labels(const Data& data, std::size_t samples, const IndexOf& index_of, std::vector<std::uint32_t>& to) {
  to.resize(samples * data.places);
  for (std::size_t i = 0; i < samples; ++i) {
    const auto labels = data.label(index_of(i));
    for (std::size_t place = 0; place < data.places; ++place) to[place * samples + i] = labels[place];
  }
}

/// Of planes with rows for each of `places` places, the rows of one: those of a class for every sample.
[[nodiscard]] inline Planes<Real> rows_at(const Planes<Real>& planes, std::size_t place, std::size_t places) noexcept {
  return {planes.row(place), planes.rows / places, planes.stride * places};
}

/// The class with the largest score for sample s; ties go to the lowest, as in ArgmaxStage.
[[nodiscard]] inline std::uint32_t best_class(const Planes<Real>& scores, std::size_t s) {
  std::uint32_t best = 0;
  for (std::uint32_t c = 1; c < scores.rows; ++c)
    if (scores.row(c)[s] > scores.row(best)[s]) best = c;
  return best;
}

namespace detail {

/// What a place's scores, and what belongs to them, lie in.
struct PlaceRows {
  Planes<Real> scores, gradient, advice, room;
  float *losses, *room_of_losses;
};

/// Moves the share loss.taught of what was wanted at one place from its labels to a teacher's softmax t. From a label's
/// target y on, the gradient changes by taught (y - t) weight, and the loss by taught Σ (y - t) score: but for its
/// sign, y - t is the gradient of the teacher's own loss.
inline void hear(const SoftmaxCrossEntropy& loss, const Pass& pass, const PlaceRows& at, float scale,
                 float advice_scale, const std::uint32_t* labels, float weight) {
  kernels::chosen::softmax_cross_entropy(at.advice.data, advice_scale, labels, at.scores.rows, at.scores.stride,
                                         pass.padded(), pass.samples, loss.smoothing, loss.taught, at.room.data,
                                         at.room_of_losses);
  for (std::size_t c = 0; c < at.scores.rows; ++c)
    for (std::size_t s = 0; s < pass.samples; ++s) {
      const float away = at.room.row(c)[s];
      at.gradient.row(c)[s] -= away * weight;
      at.losses[s] -= away * at.scores.row(c)[s] * scale;
    }
}

}  // namespace detail

/// Fills `gradient` with the gradient of the batch's mean loss (padding 0) and returns the losses. `outputs` are whole
/// counts or reals whose unit stands for `scale`; `losses` is scratch.
inline BatchLoss apply_loss(const SoftmaxCrossEntropy& loss, const Pass& pass, const Planes<Real>& outputs, float scale,
                            const Wanted& wanted, Gradients gradient, std::vector<float>& losses) {
  const float weight = 1.0F / static_cast<float>(pass.samples * wanted.places);
  const std::size_t of_places = wanted.places * pass.padded();
  losses.resize(wanted.advice ? 2 * of_places + outputs.rows * outputs.stride : of_places);
  const Planes<Real> room{losses.data() + 2 * of_places, outputs.rows, outputs.stride};
  std::atomic<std::size_t> correct = 0;
  parallel_for(pass.threads, wanted.places, [&](std::size_t place) {
    const auto of_place = [&](const Planes<Real>& rows) { return rows_at(rows, place, wanted.places); };
    float* const place_losses = losses.data() + place * pass.padded();
    const auto scores = of_place(outputs);
    const std::uint32_t* const labels = wanted.labels.data() + place * pass.samples;
    kernels::chosen::softmax_cross_entropy(scores.data, scale, labels, scores.rows, scores.stride, pass.padded(),
                                           pass.samples, loss.smoothing, weight, of_place(gradient).data, place_losses);
    if (wanted.advice)
      detail::hear(loss, pass,
                   {scores, of_place(gradient), of_place(wanted.advice.scores), of_place(room), place_losses,
                    place_losses + of_places},
                   scale, wanted.advice.scale, labels, weight);
    std::size_t right = 0;
    for (std::size_t s = 0; s < pass.samples; ++s) right += best_class(scores, s) == labels[s];
    correct += right;
  });
  BatchLoss result{0, correct};
  for (std::size_t place = 0; place < wanted.places; ++place)
    for (std::size_t s = 0; s < pass.samples; ++s)
      result.loss += static_cast<double>(losses[place * pass.padded() + s]);
  result.loss /= static_cast<double>(wanted.places);
  return result;
}

inline BatchLoss apply_loss(const MeanSquared&, const Pass& pass, const Planes<Real>& outputs, float scale,
                            const Wanted& wanted, Gradients gradient, std::vector<float>&) {
  BatchLoss result;
  const auto values = static_cast<float>(outputs.rows);
  const float weight = 2 / (values * static_cast<float>(pass.samples));
  for (std::size_t i = 0; i < outputs.rows; ++i)
    for (std::size_t s = 0; s < pass.padded(); ++s) {
      const float away = s < pass.samples ? outputs.row(i)[s] * scale - wanted.targets[s][i] : 0;
      gradient.row(i)[s] = away * weight;
      result.loss += static_cast<double>(away) * static_cast<double>(away) / static_cast<double>(values);
    }
  return result;
}

inline BatchLoss apply_loss(const EndPointError&, const Pass& pass, const Planes<Real>& outputs, float scale,
                            const Wanted& wanted, Gradients gradient, std::vector<float>& losses) {
  const std::size_t places = outputs.rows / 2;
  const float weight = 1 / static_cast<float>(places * pass.samples);
  losses.assign(places, 0);
  parallel_for(pass.threads, places, [&](std::size_t i) {
    for (std::size_t s = 0; s < pass.padded(); ++s) {
      const bool sample = s < pass.samples;
      const float du = sample ? outputs.row(i)[s] * scale - wanted.targets[s][i] : 0;
      const float dv = sample ? outputs.row(places + i)[s] * scale - wanted.targets[s][places + i] : 0;
      const float distance = std::sqrt(du * du + dv * dv);
      const float slope = distance > 0 ? weight / distance : 0;
      gradient.row(i)[s] = du * slope;
      gradient.row(places + i)[s] = dv * slope;
      losses[i] += distance;
    }
  });
  BatchLoss result;
  for (const float distances : losses) result.loss += static_cast<double>(distances) / static_cast<double>(places);
  return result;
}

namespace detail {

/// One cell's rows of outputs and of their gradient, and its place in a sample's targets.
struct BoxCell {
  Planes<Real> y, d;
  std::size_t cell, cells;
};

/// BoxLoss of one cell and of the 64 samples from `first` on, without the division by their number, which is in
/// `weight`.
inline float apply_to_cell(const BoxLoss& loss, const BoxCell& rows, std::size_t first, std::size_t samples,
                           float scale, float weight, const Wanted& wanted) {
  constexpr std::size_t block = kernels::word_bits;
  const std::size_t used = std::min(block, samples - first);
  const auto target = [&](std::size_t s, std::size_t channel) {
    return wanted.targets[first + s][channel * rows.cells + rows.cell];
  };
  std::uint32_t thing[block] = {}, label[block] = {};
  float odds[2 * block] = {}, d_odds[2 * block], of_object[block], of_class[block];  // of none, which are 0, and of one
  for (std::size_t s = 0; s < used; ++s) {
    thing[s] = target(s, BoxGrid::object) > 0;
    for (std::uint32_t c = 1; c < loss.classes; ++c)
      if (target(s, BoxGrid::first_class + c) > target(s, BoxGrid::first_class + label[s])) label[s] = c;
  }
  std::copy_n(rows.y.row(BoxGrid::object) + first, block, odds + block);
  kernels::chosen::softmax_cross_entropy(odds, scale, thing, 2, block, block, used, 0, weight, d_odds, of_object);
  kernels::chosen::softmax_cross_entropy(rows.y.row(BoxGrid::first_class) + first, scale, label, loss.classes,
                                         rows.y.stride, block, used, 0, weight,
                                         rows.d.row(BoxGrid::first_class) + first, of_class);
  float sum = 0;
  for (std::size_t s = 0; s < block; ++s) {
    const bool is = thing[s] != 0;
    const float counts = is ? 1.0F : loss.empty;
    rows.d.row(BoxGrid::object)[first + s] = counts * d_odds[block + s];
    sum += counts * of_object[s] + (is ? of_class[s] : 0);
    for (std::size_t channel = BoxGrid::right; channel <= BoxGrid::height; ++channel) {
      const float away = is ? rows.y.row(channel)[first + s] * scale - target(s, channel) : 0;
      rows.d.row(channel)[first + s] = 2 * loss.box * weight * away;
      sum += loss.box * away * away;
    }
    for (std::size_t c = 0; !is && c < loss.classes; ++c) rows.d.row(BoxGrid::first_class + c)[first + s] = 0;
  }
  return sum;
}

}  // namespace detail

inline BatchLoss apply_loss(const BoxLoss& loss, const Pass& pass, const Planes<Real>& outputs, float scale,
                            const Wanted& wanted, Gradients gradient, std::vector<float>& losses) {
  const std::size_t cells = outputs.rows / (BoxGrid::first_class + loss.classes);
  const float weight = 1 / static_cast<float>(cells * pass.samples);
  losses.assign(cells, 0);
  parallel_for(pass.threads, cells, [&](std::size_t cell) {
    const detail::BoxCell rows{rows_at(outputs, cell, cells), rows_at(gradient, cell, cells), cell, cells};
    for (std::size_t first = 0; first < pass.padded(); first += kernels::word_bits)
      losses[cell] += detail::apply_to_cell(loss, rows, first, pass.samples, scale, weight, wanted);
  });
  BatchLoss result;
  for (const float of_cell : losses) result.loss += static_cast<double>(of_cell) / static_cast<double>(cells);
  return result;
}

inline BatchLoss apply_loss(const Imitation&, const Pass& pass, const Planes<Real>& outputs, float, const Wanted&,
                            Gradients gradient, std::vector<float>&) {
  BatchLoss result;
  const std::size_t half = outputs.rows / 2;
  const float weight = 1 / static_cast<float>(half * pass.samples);
  for (std::size_t i = 0; i < half; ++i) {
    const float *const t = outputs.row(i), *const y = outputs.row(half + i);
    float differ = 0;
    std::fill_n(gradient.row(i), pass.padded(), 0.0F);
    for (std::size_t s = 0; s < pass.padded(); ++s) {
      const bool sample = s < pass.samples;
      gradient.row(half + i)[s] = sample ? weight * (1 - 2 * t[s]) : 0;
      differ += sample ? t[s] * (1 - y[s]) + (1 - t[s]) * y[s] : 0;
    }
    result.loss += static_cast<double>(differ) / static_cast<double>(half);
  }
  return result;
}

}  // namespace lutra
