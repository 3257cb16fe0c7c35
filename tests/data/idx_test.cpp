#define BOOST_TEST_MODULE data_idx
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <lutra/data/idx.hpp>
#include <string>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;
using test::gzip;

namespace {

std::string idx(std::initializer_list<std::uint32_t> sizes, std::string_view values, char type = 8) {
  std::string text{'\0', '\0', type, static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes)
    for (const int shift : {24, 16, 8, 0}) text += static_cast<char>(size >> shift);
  return text.append(values);
}

std::string counting(std::size_t n) {
  std::string values(n, '\0');
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<char>(i);
  return values;
}

struct Folder {
  test::TemporaryFolder folder;
  std::filesystem::path images = folder.file("images", idx({3, 2, 4}, counting(24)));
  std::filesystem::path labels = folder.file("labels", idx({3}, {"\0\2\1", 3}));
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(images_and_labels_become_a_dataset, Folder) {
  const auto data = load_idx(images, labels);
  BOOST_TEST(data.size() == 3u);
  BOOST_TEST((data.shape == Shape{1, 2, 4}));
  BOOST_TEST(data.classes == 3u);
  BOOST_TEST(data.labels == (std::vector<std::uint32_t>{0, 2, 1}), boost::test_tools::per_element());
  BOOST_TEST(data.sample(1)[0] == 8);
  BOOST_TEST(data.sample(2)[7] == 23);
  data.validate();
  BOOST_TEST(load_idx(images, labels, 10).classes == 10u);
}

BOOST_FIXTURE_TEST_CASE(gzipped_files_read_the_same_whatever_their_name, Folder) {
  const auto packed_images = folder.file("a.gz", gzip(idx({3, 2, 4}, counting(24))));
  const auto packed_labels = folder.file("b", gzip(idx({3}, {"\0\2\1", 3})));
  const auto data = load_idx(packed_images, packed_labels);
  BOOST_TEST(data.values == load_idx(images, labels).values, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_gzip_file_of_several_members_is_read_to_its_end, Folder) {
  const std::string whole = idx({3, 2, 4}, counting(24));
  const auto path = folder.file("two.gz", gzip(whole.substr(0, 13)) + gzip(whole.substr(13)));
  BOOST_TEST(read_idx_images(path).values.back() == 23);
}

BOOST_FIXTURE_TEST_CASE(the_dimensions_give_the_shape, Folder) {
  BOOST_TEST((read_idx_images(folder.file("v", idx({2, 5}, counting(10)))).shape == Shape{5, 1, 1}));
  BOOST_TEST((read_idx_images(folder.file("c", idx({2, 3, 2, 1}, counting(12)))).shape == Shape{3, 2, 1}));
  BOOST_TEST(read_idx_images(folder.file("d", idx({2, 3, 2, 1}, counting(12)))).count() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_large_file_is_read_whole, Folder) {
  const std::string values = counting(3'000'000);
  const std::string whole = idx({3000, 1000}, values);
  for (const auto& path : {folder.file("large", whole), folder.file("large.gz", gzip(whole))}) {
    const auto read = read_idx_images(path);
    BOOST_TEST(std::equal(read.values.begin(), read.values.end(), values.begin(), values.end(),
                          [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
  }
}

BOOST_FIXTURE_TEST_CASE(a_missing_file_or_a_folder_is_refused, Folder) {
  check_error([&] { (void)read_idx_images(folder.path() / "none"); }, {"IDX images", "none", "a file that exists"});
  check_error([&] { (void)read_idx_images(folder.path()); }, {"expected a file, got a folder"});
}

BOOST_FIXTURE_TEST_CASE(an_empty_file_is_refused, Folder) {
  check_error([&] { (void)read_idx_images(folder.file("e", "")); }, {"e, byte 0", "magic number", "got the end"});
  check_error([&] { (void)read_idx_labels(folder.file("e.gz", gzip(""))); }, {"byte 0", "got the end"});
}

BOOST_FIXTURE_TEST_CASE(a_file_cut_anywhere_is_refused, Folder) {
  const std::string whole = idx({3, 2, 4}, counting(24));
  for (std::size_t size = 0; size < whole.size(); ++size)
    check_error([&] { (void)read_idx_images(folder.file("cut", whole.substr(0, size))); }, {"cut, byte "});
  check_error([&] { (void)read_idx_images(folder.file("cut", whole.substr(0, 39))); },
              {"byte 16", "24 bytes of values", "at most 23"});
}

BOOST_FIXTURE_TEST_CASE(a_gzipped_file_cut_anywhere_is_refused, Folder) {
  const std::string whole = gzip(idx({3, 2, 4}, counting(24)));
  for (std::size_t size = 2; size < whole.size(); ++size)
    check_error([&] { (void)read_idx_images(folder.file("cut.gz", whole.substr(0, size))); },
                {"cut.gz, unpacked byte ", "got the end of the file"});
}

BOOST_FIXTURE_TEST_CASE(a_gzipped_file_with_any_bit_of_its_data_or_checksum_wrong_is_refused, Folder) {
  const std::string whole = gzip(idx({3, 2, 4}, counting(24)));
  std::size_t refused = 0;
  for (std::size_t byte = 10; byte < whole.size(); ++byte) {  // the ten bytes before are a time stamp and the like
    std::string wrong = whole;
    wrong[byte] = static_cast<char>(wrong[byte] ^ 4);
    try {  // a few bits of padding mean nothing
      BOOST_TEST(read_idx_images(folder.file("wrong.gz", wrong)).values == read_idx_images(images).values);
    } catch (const Error&) {
      ++refused;
    }
  }
  BOOST_TEST(refused >= whole.size() - 11);
  std::string wrong = whole;
  wrong[whole.size() - 8] = static_cast<char>(~wrong[whole.size() - 8]);
  check_error([&] { (void)read_idx_images(folder.file("crc.gz", wrong)); },
              {"sound gzipped data", "incorrect data check"});
}

BOOST_FIXTURE_TEST_CASE(bytes_after_the_end_are_refused, Folder) {
  const std::string whole = idx({3, 2, 4}, counting(24));
  check_error([&] { (void)read_idx_images(folder.file("more", whole + "x")); }, {"byte 40", "more bytes"});
  check_error([&] { (void)read_idx_images(folder.file("more.gz", gzip(whole + "x"))); }, {"byte 40", "more bytes"});
  check_error([&] { (void)read_idx_images(folder.file("junk.gz", gzip(whole) + "x")); },
              {"unpacked byte 40", "bytes that are not gzipped"});
}

BOOST_FIXTURE_TEST_CASE(foreign_files_are_refused, Folder) {
  check_error([&] { (void)read_idx_images(folder.file("png", "\x89PNG\r\n\x1a\n")); },
              {"byte 0", "two zero bytes", "0x89 0x50"});
  check_error(
      [&] {
        (void)read_idx_images(folder.file("f", idx({3, 2}, counting(24), 0x0d)));
      },
      {"byte 2", "type 0x08", "type 0x0d"});
}

BOOST_FIXTURE_TEST_CASE(images_and_labels_in_each_others_place_are_refused, Folder) {
  check_error([&] { (void)load_idx(labels, images); }, {"labels, byte 3", "2 to 4 dimensions", "1 dimension"});
  check_error([&] { (void)load_idx(images, images); }, {"images, byte 3", "1 dimension", "3 dimensions"});
  check_error([&] { (void)read_idx_images(folder.file("five", idx({1, 1, 1, 1, 1}, "a"))); }, {"5 dimensions"});
}

BOOST_FIXTURE_TEST_CASE(absurd_sizes_are_refused_before_anything_is_allocated, Folder) {
  const auto huge = idx({0xffffffff, 0xffff, 0xffff}, "abc");
  check_error([&] { (void)read_idx_images(folder.file("huge", huge)); }, {"byte 12", "no more than 2^48 values"});
  const auto large = idx({60000, 4096, 4096}, "abc");
  check_error([&] { (void)read_idx_images(folder.file("large", large)); }, {"1006632960000 bytes", "at most 3 left"});
  check_error([&] { (void)read_idx_images(folder.file("large.gz", gzip(large))); }, {"1006632960000 bytes", "at most"});
  check_error([&] { (void)read_idx_images(folder.file("zero", idx({3, 0, 4}, ""))); }, {"byte 8", "got 0"});
}

BOOST_FIXTURE_TEST_CASE(counts_that_differ_are_refused, Folder) {
  check_error([&] { (void)load_idx(images, folder.file("two", idx({2}, counting(2)))); }, {"two", "3 labels", "got 2"});
}

BOOST_FIXTURE_TEST_CASE(a_label_that_is_no_class_is_refused, Folder) {
  check_error([&] { (void)load_idx(images, labels, 2); }, {"labels, byte 9", "a label below 2", "got 2"});
}

BOOST_AUTO_TEST_CASE(a_folder_is_searched_for_the_four_names) {
  const test::TemporaryFolder folder;
  check_error([&] { (void)load_mnist(folder.path() / "none"); }, {"no such folder"});
  (void)folder.file("train-images-idx3-ubyte", idx({3, 2, 4}, counting(24)));
  (void)folder.file("train-labels-idx1-ubyte.gz", gzip(idx({3}, counting(3))));
  (void)folder.file("t10k-images.idx3-ubyte", idx({2, 2, 4}, counting(16)));
  check_error([&] { (void)load_mnist(folder.path()); }, {folder.path().string(), "t10k-labels-idx1-ubyte", "neither"});
  (void)folder.file("t10k-labels-idx1-ubyte", idx({2}, counting(2)));
  const auto sets = load_mnist(folder.path());
  BOOST_TEST(sets.train.size() == 3u);
  BOOST_TEST(sets.test.size() == 2u);
  BOOST_TEST(sets.test.classes == 10u);
  (void)folder.file("t10k-images.idx3-ubyte", idx({2, 4, 2}, counting(16)));
  check_error([&] { (void)load_mnist(folder.path()); }, {"1x2x4", "1x4x2"});
}

BOOST_AUTO_TEST_CASE(the_real_mnist_is_read) {
  const auto folder = test::data_folder();
  if (!folder) {
    BOOST_TEST_MESSAGE("left out: LUTRA_DATA is not set");
    return;
  }
  const auto sets = load_mnist(*folder / "mnist");
  BOOST_TEST(sets.train.size() == 60'000u);
  BOOST_TEST(sets.test.size() == 10'000u);
  BOOST_TEST((sets.train.shape == Shape{1, 28, 28}));
  const std::vector<std::uint32_t> first(sets.train.labels.begin(), sets.train.labels.begin() + 5);
  BOOST_TEST(first == (std::vector<std::uint32_t>{5, 0, 4, 1, 9}), boost::test_tools::per_element());
  std::vector<int> each(10);
  for (const auto label : sets.test.labels) ++each[label];
  BOOST_TEST(each == (std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}),
             boost::test_tools::per_element());
  double sum = 0;
  for (const auto value : sets.train.values) sum += value;
  BOOST_TEST(std::abs(sum / static_cast<double>(sets.train.values.size()) - 33.318) < 0.001);
}
