#define BOOST_TEST_MODULE json
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <lutra/export/json.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "support/files.hpp"

using lutra::json::Writer;

BOOST_AUTO_TEST_CASE(nested_values_read_back_as_they_were_written) {
  Writer json;
  json.begin_object().member("name", "net").member("luts", 12U).member("share", 0.25).member("good", true);
  json.key("rows").begin_array().value(-1).begin_array().end().begin_object().end().null().end().end();
  const auto read = nlohmann::json::parse(std::move(json).text());
  const auto expected =
      nlohmann::json::parse(R"({"name":"net","luts":12,"share":0.25,"good":true,"rows":[-1,[],{},null]})");
  BOOST_CHECK_EQUAL(read, expected);
}

BOOST_AUTO_TEST_CASE(every_byte_of_a_text_survives_or_becomes_the_replacement_character) {
  std::string ascii;
  for (int c = 0; c < 128; ++c) ascii += static_cast<char>(c);
  BOOST_CHECK(nlohmann::json::parse(lutra::json::quoted(ascii)).get<std::string>() == ascii);
  for (const std::string good : {"\xC3\xA9", "\xE2\x86\x92", "\xF0\x9F\xA6\xA6", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
    BOOST_CHECK_EQUAL(nlohmann::json::parse(lutra::json::quoted(good)).get<std::string>(), good);
  // Cut short, overlong, a surrogate, beyond Unicode, no first byte: each byte by itself.
  for (const std::string bad :
       {"\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\x80"}) {
    std::string replaced;
    for (std::size_t i = 0; i < bad.size(); ++i) replaced += "\xEF\xBF\xBD";
    BOOST_CHECK_EQUAL(nlohmann::json::parse(lutra::json::quoted(bad)).get<std::string>(), replaced);
  }
  BOOST_CHECK_EQUAL(lutra::json::quoted(""), "\"\"");
}

BOOST_AUTO_TEST_CASE(numbers_read_back_to_the_same_value) {
  for (const double x : {0.1, -1e-300, 1e22, 3.0, std::numeric_limits<double>::max(), 5e-324})
    BOOST_CHECK_EQUAL(nlohmann::json::parse(lutra::json::number(x)).get<double>(), x);
  BOOST_CHECK_EQUAL(lutra::json::number(std::numeric_limits<double>::quiet_NaN()), "null");
  BOOST_CHECK_EQUAL(lutra::json::number(-std::numeric_limits<double>::infinity()), "null");
  Writer json;
  json.value(std::numeric_limits<std::uint64_t>::max());
  BOOST_CHECK_EQUAL(std::move(json).text(), "18446744073709551615\n");
}

BOOST_AUTO_TEST_CASE(what_would_be_no_json_is_refused) {
  using lutra::test::check_error;
  check_error([] { Writer().key("a"); }, {"json::Writer", "an object around it"});
  check_error([] { Writer().begin_array().key("a"); }, {"an object around it"});
  check_error([] { Writer().begin_object().value(1); }, {"a key before it"});
  check_error([] { Writer().begin_object().key("a").key("b"); }, {"a value for the last key"});
  check_error([] { Writer().begin_object().key("a").end(); }, {"a value for the last key"});
  check_error([] { Writer().end(); }, {"something to end"});
  check_error([] { Writer().value(1).value(2); }, {"one value at the top"});
  check_error([] { (void)Writer().text(); }, {"a value"});
  check_error([] { (void)std::move(Writer().begin_array()).text(); }, {"an end() for each begin"});
}
