#define BOOST_TEST_MODULE adam
#include <boost/test/unit_test.hpp>
#include <limits>
#include <lutra/kernels/adam.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;
using lutra::test::signed_uniform;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr k::AdamStep plain{.beta1 = 0.9F,
                            .beta2 = 0.999F,
                            .rate = 0.1F,
                            .inverse_root = 31.6F,
                            .epsilon = 1e-8F,
                            .decay = 0,
                            .lower = -infinity,
                            .upper = infinity};

/// Parameters with their gradients and moments.
struct Parameters {
  Row<float> w, g, m, v;

  Parameters(std::size_t count, std::size_t offset, Random& random)
      : w(count, offset, [&] { return random.uniform(); }),
        g(count, offset, signed_uniform(random)),
        m(count, offset, signed_uniform(random)),
        v(count, offset, [&] { return random.uniform(); }) {}

  void step(const k::AdamStep& step) { k::adam(w.data(), g.data(), m.data(), v.data(), w.size(), step); }
  void scalar_step(const k::AdamStep& step) { k::scalar::adam(w.data(), g.data(), m.data(), v.data(), w.size(), step); }
  bool operator==(const Parameters&) const = default;
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_length_and_alignment_agrees_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{1});
  k::AdamStep step = plain;
  for (const float decay : {0.0F, 0.01F})
    for (const float bound : {infinity, 0.75F})
      for (std::size_t count = 0; count <= 70; ++count)
        for (std::size_t offset = 0; offset < 4; ++offset) {
          step.decay = decay;
          step.lower = -bound;
          step.upper = bound;
          Parameters expected(count, offset, random), got = expected;
          for (int i = 0; i < 3; ++i) {
            expected.scalar_step(step);
            got.step(step);
          }
          BOOST_TEST((got == expected), "count " << count << ", offset " << offset);
        }
}

BOOST_AUTO_TEST_CASE(one_step_is_the_published_formula) {
  Random random(Seed{2});
  k::AdamStep step = plain;
  step.decay = 0.02F;
  Parameters p(33, 0, random);
  const Parameters before = p;
  p.step(step);
  for (std::size_t i = 0; i < 33; ++i) {
    const double g = before.g[i], m = 0.9 * before.m[i] + 0.1 * g, v = 0.999 * before.v[i] + 0.001 * g * g;
    const double w = before.w[i] - 0.02 * before.w[i] - 0.1 * m / (std::sqrt(v) * 31.6 + 1e-8);
    BOOST_TEST(p.m[i] == m, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(p.v[i] == v, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(p.w[i] == w, boost::test_tools::tolerance(1e-5));
  }
}

BOOST_AUTO_TEST_CASE(bounds_hold_and_nan_passes_through_them_in_every_lane) {
  Random random(Seed{3});
  k::AdamStep step = plain;
  step.lower = 0;
  step.upper = 1;
  for (std::size_t count : {3, 16, 37}) {
    Parameters p(count, 1, random);
    for (std::size_t i = 0; i < count; ++i)
      p.g[i] = i % 3 == 0 ? 1e6F : i % 3 == 1 ? -1e6F : std::numeric_limits<float>::quiet_NaN();
    step.rate = 100;
    Parameters scalar = p;
    scalar.scalar_step(step);
    p.step(step);
    for (std::size_t i = 0; i < count; ++i) {
      BOOST_TEST(std::isnan(scalar.w[i]) == (i % 3 == 2));
      if (i % 3 == 2) {
        BOOST_TEST(std::isnan(p.w[i]));
      } else {
        BOOST_TEST(p.w[i] == (i % 3 == 0 ? 0.0F : 1.0F));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(parameters_without_gradient_never_hold_denormal_moments) {
  Random random(Seed{5});
  for (const std::size_t count : {3, 40}) {
    Parameters p(count, 0, random);
    k::AdamStep step = plain;
    step.beta2 = 0.9F;
    for (std::size_t i = 0; i < count; ++i) p.g[i] = 0;
    for (int i = 0; i < 2000; ++i) {
      p.step(step);
      for (std::size_t k = 0; k < count; ++k) {
        BOOST_TEST_REQUIRE((p.m[k] == 0 || std::isnormal(p.m[k])));
        BOOST_TEST_REQUIRE((p.v[k] == 0 || std::isnormal(p.v[k])));
      }
    }
    for (std::size_t k = 0; k < count; ++k) BOOST_TEST((p.m[k] == 0 && p.v[k] == 0));
  }
}
