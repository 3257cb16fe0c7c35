#define BOOST_TEST_MODULE code_sums
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/kernels/code_sums.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

constexpr std::size_t lanes = k::code_lanes();

struct Case {
  std::size_t pixels, blocks, steps, planes = 1;
  bool doubled = true;
  k::CodeOutput output = k::CodeOutput::codes;
  std::size_t levels = 3;
};

/// Runs the kernel and the reference on the same tables, the reference on one lane's order of them.
void check(const Case& c) {
  std::mt19937 random(1);
  const std::size_t part = (c.pixels + lanes - 1) / lanes, places = part * lanes, table = k::code_table_bytes;
  std::vector<std::uint8_t> tables(c.planes * c.steps * places * table), plain(tables.size());
  std::vector<std::uint32_t> offsets;
  for (std::size_t s = 0; s < c.planes * c.steps; ++s) {
    offsets.push_back(static_cast<std::uint32_t>(s * places * table));
    for (std::size_t pixel = 0; pixel < places; ++pixel)
      for (std::size_t i = 0; i < table; ++i) {
        const auto value = static_cast<std::uint8_t>(random() % 13);
        plain[(s * places + pixel) * table + i] = value;
        tables[(s * places + pixel % part * lanes + pixel / part) * table + i] = value;
      }
  }
  std::vector<std::uint8_t> weights(c.blocks * c.steps * k::code_block);
  for (auto& weight : weights) weight = static_cast<std::uint8_t>(random() % 16);
  std::vector<std::int16_t> limits(c.blocks * c.levels * k::code_block), sums(places), plain_sums(places);
  const int middle = static_cast<int>(6 * c.steps) * (c.planes == 1 ? 1 : 5);
  for (auto& limit : limits) limit = static_cast<std::int16_t>(middle + static_cast<int>(random() % 41) - 20);
  for (std::size_t pixel = 0; pixel < places; ++pixel)
    plain_sums[pixel] = sums[pixel % part * lanes + pixel / part] =
        static_cast<std::int16_t>(static_cast<int>(random() % 9) - (c.doubled ? middle : 0));

  const std::size_t bytes = c.pixels * c.blocks * k::bytes_of_block(c.output);
  std::vector<std::uint8_t> out(bytes + 64, 7), expected = out;
  k::CodeLine line{.tables = tables.data(),
                   .offsets = offsets.data(),
                   .planes = c.planes,
                   .steps = c.steps,
                   .weights = weights.data(),
                   .window_sums = sums.data(),
                   .doubled = c.doubled,
                   .limits = limits.data(),
                   .levels = c.levels,
                   .blocks = c.blocks,
                   .pixels = c.pixels,
                   .part = part,
                   .output = c.output,
                   .out = out.data()};
  k::code_sums(line);
  line.tables = plain.data();
  line.window_sums = plain_sums.data();
  line.out = expected.data();
  k::scalar::code_sums(line);
  BOOST_TEST((out == expected), c.pixels << " pixels, " << c.blocks << " blocks, " << c.steps << " steps");
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_number_of_pixels_and_blocks_agrees_with_the_scalar_reference) {
  for (std::size_t pixels = 1; pixels <= 70; ++pixels) check({pixels, 1 + pixels % 7, 9});
}

BOOST_AUTO_TEST_CASE(sums_leave_bytes_before_these_are_full) {
  for (const std::size_t steps : {1, 20, 21, 22, 42, 43, 144, 200}) check({33, 5, steps});
}

BOOST_AUTO_TEST_CASE(planes_count_four_times_as_much_as_the_next) {
  for (const std::size_t planes : {2, 3}) check({33, 5, 25, planes});
}

BOOST_AUTO_TEST_CASE(codes_are_written_packed_and_as_bytes) {
  for (const bool doubled : {false, true}) {
    check({33, 5, 25, 1, doubled, k::CodeOutput::codes});
    for (const std::size_t levels : {1, 15, 255}) check({33, 5, 25, 1, doubled, k::CodeOutput::bytes, levels});
  }
}
