// labels: slow_tools
// The same programs on CPUs that this machine does not have: under emulation they give the same bits.
#define BOOST_TEST_MODULE emulated
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <support/tools.hpp>

using lutra_test::installed;
using lutra_test::run;

namespace {

const std::string kernel_bits = lutra_test::quoted(LUTRA_KERNEL_BITS),
                  network_bits = lutra_test::quoted(LUTRA_NETWORK_BITS);

/// What both programs print; `prefix` is what runs them.
std::string bits(const std::string& prefix, const std::string& kernels, const std::string& network) {
  std::string text;
  for (const std::string& program : {kernels, network}) {
    const auto finished = run(prefix + program + " 2>/dev/null");
    BOOST_TEST_REQUIRE(finished.status == 0, run(prefix + program).output);
    text += finished.output;
  }
  return text;
}

std::string own_bits() {
  static const std::string text = bits("", kernel_bits, network_bits);
  return text;
}

}  // namespace

#if defined(__x86_64__)
BOOST_AUTO_TEST_CASE(a_cpu_without_avx_runs_the_same_program) {
  if (!installed({"qemu-x86_64"})) return;
  const std::string nehalem = "qemu-x86_64 -cpu Nehalem ";
  BOOST_TEST(bits(nehalem, kernel_bits, network_bits) == own_bits());
  BOOST_TEST(run(nehalem + network_bits + " 2>&1 >/dev/null").output == "sse2\n");
}

BOOST_AUTO_TEST_CASE(an_instruction_set_that_the_cpu_lacks_is_refused) {
  if (!installed({"qemu-x86_64"})) return;
  const auto refused = run("LUTRA_ARCH=avx2 qemu-x86_64 -cpu Nehalem " + network_bits);
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(refused.output == "LUTRA_ARCH (environment variable): expected what this CPU has: sse2, got avx2\n");
}
#endif

BOOST_AUTO_TEST_CASE(arm_gives_the_same_bits) {
  if (!installed({"aarch64-linux-gnu-g++", "qemu-aarch64"})) return;
  const lutra_test::ScratchFolder folder;
  // Not the folder it lies in, which has the headers of this machine's C library.
  std::filesystem::create_directory_symlink(LUTRA_XSIMD_FOLDER "/xsimd", folder.path() / "xsimd");
  const std::string source = LUTRA_SOURCE_DIR;
  const std::string compile = "cd " + lutra_test::quoted(folder.path()) +
                              " && aarch64-linux-gnu-g++ -std=c++20 -O1 -w -ffp-contract=off -static "
                              "-isystem . -I" +
                              lutra_test::quoted(source + "/include") + " ";
  const auto build = [&](const std::string& arguments) {
    const auto finished = run(compile + arguments);
    BOOST_TEST_REQUIRE(finished.status == 0, finished.output);
  };
  // Header-only: the library's other parts want zlib, which is not there for that CPU.
  for (const std::string program : {"kernel_bits", "network_bits"})
    build(lutra_test::quoted(source + "/tests/support/" + program + ".cpp") + " -o " + program);
  const std::string in_folder = lutra_test::quoted(folder.path()) + "/";
  BOOST_TEST(bits("qemu-aarch64 ", in_folder + "kernel_bits", in_folder + "network_bits") == own_bits());
  BOOST_TEST(run("qemu-aarch64 " + in_folder + "network_bits 2>&1 >/dev/null").output == "neon\n");
}
