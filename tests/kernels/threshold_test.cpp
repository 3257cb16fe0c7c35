#define BOOST_TEST_MODULE threshold
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <lutra/kernels/threshold.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;
using Integers = boost::mpl::list<std::uint8_t, std::uint16_t>;

BOOST_AUTO_TEST_CASE_TEMPLATE(every_threshold_agrees_with_the_scalar_reference, T, Integers) {
  constexpr std::uint32_t top = std::numeric_limits<T>::max();
  std::mt19937 random(1);
  std::vector<std::uint32_t> thresholds{top - 1, top, top + 1, top + 2, 1u << 31, ~0u};
  for (std::uint32_t t = 0; t <= 256; ++t) thresholds.push_back(t * ((top + 1) / 256));
  thresholds.push_back((top + 1) / 2 - 1);
  for (std::size_t words = 0; words <= 5; ++words)
    for (const auto threshold : thresholds) {
      std::vector<T> plane(words * 64 + 1);
      // Half of the values lie next to the threshold, where a wrong comparison shows.
      for (auto& value : plane) value = static_cast<T>(random() % 2 ? random() : threshold + random() % 3 - 1);
      std::vector<std::uint64_t> expected(words), got(words);
      k::scalar::threshold_bits(plane.data() + 1, threshold, expected.data(), words);
      k::threshold_bits(plane.data() + 1, threshold, got.data(), words);
      BOOST_TEST(got == expected, "threshold " << threshold << ", " << words << " words");
    }
}

BOOST_AUTO_TEST_CASE(float_thresholds_agree_with_the_scalar_reference) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::size_t words = 0; words <= 5; ++words)
    for (const float threshold : {-1.0f, -0.0f, 0.0f, 0.25f, 1.0f, std::numeric_limits<float>::infinity(),
                                  std::numeric_limits<float>::quiet_NaN()}) {
      std::vector<float> plane(words * 64 + 1);
      for (auto& value : plane) value = random() % 4 ? uniform(random) : threshold;
      if (words > 0) plane[5] = std::numeric_limits<float>::quiet_NaN();
      std::vector<std::uint64_t> expected(words), got(words);
      k::scalar::threshold_bits(plane.data() + 1, threshold, expected.data(), words);
      k::threshold_bits(plane.data() + 1, threshold, got.data(), words);
      BOOST_TEST(got == expected, "threshold " << threshold << ", " << words << " words");
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_single_value_that_is_too_large_is_seen_wherever_it_is, T, Integers) {
  for (std::size_t count = 0; count <= 200; ++count) {
    std::vector<T> values(count + 1, T{6});
    BOOST_TEST(k::all_below(values.data() + 1, count, T{7}));
    for (std::size_t i = 0; i < count; ++i) {
      values[i + 1] = i % 2 ? T{7} : std::numeric_limits<T>::max();
      BOOST_TEST(k::scalar::all_below(values.data() + 1, count, T{7}) == false);
      BOOST_TEST(k::all_below(values.data() + 1, count, T{7}) == false);
      values[i + 1] = 6;
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(packing_agrees_with_the_scalar_reference_for_every_length, T, Integers) {
  std::mt19937 random(3);
  for (std::size_t count = 0; count <= 300; ++count) {
    std::vector<T> values(count + 1);
    for (auto& value : values) value = static_cast<T>(random() % 2 ? random() : 0);
    std::vector<std::uint64_t> expected(k::words_for(count) + 1, 7), got = expected;
    k::scalar::pack_bits(values.data() + 1, count, expected.data());
    k::pack_bits(values.data() + 1, count, got.data());
    BOOST_TEST(got == expected, count << " values");
  }
}
