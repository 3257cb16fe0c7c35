#pragma once
// BatchNorm: each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted by what it learns.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/levels.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/normalization.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// y = gamma · (x - mean) / √(variance + epsilon) + beta, per channel, over samples, rows and columns (Ioffe and
/// Szegedy 2015). While training the batch's own mean and (biased) variance; else their running averages, which move by
/// `momentum` each step. In and out: Real, any shape. Freezes behind a Dense with weights of few bits: it becomes part
/// of the thresholds of the Quantize or Binarize behind it.
struct BatchNorm {
  float momentum = 0.1F;
  float epsilon = 1e-5F;

  static std::string name() { return "BatchNorm"; }

  template <class In>
  class Bound {
    static_assert(error::layer_accepts_input<std::is_same_v<typename In::Kind, Real>, BatchNorm, In>::value,
                  "lutra: BatchNorm reads Real; put ToReal or Dense before it");
    static constexpr std::size_t channels = In::shape.channels;
    static constexpr std::size_t image = In::shape.height * In::shape.width;

   public:
    using Output = Signal<Real, In::shape>;
    static constexpr bool trainable = true;

    Bound(const BatchNorm& layer, Binding& binding)
        : where_(binding.layer()),
          momentum_(layer.momentum),
          epsilon_(layer.epsilon),
          gamma_(binding.parameter({.name = "gamma", .size = channels, .decay = false})),
          beta_(binding.parameter({.name = "beta", .size = channels, .decay = false})),
          running_mean_(binding.reals("mean", channels)),
          running_variance_(binding.reals("variance", channels)),
          mean_(channels),
          inverse_(channels) {
      std::fill_n(gamma_.values(), channels, 1.0F);
      std::fill(running_variance_.begin(), running_variance_.end(), 1.0F);
    }

    /// Windows that no one asked for would be part of the mean.
    void reserve(Arena&, const Pass& pass) {
      if (pass.overlap > 0)
        throw Error("BatchNorm inside of convolve", "layer " + where_, "convolve<...>(...) | BatchNorm{}",
                    "convolve<...>(... | BatchNorm{})");
    }

    void forward(const Pass& pass, Planes<Real> in, Planes<Real> out) {
      parallel_for(pass.threads, channels, [&](std::size_t c) {
        if (pass.training) {
          measure(pass, in, c);
        } else {
          mean_[c] = running_mean_[c];
          inverse_[c] = running_inverse(c);
        }
        const auto [scale, shift] = affine(c, mean_[c], inverse_[c]);
        for (std::size_t i = c * image; i < (c + 1) * image; ++i)
          kernels::chosen::affine(in.row(i), scale, shift, out.row(i), pass.padded());
      });
    }

    /// dx = gamma/σ · (dy - mean(dy) - x̂ mean(dy x̂)), x̂ the normalized input; dgamma = Σ dy x̂, dbeta = Σ dy.
    void backward(const Pass& pass, Planes<Real> in, Planes<Real>, Gradients d_out, Gradients d_in) {
      const auto n = static_cast<float>(pass.samples * image);
      parallel_for(pass.threads, channels, [&](std::size_t c) {
        kernels::Normalization by{mean_[c], inverse_[c]};
        double d_sum = 0, dx_sum = 0;
        for (std::size_t i = c * image; i < (c + 1) * image; ++i) {
          d_sum += static_cast<double>(kernels::chosen::sum(d_out.row(i), pass.samples));
          dx_sum += static_cast<double>(kernels::chosen::sum_of_normalized(d_out.row(i), in.row(i), by, pass.samples));
        }
        gamma_.gradients(pass)[c] = static_cast<float>(dx_sum);
        beta_.gradients(pass)[c] = static_cast<float>(d_sum);
        if (!d_in) return;
        by.scale = gamma_.values()[c] * inverse_[c];
        by.d_mean = pass.training ? static_cast<float>(d_sum) / n : 0;
        by.dx_mean = pass.training ? static_cast<float>(dx_sum) / n : 0;
        for (std::size_t i = c * image; i < (c + 1) * image; ++i)
          kernels::chosen::normalized_backward(d_out.row(i), in.row(i), by, pass.samples, d_in.row(i));
      });
    }

    /// With the running averages it is part of the thresholds that come behind.
    [[nodiscard]] circuits::Wires freeze(circuits::Builder&, const circuits::Wires& in) const {
      std::vector<Affine> all;
      for (std::size_t c = 0; c < channels; ++c) all.push_back(affine(c, running_mean_[c], running_inverse(c)));
      return circuits::then_reals(in, BatchNorm::name(), [all](std::size_t c, std::span<float> x) {
        kernels::chosen::affine(x.data(), all[c].scale, all[c].shift, x.data(), x.size());
      });
    }

   private:
    struct Affine {
      float scale, shift;
    };
    [[nodiscard]] Affine affine(std::size_t c, float mean, float inverse) const {
      const float scale = gamma_.values()[c] * inverse;
      return {scale, std::fma(-mean, scale, beta_.values()[c])};
    }
    [[nodiscard]] float running_inverse(std::size_t c) const { return 1 / std::sqrt(running_variance_[c] + epsilon_); }

    void measure(const Pass& pass, Planes<Real> in, std::size_t c) {
      const auto n = static_cast<double>(pass.samples * image);
      double sum = 0, square = 0;
      for (std::size_t i = c * image; i < (c + 1) * image; ++i)
        sum += static_cast<double>(kernels::chosen::sum(in.row(i), pass.samples));
      mean_[c] = static_cast<float>(sum / n);
      for (std::size_t i = c * image; i < (c + 1) * image; ++i)
        square += static_cast<double>(kernels::chosen::sum_of_squares(in.row(i), mean_[c], pass.samples));
      const double variance = square / n;
      inverse_[c] = static_cast<float>(1 / std::sqrt(variance + static_cast<double>(epsilon_)));
      const double unbiased = n > 1 ? square / (n - 1) : variance;
      running_mean_[c] += momentum_ * (mean_[c] - running_mean_[c]);
      running_variance_[c] += momentum_ * (static_cast<float>(unbiased) - running_variance_[c]);
    }

    std::string where_;
    float momentum_, epsilon_;
    Parameter gamma_, beta_;
    std::vector<float>&running_mean_, &running_variance_;
    std::vector<float> mean_, inverse_;
  };
};

}  // namespace lutra
