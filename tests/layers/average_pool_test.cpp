#define BOOST_TEST_MODULE average_pool
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/average_pool.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/quantize.hpp>

#include "support/gradient_check.hpp"
#include "support/unsettled.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

/// A sum over each block, and what it stands for.
template <class Net>
void check_sums(Net net, std::size_t height, std::size_t width) {
  constexpr Shape image = Net::Input::shape, shape = Net::Output::shape;
  const auto samples = random_samples<Net>(70, 3);
  const auto out = net.forward(samples.pointers);
  for (std::size_t s = 0; s < 70; ++s)
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::size_t c = i / (shape.height * shape.width), y = i / shape.width % shape.height, x = i % shape.width;
      double sum = 0;
      for (std::size_t k = 0; k < height * width; ++k)
        sum += static_cast<double>(
            samples[s][(c * image.height + y * height + k / width) * image.width + x * width + k % width]);
      if (is_float_plane<typename Net::Input::Kind>) sum /= static_cast<double>(height * width);
      BOOST_TEST(std::abs(value_at(out, i, s) - sum) < 1e-5);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(gives_the_sum_of_each_block_of_bits_and_the_mean_of_reals) {
  using Bits = Signal<Bit, Shape{3, 5, 7}>;
  auto net = bind<Bits>(AveragePool<2, 3>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<6>, Shape{3, 2, 2}>>);
  BOOST_TEST(net.scale() == 1.0F / 6);
  check_freezes_exactly(net, 40);
  check_sums(std::move(net), 2, 3);
  check_sums(bind<Signal<Real, Shape{2, 4, 4}>>(AveragePool<2>{}), 2, 2);
}

BOOST_AUTO_TEST_CASE(counts_are_averaged_by_their_scale_and_read_as_what_they_stand_for) {
  auto net =
      bind<Signal<Byte, Shape{3, 4, 4}>>(pointwise(Dense<3, FewBitWeights<4>>{}) | Quantize<4>{} | AveragePool<2>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<60>, Shape{3, 2, 2}>>);
  BOOST_TEST(net.scale() == 2.0F / 15 / 4);
  freezes<Signal<Byte, Shape{3, 4, 4}>>(pointwise(Dense<5, FewBitWeights<4>>{}) | BatchNorm{} | Quantize<4>{} |
                                        AveragePool<2>{} | Quantize<3>{.most = 1.5F} | Dense<3, TernaryWeights>{} |
                                        Quantize<4>{});
}

BOOST_AUTO_TEST_CASE(gradients_are_those_measured) {
  auto net = bind<Signal<Real, Shape{2, 4, 5}>>(pointwise(Dense<3>{}) | AveragePool<2>{} | Sigmoid{} | Dense<2>{});
  check_gradients(net);
}

BOOST_AUTO_TEST_CASE(of_counts_the_gradient_is_that_of_what_they_stand_for) {
  auto net = bind<Signal<Real, Shape{1, 2, 2}>>(BatchNorm{} | Quantize<8>{.most = 4} | AveragePool<2>{});
  const std::vector<float> sample{0.5F, 1, 1.5F, 2};
  const float* const pointer = sample.data();
  net.forward(std::span(&pointer, 1));
  std::fill_n(net.output_gradient().row(0), net.pass().padded(), 0.0F);
  net.output_gradient().row(0)[0] = 1;
  net.backward();
  BOOST_TEST(net.parameters().gradients()[1] == 1.0F);  // of beta: four quarters
}
