#define BOOST_TEST_MODULE softmax
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/softmax.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;
using lutra::test::signed_uniform;

namespace {

using V = k::Batch<float>;

float exp_of(float x) {
  float out[V::size];
  k::exp_negative(V(x)).store_unaligned(out);
  return out[0];
}

/// Scores of some classes with labels, and what the kernel makes of them.
struct Case {
  std::size_t classes, samples, used;
  Row<float> scores;
  std::vector<std::uint32_t> labels;
  Row<float> gradients, losses;

  Case(std::size_t classes_, std::size_t used_, std::size_t offset, float spread, Random& random)
      : classes(classes_),
        samples((used_ + 63) / 64 * 64),
        used(used_),
        scores(classes * samples, offset, [&] { return spread * (2 * random.uniform() - 1); }),
        gradients(classes * samples, offset, [] { return 8; }),
        losses(samples, offset, [] { return 8; }) {
    for (std::size_t s = 0; s < used; ++s) labels.push_back(static_cast<std::uint32_t>(random.below(classes)));
  }
  void run(float scale, float smoothing, float weight) {
    k::softmax_cross_entropy(scores.data(), scale, labels.data(), classes, samples, samples, used, smoothing, weight,
                             gradients.data(), losses.data());
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_exponential_is_within_three_units_in_the_last_place) {
  double worst = 0;
  for (int i = 0; i <= 300000; ++i) {
    const float x = -static_cast<float>(i) * 1e-4F;
    const float got = exp_of(x);
    const double exact = std::exp(static_cast<double>(x));
    const float rounded = static_cast<float>(exact);
    const double unit = static_cast<double>(std::nextafter(rounded, 2.0F) - rounded);
    worst = std::max(worst, std::abs(static_cast<double>(got) - exact) / unit);
  }
  BOOST_TEST_MESSAGE("exponential: worst error " << worst << " units in the last place");
  BOOST_TEST(worst < 3);
  BOOST_TEST(exp_of(0.0F) == 1.0F);
  BOOST_TEST(exp_of(-30.001F) == 0.0F);
  BOOST_TEST(exp_of(-1000.0F) == 0.0F);
  BOOST_TEST(exp_of(-std::numeric_limits<float>::infinity()) == 0.0F);
}

BOOST_AUTO_TEST_CASE(losses_and_gradients_agree_with_the_reference) {
  Random random(Seed{1});
  for (const std::size_t classes : {1, 2, 3, 10, 100})
    for (const std::size_t used : {1, 63, 64, 65, 200})
      for (const float smoothing : {0.0F, 0.1F})
        for (const float spread : {1.0F, 30.0F}) {
          Case test(classes, used, used % 3, spread, random);
          const float scale = 0.3F, weight = 1.0F / static_cast<float>(used);
          test.run(scale, smoothing, weight);
          for (std::size_t s = 0; s < used; ++s) {
            std::vector<double> scores(classes), expected(classes);
            for (std::size_t c = 0; c < classes; ++c)
              scores[c] = static_cast<double>(test.scores[c * test.samples + s]);
            const double loss = k::scalar::softmax_cross_entropy(
                scores.data(), static_cast<double>(scale), test.labels[s], classes, static_cast<double>(smoothing),
                static_cast<double>(weight), expected.data());
            BOOST_TEST(lutra::test::distance(static_cast<double>(test.losses[s]), loss) < 3e-6);
            double sum = 0;
            for (std::size_t c = 0; c < classes; ++c) {
              const auto got = static_cast<double>(test.gradients[c * test.samples + s]);
              BOOST_TEST(std::abs(got - expected[c]) < 1e-6 * static_cast<double>(weight));
              sum += got;
            }
            BOOST_TEST(std::abs(sum) < 1e-5 * static_cast<double>(weight));
          }
        }
}

BOOST_AUTO_TEST_CASE(padding_gets_no_gradient_and_no_loss_whatever_its_scores_are) {
  Random random(Seed{2});
  for (const std::size_t used : {1, 17, 63, 65}) {
    Case test(7, used, 1, 1.0F, random), other = test;
    for (std::size_t c = 0; c < 7; ++c)
      for (std::size_t s = used; s < test.samples; ++s)
        other.scores[c * test.samples + s] = s % 2 == 0 ? std::nanf("") : 1e30F;
    test.run(1, 0.1F, 0.5F);
    other.run(1, 0.1F, 0.5F);
    BOOST_TEST((test.gradients == other.gradients));
    BOOST_TEST((test.losses == other.losses));
    for (std::size_t s = used; s < test.samples; ++s) {
      BOOST_TEST(test.losses[s] == 0.0F);
      for (std::size_t c = 0; c < 7; ++c) BOOST_TEST(test.gradients[c * test.samples + s] == 0.0F);
    }
  }
}

BOOST_AUTO_TEST_CASE(large_scores_neither_overflow_nor_hide_a_nan) {
  Random random(Seed{3});
  Case test(3, 64, 0, 1e6F, random);
  test.run(1, 0, 1);
  for (std::size_t s = 0; s < 64; ++s) {
    BOOST_TEST(std::isfinite(test.losses[s]));
    for (std::size_t c = 0; c < 3; ++c) BOOST_TEST(std::isfinite(test.gradients[c * 64 + s]));
  }
  test.scores[5] = std::nanf("");  // class 0 of sample 5
  test.run(1, 0, 1);
  BOOST_TEST(std::isnan(test.losses[5]));
  BOOST_TEST(std::isfinite(test.losses[6]));
}
