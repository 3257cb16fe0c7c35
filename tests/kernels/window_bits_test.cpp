#define BOOST_TEST_MODULE window_bits
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/window_bits.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

std::vector<std::uint64_t> random_words(std::size_t count, std::mt19937_64& random) {
  std::vector<std::uint64_t> words(count);
  for (auto& word : words) word = random();
  return words;
}

/// Zeros behind the last of `width` bits.
void cut(std::uint64_t* line, std::size_t width) {
  if (width % 64 != 0) line[width / 64] &= (std::uint64_t{1} << width % 64) - 1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_is_seen_from_every_distance_and_in_every_stride) {
  std::mt19937_64 random(1);
  for (const std::size_t width : {1, 5, 63, 64, 65, 130, 640})
    for (const std::int64_t stride : {1, 2, 3, 4, 7, 63, 64, 65, 300})
      for (const std::int64_t shift : {0, 1, -1, 2, -3, 31, 63, 64, -64, 65, -130, 639, 640, -1000})
        for (const std::size_t words : {1, 3, 11}) {
          auto from = random_words(k::words_for(width), random);
          cut(from.data(), width);
          std::vector<std::uint64_t> expected(words), got(words + 1, 99);
          k::scalar::window_line(from.data(), width, shift, stride, expected.data(), words);
          k::window_line(from.data(), width, shift, stride, got.data(), words);
          BOOST_TEST(got.back() == 99U);
          got.pop_back();
          BOOST_TEST((got == expected), width << " bits, shift " << shift << ", stride " << stride);
        }
}

BOOST_AUTO_TEST_CASE(lines_one_after_another_do_not_run_into_each_other) {
  std::mt19937_64 random(2);
  for (const std::size_t width : {1, 64, 100, 192, 640})
    for (const std::size_t lines : {0, 1, 2, 7, 18})
      for (std::int64_t shift = -63; shift <= 63; ++shift) {
        const std::size_t words = k::words_for(width);
        auto memory = random_words(words * lines + 2, random);
        std::uint64_t* const from = memory.data() + 1;
        std::vector<std::uint64_t> expected(words * lines), got(words * lines + 1, 99);
        for (std::size_t line = 0; line < lines; ++line) {
          cut(from + line * words, width);
          k::scalar::window_line(from + line * words, words * 64, shift, 1, expected.data() + line * words, words);
        }
        k::shift_lines(from, words, shift, got.data(), lines);
        BOOST_TEST(got.back() == 99U);
        got.pop_back();
        BOOST_TEST((got == expected), width << " bits, " << lines << " lines, shift " << shift);
      }
}
