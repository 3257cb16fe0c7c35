// labels: slow_tools
#define BOOST_TEST_MODULE c_tools
#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/export/c.hpp>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "support/random_circuit.hpp"
#include "support/tools.hpp"

// Emitted C is compiled by real compilers and compared with the circuit sample by sample. The program that compares is
// C itself, reads its samples as text, and so runs as well on another machine's processor.

namespace {

using lutra::Circuit;
using lutra::circuits::CountStage;
using lutra::circuits::LutStage;
using lutra::circuits::Stage;
using lutra::circuits::ThresholdStage;

const std::string warnings = " -std=c99 -Wall -Wextra -pedantic -Wconversion -Wsign-conversion -Wshadow -Werror ";
constexpr std::size_t samples_a_circuit = 1000;

// For every circuit: samples and answers from <name>.txt; each count of samples by _run, with the memory behind the
// last answer watched; each sample by _one; and a value above the maximum, which must be refused with nothing written.
constexpr const char* driver_text = R"(
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;
static void fail(const char *name, const char *what, size_t count, size_t at) {
    if (failures++ < 10)
        printf("%s: %s, count %lu, at %lu\n", name, what, (unsigned long)count, (unsigned long)at);
}

static void *memory(size_t bytes) {
    void *p = malloc(bytes + 1);
    if (p == NULL)
        exit(3);
    memset(p, 0xa5, bytes + 1);
    return p;
}

#define CHECK(net, NET)                                                                                       \
    static void check_##net(void) {                                                                           \
        static const size_t counts[] = {0, 1, 63, 64, 65, 255, 256, 257, 1000};                               \
        FILE *file = fopen(#net ".txt", "r");                                                                 \
        net##_sample *all = (net##_sample *)memory(1000 * NET##_INPUTS * sizeof *all);                        \
        uint32_t *expected = (uint32_t *)memory(1000 * NET##_OUTPUTS * sizeof *expected);                     \
        net##_workspace *workspace = (net##_workspace *)memory(sizeof *workspace);                            \
        net##_scratch *scratch = (net##_scratch *)memory(sizeof *scratch);                                    \
        unsigned long x;                                                                                      \
        size_t i, c;                                                                                          \
        if (file == NULL)                                                                                     \
            exit(3);                                                                                          \
        for (i = 0; i < 1000 * NET##_INPUTS && fscanf(file, "%lu", &x) == 1; ++i)                             \
            all[i] = (net##_sample)x;                                                                         \
        for (i = 0; i < 1000 * NET##_OUTPUTS && fscanf(file, "%lu", &x) == 1; ++i)                            \
            expected[i] = (uint32_t)x;                                                                        \
        if (i != 1000 * NET##_OUTPUTS)                                                                        \
            exit(3);                                                                                          \
        fclose(file);                                                                                         \
        for (c = 0; c < sizeof counts / sizeof *counts; ++c) {                                                \
            const size_t count = counts[c], size = count * NET##_INPUTS;                                      \
            net##_sample *samples = (net##_sample *)memory(size * sizeof *samples);                           \
            uint32_t *answers = (uint32_t *)memory((count * NET##_OUTPUTS + 4) * sizeof *answers);            \
            memcpy(samples, all, size * sizeof *samples);                                                     \
            if (net##_run(samples, count, answers, workspace) != 0)                                           \
                fail(#net, "refused", count, 0);                                                              \
            for (i = 0; i < count * NET##_OUTPUTS; ++i)                                                       \
                if (answers[i] != expected[i])                                                                \
                    fail(#net, "another answer", count, i);                                                   \
            for (i = 0; i < 4; ++i)                                                                           \
                if (answers[count * NET##_OUTPUTS + i] != 0xa5a5a5a5u)                                        \
                    fail(#net, "written behind the answers", count, i);                                       \
            if (NET##_INPUT_MAXIMUM != (net##_sample)~(net##_sample)0 && count > 62) {                        \
                memset(answers, 0xa5, count * NET##_OUTPUTS * sizeof *answers);                               \
                samples[62 * NET##_INPUTS] = (net##_sample)(NET##_INPUT_MAXIMUM + 1u);                        \
                samples[size - 1] = (net##_sample)(NET##_INPUT_MAXIMUM + 1u);                                 \
                if (net##_run(samples, count, answers, workspace) != 63)                                      \
                    fail(#net, "a bad sample was not named", count, 62);                                      \
                if (net##_one(samples + 62 * NET##_INPUTS, answers, scratch) != 1)                            \
                    fail(#net, "a bad sample was not refused", count, 62);                                    \
                for (i = 0; i < count * NET##_OUTPUTS; ++i)                                                   \
                    if (answers[i] != 0xa5a5a5a5u)                                                            \
                        fail(#net, "a refused call wrote", count, i);                                         \
            }                                                                                                 \
            free(samples);                                                                                    \
            free(answers);                                                                                    \
        }                                                                                                     \
        for (c = 0; c < 1000; ++c) {                                                                          \
            uint32_t answers[NET##_OUTPUTS];                                                                  \
            if (net##_one(all + c * NET##_INPUTS, answers, scratch) != 0)                                     \
                fail(#net, "refused", 1, c);                                                                  \
            for (i = 0; i < NET##_OUTPUTS; ++i)                                                               \
                if (answers[i] != expected[c * NET##_OUTPUTS + i])                                            \
                    fail(#net, "another answer from _one", c, i);                                             \
        }                                                                                                     \
        free(all);                                                                                            \
        free(expected);                                                                                       \
        free(workspace);                                                                                      \
        free(scratch);                                                                                        \
    }
)";

void save(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  BOOST_REQUIRE(out.flush());
}

std::vector<std::uint32_t> samples_for(const Circuit& circuit, std::uint64_t seed) {
  const auto narrow = lutra_test::random_samples(circuit, samples_a_circuit, seed);
  std::vector<std::uint32_t> samples(narrow.begin(), narrow.end());
  lutra_test::Random random(seed);
  if (circuit.input().width > 16)
    for (auto& value : samples) value = static_cast<std::uint32_t>(random.next() >> 40 & circuit.input().maximum());
  return samples;
}

/// Writes net0.c, net0.txt, net1.c, ... and the program that checks them all; returns the names of its C files.
std::string write_program(const std::vector<Circuit>& circuits, const std::filesystem::path& folder) {
  std::string files = "main.c", main = driver_text, calls;
  for (std::size_t i = 0; i < circuits.size(); ++i) {
    const std::string name = "net" + std::to_string(i), capitals = "NET" + std::to_string(i);
    write(lutra::c::source(circuits[i], {.name = name}), folder);
    const auto samples = samples_for(circuits[i], i);
    std::ostringstream text;
    for (const auto value : samples) text << value << ' ';
    for (std::size_t s = 0; s < samples_a_circuit; ++s)
      for (const auto answer : evaluate(
               circuits[i], std::span(samples).subspan(s * circuits[i].input().size(), circuits[i].input().size())))
        text << answer << ' ';
    save(folder / (name + ".txt"), text.str());
    main +=
        "\n#define " + capitals + "_DECLARATIONS\n#include \"" + name + ".c\"\nCHECK(" + name + ", " + capitals + ")\n";
    calls += "    check_" + name + "();\n";
    files += " " + name + ".c";
  }
  save(folder / "main.c", main + "\nint main(void) {\n" + calls +
                              "    if (failures == 0)\n        printf(\"all equal\\n\");\n"
                              "    return failures != 0;\n}\n");
  return files;
}

using lutra_test::Finished;
using lutra_test::installed;

/// Runs a shell command in `folder`.
Finished run(const std::string& command, const std::filesystem::path& folder) {
  return lutra_test::run("cd " + lutra_test::quoted(folder) + " && " + command);
}

double seconds_of(const std::string& command, const std::filesystem::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  const Finished ran = run(command, folder);
  BOOST_CHECK_MESSAGE(ran.status == 0, command << ": " << ran.output.substr(0, 3000));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Compiles the program of `write_program` and lets it compare everything.
void check_program(const std::string& compiler, const std::string& flags, const std::string& files,
                   const std::filesystem::path& folder, const std::string& runner = "") {
  const Finished compiled = run(compiler + flags + files + " -o check", folder);
  BOOST_REQUIRE_MESSAGE(compiled.status == 0, compiler << flags << ": " << compiled.output.substr(0, 3000));
  const Finished checked = run(runner + "./check", folder);
  BOOST_CHECK_MESSAGE(checked.status == 0 && checked.output == "all equal\n",
                      compiler << flags << ": " << checked.output.substr(0, 3000));
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
#define NET_DECLARATIONS
#include "net.c"
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
