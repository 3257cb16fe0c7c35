#define BOOST_TEST_MODULE boxes_suppress
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/boxes/suppress.hpp>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

/// 10 × 10 pixels. Two of them `left` pixels apart overlap by (10 - left) / (10 + left).
Box at(float left, float score, std::uint32_t label = 0) {
  return {.left = left, .width = 10, .height = 10, .label = label, .score = score};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_surest_of_overlapping_boxes_is_kept_and_what_is_suppressed_suppresses_none) {
  // The first and the second overlap by 2/3, as do the second and the third; the first and the third by 3/7.
  const std::vector<Box> found{at(4, 0.5F), at(0, 0.9F), at(2, 0.7F)};
  BOOST_TEST((suppress(found, 0.5F) == std::vector<Box>{at(0, 0.9F), at(4, 0.5F)}));
  BOOST_TEST((suppress(found, 0.4F) == std::vector<Box>{at(0, 0.9F)}));
  BOOST_TEST((suppress(found, 0.7F) == std::vector<Box>{at(0, 0.9F), at(2, 0.7F), at(4, 0.5F)}));
  BOOST_TEST(suppress({}).empty());
}

BOOST_AUTO_TEST_CASE(boxes_of_other_labels_do_not_suppress) {
  const std::vector<Box> found{at(0, 0.9F, 1), at(0, 0.8F, 2), at(1, 0.7F, 1)};
  BOOST_TEST((suppress(found) == std::vector<Box>{at(0, 0.9F, 1), at(0, 0.8F, 2)}));
}

BOOST_AUTO_TEST_CASE(of_equal_scores_the_first_is_kept) {
  BOOST_TEST((suppress({at(1, 0.5F), at(0, 0.5F), at(30, 0.5F)}) == std::vector<Box>{at(1, 0.5F), at(30, 0.5F)}));
  BOOST_TEST((suppress({at(0, 0.5F), at(1, 0.5F), at(30, 0.5F)}) == std::vector<Box>{at(0, 0.5F), at(30, 0.5F)}));
}

BOOST_AUTO_TEST_CASE(an_overlap_of_just_the_limit_is_allowed) {
  BOOST_TEST(suppress({at(0, 0.9F), at(6, 0.8F)}, 0.25F).size() == 2U);
  BOOST_TEST(suppress({at(0, 0.9F), at(6, 0.8F)}, 0.2499F).size() == 1U);
  BOOST_TEST(suppress({at(0, 0.9F), at(0, 0.8F)}, 1).size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_no_box_or_no_overlap_is_refused) {
  check_error([] { static_cast<void>(suppress({at(0, 1)}, 1.1F)); }, {"overlap (suppress)", "0 to 1"});
  check_error([] { static_cast<void>(suppress({at(0, 1)}, std::nanf(""))); }, {"overlap (suppress)", "nan"});
  check_error([] { static_cast<void>(suppress({at(0, 1), at(0, std::nanf(""))})); }, {"box 1 (suppress)", "finite"});
  check_error([] { static_cast<void>(suppress({{.width = -1}})); }, {"box 0 (suppress)", "not below 0", "-1"});
}
