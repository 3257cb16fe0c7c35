#define BOOST_TEST_MODULE data_dataset
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <lutra/data/dataset.hpp>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

const std::vector<std::uint8_t> six{1, 2, 3, 4, 5, 6};
const std::vector<std::uint32_t> three_labels{0, 3, 1};

}  // namespace

BOOST_AUTO_TEST_CASE(a_dataset_is_made_of_spans) {
  const auto data = make_dataset<Byte>(Shape{2}, six, three_labels);
  BOOST_TEST(data.size() == 3u);
  BOOST_TEST(data.classes == 4u);
  BOOST_TEST(data.sample(2)[1] == 6);
  BOOST_TEST(make_dataset<Byte>(Shape{2}, six, three_labels, 10).classes == 10u);
  BOOST_TEST(make_dataset<Byte>(Shape{2}, six).labels.empty());
}

BOOST_AUTO_TEST_CASE(a_regression_dataset_is_made_of_spans) {
  const std::vector<float> targets{0.5f, -1.0f, 2.0f, 3.0f, 4.0f, 5.0f};
  const auto data = make_regression_dataset<Byte>(Shape{2}, six, targets, 2);
  BOOST_TEST(data.size() == 3u);
  BOOST_TEST(data.target(1)[0] == 2.0f);
  check_error([&] { (void)make_regression_dataset<Byte>(Shape{2}, six, targets); }, {"3 targets", "got 6"});
  check_error([&] { (void)make_regression_dataset<Byte>(Shape{2}, six, {}); }, {"at least one target"});
  const std::vector<float> wrong{1.0f, std::numeric_limits<float>::infinity(), 2.0f};
  check_error([&] { (void)make_regression_dataset<Byte>(Shape{2}, six, wrong); }, {"target 1", "finite", "inf"});
}

BOOST_AUTO_TEST_CASE(values_that_are_no_whole_samples_are_refused) {
  check_error([&] { (void)make_dataset<Byte>(Shape{4}, six); }, {"whole samples of 4", "6 values"});
  check_error([&] { (void)make_dataset<Byte>(Shape{0}, six); }, {"at least one value", "0x1x1"});
}

BOOST_AUTO_TEST_CASE(labels_that_do_not_fit_are_refused) {
  check_error([&] { (void)make_dataset<Byte>(Shape{3}, six, three_labels); }, {"2 labels", "got 3"});
  check_error([&] { (void)make_dataset<Byte>(Shape{2}, six, three_labels, 3); }, {"sample 1", "below 3", "got 3"});
}

BOOST_AUTO_TEST_CASE(a_sample_may_have_a_label_for_each_of_several_places) {
  const std::vector<std::uint32_t> labels{0, 1, 2, 0, 2, 1};
  const auto data = make_dataset<Byte>(Shape{1, 1, 3}, six, labels, 0, 3);
  BOOST_TEST(data.size() == 2u);
  BOOST_TEST(data.classes == 3u);
  BOOST_TEST(data.label(1)[1] == 2u);
  const std::vector<std::size_t> second{1};
  BOOST_TEST(data.subset(second).labels == (std::vector<std::uint32_t>{0, 2, 1}), boost::test_tools::per_element());
  check_error([&] { (void)make_dataset<Byte>(Shape{1, 1, 3}, six, labels); }, {"2 labels", "got 6"});
  check_error([&] { (void)make_dataset<Byte>(Shape{1, 1, 3}, six, labels, 0, 2); }, {"4 labels", "got 6"});
  check_error([&] { (void)make_dataset<Byte>(Shape{1, 1, 3}, six, labels, 0, 0); }, {"at least one place"});
  check_error(
      [&] {
        (void)make_dataset<Byte>(Shape{1, 1, 3}, six, labels, 2, 3);
      },
      {"label of sample 0, place 2", "below 2", "got 2"});
}

BOOST_AUTO_TEST_CASE(values_that_do_not_fit_the_kind_are_refused) {
  check_error([&] { (void)make_dataset<Level<2>>(Shape{3}, six); }, {"sample 1, value 0", "0..3", "got 4"});
  check_error([&] { (void)make_dataset<Bit>(Shape{3}, six); }, {"sample 0, value 1", "0..1", "got 2"});
  const std::vector<float> real{0.0f, std::numeric_limits<float>::quiet_NaN()};
  check_error([&] { (void)make_dataset<Real>(Shape{1}, real); }, {"sample 1, value 0", "a finite number", "nan"});
  const std::vector<std::uint16_t> wide{0, 65535};
  BOOST_TEST(make_dataset<Level<16>>(Shape{1}, wide).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_subset_keeps_order_labels_and_targets) {
  const auto data = make_dataset<Byte>(Shape{2}, six, three_labels);
  const std::vector<std::size_t> indices{2, 0, 2};
  const auto part = data.subset(indices);
  BOOST_TEST(part.labels == (std::vector<std::uint32_t>{1, 0, 1}), boost::test_tools::per_element());
  BOOST_TEST(part.values == (std::vector<std::uint8_t>{5, 6, 1, 2, 5, 6}), boost::test_tools::per_element());
  BOOST_TEST(part.classes == 4u);
  const std::vector<float> targets{0.5f, 1.5f, 2.5f};
  const auto regression = make_regression_dataset<Byte>(Shape{2}, six, targets).subset(indices);
  BOOST_TEST(regression.targets == (std::vector<float>{2.5f, 0.5f, 2.5f}), boost::test_tools::per_element());
  const std::vector<std::size_t> outside{3};
  check_error([&] { (void)data.subset(outside); }, {"below 3", "got 3"});
}
