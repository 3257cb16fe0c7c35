#define BOOST_TEST_MODULE temporary_folder
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <lutra/io/temporary_folder.hpp>

#include "support/files.hpp"

using namespace lutra;

BOOST_AUTO_TEST_CASE(folders_are_empty_differ_and_vanish_with_all_that_is_in_them) {
  std::filesystem::path path;
  {
    const io::TemporaryFolder one, other;
    path = one.path();
    BOOST_TEST(path != other.path());
    BOOST_TEST(std::filesystem::is_empty(path));
    BOOST_TEST((one / "inside") == path / "inside");
    std::filesystem::create_directories(one / "inside/deep");
  }
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(where_there_can_be_none_an_error_says_so) {
  const test::TemporaryFolder folder;
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", folder.file("a-file", "no folder").c_str(), 1);
  BOOST_CHECK_THROW(io::TemporaryFolder{}, Error);
  if (before == nullptr) {
    ::unsetenv("TMPDIR");
  } else {
    ::setenv("TMPDIR", kept.c_str(), 1);
  }
}
