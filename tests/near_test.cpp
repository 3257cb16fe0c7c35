#define BOOST_TEST_MODULE near
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <lutra/near.hpp>
#include <set>

using namespace lutra;

namespace {

/// All that are near, by trying each.
std::set<std::size_t> near(const Neighbourhood& area, std::size_t value) {
  const auto [channels, height, width] = area.shape;
  const auto close = [&](std::size_t a, std::size_t b) {
    return area.reach == 0 || (a < b ? b - a : a - b) <= area.reach;
  };
  std::set<std::size_t> all;
  for (std::size_t i = 0; i < area.shape.size(); ++i)
    if (close(i / width % height, value / width % height) && close(i % width, value % width)) all.insert(i);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(draws_reach_all_that_is_near_and_nothing_else) {
  for (const Shape& shape : {Shape{1, 1, 1}, Shape{5, 1, 1}, Shape{1, 1, 9}, Shape{1, 6, 7}, Shape{3, 4, 2}})
    for (const std::size_t reach : {0, 1, 2, 100}) {
      const Neighbourhood area{shape, reach};
      for (std::size_t value = 0; value < shape.size(); ++value) {
        const std::set<std::size_t> expected = near(area, value);
        BOOST_TEST(area.size(value) == expected.size());
        Random random(Seed{value + 1});
        std::set<std::size_t> drawn;
        for (std::size_t i = 0; i < 20 * expected.size() + 20; ++i) drawn.insert(area.draw(value, random));
        BOOST_TEST((drawn == expected));
      }
    }
}
