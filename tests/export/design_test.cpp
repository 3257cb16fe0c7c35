#define BOOST_TEST_MODULE design
#include <boost/test/unit_test.hpp>
#include <lutra/export/design.hpp>
#include <sstream>
#include <support/tools.hpp>

using namespace lutra;

BOOST_AUTO_TEST_CASE(names_are_those_that_verilog_and_c_both_take) {
  for (const char* good : {"net", "Net2", "mnist_small", "a", "x_1"}) BOOST_TEST(is_design_name(good), good);
  for (const char* bad : {"", "2net", "_net", "my net", "net-2", "a__b", "n\u00e4", "module", "logic", "int", "class",
                          "LUT6", "SB_LUT4", "always_ff", "wire", "namespace", "xor_eq", "LUT1"})
    BOOST_TEST(!is_design_name(bad), bad);
  BOOST_TEST(is_design_name(std::string(100, 'a')));
  BOOST_TEST(!is_design_name(std::string(101, 'a')));
  BOOST_CHECK_THROW(check_design_name("reg", "verilog"), Error);
}

BOOST_AUTO_TEST_CASE(designs_join_and_equal_files_meet) {
  const Design a{"a", {{"a.v", "1"}, {"sim.v", "s"}}};
  const Design b{"b", {{"b.v", "2"}, {"sim.v", "s"}}};
  const Design joined = a + b;
  BOOST_TEST(joined.name == "a");
  BOOST_TEST(joined.files.size() == 3u);
  BOOST_TEST(joined["b.v"] == "2");
  BOOST_CHECK_THROW((void)joined["c.v"], Error);
}

BOOST_AUTO_TEST_CASE(one_name_with_two_texts_is_refused_and_nothing_changes) {
  Design a{"a", {{"a.v", "1"}, {"z.v", "z"}}};
  const Design before = a;
  BOOST_CHECK_THROW((a += Design{"b", {{"b.v", "2"}, {"z.v", "other"}}}), Error);
  BOOST_TEST((a == before));
}

BOOST_AUTO_TEST_CASE(file_names_stay_in_their_folder) {
  Design design{"net", {}};
  for (const char* bad : {"", "../net.v", "rtl/net.v", "/net.v", ".net", "a b.v"})
    BOOST_CHECK_THROW(design.add(bad, ""), Error);
  BOOST_TEST(design.files.empty());
}

BOOST_AUTO_TEST_CASE(a_folder_gets_every_file_or_none) {
  const lutra_test::ScratchFolder scratch;
  write(Design{"net", {{"net.v", "module\n"}, {"net.blif", ".model\n"}}}, scratch.path() / "build" / "net");
  BOOST_TEST(lutra_test::read_text(scratch.path() / "build/net/net.v") == "module\n");
  BOOST_TEST(lutra_test::read_text(scratch.path() / "build/net/net.blif") == ".model\n");
  BOOST_CHECK_THROW(write(Design{"net", {{"a.v", ""}, {"../b.v", ""}}}, scratch.path() / "other"), Error);
  BOOST_TEST(!std::filesystem::exists(scratch.path() / "other"));
  BOOST_TEST(!std::filesystem::exists(scratch.path() / "b.v"));
}

BOOST_AUTO_TEST_CASE(a_stream_gets_one_file_as_it_is_and_several_under_headings) {
  std::ostringstream one;
  write(Design{"net", {{"net.v", "module\n"}}}, one);
  BOOST_TEST(one.str() == "module\n");
  std::ostringstream two;
  write(Design{"net", {{"a", "1\n"}, {"b", "2\n"}}}, two);
  BOOST_TEST(two.str() == "==> a <==\n1\n\n==> b <==\n2\n\n");
  std::ostringstream broken;
  broken.setstate(std::ios::badbit);
  BOOST_CHECK_THROW(write(Design{"net", {{"a", "1"}}}, broken), Error);
}
