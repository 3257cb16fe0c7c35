#pragma once
// Losses: how far a batch of outputs is from what was wanted, and the gradient of that.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/chosen.hpp>
#include <lutra/planes.hpp>
#include <span>
#include <variant>
#include <vector>

namespace lutra {

/// -log softmax(scores)[label], for classification. With smoothing, the target is 1 - smoothing on the label and
/// smoothing/classes everywhere besides.
struct SoftmaxCrossEntropy {
  float smoothing = 0;
};

/// The mean over outputs of (y - target)², for regression.
struct MeanSquared {};

using Loss = std::variant<SoftmaxCrossEntropy, MeanSquared>;

/// Losses of a batch.
struct BatchLoss {
  double loss = 0;          ///< summed over samples
  std::size_t correct = 0;  ///< samples whose largest score is their label's (ties to the lowest class)
};

/// What a batch should have given: labels or target rows, one a sample.
struct Wanted {
  std::span<const std::uint32_t> labels;
  std::span<const float* const> targets;
};

/// The class with the largest score for sample s; ties go to the lowest, as in ArgmaxStage.
[[nodiscard]] inline std::uint32_t best_class(const Planes<Real>& scores, std::size_t s) {
  std::uint32_t best = 0;
  for (std::uint32_t c = 1; c < scores.rows; ++c)
    if (scores.row(c)[s] > scores.row(best)[s]) best = c;
  return best;
}

/// Fills `gradient` with the gradient of the batch's mean loss (padding 0) and returns the losses. `outputs` are whole
/// counts or reals whose unit stands for `scale`; `losses` is scratch for one float a padded sample.
inline BatchLoss apply_loss(const SoftmaxCrossEntropy& loss, const Pass& pass, const Planes<Real>& outputs, float scale,
                            const Wanted& wanted, Gradients gradient, std::vector<float>& losses) {
  BatchLoss result;
  losses.resize(pass.padded());
  kernels::chosen::softmax_cross_entropy(outputs.data, scale, wanted.labels.data(), outputs.rows, outputs.stride,
                                         pass.padded(), pass.samples, loss.smoothing,
                                         1.0F / static_cast<float>(pass.samples), gradient.data, losses.data());
  for (std::size_t s = 0; s < pass.samples; ++s) {
    result.loss += static_cast<double>(losses[s]);
    result.correct += best_class(outputs, s) == wanted.labels[s];
  }
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

}  // namespace lutra
