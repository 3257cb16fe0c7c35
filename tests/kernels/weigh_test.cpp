#define BOOST_TEST_MODULE weigh
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/kernels/weigh.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

BOOST_AUTO_TEST_CASE(sums_of_weighed_numbers_agree_with_the_scalar_reference) {
  std::mt19937 random(1);
  for (const std::size_t outputs : {k::weigh_block, 3 * k::weigh_block})
    for (const std::size_t inputs : {0, 1, 2, 17}) {
      std::vector<std::uint32_t> x(inputs), weights(inputs * outputs), sums(outputs);
      for (auto* values : {&x, &weights, &sums})
        for (auto& value : *values) value = static_cast<std::uint32_t>(random());
      if (inputs > 1) x[1] = 0;
      std::vector<std::uint32_t> expected = sums;
      k::scalar::weigh(x.data(), inputs, weights.data(), outputs, expected.data());
      k::weigh(x.data(), inputs, weights.data(), outputs, sums.data());
      BOOST_TEST(sums == expected, inputs << " inputs, " << outputs << " outputs");
    }
}
