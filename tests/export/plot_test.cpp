#define BOOST_TEST_MODULE plot
#include <boost/test/unit_test.hpp>
#include <lutra/export/plot.hpp>
#include <lutra/search/result.hpp>
#include <string>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using lutra::test::check_error;

namespace {

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

SearchRow row(const std::string& name, std::size_t luts, double accuracy) {
  return {.name = name, .epochs = 1, .accuracy = accuracy, .cost = {luts, luts / 2, 7, 5}};
}

const std::vector rows{row("small", 100, 0.5), row("worse", 400, 0.4), row("right", 900, 0.8), row("huge", 20000, 0.9)};

/// The number behind `attribute=` in the element that has `text`.
double number_in(const std::string& svg, const std::string& text, const std::string& attribute) {
  const auto at = svg.find(text);
  return std::stod(svg.substr(svg.find(" " + attribute + "=\"", at) + attribute.size() + 3));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_is_drawn_with_its_names_its_front_and_its_budget) {
  const std::string svg = plot(detail::judged({.luts = 1000}, rows));
  BOOST_TEST(times(svg, "<circle") == 4U);
  BOOST_TEST(times(svg, "class=\"front\"") == 1U);
  BOOST_TEST(times(svg, "class=\"limit\"") == 1U);
  BOOST_TEST(times(svg, ">budget 1,000</text>") == 1U);
  BOOST_TEST(times(svg, "point first pale") == 1U);  // the huge one
  for (const auto& each : rows) BOOST_TEST(times(svg, ">" + each.name + "</text>") == 1U);
  BOOST_TEST(svg.find("right: 80.00 %, 900 LUTs") != std::string::npos);
  // Three points lie on the front.
  const auto path = svg.substr(svg.find("class=\"front\""));
  BOOST_TEST(times(path.substr(0, path.find('>')), " L") == 2U);
}

BOOST_AUTO_TEST_CASE(equal_factors_of_luts_are_equally_far_apart) {
  const std::string svg = plot(detail::judged({}, {row("a", 100, 0.5), row("b", 1000, 0.6), row("c", 10000, 0.7)}));
  const auto x = [&](const std::string& name) { return number_in(svg, ">" + name + ": ", "cx"); };
  const auto y = [&](const std::string& name) { return number_in(svg, ">" + name + ": ", "cy"); };
  BOOST_TEST(x("c") - x("b") == x("b") - x("a"), boost::test_tools::tolerance(1e-3));
  BOOST_TEST(y("a") - y("b") == y("b") - y("c"), boost::test_tools::tolerance(1e-3));
  BOOST_TEST(y("a") > y("b"));
  BOOST_TEST(times(svg, "limit\"") == 0U);
}

BOOST_AUTO_TEST_CASE(one_point_and_equal_points_can_be_drawn) {
  BOOST_TEST(times(plot(detail::judged({}, {row("one", 0, 1)})), "<circle") == 1U);
  const std::string svg = plot(detail::judged({}, std::vector(12, row("twelve of one name", 50, 0.5))));
  BOOST_TEST(times(svg, "<circle") == 12U);
  BOOST_TEST(times(svg, ">twelve of one name</text>") < 12U);  // there is no room for all
  BOOST_TEST(svg.find("nan") == std::string::npos);
  BOOST_TEST(svg.find("inf") == std::string::npos);
  check_error([] { static_cast<void>(plot(report::TradeOff{})); }, {"at least one circuit"});
}
