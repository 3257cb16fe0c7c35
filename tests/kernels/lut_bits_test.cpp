#define BOOST_TEST_MODULE lut_bits
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/lut_bits.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

constexpr std::uint64_t guard = 0x5ca1ab1e5ca1ab1e;

/// Rows of random words, each starting at another distance from an aligned address.
struct Rows {
  std::vector<std::vector<std::uint64_t>> storage;
  std::vector<const std::uint64_t*> pointers;

  Rows(std::size_t rows, std::size_t words, std::mt19937_64& random) {
    for (std::size_t r = 0; r < rows; ++r) {
      storage.emplace_back(words + r % 5);
      for (auto& word : storage.back()) word = random();
      pointers.push_back(storage.back().data() + r % 5);
    }
  }
};

std::vector<std::uint64_t> random_table(std::size_t fan_in, std::mt19937_64& random) {
  std::vector<std::uint64_t> table(fan_in <= 6 ? 1 : std::size_t{1} << (fan_in - 6));
  for (auto& word : table) word = random();
  if (fan_in < 6) table[0] &= (std::uint64_t{1} << (std::uint64_t{1} << fan_in)) - 1;
  return table;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_fan_in_and_length_agrees_with_the_scalar_reference) {
  std::mt19937_64 random(1);
  for (std::size_t fan_in = 0; fan_in <= 8; ++fan_in)
    for (std::size_t words = 0; words <= 35; ++words)
      for (int round = 0; round < 3; ++round) {
        const Rows rows(fan_in, words, random);
        const auto table = random_table(fan_in, random);
        std::vector<std::uint64_t> expected(words + 1, guard), got(words + 2, guard);
        k::scalar::lut_bits(table.data(), fan_in, rows.pointers.data(), expected.data(), words);
        k::lut_bits(table.data(), fan_in, rows.pointers.data(), got.data() + 1, words);
        BOOST_TEST(got.front() == guard);
        got.erase(got.begin());
        BOOST_TEST(got == expected, "fan-in " << fan_in << ", " << words << " words");
      }
}

BOOST_AUTO_TEST_CASE(every_table_of_up_to_three_inputs_is_right) {
  std::mt19937_64 random(2);
  for (std::size_t fan_in = 0; fan_in <= 3; ++fan_in)
    for (std::uint64_t table = 0; table < std::uint64_t{1} << (std::uint64_t{1} << fan_in); ++table) {
      const Rows rows(fan_in, 9, random);
      std::vector<std::uint64_t> expected(9), got(9);
      k::scalar::lut_bits(&table, fan_in, rows.pointers.data(), expected.data(), 9);
      k::lut_bits(&table, fan_in, rows.pointers.data(), got.data(), 9);
      BOOST_TEST(got == expected, "fan-in " << fan_in << ", table " << table);
    }
}

BOOST_AUTO_TEST_CASE(the_output_may_be_one_of_the_pins) {
  std::mt19937_64 random(3);
  for (std::size_t fan_in = 1; fan_in <= 8; ++fan_in)
    for (std::size_t which = 0; which < fan_in; ++which) {
      Rows rows(fan_in, 19, random);
      const auto table = random_table(fan_in, random);
      std::vector<std::uint64_t> expected(19);
      k::scalar::lut_bits(table.data(), fan_in, rows.pointers.data(), expected.data(), 19);
      auto* const out = rows.storage[which].data() + which % 5;
      k::lut_bits(table.data(), fan_in, rows.pointers.data(), out, 19);
      BOOST_TEST(std::vector<std::uint64_t>(out, out + 19) == expected, "fan-in " << fan_in << ", pin " << which);
    }
}

BOOST_AUTO_TEST_CASE(pins_may_be_the_same_row) {
  std::mt19937_64 random(4);
  for (std::size_t fan_in = 2; fan_in <= 8; ++fan_in) {
    Rows rows(2, 11, random);
    std::vector<const std::uint64_t*> pins;
    for (std::size_t j = 0; j < fan_in; ++j) pins.push_back(rows.pointers[j % 2]);
    const auto table = random_table(fan_in, random);
    std::vector<std::uint64_t> expected(11), got(11);
    k::scalar::lut_bits(table.data(), fan_in, pins.data(), expected.data(), 11);
    k::lut_bits(table.data(), fan_in, pins.data(), got.data(), 11);
    BOOST_TEST(got == expected, "fan-in " << fan_in);
  }
}
