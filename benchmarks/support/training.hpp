#pragma once
// What every benchmark of training needs: a network, one batch of random samples with labels, and a step as fit takes
// it.

#include <cstddef>
#include <cstdint>
#include <lutra/compose.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/loss.hpp>
#include <lutra/train/optimizer.hpp>
#include <type_traits>
#include <vector>

namespace lutra::benchmarks {

/// The network that others publish their speed of: 784 inputs, nodes of six.
inline constexpr auto published_network =
    StochasticLut<6, 1024>{} | StochasticLut<6, 480>{} | StochasticLut<6, 70>{} | GroupSum<10>{};
inline constexpr Shape published_input{784, 1, 1};
inline constexpr std::size_t published_nodes = 1024 + 480 + 70, published_batch = 128;

/// Half of the values of Bit samples are 1; those of Real samples lie evenly in [0, 1), and bytes are any. As many
/// classes as the network has outputs.
template <class Kind, Shape Image, class ExpressionType>
class Training {
 public:
  using Net = Network<ExpressionType, Signal<Kind, Image>>;
  using Element = typename Net::Element;

  Training(const ExpressionType& expression, std::size_t batch) : net_(expression, Seed{1}) {
    Random random(Seed{2});
    for (std::size_t i = 0; i < batch * Image.size(); ++i) {
      if constexpr (std::is_same_v<Kind, Bit>)
        values_.push_back(static_cast<Element>(random() & 1));
      else if constexpr (is_code<Kind>)
        values_.push_back(static_cast<Element>(random()));
      else
        values_.push_back(random.uniform());
    }
    for (std::size_t s = 0; s < batch; ++s) {
      samples_.push_back(values_.data() + s * Image.size());
      labels_.push_back(static_cast<std::uint32_t>(random.below(Net::Output::size)));
    }
  }
  void step(int threads) {
    forward(threads);
    backward();
    optimizer_step(Adam{.rate = 1e-2F}, 1, net_.parameters(), state_, threads);
  }
  /// Returns the planes of the network's output.
  Planes<Real> forward(int threads) {
    const auto out = detail::as_real(net_.forward(samples_, true, threads));
    apply_loss(SoftmaxCrossEntropy{}, net_.pass(), out, net_.scale(), {labels_, {}}, net_.output_gradient(), losses_);
    return out;
  }
  void backward() { net_.backward(); }

  [[nodiscard]] Net& net() { return net_; }
  [[nodiscard]] const std::vector<Element>& values() const { return values_; }
  [[nodiscard]] const std::vector<std::uint32_t>& labels() const { return labels_; }

 private:
  Net net_;
  OptimizerState state_;
  std::vector<Element> values_;
  std::vector<const Element*> samples_;
  std::vector<std::uint32_t> labels_;
  std::vector<float> losses_;
};

}  // namespace lutra::benchmarks
