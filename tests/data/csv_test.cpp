#define BOOST_TEST_MODULE data_csv
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/data/csv.hpp>
#include <string>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;
using Classes = std::vector<std::uint32_t>;

void check_refused(const std::string& text, std::initializer_list<std::string_view> parts, const CsvOptions& how = {}) {
  check_error([&] { (void)parse_csv(text, how, "a.csv"); }, parts);
}

#define CHECK_SAME(left, right) BOOST_TEST((left) == (right), boost::test_tools::per_element())

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_and_a_last_column_of_classes_need_no_options) {
  const auto table = parse_csv("length,width,kind\n1.5,2,rose\n-3e2,.25,iris\n+4,5.,rose\n");
  CHECK_SAME(table.columns, (Names{"length", "width"}));
  CHECK_SAME(table.values, (Numbers{1.5, 2, -300, .25, 4, 5}));
  CHECK_SAME(table.labels, (Classes{1, 0, 1}));
  CHECK_SAME(table.class_names, (Names{"iris", "rose"}));
  BOOST_TEST(table.label_name == "kind");
  BOOST_TEST(table.rows() == 3u);
  BOOST_TEST(table.row(1)[0] == -300);
}

BOOST_AUTO_TEST_CASE(a_file_without_names_is_recognized) {
  const auto table = parse_csv("5.1,3.5,setosa\n4.9,3.0,other\n");
  CHECK_SAME(table.columns, (Names{"column 1", "column 2"}));
  BOOST_TEST(table.rows() == 2u);
  BOOST_TEST(parse_csv("1,2,0\n3,4,1\n").rows() == 2u);
}

BOOST_AUTO_TEST_CASE(names_that_are_numbers_are_recognized_by_the_one_that_is_not) {
  const auto table = parse_csv("0,1,target\n3,4,0\n5,6,1\n");
  CHECK_SAME(table.columns, (Names{"0", "1"}));
  BOOST_TEST(table.rows() == 2u);
}

BOOST_AUTO_TEST_CASE(a_missing_number_in_the_first_row_is_not_taken_for_a_name) {
  check_refused("1,?,0\n2,3,1\n", {"a.csv, line 1, column 'column 2'", "a number", "'?'"});
  check_refused("1,,0\n2,3,1\n", {"line 1", "an empty cell"});
}

BOOST_AUTO_TEST_CASE(whether_there_are_names_can_be_said) {
  BOOST_TEST(parse_csv("1,2,0\n3,4,1\n5,6,0\n", {.header = Header::present}).rows() == 2u);
  check_refused("a,b,c\n1,2,0\n", {"line 1, column 'column 1'", "'a'"}, {.header = Header::absent});
}

BOOST_AUTO_TEST_CASE(semicolons_and_tabs_are_found) {
  CHECK_SAME(parse_csv("a;b;y\n1;2;u\n3;4;v\n").values, (Numbers{1, 2, 3, 4}));
  CHECK_SAME(parse_csv("a\tb\ty\n1\t2\tu\n3\t4\tv\n").values, (Numbers{1, 2, 3, 4}));
  CHECK_SAME(parse_csv("a|b|y\n1|2|u\n3|4|v\n", {.separator = '|'}).values, (Numbers{1, 2, 3, 4}));
  CHECK_SAME(parse_csv("a,y\n1,\"u;\t;\"\n3,v\n").class_names, (Names{"u;\t;", "v"}));
}

BOOST_AUTO_TEST_CASE(a_decimal_comma_is_refused_with_a_hint) {
  check_refused("a;b;y\n1,5;2,5;0\n1,0;3,5;1\n", {"line 2, column 'a'", "with a decimal point", "'1,5'"});
}

BOOST_AUTO_TEST_CASE(quoted_cells_follow_rfc_4180) {
  const auto table =
      parse_csv("\"a, or b\",\"say \"\"y\"\"\"\r\n\"1\", \"two\r\nlines\" \r\n2,\"\"\"\"\r\n3,plain\r\n");
  CHECK_SAME(table.columns, (Names{"a, or b"}));
  BOOST_TEST(table.label_name == "say \"y\"");
  CHECK_SAME(table.class_names, (Names{"\"", "plain", "two\r\nlines"}));
  CHECK_SAME(table.labels, (Classes{2, 0, 1}));
}

BOOST_AUTO_TEST_CASE(lines_are_counted_through_quoted_line_ends) {
  check_refused("a,y\n1,\"two\nlines\"\nx,u\n", {"line 4, column 'a'"});
}

BOOST_AUTO_TEST_CASE(wrong_quotes_are_refused) {
  check_refused("a,y\n1,\"u\n2,v\n", {"line 2", "a closing quote", "the end of the file"});
  check_refused("a,y\n1,\"u\"v\n", {"line 2", "after a closing quote", "'v'"});
  check_refused("a,y\n1,\"u\" \"v\"\n", {"line 2", "after a closing quote"});
  check_refused("a,y\n1,u\"v\n", {"line 2", "a quote within an unquoted cell"});
}

BOOST_AUTO_TEST_CASE(byte_order_mark_blanks_line_ends_and_a_missing_last_one_do_not_matter) {
  const auto plain = parse_csv("a,b,y\n1,2,u\n3,4,v\n");
  for (const char* text : {"\xef\xbb\xbf"
                           "a,b,y\n1,2,u\n3,4,v\n",
                           "a,b,y\r\n1,2,u\r\n3,4,v\r\n", "a,b,y\r1,2,u\r3,4,v", "a,b,y\n1,2,u\n3,4,v",
                           " a , b,y \n 1,\t2 ,u\n3, 4,v\t\n", "a,b,y\n1,2,u\n3,4,v\n\n \r\n\n"}) {
    const auto table = parse_csv(text);
    CHECK_SAME(table.columns, plain.columns);
    CHECK_SAME(table.values, plain.values);
    CHECK_SAME(table.class_names, plain.class_names);
  }
}

BOOST_AUTO_TEST_CASE(a_blank_line_within_is_refused) {
  check_refused("a,y\n1,u\n\n2,v\n", {"line 3", "an empty line"});
}

BOOST_AUTO_TEST_CASE(classes_that_are_numbers_are_in_numeric_order) {
  const auto table = parse_csv("a,y\n1,10\n2,9\n3,-1\n4,9.0\n");
  CHECK_SAME(table.class_names, (Names{"-1", "9", "10"}));
  CHECK_SAME(table.labels, (Classes{2, 1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(the_label_column_is_chosen_by_name_or_place) {
  const std::string text = "id,kind,a,b\n7,u,1,2\n8,v,3,4\n";
  CHECK_SAME(parse_csv(text, {.label = "kind", .skip = {"id"}}).columns, (Names{"a", "b"}));
  CHECK_SAME(parse_csv(text, {.label = 1, .skip = {0, -1}}).values, (Numbers{1, 3}));
  check_refused(text, {"the label column 'sort'", "'id', 'kind', 'a', 'b'"}, {.label = "sort"});
  check_refused(text, {"the label column at 4", "4 columns"}, {.label = 4});
  check_refused(text, {"the label column at -5"}, {.label = -5});
  check_refused(text, {"a column to skip 'x'"}, {.skip = {"x"}});
  check_refused(text, {"label column not to be skipped"}, {.label = 1, .skip = {"kind"}});
  check_refused("a,a,y\n1,2,0\n1,2,1\n", {"'a' once"}, {.label = "a"});
  check_refused("a,y\n1,0\n1,1\n", {"at least one column of values"}, {.skip = {"a"}});
}

BOOST_AUTO_TEST_CASE(numbers_can_be_predicted) {
  const auto table = parse_csv("a,price\n1,2.5\n2,-1e3\n", {.labels = Labels::numbers});
  BOOST_TEST(table.targets == (std::vector<float>{2.5f, -1000.0f}), boost::test_tools::per_element());
  BOOST_TEST(table.labels.empty());
  check_refused("a,y\n1,cheap\n", {"line 2, column 'y'", "a number", "'cheap'"}, {.labels = Labels::numbers});
  check_refused("a,y\n1,1e300\n", {"line 2, column 'y'", "that a float can hold"}, {.labels = Labels::numbers});
  check_refused("a,y\n1,2.5\n", {"line 2, column 'y'", "a text or a whole number", "Labels::numbers", "'2.5'"});
}

BOOST_AUTO_TEST_CASE(a_file_may_have_no_labels) {
  const auto table = parse_csv("a,b\n1,2\n", {.labels = Labels::none});
  CHECK_SAME(table.columns, (Names{"a", "b"}));
  BOOST_TEST(table.labels.empty());
  BOOST_TEST(parse_csv("1\n2\n3\n", {.labels = Labels::none}).rows() == 3u);
}

BOOST_AUTO_TEST_CASE(too_many_classes_are_refused) {
  check_refused("a,y\n1,10\n2,20\n3,30\n", {"line 4, column 'y'", "at most 2 classes", "Labels::numbers", "'30'"},
                {.most_classes = 2});
}

BOOST_AUTO_TEST_CASE(cells_that_are_not_numbers_are_refused_by_line_and_column) {
  check_refused("a,b,y\n1,2,0\n3,red,1\n",
                {"CSV file (a.csv, line 3, column 'b')", "expected a number", ".text", "got 'red'"});
  check_refused("a,b,y\n1,2,0\n3,,1\n", {"line 3, column 'b'", "got an empty cell"});
  for (const char* cell : {"nan", "NaN", "inf", "-inf", "1e999"})
    check_refused("a,b,y\n1,2,0\n3," + std::string(cell) + ",1\n", {"line 3, column 'b'", "a finite number", cell});
  for (const char* cell : {"1 2", "0x10", "1.2.3", "--1", "+-1", "1e", "12a", "+"})
    check_refused("a,b,y\n1,2,0\n3," + std::string(cell) + ",1\n", {"line 3, column 'b'", "expected a number", cell});
}

BOOST_AUTO_TEST_CASE(rows_of_another_length_are_refused) {
  check_refused("a,b,y\n1,2,0\n3,1\n", {"line 3", "3 cells", "got 2"});
  check_refused("a,b,y\n1,2,0\n3,4,1,\n", {"line 3", "3 cells", "got 4"});
}

BOOST_AUTO_TEST_CASE(missing_labels_are_refused) {
  check_refused("a,y\n1,u\n2,\n", {"line 3, column 'y'", "a label", "an empty cell"});
  check_refused("a,y\n1,u\n2,nan\n", {"line 3, column 'y'", "a label", "'nan'"});
}

BOOST_AUTO_TEST_CASE(files_without_anything_to_learn_are_refused) {
  check_refused("", {"rows of numbers", "an empty file"});
  check_refused("\n \n\r\n", {"an empty file"});
  check_refused("a,b,y\n", {"at least one row of values", "a header only"});
  check_refused("a,y\n1,u\n2,u\n", {"at least two classes in column 'y'", "only 'u'"});
  check_refused("y\n1\n2\n", {"at least one column of values"});
  check_refused(std::string("\xff\xfe"
                            "a\0,\0",
                            6),
                {"byte 3", "text in UTF-8", "a zero byte"});
}

BOOST_AUTO_TEST_CASE(text_columns_can_be_encoded) {
  const std::string text = "colour,size,y\nred,1,0\nblue,2,1\nred,3,0\n";
  const auto table = parse_csv(text, {.text = TextColumns::encode});
  CHECK_SAME(table.columns, (Names{"colour=blue", "colour=red", "size"}));
  CHECK_SAME(table.values, (Numbers{0, 1, 1, 1, 0, 2, 0, 1, 3}));
  CHECK_SAME(table.categories.at("colour"), (Names{"blue", "red"}));
  check_refused("a,y\nred,0\n1,1\n", {"line 3, column 'a'", "a text, as on the lines before", "'1'"},
                {.text = TextColumns::encode});
  check_refused("a,y\n1,0\nred,1\n", {"line 3, column 'a'", "a number", "'red'"}, {.text = TextColumns::encode});
  check_refused(text, {"line 3, column 'colour'", "at most 1 different texts", "'blue'"},
                {.text = TextColumns::encode, .most_texts = 1});
}

BOOST_AUTO_TEST_CASE(a_second_file_keeps_the_first_ones_columns_classes_and_texts) {
  const auto train = parse_csv("colour,a,y\nred,1,u\nblue,2,v\nred,3,w\n", {.text = TextColumns::encode});
  const auto test = parse_csv("colour,a,y\nred,5,w\n", {.like = &train});
  CHECK_SAME(test.values, (Numbers{0, 1, 5}));
  CHECK_SAME(test.labels, (Classes{2}));
  CHECK_SAME(test.class_names, train.class_names);
  const auto unlabelled = parse_csv("colour,a\nblue,5\n", {.labels = Labels::none, .like = &train});
  CHECK_SAME(unlabelled.values, (Numbers{1, 0, 5}));
  check_refused("colour,a,y\nred,5,x\n", {"line 2, column 'y'", "one of the classes 'u', 'v', 'w'", "'x'"},
                {.like = &train});
  check_refused("colour,a,y\ngreen,5,u\n", {"line 2, column 'colour'", "one of 'blue', 'red'", "'green'"},
                {.like = &train});
  check_refused("colour,b,y\nred,5,u\n", {"the columns 'colour=blue', 'colour=red', 'a'", "'b'"}, {.like = &train});
}

BOOST_AUTO_TEST_CASE(classes_of_a_second_file_may_be_spelled_as_other_numbers) {
  const auto train = parse_csv("a,y\n1,5\n2,7\n");
  CHECK_SAME(parse_csv("a,y\n1,7.0\n2,5\n1,7\n", {.like = &train}).labels, (Classes{1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(files_are_read_plain_and_gzipped_and_named_in_errors) {
  const test::TemporaryFolder folder;
  const std::string text = "a,y\n1,u\n2,v\n";
  BOOST_TEST(read_csv(folder.file("a.csv", text)).rows() == 2u);
  BOOST_TEST(read_csv(folder.file("a.csv.gz", test::gzip(text))).rows() == 2u);
  const std::string cut = test::gzip(text).substr(0, 20);
  check_error([&] { (void)read_csv(folder.file("cut.gz", cut)); }, {"CSV file", "cut.gz", "more gzipped data"});
  check_error([&] { (void)read_csv(folder.path() / "none.csv"); }, {"CSV file", "none.csv", "a file that exists"});
  check_error([&] { (void)read_csv(folder.file("b.csv", "a,y\n1,u\nx,v\n")); }, {"b.csv, line 3, column 'a'"});
}

BOOST_AUTO_TEST_CASE(a_subset_of_a_table_keeps_its_rows_whole) {
  const auto table = parse_csv("a,b,y\n1,2,u\n3,4,v\n5,6,u\n");
  const std::vector<std::size_t> indices{2, 1};
  const auto part = table.subset(indices);
  CHECK_SAME(part.values, (Numbers{5, 6, 3, 4}));
  CHECK_SAME(part.labels, (Classes{0, 1}));
  const std::vector<std::size_t> outside{3};
  check_error([&] { (void)table.subset(outside); }, {"below 3", "got 3"});
}

BOOST_AUTO_TEST_CASE(a_table_of_whole_numbers_becomes_a_dataset_as_it_is) {
  const auto table = parse_csv("a,b,y\n0,255,u\n3,4,v\n");
  const auto bytes = to_dataset<Byte>(table);
  BOOST_TEST((bytes.shape == Shape{2}));
  BOOST_TEST(bytes.values == (std::vector<std::uint8_t>{0, 255, 3, 4}), boost::test_tools::per_element());
  BOOST_TEST(bytes.classes == 2u);
  BOOST_TEST((to_dataset<Byte>(table, Shape{1, 1, 2}).shape == Shape{1, 1, 2}));
  check_error([&] { (void)to_dataset<Byte>(table, Shape{3}); }, {"the 3 columns", "got 2"});
  check_error([&] { (void)to_dataset<Level<4>>(table); }, {"row 0, column 'b'", "0..15", "255"});
  check_error([&] { (void)to_dataset<Byte>(parse_csv("a,y\n.5,u\n1,v\n")); },
              {"row 0, column 'a'", "Quantizer", "0.5"});
  check_error([&] { (void)to_dataset<Byte>(parse_csv("a,y\n-1,u\n1,v\n")); }, {"row 0", "0..255", "-1"});
}

BOOST_AUTO_TEST_CASE(a_table_becomes_real_numbers_and_targets) {
  const auto data = to_dataset<Real>(parse_csv("a,y\n.5,-2\n1,3.5\n", {.labels = Labels::numbers}));
  BOOST_TEST(data.values[0] == 0.5f);
  BOOST_TEST(data.target(1)[0] == 3.5f);
  BOOST_TEST(data.classes == 0u);
  check_error([&] { (void)to_dataset<Real>(parse_csv("a,y\n1e39,u\n1,v\n")); },
              {"row 0, column 'a'", "a float can hold"});
}
