#define BOOST_TEST_MODULE picked
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/picked.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

BOOST_AUTO_TEST_CASE(picked_comparisons_agree_with_the_scalar_reference) {
  std::mt19937 random(1);
  for (const std::size_t count : {0, 1, 2, 7}) {
    std::vector<std::uint8_t> values(40);
    for (auto& value : values) value = static_cast<std::uint8_t>(random() % 4 * 85);
    std::vector<k::Picks> blocks(count);
    for (auto& block : blocks) {
      block.first = static_cast<std::uint32_t>(random() % (values.size() - k::Picks::size + 1));
      for (auto& place : block.places) place = static_cast<std::uint8_t>(random() % k::Picks::size);
      for (auto& threshold : block.thresholds) threshold = static_cast<std::uint8_t>(random() % 4 * 85 + random() % 2);
    }
    std::vector<std::uint8_t> expected(count * k::Picks::size + 1, 7), got = expected;
    k::scalar::picked_at_least(values.data(), blocks.data(), count, expected.data());
    k::picked_at_least(values.data(), blocks.data(), count, got.data());
    BOOST_TEST(got == expected, count << " blocks");
  }
}
