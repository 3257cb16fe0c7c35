#define BOOST_TEST_MODULE affine
#include <boost/test/unit_test.hpp>
#include <limits>
#include <lutra/kernels/affine.hpp>
#include <support/floats.hpp>
#include <vector>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;

BOOST_AUTO_TEST_CASE(agree_with_the_scalar_references_to_the_bit_for_every_length) {
  Random random(Seed{1});
  for (std::size_t count = 0; count <= 70; ++count)
    for (std::size_t offset = 0; offset < 4; ++offset) {
      const Row<float> x(count, offset, [&] { return 40 * random.uniform() - 20; });
      const float scale = 3 * random.uniform() - 1, shift = random.uniform();
      Row<float> expected(count, offset, [] { return 0; }), got = expected;
      k::scalar::affine(x.data(), scale, shift, expected.data(), count);
      k::affine(x.data(), scale, shift, got.data(), count);
      BOOST_TEST((got == expected), count << " numbers scaled");
      k::affine(x.data(), 1, 0, got.data(), count);
      k::affine(got.data(), scale, shift, got.data(), count);
      BOOST_TEST((got == expected), count << " numbers scaled in place");
      k::scalar::round_to_codes(x.data(), scale, 15, expected.data(), count);
      k::round_to_codes(x.data(), scale, 15, got.data(), count);
      BOOST_TEST((got == expected), count << " codes");
      const Row<float> dy(count, offset, [&] { return random.uniform(); });
      k::scalar::round_to_codes_backward(x.data(), scale, 9, dy.data(), expected.data(), count);
      k::round_to_codes_backward(x.data(), scale, 9, dy.data(), got.data(), count);
      BOOST_TEST((got == expected), count << " gradients of codes");
    }
}

BOOST_AUTO_TEST_CASE(codes_are_the_nearest_of_the_range_with_halves_up) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> x{-infinity,
                             -3,
                             0.124F,
                             0.125F,
                             0.374F,
                             0.375F,
                             3.7F,
                             3.8F,
                             1e30F,
                             infinity,
                             std::numeric_limits<float>::quiet_NaN()};
  std::vector<float> codes(x.size());
  k::round_to_codes(x.data(), 4, 15, codes.data(), x.size());
  BOOST_TEST(codes == (std::vector<float>{0, 0, 0, 1, 1, 2, 15, 15, 15, 15, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_product_is_not_rounded_before_the_sum) {
  const float x = 1 + std::exp2f(-12);
  float y = 0;
  k::affine(&x, x, -1, &y, 1);
  BOOST_TEST(y == std::exp2f(-11) + std::exp2f(-24));
}
