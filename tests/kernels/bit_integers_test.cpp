#define BOOST_TEST_MODULE bit_integers
#include <algorithm>
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/bit_integers.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

/// Rows of random words at addresses of any alignment.
struct Rows {
  std::vector<std::vector<std::uint64_t>> storage;
  std::vector<std::uint64_t*> pointers;

  Rows(std::size_t rows, std::size_t words, std::mt19937_64& random) {
    for (std::size_t r = 0; r < rows; ++r) {
      storage.emplace_back(words + r % 3);
      // Sparse and dense rows make equal, small and full integers likely.
      for (auto& word : storage.back()) word = r % 2 ? random() & random() : random() | random();
    }
    for (std::size_t r = 0; r < rows; ++r) pointers.push_back(storage[r].data() + r % 3);
  }
  [[nodiscard]] const std::uint64_t* const* read() const { return pointers.data(); }
  [[nodiscard]] std::uint64_t* const* write() const { return pointers.data(); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(comparison_agrees_with_the_scalar_reference_for_every_width_and_length) {
  std::mt19937_64 random(1);
  for (std::size_t width = 0; width <= 64; ++width)
    for (std::size_t words : {0, 1, 2, 3, 7, 8, 9, 17}) {
      const Rows x(width, words, random);
      std::vector<std::uint64_t> thresholds{0, 1, ~std::uint64_t{0}, std::uint64_t{1} << (width % 64), random()};
      for (int i = 0; i < 4 && width > 0; ++i) thresholds.push_back(random() >> (64 - width));
      if (words > 0) thresholds.push_back(k::scalar::integer_at(x.read(), width, 5));
      for (const auto threshold : thresholds) {
        std::vector<std::uint64_t> expected(words), got(words);
        k::scalar::integer_at_least(x.read(), width, threshold, expected.data(), words);
        k::integer_at_least(x.read(), width, threshold, got.data(), words);
        BOOST_TEST(got == expected, width << " bits, threshold " << threshold);
      }
    }
}

BOOST_AUTO_TEST_CASE(addition_agrees_with_the_scalar_reference) {
  std::mt19937_64 random(2);
  for (std::size_t a_width = 0; a_width <= 9; ++a_width)
    for (std::size_t b_width = 0; b_width <= 9; b_width += 3)
      for (std::size_t sum_width = 0; sum_width <= 11; ++sum_width)
        for (std::size_t words : {1, 4, 11}) {
          const Rows a(a_width, words, random), b(b_width, words, random);
          const Rows expected(sum_width, words, random), got(sum_width, words, random);
          k::scalar::add_integers(a.read(), a_width, b.read(), b_width, expected.write(), sum_width, words);
          k::add_integers(a.read(), a_width, b.read(), b_width, got.write(), sum_width, words);
          for (std::size_t j = 0; j < sum_width; ++j)
            BOOST_TEST(std::vector<std::uint64_t>(got.pointers[j], got.pointers[j] + words) ==
                       std::vector<std::uint64_t>(expected.pointers[j], expected.pointers[j] + words));
        }
}

BOOST_AUTO_TEST_CASE(a_sum_may_replace_its_first_term) {
  std::mt19937_64 random(3);
  const Rows a(8, 9, random), b(8, 9, random);
  std::vector<std::uint64_t> expected;
  for (std::size_t s = 0; s < 9 * 64; ++s)
    expected.push_back((k::scalar::integer_at(a.read(), 8, s) + k::scalar::integer_at(b.read(), 8, s)) % 256);
  k::add_integers(a.read(), 8, b.read(), 8, a.write(), 8, 9);
  for (std::size_t s = 0; s < 9 * 64; ++s) BOOST_TEST(k::scalar::integer_at(a.read(), 8, s) == expected[s]);
}

BOOST_AUTO_TEST_CASE(argmax_agrees_with_the_scalar_reference_and_ties_go_to_the_lowest_index) {
  std::mt19937_64 random(4);
  for (std::size_t count : {1, 2, 3, 8, 10, 17, 33})
    for (std::size_t width : {0, 1, 2, 3, 8, 32})
      for (std::size_t words : {1, 2, 5, 8, 12}) {
        const Rows integers(count * width, words, random);
        const std::size_t index_width = 6;
        const Rows expected(index_width, words, random), got(index_width, words, random);
        k::scalar::argmax_integers(integers.read(), count, width, expected.write(), index_width, words);
        k::argmax_integers(integers.read(), count, width, got.write(), index_width, words);
        for (std::size_t j = 0; j < index_width; ++j)
          BOOST_TEST(std::vector<std::uint64_t>(got.pointers[j], got.pointers[j] + words) ==
                         std::vector<std::uint64_t>(expected.pointers[j], expected.pointers[j] + words),
                     count << " integers of " << width << " bits");
      }
}

BOOST_AUTO_TEST_CASE(unpacking_agrees_with_the_scalar_reference) {
  std::mt19937_64 random(5);
  for (std::size_t width = 0; width <= 32; ++width)
    for (std::size_t words : {0, 1, 3}) {
      const Rows bits(width, words, random);
      std::vector<std::uint32_t> expected(words * 64), got(words * 64);
      k::scalar::unpack_integers(bits.read(), width, expected.data(), words);
      k::unpack_integers(bits.read(), width, got.data(), words);
      BOOST_TEST(got == expected, width << " bits");
      if (width <= 8) {
        std::vector<std::uint8_t> bytes(words * 64);
        k::unpack_bytes(bits.read(), width, bytes.data(), words);
        BOOST_TEST(std::equal(bytes.begin(), bytes.end(), expected.begin(), expected.end()), width << " bits");
      }
      if (width > 24) continue;
      std::vector<float> floats(words * 64);
      k::unpack_integers(bits.read(), width, floats.data(), words, 3);
      for (std::size_t s = 0; s < floats.size(); ++s) BOOST_TEST(floats[s] == static_cast<float>(expected[s] + 3));
    }
}

using Elements = boost::mpl::list<std::uint8_t, std::uint16_t>;
BOOST_AUTO_TEST_CASE_TEMPLATE(slicing_agrees_with_the_scalar_reference, T, Elements) {
  std::mt19937_64 random(6);
  for (std::size_t words = 0; words <= 4; ++words)
    for (std::size_t bit = 0; bit < sizeof(T) * 8; ++bit) {
      std::vector<T> plane(words * 64 + 1);
      for (auto& value : plane) value = static_cast<T>(random());
      std::vector<std::uint64_t> expected(words), got(words);
      k::scalar::slice_bit(plane.data() + 1, bit, expected.data(), words);
      k::slice_bit(plane.data() + 1, bit, got.data(), words);
      BOOST_TEST(got == expected, "bit " << bit);
    }
}
