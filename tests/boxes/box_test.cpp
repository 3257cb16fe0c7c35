#define BOOST_TEST_MODULE boxes_box
#include <boost/test/unit_test.hpp>
#include <lutra/boxes/box.hpp>
#include <vector>

using namespace lutra;

BOOST_AUTO_TEST_CASE(overlap_is_the_common_area_over_the_whole) {
  const Box box{.left = 1, .top = 2, .width = 4, .height = 4};
  BOOST_TEST(overlap(box, box) == 1.0F);
  BOOST_TEST(overlap(box, {.left = 3, .top = 4, .width = 4, .height = 4}) == 4.0F / 28);
  BOOST_TEST(overlap({.left = 3, .top = 4, .width = 4, .height = 4}, box) == 4.0F / 28);
  BOOST_TEST(overlap(box, {.left = 2, .top = 2, .width = 2, .height = 4, .label = 7}) == 0.5F);
  BOOST_TEST(overlap({.left = -2, .top = -2, .width = 4, .height = 4}, {.width = 2, .height = 2}) == 0.25F);
}

BOOST_AUTO_TEST_CASE(boxes_that_only_touch_or_have_no_area_do_not_overlap) {
  const Box box{.width = 4, .height = 4}, none{};
  BOOST_TEST(overlap(box, {.left = 4, .width = 4, .height = 4}) == 0.0F);
  BOOST_TEST(overlap(box, {.left = 9, .top = 9, .width = 4, .height = 4}) == 0.0F);
  BOOST_TEST(overlap(box, none) == 0.0F);
  BOOST_TEST(overlap(none, none) == 0.0F);
}
