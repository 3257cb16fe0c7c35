#define BOOST_TEST_MODULE byte_sums
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/kernels/byte_sums.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

struct Case {
  std::size_t pixels, channels, steps;
  k::ByteOutput output = k::ByteOutput::codes;
  std::size_t levels = 3, pixel_step = 3;
};

/// Runs the kernel and the reference on the same bytes and weights, which fill words of 16 bits at each flush.
void check(const Case& c) {
  std::mt19937 random(1);
  const std::size_t blocks = (c.channels + k::code_block - 1) / k::code_block, row = c.pixels * c.pixel_step + 40;
  std::vector<std::uint8_t> bytes(3 * row);
  for (auto& byte : bytes) byte = random() % 4 == 0 ? 255 : static_cast<std::uint8_t>(random());
  std::vector<std::uint32_t> offsets;
  for (std::size_t s = 0; s < c.steps; ++s) offsets.push_back(static_cast<std::uint32_t>(random() % 3 * row + s % 37));
  std::vector<std::int8_t> weights(blocks * c.steps * k::byte_step);
  for (auto& weight : weights) weight = static_cast<std::int8_t>(static_cast<int>(random() % 43) - 21);
  std::vector<std::int32_t> limits(blocks * c.levels * k::code_block);
  for (auto& limit : limits) limit = static_cast<std::int32_t>(random() % 20000) - 10000;
  std::vector<std::uint32_t> added(blocks * k::code_block);
  for (auto& number : added) number = static_cast<std::uint32_t>(random());

  const std::size_t bytes_out = c.output == k::ByteOutput::numbers ? 4 * c.channels
                                : c.output == k::ByteOutput::bytes ? 16 * blocks
                                                                   : 4 * blocks;
  std::vector<std::uint8_t> out(c.pixels * bytes_out + 64, 7), expected = out;
  k::ByteLine line{.bytes = bytes.data(),
                   .offsets = offsets.data(),
                   .pixel_step = c.pixel_step,
                   .steps = c.steps,
                   .flush_after = 3,
                   .weights = weights.data(),
                   .limits = limits.data(),
                   .added = added.data(),
                   .levels = c.levels,
                   .blocks = blocks,
                   .channels = c.channels,
                   .pixels = c.pixels,
                   .output = c.output,
                   .out = out.data()};
  k::byte_sums(line);
  line.out = expected.data();
  k::scalar::byte_sums(line);
  BOOST_TEST((out == expected), c.pixels << " pixels, " << c.channels << " channels, " << c.steps << " steps");
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_number_of_pixels_agrees_with_the_scalar_reference) {
  for (std::size_t pixels = 1; pixels <= 20; ++pixels) check({pixels, 1 + pixels * 7 % 50, 9});
}

BOOST_AUTO_TEST_CASE(any_number_of_steps_and_bytes_between_pixels_is_summed_up) {
  for (const std::size_t steps : {1, 2, 3, 4, 50})
    for (const std::size_t pixel_step : {0, 1, 8}) check({11, 20, steps, k::ByteOutput::codes, 3, pixel_step});
}

BOOST_AUTO_TEST_CASE(bytes_and_numbers_are_written_too) {
  for (const std::size_t channels : {1, 15, 16, 17, 33}) {
    for (const std::size_t levels : {1, 15, 255}) check({9, channels, 25, k::ByteOutput::bytes, levels});
    check({9, channels, 25, k::ByteOutput::numbers, 0});
  }
}
