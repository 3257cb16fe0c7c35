#define BOOST_TEST_MODULE boxes_average_precision
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/boxes/average_precision.hpp>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

using Lists = std::vector<std::vector<Box>>;

/// 10 × 10 pixels. Two of them `left` pixels apart overlap by (10 - left) / (10 + left).
Box at(float left, float score = 1, std::uint32_t label = 0) {
  return {.left = left, .width = 10, .height = 10, .label = label, .score = score};
}

const auto close_to = boost::test_tools::tolerance(1e-12);

}  // namespace

BOOST_AUTO_TEST_CASE(average_precision_is_the_area_under_precision_over_recall) {
  const Lists truth{{at(0), at(50)}, {at(0)}};
  // Right, wrong, right, wrong: recall 1/3 at precision 1, 2/3 at 2/3; one is never found.
  BOOST_TEST(
      average_precision(Lists{{at(1, 0.9F), at(20, 0.8F)}, {at(2, 0.7F), at(90, 0.6F)}}, truth, 0) == (1 + 2.0 / 3) / 3,
      close_to);
  BOOST_TEST(average_precision(truth, truth, 0) == 1.0, close_to);
}

BOOST_AUTO_TEST_CASE(precision_at_a_recall_is_the_largest_from_there_on) {
  const Lists truth{{at(0), at(50)}};
  // Wrong, right, right: precision 1/2 at recall 1/2, then 2/3 at recall 1, which counts for both.
  BOOST_TEST(average_precision(Lists{{at(20, 0.9F), at(0, 0.8F), at(50, 0.7F)}}, truth, 0) == 2.0 / 3, close_to);
}

BOOST_AUTO_TEST_CASE(a_true_box_is_found_once_and_by_enough_overlap) {
  const Lists truth{{at(0), at(8)}};
  BOOST_TEST(average_precision(Lists{{at(0, 0.9F), at(1, 0.8F)}}, truth, 0) == 0.5, close_to);  // the same one twice
  BOOST_TEST(average_precision(Lists{{at(6, 0.9F)}}, truth, 0) == 0.5,
             close_to);  // 2/3 of the second, 1/4 of the first
  BOOST_TEST(average_precision(Lists{{at(0, 0.9F, 1)}}, truth, 0) == 0.0);
  BOOST_TEST(average_precision(Lists{{at(34, 0.9F)}}, Lists{{at(40)}}, 0, 0.25F) == 1.0);  // just the least
  BOOST_TEST(average_precision(Lists{{at(34, 0.9F)}}, Lists{{at(40)}}, 0, 0.2501F) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_box_in_another_scene_is_not_found) {
  BOOST_TEST(average_precision(Lists{{at(0)}, {}}, Lists{{}, {at(0)}}, 0) == 0.0);
}

BOOST_AUTO_TEST_CASE(of_equal_scores_earlier_scenes_come_first) {
  const Lists truth{{at(0)}, {at(0)}};
  BOOST_TEST(average_precision(Lists{{at(0, 0.5F)}, {at(90, 0.5F)}}, truth, 0) == 0.5, close_to);
  BOOST_TEST(average_precision(Lists{{at(90, 0.5F)}, {at(0, 0.5F)}}, truth, 0) == 0.25, close_to);
}

BOOST_AUTO_TEST_CASE(the_mean_is_over_the_labels_of_true_boxes) {
  const Lists truth{{at(0, 1, 2), at(50, 1, 5)}, {at(0, 1, 5)}};
  const Lists found{{at(0, 0.9F, 2), at(50, 0.9F, 5), at(30, 0.9F, 7)}, {}};
  BOOST_TEST(mean_average_precision(found, truth) == (1 + 0.5) / 2, close_to);
  BOOST_TEST(mean_average_precision(truth, truth) == 1.0, close_to);
}

BOOST_AUTO_TEST_CASE(where_nothing_is_true_or_nothing_is_found_it_is_0) {
  BOOST_TEST(mean_average_precision(Lists{}, Lists{}) == 0.0);
  BOOST_TEST(mean_average_precision(Lists{{at(0)}}, Lists{{}}) == 0.0);
  BOOST_TEST(mean_average_precision(Lists{{}}, Lists{{at(0)}}) == 0.0);
  BOOST_TEST(average_precision(Lists{{at(0)}}, Lists{{at(0)}}, 3) == 0.0);
}

BOOST_AUTO_TEST_CASE(lists_that_do_not_belong_together_are_refused) {
  check_error(
      [] {
        static_cast<void>(mean_average_precision(Lists{{}}, Lists{{}, {}}));
      },
      {"found boxes (mean_average_precision)", "2 scenes", "got 1"});
  check_error([] { static_cast<void>(average_precision(Lists{{}}, Lists{{}}, 0, -1)); },
              {"overlap (average_precision)", "0 to 1"});
  check_error(
      [] {
        static_cast<void>(average_precision(Lists{{}, {at(0, std::nanf(""))}}, Lists{{}, {}}, 0));
      },
      {"box 0", "average_precision, found in scene 1", "finite"});
  check_error([] { static_cast<void>(average_precision(Lists{{}}, Lists{{{.width = -1}}}, 0)); },
              {"box 0", "truth of scene 0", "not below 0"});
}
