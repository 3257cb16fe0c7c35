#define BOOST_TEST_MODULE data_quantizer
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <lutra/data/quantizer.hpp>
#include <lutra/random.hpp>
#include <string>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Two rows of labels would be noise here: a table of values alone.
Table table_of(std::vector<std::string> columns, std::vector<double> values) {
  Table table;
  table.columns = std::move(columns);
  table.values = std::move(values);
  return table;
}

}  // namespace

BOOST_AUTO_TEST_CASE(whole_numbers_that_fit_keep_their_distance) {
  const auto table = table_of({"a", "b"}, {-5, 100, 7, 355, 0, 200});
  const auto quantizer = Quantizer::fit(table, {.bits = 8});
  BOOST_TEST(quantizer.columns()[0].lower == -5);
  BOOST_TEST(quantizer.columns()[0].step == 1);
  BOOST_TEST(quantizer.columns()[1].step == 1);
  const auto data = quantizer.encode<Byte>(table);
  BOOST_TEST(data.values == (std::vector<std::uint8_t>{0, 0, 12, 255, 5, 100}), boost::test_tools::per_element());
  BOOST_TEST((data.shape == Shape{2}));
}

BOOST_AUTO_TEST_CASE(whole_numbers_that_do_not_fit_share_codes) {
  const auto quantizer = Quantizer::fit(table_of({"a"}, {0, 256}), {.bits = 8});
  BOOST_TEST(quantizer.columns()[0].step == 1);  // 257 numbers, 256 codes: the step is a full range / 256
  BOOST_TEST(quantizer.code(0, 256) == 255u);
  BOOST_TEST(Quantizer::fit(table_of({"a"}, {0, 512}), {.bits = 8}).columns()[0].step == 2);
}

BOOST_AUTO_TEST_CASE(real_numbers_are_spread_over_all_codes) {
  const auto table = table_of({"a"}, {-1, 1, 0, 0.25});
  const auto quantizer = Quantizer::fit(table, {.bits = 2});
  BOOST_TEST(quantizer.columns()[0].step == 0.5);
  for (const auto& [x, code] :
       {std::pair{-1.0, 0u}, {-0.51, 0u}, {-0.5, 1u}, {0.0, 2u}, {0.49, 2u}, {0.5, 3u}, {1.0, 3u}})
    BOOST_TEST(quantizer.code(0, x) == code);
}

BOOST_AUTO_TEST_CASE(sixteen_bits_are_the_default_and_a_code_is_within_a_step_of_its_number) {
  Random random(Seed{1});
  std::vector<double> values(1000);
  for (double& x : values) x = random.normal();
  const auto table = table_of({"a", "b"}, values);
  const auto quantizer = Quantizer::fit(table);
  BOOST_TEST(quantizer.bits() == 16u);
  const auto data = quantizer.encode<Level<16>>(table);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& column = quantizer.columns()[i % 2];
    const double back = column.lower + data.values[i] * column.step;
    BOOST_REQUIRE(values[i] >= back - 1e-9 * column.step);
    BOOST_REQUIRE(values[i] <= back + (1 + 1e-9) * column.step);
  }
}

BOOST_AUTO_TEST_CASE(numbers_outside_the_range_saturate_and_are_counted) {
  const auto quantizer = Quantizer::fit(table_of({"a", "b"}, {0, 0, 1, 1.5}), {.bits = 4});
  const auto outside = table_of({"a", "b"}, {-1, 0.5, 2, 1.5, 1e300, -infinity, 20, 0});
  const auto data = quantizer.encode<Level<4>>(outside);
  BOOST_TEST(data.values == (std::vector<std::uint8_t>{0, 5, 2, 15, 15, 0, 15, 0}), boost::test_tools::per_element());
  BOOST_TEST(quantizer.saturated(outside) == (std::vector<std::size_t>{3, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(constant_columns_have_one_code) {
  const auto table = table_of({"a", "b"}, {3, 0.1, 3, 0.1});
  const auto quantizer = Quantizer::fit(table, {.bits = 1});
  BOOST_TEST(quantizer.encode<Level<1>>(table).values == (std::vector<std::uint8_t>(4)),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ranges_at_the_edge_of_doubles_are_kept_or_refused) {
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  const auto quantizer = Quantizer::fit(table_of({"a"}, {0, tiny}));
  BOOST_TEST(quantizer.code(0, tiny) == 0u);
  check_error(
      [] {
        (void)Quantizer::fit(table_of({"a"}, {-1.7e308, 1.7e308}));
      },
      {"column 'a'", "that a double can hold"});
}

BOOST_AUTO_TEST_CASE(wild_values_can_be_left_outside) {
  std::vector<double> values(100);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  values[17] = 1e6;
  values[50] = -1e6;
  const auto table = table_of({"a"}, values);
  const auto quantizer = Quantizer::fit(table, {.bits = 8, .clip = 0.01});
  BOOST_TEST(quantizer.columns()[0].lower == 0);
  BOOST_TEST(quantizer.columns()[0].step == 1);
  BOOST_TEST(quantizer.saturated(table)[0] == 2u);
  for (const double clip : {-0.1, 0.5, not_a_number})
    check_error([&] { (void)Quantizer::fit(table, {.clip = clip}); }, {"a clipped share in [0, 0.5)"});
}

BOOST_AUTO_TEST_CASE(text_gives_back_the_same_quantizer) {
  Random random(Seed{2});
  for (int repeat = 0; repeat < 50; ++repeat) {
    std::vector<Quantizer::Column> columns;
    for (const char* name : {"a", "", " two words ", "back\\slash\nline\r", "r\xc3\xb6t"})
      columns.push_back({name, std::ldexp(random.uniform_double() - 0.5, static_cast<int>(random.below(2000)) - 1000),
                         std::ldexp(random.uniform_double() + 0.5, static_cast<int>(random.below(2000)) - 1000)});
    const Quantizer quantizer(columns, 1 + static_cast<std::uint32_t>(random.below(16)));
    BOOST_REQUIRE(Quantizer::from_text(quantizer.to_text()) == quantizer);
  }
  BOOST_TEST(Quantizer({{"width", -0.5, 0.1}}, 12).to_text() == "quantizer 1 bits 12 columns 1\n-0.5 0.1 width\n");
}

BOOST_AUTO_TEST_CASE(foreign_or_damaged_text_is_refused) {
  const std::string text = Quantizer({{"a", -0.5, 0.1}, {"b", 1e10, 3}}, 12).to_text();
  for (std::size_t size = 0; size < text.size(); ++size)
    BOOST_CHECK_THROW((void)Quantizer::from_text(text.substr(0, size)), Error);
  const auto refused = [](const char* wrong, std::initializer_list<std::string_view> parts) {
    check_error([&] { (void)Quantizer::from_text(wrong); }, parts);
  };
  refused("{}\n", {"line 1", "'quantizer 1 bits '", "'{}'"});
  refused("quantizer 2 bits 8 columns 1\n0 1 a\n", {"line 1"});
  refused("quantizer 1 bits 8 columns 1 \n0 1 a\n", {"line 1", "the end of the line"});
  refused("quantizer 1 bits 17 columns 1\n0 1 a\n", {"1 to 16 bits", "17"});
  refused("quantizer 1 bits 8 columns 0\n", {"at least one column"});
  refused("quantizer 1 bits 8 columns 2\n0 1 a\n", {"line 3", "2 columns", "got '1'"});
  refused("quantizer 1 bits 8 columns 1\n0 1 a\n0 1 b\n", {"line 3", "the end of the text"});
  refused("quantizer 1 bits 8 columns 1\nx 1 a\n", {"line 2", "a number", "'x 1 a'"});
  refused("quantizer 1 bits 8 columns 1\n0 0 a\n", {"column 'a'", "a finite step above 0"});
  refused("quantizer 1 bits 8 columns 1\nnan 1 a\n", {"column 'a'", "a finite lower bound"});
  refused("quantizer 1 bits 8 columns 1\n0 inf a\n", {"column 'a'", "a finite step"});
  refused("quantizer 1 bits 8 columns 1\n0 1 a\\x\n", {"line 2", "\\x"});
  refused("quantizer 1 bits 8 columns 99999999999999999999\n", {"line 1", "a number"});
}

BOOST_AUTO_TEST_CASE(tables_that_do_not_agree_are_refused) {
  const auto table = table_of({"a", "b"}, {1, 2, 3, 4});
  const auto quantizer = Quantizer::fit(table, {.bits = 8});
  check_error([&] { (void)quantizer.encode<Level<7>>(table); }, {"Level<8> (or Byte", "Level<7>"});
  check_error([&] { (void)quantizer.encode<Byte>(table_of({"a"}, {1})); }, {"2 columns", "got 1"});
  check_error([&] { (void)quantizer.encode<Byte>(table_of({"a", "c"}, {1, 2})); }, {"column 2", "'b'", "'c'"});
  check_error(
      [&] {
        (void)quantizer.encode<Byte>(table_of({"a", "b"}, {1, not_a_number}));
      },
      {"row 0, column 'b'", "NaN"});
}

BOOST_AUTO_TEST_CASE(what_cannot_be_fitted_is_refused) {
  check_error([] { (void)Quantizer::fit(Table{}); }, {"at least one row"});
  check_error(
      [] {
        (void)Quantizer::fit(table_of({"a"}, {1, not_a_number}));
      },
      {"row 1, column 'a'", "a finite number"});
  for (const std::uint32_t bits : {0u, 17u, 99u})
    check_error([&] { (void)Quantizer::fit(table_of({"a"}, {1, 2.5}), {.bits = bits}); }, {"1 to 16 bits"});
}

BOOST_AUTO_TEST_CASE(labels_and_targets_are_kept) {
  Table table = table_of({"a"}, {1, 2});
  table.labels = {1, 0};
  table.class_names = {"no", "yes"};
  const auto data = Quantizer::fit(table, {.bits = 8}).encode<Byte>(table);
  BOOST_TEST(data.labels == table.labels, boost::test_tools::per_element());
  BOOST_TEST(data.classes == 2u);
  Table regression = table_of({"a"}, {1, 2});
  regression.targets = {0.5f, 1.5f};
  BOOST_TEST(Quantizer::fit(regression, {.bits = 8}).encode<Byte>(regression).target(1)[0] == 1.5f);
}
