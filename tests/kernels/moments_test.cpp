#define BOOST_TEST_MODULE moments
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/moments.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;
using lutra::test::signed_uniform;

BOOST_AUTO_TEST_CASE(agree_with_the_scalar_references_to_the_bit_for_every_length) {
  Random random(Seed{1});
  for (std::size_t count = 0; count <= 70; ++count)
    for (std::size_t offset = 0; offset < 4; ++offset) {
      const Row<float> x(count, offset, signed_uniform(random)), dy(count, 1, signed_uniform(random));
      Row<float> expected(count, offset, signed_uniform(random)), got = expected;
      const k::Normalization by{random.uniform(), random.uniform(), random.uniform(), -0.1F, random.uniform()};
      BOOST_TEST(k::sum(x.data(), count) == k::scalar::sum(x.data(), count));
      BOOST_TEST(k::sum_of_squares(x.data(), by.mean, count) == k::scalar::sum_of_squares(x.data(), by.mean, count));
      BOOST_TEST(k::sum_of_normalized(dy.data(), x.data(), by, count) ==
                 k::scalar::sum_of_normalized(dy.data(), x.data(), by, count));
      k::scalar::normalized_backward(dy.data(), x.data(), by, count, expected.data());
      k::normalized_backward(dy.data(), x.data(), by, count, got.data());
      BOOST_TEST((got == expected), count << " gradients");
    }
}

BOOST_AUTO_TEST_CASE(sums_are_those_of_double_precision_but_for_their_last_bits) {
  Random random(Seed{2});
  const Row<float> x(1000, 0, [&] { return 3 + random.uniform(); });
  double sum = 0, squares = 0;
  for (std::size_t s = 0; s < x.size(); ++s) {
    sum += static_cast<double>(x[s]);
    squares += (static_cast<double>(x[s]) - 3.5) * (static_cast<double>(x[s]) - 3.5);
  }
  BOOST_TEST(std::abs(static_cast<double>(k::sum(x.data(), x.size())) - sum) < 1e-3);
  BOOST_TEST(std::abs(static_cast<double>(k::sum_of_squares(x.data(), 3.5F, x.size())) - squares) < 1e-4);
}
