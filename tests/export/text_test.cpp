#define BOOST_TEST_MODULE text
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_CASE(parts_join_in_their_order) {
  const std::string name = "net";
  BOOST_CHECK_EQUAL(lutra::join({name, "[", 12U, std::string_view("]:"), lutra::ShortText("x"), "", name}),
                    "net[12]:xnet");
  BOOST_CHECK_EQUAL(lutra::join({}), "");
  std::string text = "a";
  lutra::append(text, {"b", std::uint8_t{200}});
  BOOST_CHECK_EQUAL(text, "ab200");
}

BOOST_AUTO_TEST_CASE(a_number_is_written_whole) {
  BOOST_CHECK_EQUAL(lutra::join({0U, " ", std::numeric_limits<std::uint64_t>::max()}), "0 18446744073709551615");
}

BOOST_AUTO_TEST_CASE(an_empty_text_is_no_number) {
  BOOST_CHECK_EQUAL(lutra::join({std::string_view{}, std::string{}, lutra::ShortText{}}), "");
}

BOOST_AUTO_TEST_CASE(a_text_with_a_zero_character_is_kept) {
  BOOST_CHECK_EQUAL(lutra::join({std::string(2, '\0'), "a"}).size(), 3U);
}
