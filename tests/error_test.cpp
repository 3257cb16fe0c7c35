#define BOOST_TEST_MODULE error
#include <boost/test/unit_test.hpp>
#include <lutra/error.hpp>
#include <stdexcept>
#include <string>

using lutra::Error;

BOOST_AUTO_TEST_CASE(an_error_is_one_sentence) {
  const Error error("circuit file", "a.lutra, byte 12", "version 1", "version 7");
  BOOST_TEST(std::string(error.what()) == "circuit file (a.lutra, byte 12): expected version 1, got version 7");
  BOOST_TEST(error.subject() == "circuit file");
  BOOST_TEST(error.where() == "a.lutra, byte 12");
  BOOST_TEST(error.expected() == "version 1");
  BOOST_TEST(error.got() == "version 7");
}

BOOST_AUTO_TEST_CASE(parts_may_be_left_out) {
  const auto text = [](auto... parts) { return std::string(Error(parts...).what()); };
  BOOST_TEST(text("seed", "") == "seed");
  BOOST_TEST(text("seed", "option") == "seed (option)");
  BOOST_TEST(text("seed", "", "a number") == "seed: expected a number");
  BOOST_TEST(text("seed", "", "", "x") == "seed: got x");
  BOOST_TEST(text("seed", "option", "a number", "x") == "seed (option): expected a number, got x");
}

BOOST_AUTO_TEST_CASE(an_error_is_caught_as_a_runtime_error) {
  BOOST_CHECK_THROW(throw Error("a", "b"), std::runtime_error);
}
