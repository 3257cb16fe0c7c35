#define BOOST_TEST_MODULE data_digits
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <lutra/data/digits.hpp>
#include <string>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

const std::filesystem::path digits_file = std::filesystem::path(LUTRA_SOURCE_DIR) / "examples/data/digits.csv.gz";

/// `classes` rows of `columns` values, all `value`, labelled 0, 1, ...
std::string rows(std::size_t columns, const std::string& value, int classes) {
  std::string text;
  for (int label = 0; label < classes; ++label) {
    for (std::size_t i = 0; i < columns; ++i) text += value + ",";
    text += std::to_string(label) + "\n";
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_embedded_digits_are_whole) {
  const auto data = load_digits(digits_file);
  BOOST_TEST(data.size() == 1797u);
  BOOST_TEST((data.shape == Shape{1, 8, 8}));
  BOOST_TEST(data.classes == 10u);
  std::vector<int> each(10);
  for (const auto label : data.labels) ++each[label];
  BOOST_TEST(each == (std::vector<int>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}),
             boost::test_tools::per_element());
  const std::vector<std::uint8_t> first_row(data.values.begin(), data.values.begin() + 8);
  BOOST_TEST(first_row == (std::vector<std::uint8_t>{0, 0, 5, 13, 9, 1, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST(*std::max_element(data.values.begin(), data.values.end()) == 16);
}

BOOST_AUTO_TEST_CASE(files_that_are_not_digits_are_refused) {
  const test::TemporaryFolder folder;
  BOOST_TEST(load_digits(folder.file("ok.csv", rows(64, "16", 10))).size() == 10u);
  check_error([&] { (void)load_digits(folder.file("a.csv", rows(63, "1", 10))); }, {"a.csv", "64 columns", "63"});
  check_error([&] { (void)load_digits(folder.file("b.csv", rows(64, "1", 9))); }, {"ten classes 0 to 9", "9 classes"});
  check_error([&] { (void)load_digits(folder.file("c.csv", rows(64, "17", 10))); }, {"c.csv, image 0", "0..16", "17"});
  check_error([&] { (void)load_digits(folder.file("d.csv", rows(64, "0.5", 10))); }, {"0.5"});
  check_error([&] { (void)load_digits(folder.path() / "none.csv"); }, {"none.csv", "a file that exists"});
}
