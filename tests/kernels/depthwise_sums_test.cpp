#define BOOST_TEST_MODULE depthwise_sums
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/kernels/depthwise_sums.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

struct Case {
  std::size_t bytes, second_bytes, groups = 1, sum_bits = 5, variants = 1;
  bool has_masks = false;
};

/// Any signs, masks and thresholds, which need not be those of a layer.
void check(const Case& c) {
  std::mt19937 random(1);
  constexpr std::size_t vector = k::depthwise_vector();
  const auto random_bytes = [&](std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
  };
  const std::size_t plane = 3 * c.bytes + 2 * vector;
  const auto planes = random_bytes(2 * plane);
  // A code's sign, mask and thresholds are the same for the lower and the upper bit.
  auto constants = random_bytes(c.variants * k::depthwise_constants(c.groups, c.has_masks, c.sum_bits) * vector);
  for (auto& byte : constants) byte = static_cast<std::uint8_t>((byte & 0x55) * 3);
  std::vector<std::uint32_t> offsets;
  for (std::size_t t = 0; t < c.groups * k::taps_together; ++t)
    offsets.push_back(static_cast<std::uint32_t>(random() % (2 * c.bytes)));
  std::vector<std::uint8_t> out(c.bytes + c.second_bytes + 64, 7), expected = out;
  k::DepthwiseLine line{.low = planes.data(),
                        .high = planes.data() + plane,
                        .offsets = offsets.data(),
                        .groups = c.groups,
                        .constants = constants.data(),
                        .variants = c.variants,
                        .sum_bits = c.sum_bits,
                        .has_masks = c.has_masks,
                        .bytes = c.bytes,
                        .first = out.data(),
                        .second = out.data() + c.bytes,
                        .second_bytes = c.second_bytes};
  k::depthwise_sums(line);
  line.first = expected.data();
  line.second = expected.data() + c.bytes;
  k::scalar::depthwise_sums(line, vector);
  BOOST_TEST((out == expected), c.bytes << " and " << c.second_bytes << " bytes, " << c.groups << " groups");
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_length_of_both_parts_agrees_with_the_scalar_reference) {
  for (std::size_t bytes = 1; bytes <= 150; bytes += 7)
    for (const std::size_t less : {std::size_t{0}, std::size_t{1}, bytes}) check({bytes, bytes - less});
}

BOOST_AUTO_TEST_CASE(masks_groups_and_variants_agree_with_the_scalar_reference) {
  for (const bool has_masks : {false, true})
    for (const std::size_t variants : {1, 3}) {
      check({500, 480, 1, 5, variants, has_masks});
      check({500, 480, 2, 6, variants, has_masks});
      check({500, 480, 4, 7, variants, has_masks});
      check({500, 480, 9, 8, variants, has_masks});
    }
}

BOOST_AUTO_TEST_CASE(planes_are_taken_apart) {
  for (const std::size_t bytes : {1, 31, 32, 64, 100}) {
    std::mt19937 random(1);
    constexpr std::size_t behind = k::depthwise_vector();
    std::vector<std::uint8_t> first(bytes + behind), second(bytes + behind), low(bytes + behind), high(bytes + behind);
    for (auto* part : {&first, &second})
      for (auto& byte : *part) byte = static_cast<std::uint8_t>(random());
    k::split_codes(first.data(), second.data(), bytes, low.data(), high.data());
    bool same = true;
    for (std::size_t i = 0; i < bytes; ++i)
      same &= low[i] == ((first[i] & 0x55) | (second[i] & 0x55) << 1) &&
              high[i] == ((first[i] & 0xaa) >> 1 | (second[i] & 0xaa));
    BOOST_TEST(same, bytes << " bytes");
  }
}
