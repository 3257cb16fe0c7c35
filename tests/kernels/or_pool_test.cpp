#define BOOST_TEST_MODULE or_pool
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/or_pool.hpp>
#include <support/floats.hpp>
#include <vector>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;
using lutra::test::signed_uniform;

BOOST_AUTO_TEST_CASE(agrees_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{1});
  for (const std::size_t count : {1, 2, 4, 9})
    for (std::size_t words = 0; words <= 17; ++words)
      for (std::size_t offset = 0; offset < 4; ++offset) {
        std::vector<Row<std::uint64_t>> rows;
        std::vector<const std::uint64_t*> row_pointers;
        std::vector<Row<float>> expected, got;
        std::vector<float*> expected_pointers, got_pointers;
        for (std::size_t i = 0; i < count; ++i) {
          rows.emplace_back(words, offset, [&] { return random() & random(); });
          expected.emplace_back(words * 64, offset, signed_uniform(random));
        }
        got = expected;
        for (std::size_t i = 0; i < count; ++i) {
          row_pointers.push_back(rows[i].data());
          expected_pointers.push_back(expected[i].data());
          got_pointers.push_back(got[i].data());
        }
        const Row<float> dy(words * 64, offset, signed_uniform(random));
        k::scalar::or_rows_backward(row_pointers.data(), count, dy.data(), words, expected_pointers.data());
        k::or_rows_backward(row_pointers.data(), count, dy.data(), words, got_pointers.data());
        BOOST_TEST((got == expected), count << " rows of " << words << " words, offset " << offset);

        Row<std::uint64_t> any(words, offset, random), all = any;
        k::scalar::or_rows(row_pointers.data(), count, any.data(), words);
        k::or_rows(row_pointers.data(), count, all.data(), words);
        BOOST_TEST((any == all), count << " rows of " << words << " words");
      }
}

BOOST_AUTO_TEST_CASE(largest_counts_agree_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{2});
  for (const std::size_t count : {1, 2, 4, 9})
    for (const std::size_t samples : {0, 16, 64, 144}) {
      std::vector<Row<float>> rows, expected, got;
      std::vector<const float*> row_pointers;
      std::vector<float*> expected_pointers, got_pointers;
      for (std::size_t i = 0; i < count; ++i) {
        rows.emplace_back(samples, i % 3, [&] { return random.below(4); });
        expected.emplace_back(samples, 1, signed_uniform(random));
      }
      got = expected;
      for (std::size_t i = 0; i < count; ++i) {
        row_pointers.push_back(rows[i].data());
        expected_pointers.push_back(expected[i].data());
        got_pointers.push_back(got[i].data());
      }
      Row<float> y(samples, 1, [] { return 0; }), largest = y;
      k::scalar::max_rows(row_pointers.data(), count, y.data(), samples);
      k::max_rows(row_pointers.data(), count, largest.data(), samples);
      BOOST_TEST((y == largest), count << " rows of " << samples);
      const Row<float> dy(samples, 2, signed_uniform(random));
      k::scalar::max_rows_backward(row_pointers.data(), count, y.data(), dy.data(), samples, expected_pointers.data());
      k::max_rows_backward(row_pointers.data(), count, y.data(), dy.data(), samples, got_pointers.data());
      BOOST_TEST((got == expected), count << " gradients of " << samples);
    }
}
