#define BOOST_TEST_MODULE code_window
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/code_window.hpp>
#include <vector>

using namespace lutra::circuits;

namespace {

/// Channel 1 of the second signal (channel 4 of all) here and to its right, and channel 0 of the first.
const std::vector<CodeSource> sources{{1, 1, {0, 1}}, {0, 0, {0, 0}}, {1, 1, {0, 0}}};
constexpr std::array<std::size_t, 2> first{0, 3};
constexpr std::size_t channels = 5;

WeighStage two_sums() {
  WeighStage weigh;
  weigh.add(std::array{0U, 1U, 2U, 0U}, std::array{1, -2, 3, 4}, 10);
  weigh.add(std::array{1U}, std::array{7}, 0);
  return weigh;
}

}  // namespace

BOOST_AUTO_TEST_CASE(weights_lie_by_output_tap_and_channel_and_repeated_sources_are_added) {
  const CodeWindow window = code_window(sources, first, channels, two_sums(), nullptr);
  BOOST_CHECK((window.taps == std::vector<Offset>{{0, 0}, {0, 1}}));
  const std::vector<std::int32_t> expected{-2, 0, 0, 0, 3, 0, 0, 0, 0, 5, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  BOOST_TEST(window.weights == expected, boost::test_tools::per_element());
  BOOST_CHECK_EQUAL(window.thresholds.size(), 2U);
  BOOST_CHECK(window.thresholds.values().empty());
}

BOOST_AUTO_TEST_CASE(levels_choose_their_sums_and_lose_the_sums_offsets) {
  LevelStage levels;
  levels.add(1, std::array{3U, 5U}, true);
  levels.add(0, std::array{4U, 12U}, false);
  const Operation operation = levels;
  const CodeWindow window = code_window(sources, first, channels, two_sums(), &operation);
  BOOST_CHECK_EQUAL(window.weights[0], 7);
  BOOST_CHECK_EQUAL(window.weights[10], -2);
  BOOST_CHECK((window.thresholds.values().front() == 3 && window.thresholds[1][0] == -6));
  BOOST_CHECK_EQUAL(window.thresholds[1][1], 2);
  BOOST_CHECK(window.falling[0] && !window.falling[1]);
}

BOOST_AUTO_TEST_CASE(a_threshold_is_a_level_of_one_step) {
  const Operation operation = ThresholdStage{{0}, {11}};
  const CodeWindow window = code_window(sources, first, channels, two_sums(), &operation);
  BOOST_REQUIRE_EQUAL(window.thresholds.size(), 1U);
  BOOST_CHECK_EQUAL(window.thresholds[0][0], 1);
  BOOST_CHECK_EQUAL(window.weights.size(), 10U);
}
