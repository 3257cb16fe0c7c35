#define BOOST_TEST_MODULE fit_places
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/train/augment.hpp>
#include <lutra/train/fit.hpp>
#include <support/files.hpp>
#include <support/network_check.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

using Image = Signal<Byte, Shape{1, 5, 6}>;
constexpr std::size_t pixels = Image::size;

/// Noise below a bright square: 0 outside of it, 1 on its edge, 2 inside.
Dataset<Byte> squares(std::size_t samples, Seed seed) {
  Random random(seed);
  std::vector<std::uint8_t> values;
  std::vector<std::uint32_t> labels;
  for (std::size_t s = 0; s < samples; ++s) {
    const std::size_t top = random.below(3), left = random.below(4);
    for (std::size_t y = 0; y < 5; ++y)
      for (std::size_t x = 0; x < 6; ++x) {
        const std::size_t dy = y - top, dx = x - left;  // outside of it they wrap round
        const bool in = dy < 3 && dx < 3;
        values.push_back(static_cast<std::uint8_t>(random.below(100) + (in ? 150 : 0)));
        labels.push_back(!in ? 0 : dy == 1 && dx == 1 ? 2 : 1);
      }
  }
  return make_dataset<Byte>(Image::shape, values, labels, 3, pixels);
}

auto network(Seed seed = Seed{1}) {
  return bind<Image>(pointwise(Thermometer<1>{}) |
                         convolve<Kernel<3>, Same>(StochasticLut<6, 36>{} | StochasticLut<6, 30>{}) |
                         pointwise(GroupSum<3>{} | Argmax{}),
                     seed);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_class_for_every_pixel_is_learned_and_answered_by_the_circuit) {
  const auto data = squares(200, Seed{1}), test = squares(60, Seed{2});
  auto net = network();
  const double before = accuracy(net, test);
  const auto history = fit(net, data, test, {.epochs = 6, .batch = 16, .optimizer = Adam{.rate = 0.02F}});
  const double after = accuracy(net, test);
  BOOST_TEST(before < 0.8);
  BOOST_TEST(after > 0.9);
  BOOST_TEST(history.epochs.back().validation_accuracy == after);
  BOOST_TEST(history.epochs.back().train_accuracy > 0.85);
  BOOST_TEST(history.epochs.back().train_accuracy <= 1.0);
  BOOST_TEST(history.epochs.back().train_loss < history.epochs.front().train_loss);

  const auto classes = predict(net, test);
  BOOST_REQUIRE(classes.size() == test.labels.size());
  const Circuit circuit = freeze(net);
  for (std::size_t s = 0; s < test.size(); ++s) {
    const auto answer = evaluate(circuit, test.sample(s));
    BOOST_TEST(std::equal(answer.begin(), answer.end(), classes.begin() + static_cast<std::ptrdiff_t>(s * pixels)));
  }
}

BOOST_AUTO_TEST_CASE(the_score_is_that_of_all_pixels_and_the_number_of_threads_changes_no_bit) {
  const auto data = squares(70, Seed{3});
  auto net = network();
  const Score one = evaluate(net, data, SoftmaxCrossEntropy{}, 1),
              three = evaluate(net, data, SoftmaxCrossEntropy{}, 3);
  BOOST_TEST(one.accuracy == accuracy(net, data));
  BOOST_TEST(one.loss == three.loss);
  BOOST_TEST(one.accuracy == three.accuracy);
  const auto values = outputs(net, data);
  double loss = 0;
  for (std::size_t s = 0; s < data.size(); ++s)
    for (std::size_t p = 0; p < pixels; ++p) {
      const auto score = [&](std::size_t c) { return static_cast<double>(values[(s * 3 + c) * pixels + p]); };
      loss += std::log(std::exp(score(0)) + std::exp(score(1)) + std::exp(score(2))) - score(data.label(s)[p]);
    }
  BOOST_TEST(one.loss == loss / static_cast<double>(data.labels.size()), boost::test_tools::tolerance(1e-5));

  const auto trained = [&](int threads) {
    auto fresh = network();
    fit(fresh, data, {.epochs = 1, .batch = 20, .threads = threads});
    return std::vector<float>(fresh.parameters().values().begin(), fresh.parameters().values().end());
  };
  BOOST_TEST((trained(1) == trained(3)));
}

BOOST_AUTO_TEST_CASE(labels_that_are_not_one_a_place_are_refused) {
  auto net = network();
  auto data = squares(8, Seed{1});
  const auto refusal = [&] { return error_of([&] { fit(net, data); }); };
  const auto says = [&](const char* text) { return refusal().find(text) != std::string::npos; };
  data.labels.pop_back();
  BOOST_TEST(says("240 labels"));
  data.labels.assign(8, 0);
  data.places = 1;
  BOOST_TEST(says("30 labels a sample, one for each place of the network's answer"));
  data = squares(8, Seed{1});
  data.classes = 4;
  BOOST_TEST(says("at most 3 classes"));
  data = squares(8, Seed{1});
  const auto shifted = error_of([&] { fit(net, data, {}, random_shift<Byte>(Image::shape, 1)); });
  BOOST_TEST(shifted.find("would not move with an image") != std::string::npos);
  auto whole = bind<Image>(Thermometer<1>{} | StochasticLut<6, 30>{} | GroupSum<3>{});
  BOOST_TEST(error_of([&] { fit(whole, data); }).find("1 labels a sample") != std::string::npos);
}
