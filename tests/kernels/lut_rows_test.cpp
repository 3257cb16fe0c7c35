#define BOOST_TEST_MODULE lut_rows
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <lutra/kernels/lut_rows.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

constexpr std::uint32_t row_count = 24;

/// Random rows of 2^log2_stride words, of which the first `words` are in use.
struct Block {
  std::vector<std::uint64_t, xsimd::aligned_allocator<std::uint64_t, 64>> memory;
  k::RowBlock rows;

  Block(std::uint32_t log2_stride, std::size_t words, std::mt19937_64& random)
      : memory(row_count << log2_stride), rows{memory.data(), log2_stride, words} {
    for (auto& word : memory) word = random();
  }
  Block(const Block& other) : memory(other.memory), rows{memory.data(), other.rows.log2_stride, other.rows.words} {}
};

std::vector<std::uint32_t> random_operands(std::size_t count, std::mt19937_64& random) {
  std::vector<std::uint32_t> operands(count);
  for (auto& operand : operands) operand = static_cast<std::uint32_t>(random() % row_count);
  return operands;
}

/// Nodes one after another by the scalar reference: later ones read what earlier ones wrote.
void expect_nodes(std::size_t fan_in, const std::vector<std::uint64_t>& tables, std::size_t table_words,
                  const std::vector<std::uint32_t>& operands, const k::RowBlock& rows) {
  for (std::size_t i = 0; i * (fan_in + 1) < operands.size(); ++i) {
    const std::uint32_t* const own = operands.data() + i * (fan_in + 1);
    std::vector<const std::uint64_t*> pins;
    for (std::size_t j = 0; j < fan_in; ++j) pins.push_back(rows[own[j]]);
    k::scalar::lut_bits(&tables[i * table_words], fan_in, pins.data(), rows[own[fan_in]], rows.words);
  }
}

template <std::size_t FanIn>
void check_luts(std::mt19937_64& random) {
  for (const std::uint32_t log2_stride : {3u, 4u, 6u})
    for (std::size_t words = 8; words <= std::size_t{1} << log2_stride; words += 8)
      for (std::size_t nodes : {0, 1, 50}) {
        constexpr std::size_t table_words = FanIn <= 6 ? 1 : std::size_t{1} << (FanIn - 6);
        std::vector<std::uint64_t> tables(nodes * table_words);
        for (auto& word : tables) word = FanIn < 6 ? random() >> (64 - (1u << FanIn) % 64) : random();
        std::vector<std::uint8_t> nibbles(nodes * k::NibbleBytes<FanIn>::size);
        for (std::size_t i = 0; i < nodes; ++i)
          k::NibbleBytes<FanIn>::unpack(k::DavioTable<FanIn>(&tables[i * table_words]),
                                        &nibbles[i * k::NibbleBytes<FanIn>::size]);
        const auto operands = random_operands(nodes * (FanIn + 1), random);
        const Block got(log2_stride, words, random), expected = got;
        expect_nodes(FanIn, tables, table_words, operands, expected.rows);
        auto rows = got.rows;
        rows.far = nodes == 50 && words == 8;
        k::lut_rows<FanIn>(nibbles.data(), operands.data(), nodes, rows);
        BOOST_TEST((got.memory == expected.memory), "fan-in " << FanIn << ", " << words << " words");
      }
}

/// Nodes that read rows 0 to 15, the first two pins all the same, and write rows 16 on.
template <std::size_t FanIn>
void check_shared_luts(std::mt19937_64& random) {
  for (std::size_t words = 8; words <= 64; words += 8)
    for (const std::uint32_t nodes : {1u, 5u}) {
      constexpr std::size_t table_words = FanIn <= 6 ? 1 : std::size_t{1} << (FanIn - 6);
      const Block got(6, words, random), expected = got;
      std::vector<std::uint32_t> operands{static_cast<std::uint32_t>(random() % 16), 7};
      std::vector<std::uint8_t> nibbles(nodes * k::NibbleBytes<FanIn>::size);
      for (std::uint32_t i = 0; i < nodes; ++i) {
        std::uint64_t table[table_words];
        for (auto& word : table) word = FanIn < 6 ? random() >> (64 - (1u << FanIn) % 64) : random();
        k::NibbleBytes<FanIn>::unpack(k::DavioTable<FanIn>(table), &nibbles[i * k::NibbleBytes<FanIn>::size]);
        std::vector<const std::uint64_t*> pins{expected.rows[operands[0]], expected.rows[7]};
        for (std::size_t j = 2; j < FanIn; ++j) {
          operands.push_back(static_cast<std::uint32_t>(random() % 16));
          pins.push_back(expected.rows[operands.back()]);
        }
        operands.push_back(16 + i);
        k::scalar::lut_bits(table, FanIn, pins.data(), expected.rows[16 + i], words);
      }
      k::shared_lut_rows<FanIn>(nibbles.data(), operands.data(), nodes, got.rows);
      BOOST_TEST((got.memory == expected.memory), "fan-in " << FanIn << ", " << words << " words");
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(runs_of_tables_agree_with_the_scalar_reference_and_touch_nothing_else) {
  std::mt19937_64 random(1);
  check_luts<3>(random);
  check_luts<4>(random);
  check_luts<5>(random);
  check_luts<6>(random);
  check_luts<7>(random);
  check_luts<8>(random);
}

BOOST_AUTO_TEST_CASE(tables_that_share_two_inputs_agree_with_the_scalar_reference) {
  std::mt19937_64 random(4);
  check_shared_luts<3>(random);
  check_shared_luts<4>(random);
  check_shared_luts<5>(random);
  check_shared_luts<6>(random);
  check_shared_luts<7>(random);
  check_shared_luts<8>(random);
}

BOOST_AUTO_TEST_CASE(rows_may_be_read_from_any_word_on) {
  std::mt19937_64 random(5);
  Block block(5, 16, random);
  const std::uint32_t operands[]{3, 37, 70, 101, 512, 5, 81, 528}, gate[]{544, 3, 560};
  const std::uint64_t table = 0x1ee7;
  std::uint8_t nibbles[4];
  k::NibbleBytes<4>::unpack(k::DavioTable<4>(&table), nibbles);
  const std::uint64_t* const pins[]{&block.memory[3], &block.memory[37], &block.memory[70], &block.memory[101]};
  std::vector<std::uint64_t> expected(16);
  k::scalar::lut_bits(&table, 4, pins, expected.data(), 16);
  const k::RowBlock rows{block.memory.data(), 0, 16};
  k::lut_rows<4>(nibbles, operands, 1, rows);
  BOOST_TEST(std::equal(expected.begin(), expected.end(), &block.memory[512]));
  k::shared_lut_rows<4>(nibbles, operands, 1, rows);
  BOOST_TEST(std::equal(expected.begin(), expected.end(), &block.memory[512]));
  k::gate_rows(12, gate, 1, rows);
  BOOST_TEST(std::equal(&block.memory[3], &block.memory[19], &block.memory[560]));
}

BOOST_AUTO_TEST_CASE(runs_of_gates_agree_with_the_scalar_reference_for_every_table) {
  std::mt19937_64 random(2);
  for (std::uint32_t table = 0; table < 16; ++table)
    for (const std::uint32_t log2_stride : {3u, 5u})
      for (std::size_t words = 8; words <= std::size_t{1} << log2_stride; words += 8) {
        const auto operands = random_operands(3 * 40, random);
        const Block got(log2_stride, words, random), expected = got;
        expect_nodes(2, std::vector<std::uint64_t>(40, table), 1, operands, expected.rows);
        k::gate_rows(table, operands.data(), 40, got.rows);
        BOOST_TEST((got.memory == expected.memory), "table " << table << ", " << words << " words");
      }
}

BOOST_AUTO_TEST_CASE(rows_are_counted_into_rows) {
  std::mt19937_64 random(3);
  for (std::size_t count : {0, 1, 2, 15, 16, 17, 33, 100})
    for (std::size_t words : {8, 16}) {
      const Block got(4, words, random), expected = got;
      auto operands = random_operands(count, random);
      for (std::uint32_t j = 0; j < k::count_width(count); ++j) operands.push_back(row_count - 1 - j);
      std::vector<const std::uint64_t*> rows;
      std::vector<std::vector<std::uint64_t>> read;
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t* const row = expected.rows[operands[i]];
        read.emplace_back(row, row + words);
      }
      for (const auto& row : read) rows.push_back(row.data());
      std::vector<std::uint64_t*> counts;
      for (std::size_t j = 0; j < k::count_width(count); ++j) counts.push_back(expected.rows[operands[count + j]]);
      k::scalar::count_bits(rows.data(), count, counts.data(), words);
      k::count_rows(operands.data(), count, got.rows);
      BOOST_TEST((got.memory == expected.memory), count << " rows of " << words << " words");
    }
}
