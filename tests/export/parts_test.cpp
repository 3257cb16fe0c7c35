#define BOOST_TEST_MODULE parts
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <lutra/error.hpp>
#include <lutra/export/verilog/parts.hpp>
#include <string>

#include "support/tools.hpp"

using namespace lutra;

BOOST_AUTO_TEST_CASE(every_part_of_the_tree_is_in_the_library_as_it_is) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LUTRA_SOURCE_DIR "/export/rtl")) {
    if (entry.path().extension() != ".v") continue;
    ++files;
    const bool same = hdl::part_text(entry.path().stem().string()) == lutra_test::read_text(entry.path());
    BOOST_TEST(same, entry.path().filename().string() + " has changed: run cmake/embed_parts.sh");
  }
  BOOST_TEST(files > 0);
  BOOST_TEST(files == hdl::part_names().size());
}

BOOST_AUTO_TEST_CASE(a_part_is_a_module_of_its_name_and_needs_no_other) {
  for (const std::string_view name : hdl::part_names()) {
    const std::string text(hdl::part_text(name));
    BOOST_TEST(text.find("\nmodule " + std::string(name) + " #(") != std::string::npos);
    for (const std::string_view other : hdl::part_names())
      BOOST_TEST((other == name || text.find(std::string(other) + " #(") == std::string::npos));
  }
}

BOOST_AUTO_TEST_CASE(a_part_that_does_not_exist_is_refused_with_those_that_do) {
  BOOST_CHECK_EXCEPTION((void)hdl::part_text("lutra_windows"), Error, [](const Error& error) {
    return error.got() == "lutra_windows" && error.expected().find("lutra_stream_in, ") != std::string::npos;
  });
}
