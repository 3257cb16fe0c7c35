// lutra::dispatch: one program, linked once, gives the same bits with each instruction set that it can choose here.
#define BOOST_TEST_MODULE dispatch
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <sstream>
#include <string>
#include <support/tools.hpp>
#include <vector>

using lutra_test::run;

namespace {

const std::string kernel_bits = lutra_test::quoted(LUTRA_KERNEL_BITS),
                  network_bits = lutra_test::quoted(LUTRA_NETWORK_BITS);

std::vector<std::string> instruction_sets() {
#if defined(__x86_64__)
  return {"sse2", "avx2", "avx512"};
#else
  return {"neon"};
#endif
}

/// What each object file of the library shows the linker, by the file's name.
std::map<std::string, std::vector<std::string>> visible_names(const std::string& file) {
  std::map<std::string, std::vector<std::string>> names;
  std::istringstream lines(run("nm --defined-only --extern-only " + file).output);
  std::string line, object;
  while (std::getline(lines, line)) {
    if (line.ends_with(":"))
      object = line.substr(0, line.size() - 1);
    else if (!line.empty())
      names[object].push_back(line.substr(line.rfind(' ') + 1));
  }
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_instruction_set_gives_the_same_bits) {
  std::string first, last_set;
  for (const std::string& set : instruction_sets()) {
    const auto kernels = run("LUTRA_ARCH=" + set + " " + kernel_bits);
    const auto network = run("LUTRA_ARCH=" + set + " " + network_bits + " 2>/dev/null");
    if (kernels.output.find("expected what this CPU has") != std::string::npos) {
      BOOST_TEST_MESSAGE("left out: this CPU does not have " << set);
      continue;
    }
    BOOST_TEST_REQUIRE(kernels.status == 0, kernels.output);
    BOOST_TEST_REQUIRE(network.status == 0, run("LUTRA_ARCH=" + set + " " + network_bits).output);
    const std::string text = kernels.output + network.output;
    BOOST_TEST(text.find("softmax_cross_entropy") != std::string::npos);
    BOOST_TEST(text.find("engine, 16 bits") != std::string::npos);
    if (first.empty()) first = text;
    BOOST_TEST(text == first, set << " gave\n" << text << "and not\n" << first);
    BOOST_TEST(run("LUTRA_ARCH=" + set + " " + network_bits + " 2>&1 >/dev/null").output == set + "\n");
    last_set = set;
  }
  BOOST_TEST_MESSAGE("chosen where nothing is asked for: " << last_set);
  BOOST_TEST(run("LUTRA_ARCH= " + network_bits + " 2>&1 >/dev/null").output == last_set + "\n");
}

BOOST_AUTO_TEST_CASE(an_unknown_instruction_set_is_refused_by_name) {
  const auto refused = run("LUTRA_ARCH=mmx " + network_bits);
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(refused.output.find("LUTRA_ARCH (environment variable): expected one of " + instruction_sets()[0]) == 0U,
             refused.output);
  BOOST_TEST(refused.output.find("got mmx") != std::string::npos, refused.output);
}

// Inline functions of std in these files are compiled for a newer CPU: if the linker could see them, it might give them
// to the rest of the program.
BOOST_AUTO_TEST_CASE(object_files_show_the_linker_nothing_but_their_table) {
  if (!lutra_test::installed({"nm", "readelf"})) return;
  const auto names = visible_names(lutra_test::quoted(LUTRA_DISPATCH_LIBRARY));
  for (const std::string& set : instruction_sets())
    BOOST_TEST(names.at(set + ".o") == std::vector{"lutra_" + set}, boost::test_tools::per_element());
  // Nothing in them runs before main, whatever the CPU.
  BOOST_TEST(
      run("readelf --wide --sections " + lutra_test::quoted(LUTRA_DISPATCH_LIBRARY)).output.find(".init_array") ==
      std::string::npos);
  // Before the build hides them there are many: this test looks at the right thing.
  const auto before =
      visible_names(lutra_test::quoted(LUTRA_BINARY_DIR "/dispatch/" + instruction_sets().back() + "_merged.o"));
  BOOST_TEST(before.at("").size() > 50);
}
