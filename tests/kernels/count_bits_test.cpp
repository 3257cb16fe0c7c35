#define BOOST_TEST_MODULE count_bits
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

struct Rows {
  std::vector<std::vector<std::uint64_t>> storage;
  std::vector<std::uint64_t*> pointers;

  Rows(std::size_t rows, std::size_t words, std::mt19937_64& random) {
    for (std::size_t r = 0; r < rows; ++r) {
      storage.emplace_back(words + r % 3);
      for (auto& word : storage.back()) word = random() | random();
    }
    for (std::size_t r = 0; r < rows; ++r) pointers.push_back(storage[r].data() + r % 3);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(counts_agree_with_the_scalar_reference_for_every_number_of_rows) {
  std::mt19937_64 random(1);
  for (std::size_t count = 0; count <= 70; ++count)
    for (std::size_t words : {0, 1, 2, 3, 4, 7, 8, 9, 16, 19}) {
      const Rows rows(count, words, random);
      std::vector<float> expected(words * 64, -1), got(words * 64 + 1, -1);
      const auto offset = static_cast<std::uint32_t>(count % 5 * 1000);
      k::scalar::count_bits(rows.pointers.data(), count, offset, expected.data(), words);
      k::count_bits(rows.pointers.data(), count, offset, got.data(), words);
      BOOST_TEST(got.back() == -1);
      got.pop_back();
      BOOST_TEST(got == expected, count << " rows of " << words << " words");
    }
}

BOOST_AUTO_TEST_CASE(sliced_counts_agree_with_the_scalar_reference) {
  std::mt19937_64 random(2);
  for (std::size_t count : {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100, 255, 256, 1000})
    for (std::size_t words : {1, 3, 8, 11}) {
      const Rows rows(count, words, random);
      const Rows expected(k::count_width(count), words, random), got(k::count_width(count), words, random);
      k::scalar::count_bits(rows.pointers.data(), count, expected.pointers.data(), words);
      k::count_bits(rows.pointers.data(), count, got.pointers.data(), words);
      for (std::size_t j = 0; j < k::count_width(count); ++j)
        BOOST_TEST(std::vector<std::uint64_t>(got.pointers[j], got.pointers[j] + words) ==
                       std::vector<std::uint64_t>(expected.pointers[j], expected.pointers[j] + words),
                   count << " rows, bit " << j);
    }
}

BOOST_AUTO_TEST_CASE(a_count_of_full_rows_is_the_number_of_rows) {
  const std::vector<std::uint64_t> full(9, ~std::uint64_t{0});
  for (std::size_t count : {1, 7, 8, 255, 256, 4096}) {
    const std::vector<const std::uint64_t*> rows(count, full.data());
    std::vector<float> counts(9 * 64);
    k::count_bits(rows.data(), count, 0, counts.data(), 9);
    for (const float c : counts) BOOST_TEST(c == static_cast<float>(count));
  }
}
