// labels: slow_tools
#define BOOST_TEST_MODULE c_tools
#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <lutra/export/c.hpp>
#include <string>
#include <vector>

#include "support/c_programs.hpp"
#include "support/random_circuit.hpp"
#include "support/tools.hpp"

// Emitted C is compiled by real compilers and compared with the circuit sample by sample.

namespace {

using lutra::Circuit;
using lutra::circuits::CountStage;
using lutra::circuits::LutStage;
using lutra::circuits::Stage;
using lutra::circuits::ThresholdStage;

using lutra_test::Finished;
using lutra_test::installed;
using namespace lutra_test::c_programs;

inline double seconds_of(const std::string& command, const std::filesystem::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  const Finished ran = run(command, folder);
  BOOST_CHECK_MESSAGE(ran.status == 0, command << ": " << ran.output.substr(0, 3000));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Random circuits of every kind of input, stage and answer.
std::vector<Circuit> varied_circuits() {
  std::vector<Circuit> circuits;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) circuits.push_back(lutra_test::random_circuit(seed));
  for (std::uint64_t seed = 9; seed <= 14; ++seed)
    circuits.push_back(lutra_test::random_circuit(seed, {.numbers = true}));
  const std::array inputs{lutra::circuits::Type{{5, 3, 1}, 7},  lutra::circuits::Type{{11, 1, 1}, 16},
                          lutra::circuits::Type{{3, 1, 1}, 17}, lutra::circuits::Type{{5, 1, 1}, 30},
                          lutra::circuits::Type{{40, 1, 1}, 2}, lutra::circuits::Type{{1, 10, 13}, 8}};
  for (std::size_t i = 0; i < inputs.size(); ++i)
    circuits.push_back(lutra_test::random_circuit(100 + i, {.input = inputs[i]}));
  return circuits;
}

/// A few more of every kind.
std::vector<Circuit> some_circuits() {
  std::vector<Circuit> circuits;
  for (std::uint64_t seed = 30; seed < 36; ++seed)
    circuits.push_back(lutra_test::random_circuit(seed, {.numbers = seed % 2 == 0}));
  circuits.push_back(lutra_test::random_circuit(36, {.input = lutra::circuits::Type{{11, 1, 1}, 16}}));
  circuits.push_back(lutra_test::random_circuit(37, {.input = lutra::circuits::Type{{3, 1, 1}, 20}}));
  return circuits;
}

/// What no random circuit has: an answer that is the input itself, one that depends on nothing, sums that fill 32 bits,
/// an argmax of one value.
std::vector<Circuit> strange_circuits() {
  using lutra::circuits::AddStage;
  using lutra::circuits::ArgmaxStage;
  using lutra::circuits::RearrangeStage;
  std::vector<Circuit> circuits;
  circuits.push_back({{{3, 1, 1}, 8}, {{"reversed", {0}, RearrangeStage{{2, 1, 0, 2}}, {{4, 1, 1}, 8}}}});
  circuits.push_back({{{3, 1, 1}, 32}, {{"copy", {0}, RearrangeStage{{2, 0}}, {{2, 1, 1}, 32}}}});
  LutStage constants;
  constants.add({}, std::array{std::uint64_t{1}});
  constants.add({}, std::array{std::uint64_t{0}});
  circuits.push_back({{{3, 1, 1}, 1}, {{"constants", {0}, constants, {{2, 1, 1}, 1}}}});
  circuits.push_back({{{2, 1, 1}, 31}, {{"twice", {0, 0}, AddStage{}, {{2, 1, 1}, 32}}}});
  circuits.push_back({{{6, 1, 1}, 32}, {{"largest of six", {0}, ArgmaxStage{}, {{1, 1, 1}, 3}}}});
  circuits.push_back({{{6, 1, 1}, 9}, {{"two of three each", {0}, ArgmaxStage{}, {{2, 1, 1}, 4}}}});
  circuits.push_back({{{1, 1, 1}, 8}, {{"largest of one", {0}, ArgmaxStage{}, {{1, 1, 1}, 1}}}});
  // A comment must survive its stage's name, an unread stage must not be computed, and 32-bit limits must be met.
  ThresholdStage at_top{{0, 1, 1, 0}, {0xffffffff, 0x80000000, 0, 1}};
  CountStage bits, mixed;
  bits.sources.add(std::array{0U, 3U, 1U, 1U, 2U});
  bits.sources.add({});
  bits.offsets = {0, 1};
  mixed.sources.add(std::array{0U, 3U, 4U, 4U, 5U});
  mixed.sources.add({});
  mixed.offsets = {7, 5};
  circuits.push_back({{{2, 1, 1}, 32},
                      {{"*/ ?\?/ /* \\", {0}, at_top, {{4, 1, 1}, 1}},
                       {"few bits in 9", {1}, bits, {{2, 1, 1}, 9}},
                       {"unread", {0}, AddStage{}, {{2, 1, 1}, 32}},
                       {"bits and numbers", {1, 2}, mixed, {{2, 1, 1}, 16}},
                       {"all", {1, 2, 4}, RearrangeStage{{0, 1, 2, 3, 4, 5, 6, 7}}, {{8, 1, 1}, 16}}}});
  return circuits;
}

/// A classifier of the size of a good one for 28 x 28 digits: 3 levels a pixel, 6-input LUTs, 10 counts, argmax.
Circuit digits_circuit(std::size_t nodes, std::size_t lut_stages) {
  lutra_test::Random random(7);
  std::vector<Stage> stages;
  ThresholdStage thresholds;
  for (std::uint32_t i = 0; i < 784 * 3; ++i) {
    thresholds.sources.push_back(i / 3);
    thresholds.thresholds.push_back(64 * (i % 3 + 1));
  }
  stages.push_back({"Thermometer<3>", {0}, thresholds, {{784 * 3, 1, 1}, 1}});
  std::size_t width = 784 * 3;
  for (std::size_t stage = 0; stage < lut_stages; ++stage) {
    LutStage luts;
    for (std::size_t i = 0; i < nodes; ++i) {
      std::array<std::uint32_t, 6> pins{};
      for (auto& pin : pins) pin = static_cast<std::uint32_t>(random.below(width));
      luts.add(pins, std::array{random.next()});
    }
    stages.push_back({"StochasticLut<6>", {static_cast<std::uint32_t>(stage + 1)}, luts, {{nodes, 1, 1}, 1}});
    width = nodes;
  }
  CountStage count;
  for (std::uint32_t group = 0; group < 10; ++group) {
    std::vector<std::uint32_t> sources;
    for (std::uint32_t i = 0; i < width / 10; ++i)
      sources.push_back(group * static_cast<std::uint32_t>(width / 10) + i);
    count.sources.add(sources);
    count.offsets.push_back(0);
  }
  const auto last = static_cast<std::uint32_t>(stages.size());
  stages.push_back({"GroupSum<10>", {last}, count, {{10, 1, 1}, lutra::bits_for(width / 10)}});
  stages.push_back({"argmax", {last + 1}, lutra::circuits::ArgmaxStage{}, {{1, 1, 1}, 4}});
  return {{{1, 28, 28}, 8}, std::move(stages)};
}

constexpr const char* speed_text = R"(
#include "net.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(void) {
    enum { count = 65536 };
    uint8_t *samples = (uint8_t *)malloc(count * (size_t)NET_INPUTS);
    uint32_t *answers = (uint32_t *)malloc(count * sizeof *answers), answer;
    net_workspace *workspace = (net_workspace *)malloc(sizeof *workspace);
    net_scratch *scratch = (net_scratch *)malloc(sizeof *scratch);
    size_t i;
    clock_t start;
    double batch, one;
    for (i = 0; i < count * (size_t)NET_INPUTS; ++i)
        samples[i] = (uint8_t)(i * i >> 7);
    start = clock();
    net_run(samples, count, answers, workspace);
    batch = (double)(clock() - start) / CLOCKS_PER_SEC;
    start = clock();
    for (i = 0; i < 4096; ++i) {
        net_one(samples + i * NET_INPUTS, &answer, scratch);
        if (answer != answers[i])
            return 1;
    }
    one = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf("%.2f million samples a second in batches, %.1f us for one\n", count / batch / 1e6, one / 4096 * 1e6);
    return 0;
}
)";

}  // namespace

BOOST_AUTO_TEST_CASE(emitted_c_gives_every_answer_of_the_circuit) {
  const lutra_test::ScratchFolder folder;
  auto circuits = varied_circuits();
  for (auto& circuit : strange_circuits()) circuits.push_back(std::move(circuit));
  const std::string files = write_program(circuits, folder.path());
  for (const char* compiler : {"gcc", "clang"})
    if (installed({compiler})) {
      check_program(compiler, warnings + "-O2 ", files, folder.path());
      check_program(compiler, warnings + "-O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all ", files,
                    folder.path());
    }
}

BOOST_AUTO_TEST_CASE(emitted_c_gives_the_same_answers_at_every_width_and_optimization) {
  const lutra_test::ScratchFolder folder;
  const auto circuits = some_circuits();
  const std::string files = write_program(circuits, folder.path());
  std::string each_width;
  for (std::size_t i = 0; i < circuits.size(); ++i)
    each_width += "-DNET" + std::to_string(i) + "_WORDS=" + std::to_string(1 + i % 3 * 4 - i % 3 / 2) + " ";
  if (installed({"gcc"})) {
    check_program("gcc", warnings + "-O3 -march=native " + each_width, files, folder.path());
    check_program("gcc", warnings + "-Os " + each_width, files, folder.path());
  }
  if (installed({"g++"}))
    check_program("g++ -x c++", " -std=c++98 -Wall -Wextra -Wno-long-long -O1 ", files, folder.path());
}

BOOST_AUTO_TEST_CASE(emitted_c_gives_the_same_answers_on_a_32_bit_big_endian_processor) {
  if (!installed({"powerpc-linux-gnu-gcc", "qemu-ppc"})) return;
  const lutra_test::ScratchFolder folder;
  const std::string files = write_program(some_circuits(), folder.path());
  check_program("powerpc-linux-gnu-gcc", warnings + "-O1 -static ", files, folder.path(), "qemu-ppc ");
}

BOOST_AUTO_TEST_CASE(a_circuit_for_digits_runs_and_says_how_fast) {
  if (!installed({"gcc"})) return;
  const lutra_test::ScratchFolder folder;
  const Circuit circuit = digits_circuit(1000, 3);
  write(lutra::c::source(circuit), folder.path());
  save(folder.path() / "speed.c", speed_text);
  for (const std::string flags : {"-O2", "-O3 -march=native -DNET_WORDS=8"}) {
    const Finished ran = run("gcc -std=c99 " + flags + " net.c speed.c -o speed && ./speed", folder.path());
    BOOST_CHECK_MESSAGE(ran.status == 0, ran.output.substr(0, 3000));
    BOOST_TEST_MESSAGE("784 bytes, " << circuit.lut_nodes() << " LUT6, gcc " << flags << ": " << ran.output);
  }
}

BOOST_AUTO_TEST_CASE(fifty_thousand_nodes_compile) {
  const lutra_test::ScratchFolder folder;
  write(lutra::c::source(digits_circuit(25000, 2)), folder.path());
  const auto bytes = std::filesystem::file_size(folder.path() / "net.c");
  for (const char* compiler : {"gcc", "clang"})
    if (installed({compiler})) {
      const double seconds = seconds_of(compiler + warnings + "-O2 -c net.c -o net.o", folder.path());
      BOOST_TEST_MESSAGE("50000 LUT6, " << bytes << " bytes of C, " << compiler << " -O2: " << seconds << " s");
    }
}
