#define BOOST_TEST_MODULE modulate
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/compose.hpp>
#include <lutra/data/digits.hpp>
#include <lutra/data/split.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/modulate.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/train/fit.hpp>
#include <set>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

constexpr std::size_t frames = 5, channels = 2;

/// What frame `frame` shows of value x on channel d.
bool expected_bit(Modulation modulation, const std::vector<std::uint32_t>& random, std::uint32_t x, std::size_t d,
                  std::size_t frame) {
  const std::size_t k = d * frames + frame;
  if (modulation == Modulation::even) return x * (frames * channels + 1) >= 256 * (k + 1);
  if (modulation == Modulation::random) return x >= random[k];
  // The modulator itself, step by step.
  std::uint32_t accumulator = 255 * (2 * static_cast<std::uint32_t>(d) + 1) / static_cast<std::uint32_t>(2 * channels);
  bool bit = false;
  for (std::size_t step = 0; step <= frame; ++step) {
    accumulator += x;
    bit = accumulator >= 255;
    if (bit) accumulator -= 255;
  }
  return bit;
}

template <class Net>
void check_circuits(Net& net) {
  check_freezes_exactly(net, 40);
  const Circuit circuit = freeze(net);
  const auto samples = random_samples<Net>(70, 9);
  const auto expected = answers(net, samples);
  std::vector<std::uint32_t> found(expected.size());
  Engine(circuit).run(samples.values, found);
  BOOST_TEST(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
  BOOST_TEST((answers(unroll(circuit), samples) == expected));
}

constexpr Modulation modulations[] = {Modulation::even, Modulation::random, Modulation::delta_sigma};

}  // namespace

BOOST_AUTO_TEST_CASE(every_frame_shows_the_bits_that_its_modulation_says) {
  for (const Modulation modulation : modulations) {
    auto net = bind<Signal<Byte, Shape{2, 1, 3}>>(BinaryModulation<frames, channels>{modulation}, Seed{3});
    static_assert(std::is_same_v<decltype(net)::Output, Signal<Bit, Shape{12, frames, 1}>>);
    auto samples = random_samples<decltype(net)>(300, 3);
    for (std::size_t s = 0; s < 256; ++s) samples.values[s * 6 + s % 6] = static_cast<std::uint8_t>(s);
    const auto random = net.parameters().integer_buffers()[0].values;
    const auto out = net.forward(samples.pointers);
    std::size_t wrong = 0;
    for (std::size_t s = 0; s < 300; ++s)
      for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t d = 0; d < channels; ++d)
          for (std::size_t frame = 0; frame < frames; ++frame) {
            const std::size_t row = ((i / 3 * channels + d) * 3 + i % 3) * frames + frame;
            const bool bit = expected_bit(modulation, random, samples[s][i], d, frame);
            wrong += value_at(out, row, s) != (bit ? 1 : 0);
          }
    BOOST_TEST(wrong == 0U);
    check_circuits(net);
  }
}

BOOST_AUTO_TEST_CASE(even_thresholds_are_all_different_and_random_ones_belong_to_the_seed) {
  auto net = bind<Signal<Level<4>, Shape{1}>>(BinaryModulation<15>{});
  const auto values = net.parameters().integer_buffers()[0].values;
  BOOST_TEST(std::set<std::uint32_t>(values.begin(), values.end()).size() == 15U);
  const auto drawn = [](std::uint64_t seed) {
    auto random = bind<Signal<Byte, Shape{1}>>(BinaryModulation<9>{Modulation::random}, Seed{seed});
    return random.parameters().integer_buffers()[0].values;
  };
  BOOST_TEST((drawn(1) == drawn(1)));
  BOOST_TEST((drawn(1) != drawn(2)));
}

BOOST_AUTO_TEST_CASE(the_answer_is_the_sum_of_what_the_expression_gives_for_every_frame) {
  constexpr auto expression = StochasticLut<4, 12>{} | GroupSum<3>{.temperature = 2};
  auto net = bind<Signal<Byte, Shape{1, 2, 3}>>(modulate(BinaryModulation<frames, channels>{}, expression), Seed{1});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<20>, Shape{3, 1, 1}>>);
  BOOST_TEST(net.scale() == 0.1F);
  auto encoder = bind<Signal<Byte, Shape{1, 2, 3}>>(BinaryModulation<frames, channels>{}, Seed{1});
  auto one = bind<Signal<Bit, Shape{channels, 2, 3}>>(expression, Seed{7});
  std::copy(net.parameters().values().begin(), net.parameters().values().end(), one.parameters().values().begin());
  for (std::size_t b = 0; b < one.parameters().integer_buffers().size(); ++b)
    one.parameters().integer_buffers()[b].values = net.parameters().integer_buffers()[b + 1].values;
  const auto samples = random_samples<decltype(net)>(66, 3);
  const auto out = net.forward(samples.pointers);
  const auto bits = encoder.forward(samples.pointers);
  std::size_t wrong = 0;
  for (std::size_t s = 0; s < 66; ++s) {
    double sum[3] = {};
    for (std::size_t frame = 0; frame < frames; ++frame) {
      std::vector<std::uint8_t> image;
      for (std::size_t i = 0; i < 12; ++i) image.push_back(value_at(bits, i * frames + frame, s) != 0 ? 1 : 0);
      const std::uint8_t* const pointer = image.data();
      const auto answer = one.forward(std::span(&pointer, 1));
      for (std::size_t i = 0; i < 3; ++i) sum[i] += value_at(answer, i, 0);
    }
    for (std::size_t i = 0; i < 3; ++i) wrong += value_at(out, i, s) != sum[i];
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(networks_with_frames_are_their_circuits_bit_for_bit) {
  for (const Modulation modulation : modulations) {
    auto flat = bind<Signal<Byte, Shape{1, 2, 3}>>(
        modulate(BinaryModulation<frames>{modulation}, StochasticLut<4, 12>{} | GroupSum<3>{}) | Argmax{}, Seed{2});
    check_circuits(flat);
    auto image = bind<Signal<Level<6>, Shape{1, 4, 3}>>(
        modulate(BinaryModulation<3, 2>{modulation}, convolve<Kernel<2>>(StochasticLut<6, 4>{})), Seed{2});
    static_assert(std::is_same_v<decltype(image)::Output, Signal<Count<3>, Shape{4, 3, 2}>>);
    check_circuits(image);
  }
}

BOOST_AUTO_TEST_CASE(gradients_are_those_of_finite_differences_and_of_any_number_of_threads) {
  auto net = bind<Signal<Byte, Shape{1, 2, 3}>>(
      modulate(BinaryModulation<3>{}, ToReal{} | Dense<6>{} | Sigmoid{} | StochasticLut<3, 4>{}), Seed{2});
  check_gradients_of_every_batch(net, {.most = 15});
  auto hard = bind<Signal<Byte, Shape{1, 2, 3}>>(
      modulate(BinaryModulation<3>{}, StochasticLut<4, 20>{} | StochasticLut<6, 12>{} | GroupSum<3>{}), Seed{2});
  const auto samples = random_samples<decltype(hard)>(130, 6);
  const auto weights = loss_weights<decltype(hard)>(130, 7);
  const auto one = gradients_of(hard, samples, weights, true, 1);
  BOOST_TEST((gradients_of(hard, samples, weights, true, 3) == one));
}

BOOST_AUTO_TEST_CASE(more_frames_tell_more_of_the_digits_than_one) {
  auto digits = load_digits(LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz");
  for (auto& value : digits.values) value = static_cast<std::uint8_t>(std::min(255, 16 * value));
  const auto parts = split(digits, 0.7, Seed{1});
  const auto trained = [&](auto modulation) {
    auto net = bind<Signal<Byte, Shape{1, 8, 8}>>(
        modulate(modulation, StochasticLut<6, 300>{} | StochasticLut<6, 200>{} | GroupSum<10>{}), Seed{1});
    fit(net, parts.first, {.epochs = 6, .batch = 32, .optimizer = Adam{.rate = 0.02F}, .seed = Seed{1}});
    return accuracy(net, parts.second);
  };
  const double one = trained(BinaryModulation<1>{}), seven = trained(BinaryModulation<7>{}),
               random = trained(BinaryModulation<7>{Modulation::random}),
               delta_sigma = trained(BinaryModulation<7>{Modulation::delta_sigma});
  BOOST_TEST_MESSAGE("1 frame " << one << ", 7 even " << seven << ", random " << random << ", delta-sigma "
                                << delta_sigma);
  BOOST_TEST(seven > one + 0.01);
  BOOST_TEST(random > one + 0.01);
  BOOST_TEST(delta_sigma > one + 0.01);
}
