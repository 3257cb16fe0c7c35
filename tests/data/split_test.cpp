#define BOOST_TEST_MODULE data_split
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <lutra/data/split.hpp>
#include <numeric>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

using Indices = std::vector<std::size_t>;

/// One value a sample, its own number; class c has `counts[c]` samples.
Dataset<Level<16>> numbered(const std::vector<std::size_t>& counts) {
  Dataset<Level<16>> data;
  data.classes = counts.size();
  for (std::uint32_t c = 0; c < counts.size(); ++c) data.labels.insert(data.labels.end(), counts[c], c);
  data.values.resize(data.labels.size());
  std::iota(data.values.begin(), data.values.end(), std::uint16_t{0});
  return data;
}

std::vector<std::size_t> count_classes(const Dataset<Level<16>>& data) {
  std::vector<std::size_t> counts(data.classes);
  for (const auto label : data.labels) ++counts[label];
  return counts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_sample_goes_to_exactly_one_part_with_its_label) {
  const auto data = numbered({30, 50, 20});
  const auto parts = split(data, 0.8, Seed{1});
  BOOST_TEST(parts.first.size() == 80u);
  BOOST_TEST(parts.second.size() == 20u);
  std::vector<std::uint16_t> all = parts.first.values;
  all.insert(all.end(), parts.second.values.begin(), parts.second.values.end());
  std::sort(all.begin(), all.end());
  BOOST_TEST(all == data.values, boost::test_tools::per_element());
  for (const auto& part : {parts.first, parts.second})
    for (std::size_t i = 0; i < part.size(); ++i) BOOST_REQUIRE(part.labels[i] == data.labels[part.values[i]]);
}

BOOST_AUTO_TEST_CASE(each_class_is_shared_out_by_the_fraction) {
  BOOST_TEST(count_classes(split(numbered({30, 50, 20}), 0.8, Seed{1}).first) == (Indices{24, 40, 16}),
             boost::test_tools::per_element());
  const std::vector<std::size_t> counts{1, 2, 3, 7, 100, 13};
  for (const double fraction : {0.1, 0.33, 0.5, 0.77, 0.9}) {
    const auto parts = split(numbered(counts), fraction, Seed{2});
    BOOST_TEST(parts.first.size() == static_cast<std::size_t>(std::round(fraction * 126)));
    const auto first = count_classes(parts.first);
    for (std::size_t c = 0; c < counts.size(); ++c)
      BOOST_TEST(std::abs(static_cast<double>(first[c]) - fraction * static_cast<double>(counts[c])) < 1);
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_parts_everywhere_and_another_seed_others) {
  const std::vector<std::uint32_t> labels{0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
  const auto parts = split_indices(10, labels, 0.5, Seed{5});
  // The order 6 4 3 2 8 5 7 1 9 0 is that of random_test; two of class 0 and three of class 1 go first.
  BOOST_TEST(parts.first == (Indices{6, 4, 3, 2, 8}), boost::test_tools::per_element());
  BOOST_TEST(parts.second == (Indices{5, 7, 1, 9, 0}), boost::test_tools::per_element());
  BOOST_TEST((split_indices(10, labels, 0.5, Seed{6}).first != parts.first));
}

BOOST_AUTO_TEST_CASE(parts_are_shuffled) {
  const auto parts = split(numbered({500, 500}), 0.5, Seed{3});
  BOOST_TEST(!std::is_sorted(parts.first.values.begin(), parts.first.values.end()));
  BOOST_TEST(!std::is_sorted(parts.second.labels.begin(), parts.second.labels.end()));
}

BOOST_AUTO_TEST_CASE(sets_without_classes_are_split_too) {
  Dataset<Byte> data{
      .shape = {}, .values = {1, 2, 3, 4}, .labels = {}, .targets = {.1f, .2f, .3f, .4f}, .target_size = 1};
  const auto parts = split(data, 0.75, Seed{1});
  BOOST_TEST(parts.first.size() == 3u);
  BOOST_TEST(parts.second.target(0)[0] == data.targets[parts.second.values[0] - 1u]);
}

BOOST_AUTO_TEST_CASE(labels_of_pixels_go_with_their_images) {
  const Dataset<Byte> data{.shape = {1, 1, 2},
                           .values = {0, 0, 1, 1, 2, 2, 3, 3},
                           .labels = {0, 0, 1, 1, 2, 2, 3, 3},
                           .classes = 4,
                           .places = 2};
  const auto parts = split(data, 0.5, Seed{1});
  for (const auto& part : {parts.first, parts.second}) {
    BOOST_TEST(part.size() == 2u);
    for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(part.labels[i] == part.values[i]);
  }
}

BOOST_AUTO_TEST_CASE(tables_are_split_too) {
  Table table;
  table.columns = {"a", "b"};
  table.values = {0, 0, 1, 10, 2, 20, 3, 30};
  table.labels = {0, 1, 0, 1};
  table.class_names = {"u", "v"};
  const auto parts = split(table, 0.5, Seed{1});
  BOOST_TEST(parts.first.rows() == 2u);
  BOOST_TEST(parts.first.row(1)[1] == 10 * parts.first.row(1)[0]);
  BOOST_TEST(parts.first.labels[0] + parts.first.labels[1] == 1u);
}

BOOST_AUTO_TEST_CASE(labels_may_be_far_apart) {
  const std::vector<std::uint32_t> labels{4'000'000'000u, 7, 4'000'000'000u, 7};
  const auto parts = split_indices(4, labels, 0.5, Seed{1});
  BOOST_TEST((labels[parts.first[0]] != labels[parts.first[1]]));
}

BOOST_AUTO_TEST_CASE(every_sample_is_put_aside_in_one_fold_and_learned_from_in_all_others) {
  const std::vector<std::size_t> counts{1, 2, 30, 17, 9};
  const auto data = numbered(counts);
  const auto folds = fold_indices(data.size(), data.labels, 4, Seed{2});
  BOOST_TEST(folds.size() == 4u);
  std::vector<std::size_t> aside(data.size());
  for (const auto& fold : folds) {
    BOOST_TEST(fold.first.size() + fold.second.size() == data.size());
    BOOST_TEST((fold.second.size() == 14u || fold.second.size() == 15u));
    std::vector<std::size_t> own(counts.size());
    for (const std::size_t i : fold.second) {
      ++aside[i];
      ++own[data.labels[i]];
    }
    for (const std::size_t i : fold.first) BOOST_REQUIRE(std::count(fold.second.begin(), fold.second.end(), i) == 0);
    for (std::size_t c = 0; c < counts.size(); ++c)
      BOOST_TEST((own[c] == counts[c] / 4 || own[c] == (counts[c] + 3) / 4), "class " << c << ": " << own[c]);
    BOOST_TEST(!std::is_sorted(fold.first.begin(), fold.first.end()));
  }
  BOOST_TEST(aside == Indices(data.size(), 1), boost::test_tools::per_element());
  BOOST_TEST((fold_indices(data.size(), data.labels, 4, Seed{2})[3].second == folds[3].second));
  BOOST_TEST((fold_indices(data.size(), data.labels, 4, Seed{3})[3].second != folds[3].second));
  BOOST_TEST(fold_indices(3, {}, 3, Seed{1})[0].second.size() == 1u);
}

BOOST_AUTO_TEST_CASE(splits_that_make_no_sense_are_refused) {
  const auto data = numbered({10});
  for (const double fraction : {0.0, 1.0, -1.0, 2.0, std::nan("")})
    check_error([&] { (void)split(data, fraction, Seed{1}); }, {"more than 0 and less than 1"});
  check_error([&] { (void)split(data, 0.01, Seed{1}); }, {"10 samples", "at least one in each part", "0 and 10"});
  check_error([&] { (void)split(Dataset<Byte>{}, 0.5, Seed{1}); }, {"0 samples"});
  const std::vector<std::uint32_t> labels{0, 1};
  check_error([&] { (void)split_indices(3, labels, 0.5, Seed{1}); }, {"labels", "expected 3", "got 2"});
  check_error([&] { (void)fold_indices(3, labels, 2, Seed{1}); }, {"labels", "expected 3", "got 2"});
  check_error([] { (void)fold_indices(3, {}, 4, Seed{1}); }, {"folds", "3 samples", "got 4 folds"});
  check_error([] { (void)fold_indices(3, {}, 1, Seed{1}); }, {"folds", "2 folds or more"});
}
