#define BOOST_TEST_MODULE or_pool_layer
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>

#include "support/gradient_check.hpp"
#include "support/unsettled.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

template <Shape Image, std::size_t Height, std::size_t Width>
void check_pool() {
  auto net = bind<Signal<Bit, Image>>(OrPool<Height, Width>{}, Seed{});
  const auto batch = random_samples<decltype(net)>(70, 3);
  const auto out = net.forward(batch.pointers);
  constexpr Shape shape = decltype(net)::Output::shape;
  static_assert(shape == Shape{Image.channels, Image.height / Height, Image.width / Width});
  std::size_t wrong = 0;
  for (std::size_t s = 0; s < batch.size(); ++s)
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::size_t c = i / (shape.height * shape.width), y = i / shape.width % shape.height, x = i % shape.width;
      bool any = false;
      for (std::size_t dy = 0; dy < Height; ++dy)
        for (std::size_t dx = 0; dx < Width; ++dx)
          any = any || batch[s][(c * Image.height + y * Height + dy) * Image.width + x * Width + dx] != 0;
      wrong += value_at(out, i, s) != (any ? 1 : 0);
    }
  BOOST_TEST(wrong == 0);
  check_freezes_exactly(net, 40);
}

}  // namespace

BOOST_AUTO_TEST_CASE(gives_the_largest_bit_of_each_block) {
  check_pool<Shape{3, 4, 6}, 2, 2>();
  check_pool<Shape{2, 5, 7}, 2, 3>();  // a row and a column are left over
  check_pool<Shape{1, 7, 7}, 3, 3>();  // more than one LUT has pins
  check_pool<Shape{2, 8, 8}, 8, 8>();  // three levels
  check_pool<Shape{2, 1, 5}, 1, 1>();
}

BOOST_AUTO_TEST_CASE(of_codes_the_largest_is_pooled_behind_their_thresholds) {
  auto net = bind<Signal<Byte, Shape{1, 4, 4}>>(pointwise(Thermometer<3>{}) | MaxPool<2>{}, Seed{});
  auto one = bind<Signal<Byte, Shape{1}>>(Thermometer<3>{}, Seed{});
  const auto batch = random_samples<decltype(net)>(70, 3);
  const auto out = net.forward(batch.pointers);
  std::size_t wrong = 0;
  for (std::size_t s = 0; s < 70; ++s)
    for (std::size_t block = 0; block < 4; ++block) {
      const std::size_t first = block / 2 * 8 + block % 2 * 2;
      const std::uint8_t largest =
          std::max({batch[s][first], batch[s][first + 1], batch[s][first + 4], batch[s][first + 5]});
      const std::uint8_t* const pointer = &largest;
      const auto expected = one.forward(std::span(&pointer, 1));
      for (std::size_t k = 0; k < 3; ++k) wrong += value_at(out, k * 4 + block, s) != value_at(expected, k, 0);
    }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(only_the_first_set_pixel_of_a_block_gets_the_gradient) {
  // Four windows with four different addresses: an entry's gradient is that of its window's pixel.
  constexpr std::size_t addresses[] = {9, 12, 2, 11};
  const std::uint8_t image[] = {1, 0, 0, 0, 1, 1, 0, 0, 1};
  const std::uint8_t* const sample = image;
  auto net = bind<Signal<Bit, Shape{1, 3, 3}>>(
      convolve<Kernel<2>>(StochasticLut<4, 1, ExplicitWiring>{.wiring = {{0, 1, 2, 3}}}) | OrPool<2>{}, Seed{});
  for (std::size_t set = 0; set < 16; ++set) {
    for (std::size_t k = 0; k < 4; ++k) net.parameters().values()[addresses[k]] = (set >> k & 1) != 0 ? 1.0F : 0.0F;
    const auto out = net.forward(std::span(&sample, 1), true);
    BOOST_TEST(value_at(out, 0, 0) == (set != 0 ? 1 : 0));
    std::fill_n(net.output_gradient().row(0), 64, 0.0F);
    net.output_gradient().row(0)[0] = 2.5F;
    net.backward();
    std::size_t winner = 0;
    while (winner < 4 && (set >> winner & 1) == 0) ++winner;
    for (std::size_t k = 0; k < 4; ++k)
      BOOST_TEST(net.parameters().gradients()[addresses[k]] == (k == winner % 4 ? 2.5F : 0.0F), set << ", " << k);
  }
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_changes_no_bit) {
  auto net = bind<Signal<Bit, Shape{2, 8, 9}>>(
      convolve<Kernel<3>, Same>(StochasticLut<6, 10>{}) | OrPool<2>{} | convolve<Kernel<2>>(StochasticLut<4, 6>{}),
      Seed{4});
  const auto samples = random_samples<decltype(net)>(130, 6);
  const auto weights = loss_weights<decltype(net)>(130, 7);
  const auto one = gradients_of(net, samples, weights, true, 1);
  BOOST_TEST((gradients_of(net, samples, weights, true, 3) == one));
}

BOOST_AUTO_TEST_CASE(of_counts_it_is_the_largest) {
  using In = Signal<Byte, Shape{3, 5, 4}>;
  constexpr auto codes = pointwise(Dense<5, FewBitWeights<4>>{}) | BatchNorm{} | Quantize<4>{};
  auto before = bind<In>(codes);
  auto net = bind<In>(codes | MaxPool<2>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<15>, Shape{5, 2, 2}>>);
  BOOST_TEST(net.scale() == before.scale());
  const auto batch = random_samples<decltype(net)>(70, 3);
  const auto pixels = before.forward(batch.pointers);
  const auto out = net.forward(batch.pointers);
  std::size_t wrong = 0;
  for (std::size_t s = 0; s < 70; ++s)
    for (std::size_t i = 0; i < 20; ++i) {
      const std::size_t first = i / 4 * 20 + i / 2 % 2 * 8 + i % 2 * 2;
      double largest = 0;
      for (const std::size_t at : {first, first + 1, first + 4, first + 5})
        largest = std::max(largest, value_at(pixels, at, s));
      wrong += value_at(out, i, s) != largest;
    }
  BOOST_TEST(wrong == 0U);
  freezes<In>(codes | MaxPool<2>{} | MaxPool<2, 1>{} | Dense<3, BinaryWeights>{} | Quantize<4>{});
}

BOOST_AUTO_TEST_CASE(of_counts_the_first_of_the_largest_gets_the_gradient) {
  auto net = bind<Signal<Real, Shape{1, 1, 3}>>(pointwise(Dense<1>{}) | Quantize<4>{} | MaxPool<1, 3>{});
  net.parameters().values()[0] = 1;
  net.parameters().values()[1] = 0;
  const std::vector<float> samples{0.5F, 1.5F, 1.501F, 1, 0.25F, 0.5F};
  const std::vector<const float*> pointers{samples.data(), samples.data() + 3};
  net.forward(pointers);
  std::fill_n(net.output_gradient().row(0), net.pass().padded(), 0.0F);
  net.output_gradient().row(0)[0] = 1;
  net.output_gradient().row(0)[1] = 2;
  net.backward();
  BOOST_TEST(net.parameters().gradients()[0] == 3.5F);  // 1.5 and twice 1
}

BOOST_AUTO_TEST_CASE(of_reals_it_is_the_largest_with_the_gradient_measured) {
  auto net = bind<Signal<Real, Shape{2, 5, 4}>>(pointwise(Dense<3>{}) | MaxPool<2>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Real, Shape{3, 2, 2}>>);
  lutra::test::check_gradients(net, {.samples = 2, .step = 1e-3});  // so that no block's winner changes
}
