#define BOOST_TEST_MODULE data_npy
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/data/npy.hpp>
#include <lutra/random.hpp>
#include <string>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

/// A .npy file of format 1.0 as NumPy writes it, from its dictionary and its values' bytes.
std::string npy(const std::string& dictionary, std::string_view values, const std::string& version = {"\1\0", 2}) {
  std::string header = dictionary;
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string text = "\x93NUMPY" + version;
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  if (version[0] != 1) text += std::string(2, '\0');
  return text.append(header).append(values);
}

std::string dictionary(const std::string& type, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

std::string counting(std::size_t n) {
  std::string values(n, '\0');
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<char>(i);
  return values;
}

struct Folder {
  test::TemporaryFolder folder;

  template <class T = std::uint8_t>
  std::vector<T> values(const std::string& content) {
    const auto array = read_npy<T>(folder.file("a.npy", content));
    return {array.data(), array.data() + array.size()};
  }
  void refused(const std::string& content, std::initializer_list<std::string_view> parts) {
    check_error([&] { (void)values(content); }, parts);
  }
};

#define CHECK_SAME(left, right) BOOST_TEST((left) == (right), boost::test_tools::per_element())

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_array_of_bytes_is_read_with_its_shape, Folder) {
  const auto array = read_npy<std::uint8_t>(folder.file("a.npy", npy(dictionary("|u1", "(2, 3)"), counting(6))));
  BOOST_TEST(array.dimension() == 2u);
  BOOST_TEST(array.shape()[1] == 3u);
  BOOST_TEST(array(1, 2) == 5);
  BOOST_TEST(read_npy<int>(folder.file("b.npy", npy(dictionary("|u1", "(3,)"), counting(3)))).dimension() == 1u);
  BOOST_TEST(read_npy<int>(folder.file("c.npy", npy(dictionary("|u1", "()"), "\7")))() == 7);
}

BOOST_FIXTURE_TEST_CASE(any_type_is_read_when_its_values_fit, Folder) {
  CHECK_SAME(values<int>(npy(dictionary("|b1", "(2,)"), {"\1\0", 2})), (std::vector<int>{1, 0}));
  CHECK_SAME(values<int>(npy(dictionary("|i1", "(2,)"), "\xff\x7f")), (std::vector<int>{-1, 127}));
  CHECK_SAME(values<int>(npy(dictionary("<i2", "(2,)"), "\xfe\xff\1\2")), (std::vector<int>{-2, 513}));
  CHECK_SAME(values<int>(npy(dictionary(">i2", "(2,)"), "\xff\xfe\2\1")), (std::vector<int>{-2, 513}));
  CHECK_SAME(values(npy(dictionary("<i8", "(1,)"), {"\xc8\0\0\0\0\0\0\0", 8})), (std::vector<std::uint8_t>{200}));
  CHECK_SAME(values<float>(npy(dictionary("<f4", "(1,)"), {"\0\0\xc0\xbf", 4})), (std::vector<float>{-1.5f}));
  CHECK_SAME(values<float>(npy(dictionary(">f8", "(1,)"), {"\xbf\xf8\0\0\0\0\0\0", 8})), (std::vector<float>{-1.5f}));
  CHECK_SAME(values<int>(npy(dictionary("<f4", "(1,)"), {"\0\0\0\x40", 4})), (std::vector<int>{2}));
}

BOOST_FIXTURE_TEST_CASE(values_that_do_not_fit_are_refused_by_element, Folder) {
  refused(npy(dictionary("<i2", "(2,)"), {"\xff\0\0\1", 4}), {"element 1", "a whole number 0..255", "got 256"});
  refused(npy(dictionary("|i1", "(1,)"), "\xff"), {"element 0", "got -1"});
  refused(npy(dictionary("<f4", "(1,)"), {"\0\0\0\x3f", 4}), {"element 0", "a whole number", "got 0.5"});
  refused(npy(dictionary("<f4", "(1,)"), {"\0\0\xc0\x7f", 4}), {"element 0", "got nan"});
  check_error([&] { (void)values<float>(npy(dictionary("<u4", "(1,)"), {"\1\0\0\1", 4})); }, {"float", "got 16777217"});
  check_error([&] { (void)values<float>(npy(dictionary("<f8", "(1,)"), {"\0\0\0\0\0\0\xe0\x7f", 8})); }, {"float"});
}

BOOST_FIXTURE_TEST_CASE(column_major_arrays_are_turned, Folder) {
  CHECK_SAME(values(npy(dictionary("|u1", "(2, 3)", "True"), counting(6))),
             (std::vector<std::uint8_t>{0, 2, 4, 1, 3, 5}));
  CHECK_SAME(values(npy(dictionary("|u1", "(2, 2, 2)", "True"), counting(8))),
             (std::vector<std::uint8_t>{0, 4, 2, 6, 1, 5, 3, 7}));
}

BOOST_FIXTURE_TEST_CASE(later_formats_and_other_spellings_of_the_header_are_read, Folder) {
  const std::string spelled = "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"|u1\"}";
  const std::vector<std::uint8_t> six{0, 1, 2, 3, 4, 5};
  CHECK_SAME(values(npy(spelled, counting(6))), six);
  CHECK_SAME(values(npy(dictionary("|u1", "(2, 3)"), counting(6), {"\2\0", 2})), six);
  CHECK_SAME(values(npy(dictionary("|u1", "(2, 3)"), counting(6), {"\3\0", 2})), six);
  CHECK_SAME(values(npy(dictionary("|u1", "(2, 3)") + std::string(150, ' '), counting(6))), six);
}

BOOST_FIXTURE_TEST_CASE(gzipped_arrays_are_read, Folder) {
  CHECK_SAME(values(test::gzip(npy(dictionary("|u1", "(3,)"), "abc"))), (std::vector<std::uint8_t>{'a', 'b', 'c'}));
}

BOOST_FIXTURE_TEST_CASE(a_file_cut_anywhere_or_too_long_is_refused, Folder) {
  const std::string whole = npy(dictionary("<u2", "(2, 3)"), counting(12));
  for (std::size_t size = 0; size < whole.size(); ++size) refused(whole.substr(0, size), {"npy file", "a.npy, byte "});
  refused(whole + "x", {"byte 140", "the end of the file", "more bytes"});
}

BOOST_FIXTURE_TEST_CASE(foreign_files_are_refused, Folder) {
  refused("PK\3\4 an npz archive", {"byte 0", "\\x93NUMPY"});
  refused(npy(dictionary("|u1", "(1,)"), "a", {"\4\0", 2}), {"byte 6", "format 1.0, 2.0 or 3.0", "4.0"});
  check_error([&] { (void)read_npy<int>(folder.path() / "none.npy"); }, {"none.npy", "a file that exists"});
}

BOOST_FIXTURE_TEST_CASE(headers_that_make_no_sense_are_refused, Folder) {
  const auto header = [&](const std::string& text, std::initializer_list<std::string_view> parts) {
    refused(npy(text, "a"), parts);
  };
  header(dictionary("|O", "(1,)"), {"header", "a type among", "'|O'"});
  header(dictionary("<f2", "(1,)"), {"'<f2'"});
  header(dictionary("", "(1,)"), {"a type among"});
  header(dictionary("|u1", "(x,)"), {"a size", "'x,)"});
  header(dictionary("|u1", "(-1,)"), {"a size", "'-1"});
  header(dictionary("|u1", "(1 2)"), {"',' or ')'"});
  header(dictionary("|u1", "(1,", "False"), {"a size"});
  header(dictionary("|u1", "(1,)", "Maybe"), {"True or False", "'Maybe"});
  header("{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (1,)}", {"a quoted text", "records"});
  header("{'descr': '|u1', 'shape': (1,)}", {"the keys 'descr', 'fortran_order' and 'shape'"});
  header("{'descr': '|u1', 'descr': '|u1'}", {"once", "'descr'"});
  header("{'descr': '|u1', 'colour': 1}", {"once", "'colour'"});
  header("{'descr': '|u1' 'shape'", {"',' or '}'"});
  header("{'descr: ", {"a closing quote"});
  header("{'descr' '|u1'}", {"':' after a key"});
  header(dictionary("|u1", "(1,)") + "x", {"the end of the header", "'x"});
  header("import os", {"a Python dictionary", "'import os"});
}

BOOST_FIXTURE_TEST_CASE(absurd_sizes_are_refused_before_anything_is_allocated, Folder) {
  refused(npy(dictionary("|u1", "(4294967296, 4294967296, 4294967296)"), "a"), {"no more than 2^48 bytes"});
  refused(npy(dictionary("<f8", "(1000000, 1000000)"), "a"), {"8000000000000 bytes of values", "at most 1 left"});
  refused(npy(dictionary("|u1", "(99999999999999999999999,)"), "a"), {"a size"});
  refused({"\x93NUMPY\2\0\xff\xff\xff\x7f", 12}, {"byte 8", "at most 65536 bytes"});
}

BOOST_FIXTURE_TEST_CASE(what_is_saved_is_read_back_by_lutra_and_by_xtensor, Folder) {
  Random random(Seed{1});
  xt::xarray<std::int16_t> array = xt::xarray<std::int16_t>::from_shape({4, 1, 3});
  for (auto& value : array) value = static_cast<std::int16_t>(random());
  const auto path = folder.path() / "saved.npy";
  save_npy(path, array);
  BOOST_TEST((read_npy<std::int16_t>(path) == array));
  BOOST_TEST((xt::load_npy<std::int16_t>(path.string()) == array));
  save_npy(path, xt::xarray<double>(array * 0.5));
  BOOST_TEST(read_npy<double>(path)(3, 0, 2) == 0.5 * array(3, 0, 2));
  check_error([&] { save_npy(folder.path() / "no" / "a.npy", array); }, {"a.npy"});
}

BOOST_FIXTURE_TEST_CASE(images_and_labels_become_a_dataset_and_files_again, Folder) {
  const auto images = folder.file("x.npy", npy(dictionary("|u1", "(2, 2, 3)"), counting(12)));
  const auto labels = folder.file("y.npy", npy(dictionary("<i2", "(2,)"), {"\4\0\1\0", 4}));
  const auto data = load_npy(images, labels);
  BOOST_TEST((data.shape == Shape{1, 2, 3}));
  CHECK_SAME(data.labels, (std::vector<std::uint32_t>{4, 1}));
  BOOST_TEST(data.classes == 5u);
  BOOST_TEST(data.sample(1)[0] == 6);
  BOOST_TEST(load_npy(images, labels, 10).classes == 10u);
  save_npy(folder.path() / "x2.npy", folder.path() / "y2.npy", data);
  const auto again = load_npy(folder.path() / "x2.npy", folder.path() / "y2.npy");
  BOOST_TEST((again.shape == data.shape));
  CHECK_SAME(again.values, data.values);
  CHECK_SAME(again.labels, data.labels);
}

BOOST_FIXTURE_TEST_CASE(images_of_labels_become_a_label_a_pixel_and_files_again, Folder) {
  const auto images = folder.file("x.npy", npy(dictionary("|u1", "(2, 2, 3)"), counting(12)));
  const auto data = load_npy(images, folder.file("y.npy", npy(dictionary("|u1", "(2, 2, 3)"), counting(12))));
  BOOST_TEST(data.places == 6u);
  BOOST_TEST(data.label(1)[2] == 8u);
  save_npy(folder.path() / "x2.npy", folder.path() / "y2.npy", data);
  const auto again = load_npy(folder.path() / "x2.npy", folder.path() / "y2.npy");
  BOOST_TEST(again.places == 6u);
  CHECK_SAME(again.labels, data.labels);
}

BOOST_FIXTURE_TEST_CASE(the_dimensions_give_the_shape, Folder) {
  const auto shape_of = [&](const std::string& sizes, Channels channels) {
    const auto file = folder.file("x.npy", npy(dictionary("|u1", sizes), counting(24)));
    return to_dataset(read_npy<std::uint8_t>(file), {}, 0, channels);
  };
  BOOST_TEST((shape_of("(4, 6)", Channels::first).shape == Shape{6}));
  BOOST_TEST((shape_of("(2, 2, 2, 3)", Channels::first).shape == Shape{2, 2, 3}));
  const auto turned = shape_of("(2, 2, 2, 3)", Channels::last);
  BOOST_TEST((turned.shape == Shape{3, 2, 2}));
  CHECK_SAME(turned.values, (std::vector<std::uint8_t>{0,  3,  6,  9,  1,  4,  7,  10, 2,  5,  8,  11,
                                                       12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23}));
  check_error([&] { (void)shape_of("(24,)", Channels::first); }, {"2 to 4 dimensions", "got 1"});
}

BOOST_FIXTURE_TEST_CASE(images_and_labels_that_do_not_agree_are_refused, Folder) {
  const auto images = folder.file("x.npy", npy(dictionary("|u1", "(2, 2, 3)"), counting(12)));
  const auto labels = folder.file("y.npy", npy(dictionary("|u1", "(2,)"), "\1\3"));
  const auto three = folder.file("three.npy", npy(dictionary("|u1", "(3,)"), "\1\1\1"));
  const auto negative = folder.file("negative.npy", npy(dictionary("|i1", "(2,)"), "\1\xff"));
  const auto empty = folder.file("empty.npy", npy(dictionary("|u1", "(0, 2, 2)"), ""));
  check_error([&] { (void)load_npy(images, three); }, {"three.npy", "2 labels in 1 dimension", "3 in 1"});
  const auto flat = folder.file("flat.npy", npy(dictionary("|u1", "(2, 6)"), counting(12)));
  check_error([&] { (void)load_npy(images, flat); }, {"npy labels", "2 labels", "label images in 3", "12 in 2"});
  check_error([&] { (void)load_npy(images, labels, 3); }, {"y.npy, element 1", "below 3", "got 3"});
  check_error([&] { (void)load_npy(images, negative); }, {"negative.npy, element 1", "0..4294967295", "got -1"});
  check_error([&] { (void)load_npy(labels, labels); }, {"npy images", "2 to 4 dimensions", "1 dimensions"});
  check_error([&] { (void)load_npy(empty, labels); }, {"npy images", "none empty"});
  Dataset<Byte> unlabelled = load_npy(images, labels);
  unlabelled.labels.clear();
  check_error([&] { save_npy(folder.path() / "a", folder.path() / "b", unlabelled); }, {"a data set with labels"});
  BOOST_TEST(!std::filesystem::exists(folder.path() / "a"));
}
