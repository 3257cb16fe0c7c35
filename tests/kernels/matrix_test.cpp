#define BOOST_TEST_MODULE matrix
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/matrix.hpp>
#include <numeric>
#include <support/floats.hpp>
#include <vector>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;
using lutra::test::signed_uniform;

namespace {

/// Rows of an image of 12 columns of 64 samples each, as windows read them: they overlap.
struct Windows {
  static constexpr std::uint32_t pixels = 12;
  std::vector<std::uint32_t> places;

  explicit Windows(std::size_t count) : places(count) {
    for (std::uint32_t i = 0; i < count; ++i) places[i] = i / 3 * pixels + i % 3;
  }
  [[nodiscard]] std::size_t floats() const { return (places.back() + pixels) * 64; }
  template <class T>
  [[nodiscard]] k::Rows<T> rows(T* image) const {
    return {image, places.size(), 64, places.data()};
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(products_agree_with_three_loops_to_the_bit_and_touch_nothing_else) {
  Random random(Seed{1});
  for (const std::size_t outputs : {1, 2, 5, 6, 7, 14})
    for (const std::size_t terms : {1, 9, 130})
      for (const std::size_t columns : {64, 192})
        for (const bool add : {false, true}) {
          const Windows windows(terms);
          const Row<float> a(outputs * (terms + 1), 1, signed_uniform(random));
          const Row<float> image(windows.floats(), 3, signed_uniform(random));
          Row<float> expected(outputs * (columns + 2), 2, signed_uniform(random)), got = expected;
          const k::Factors factors{a.data(), terms + 1, 1};
          k::scalar::product(factors, windows.rows(image.data()), {expected.data(), outputs, columns + 2}, columns,
                             add);
          k::product(factors, windows.rows(image.data()), {got.data(), outputs, columns + 2}, columns, add);
          BOOST_TEST((got == expected), outputs << " of " << terms << " terms, " << columns << " columns");
        }
}

BOOST_AUTO_TEST_CASE(sums_of_rows_that_overlap_are_added_to_what_is_there) {
  Random random(Seed{2});
  for (const std::size_t inputs : {3, 9, 27})
    for (const std::size_t outputs : {1, 17}) {
      constexpr std::size_t columns = 10 * 64;
      const Windows windows(inputs);
      const Row<float> weights(outputs * inputs, 0, [&] { return std::floor(9 * random.uniform()); });
      const Row<float> dy(outputs * columns, 1, [&] { return std::floor(9 * random.uniform()); });
      Row<float> expected(windows.floats(), 1, [&] { return 5; }), got = expected;
      for (std::size_t i = 0; i < inputs; ++i)
        for (std::size_t o = 0; o < outputs; ++o)
          for (std::size_t s = 0; s < columns; ++s)
            windows.rows(expected.data())[i][s] += weights[o * inputs + i] * dy[o * columns + s];
      k::product({weights.data(), 1, inputs}, {dy.data(), outputs, columns}, windows.rows(got.data()), columns, true);
      BOOST_TEST((got == expected), inputs << " inputs, " << outputs << " outputs");  // of whole numbers: exact
    }
}

BOOST_AUTO_TEST_CASE(products_of_rows_agree_with_three_loops_to_the_bit) {
  Random random(Seed{3});
  for (const std::size_t outputs : {1, 10, 32, 64, 70, 131})
    for (const std::size_t inputs : {1, 6, 9, 20})
      for (const std::size_t columns : {64, 192, 640}) {
        const Windows windows(inputs);
        const Row<float> image(windows.floats(), 1, signed_uniform(random));
        const Row<float> dy(outputs * columns, 1, signed_uniform(random));
        Row<float> expected(outputs * (inputs + 1), 2, signed_uniform(random)), got = expected;
        std::vector<float> room(k::product_of_rows_room(inputs, outputs));
        const k::Rows<const float> rows{dy.data(), outputs, columns};
        k::scalar::product_of_rows(windows.rows(image.data()), rows, columns, expected.data(), inputs + 1);
        k::product_of_rows(windows.rows(image.data()), rows, columns, room.data(), got.data(), inputs + 1);
        BOOST_TEST((got == expected), outputs << " by " << inputs << ", " << columns << " columns");
      }
}
