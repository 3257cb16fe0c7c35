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
