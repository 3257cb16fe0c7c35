// labels: slow_tools
// The float kernels give the same bits whatever instruction set and compiler they are compiled with.
#define BOOST_TEST_MODULE same_bits
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <support/files.hpp>

namespace {

/// What the command prints; fails the test where it does not end well.
std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), got);
  BOOST_REQUIRE_MESSAGE(::pclose(pipe) == 0, command << "\n" << text);
  return text;
}

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

/// Instruction sets that this machine can run, from the least to its own.
std::vector<std::string> instruction_sets() {
  std::vector<std::string> sets{""};
#if defined(__x86_64__)
  sets.emplace_back("-march=x86-64");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets.emplace_back("-mavx2 -mfma");
  sets.emplace_back("-march=native");
#endif
  return sets;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_instruction_set_and_compiler_gives_the_same_bits) {
  const lutra::test::TemporaryFolder folder;
  const std::string program = (folder.path() / "kernel_bits").string();
  std::string first;
  for (const std::string compiler : {"g++", "clang++"}) {
    if (!installed(compiler)) {
      BOOST_TEST_MESSAGE("left out: " << compiler << " is not installed");
      continue;
    }
    for (const std::string& set : instruction_sets()) {
      output_of(compiler + " -std=c++20 -O2 -w -ffp-contract=off " + set +
                " -I" LUTRA_SOURCE_DIR "/include " LUTRA_SOURCE_DIR "/tests/support/kernel_bits.cpp -o " + program);
      const std::string text = output_of(program);
      if (first.empty()) first = text;
      BOOST_TEST(text.find("softmax_cross_entropy") != text.npos);
      BOOST_TEST(text == first, compiler << " " << set << " gave\n" << text << "and not\n" << first);
    }
  }
}
