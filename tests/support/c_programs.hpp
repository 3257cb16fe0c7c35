#pragma once
// Programs in C that compare emitted C with its circuit, sample by sample. They read their samples as text, and so run
// as well on another machine's processor.

#include <cstddef>
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

namespace lutra_test::c_programs {

inline const std::string warnings =
    " -std=c99 -Wall -Wextra -pedantic -Wconversion -Wsign-conversion -Wshadow -Werror ";

// For every circuit: samples and answers from <name>.txt; each count of samples by _run, with the memory behind the
// last answer watched; each sample by _one; and a value above the maximum, which must be refused with nothing written.
inline constexpr const char* driver_text = R"(
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
        static const size_t counts[] = {0, 1, 2, 63, 64, 65, 255, 256, 257, SAMPLES};                         \
        FILE *file = fopen(#net ".txt", "r");                                                                 \
        net##_sample *all = (net##_sample *)memory(SAMPLES * NET##_INPUTS * sizeof *all);                     \
        uint32_t *expected = (uint32_t *)memory(SAMPLES * NET##_OUTPUTS * sizeof *expected);                  \
        net##_workspace *workspace = (net##_workspace *)memory(sizeof *workspace);                            \
        net##_scratch *scratch = (net##_scratch *)memory(sizeof *scratch);                                    \
        unsigned long x;                                                                                      \
        size_t i, c;                                                                                          \
        if (file == NULL)                                                                                     \
            exit(3);                                                                                          \
        for (i = 0; i < SAMPLES * NET##_INPUTS && fscanf(file, "%lu", &x) == 1; ++i)                          \
            all[i] = (net##_sample)x;                                                                         \
        for (i = 0; i < SAMPLES * NET##_OUTPUTS && fscanf(file, "%lu", &x) == 1; ++i)                         \
            expected[i] = (uint32_t)x;                                                                        \
        if (i != SAMPLES * NET##_OUTPUTS)                                                                     \
            exit(3);                                                                                          \
        fclose(file);                                                                                         \
        for (c = 0; c < sizeof counts / sizeof *counts; ++c) {                                                \
            const size_t count = counts[c] < SAMPLES ? counts[c] : SAMPLES, size = count * NET##_INPUTS;      \
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
            if (NET##_INPUT_MAXIMUM != (net##_sample)~(net##_sample)0 && count > 1) {                         \
                memset(answers, 0xa5, count * NET##_OUTPUTS * sizeof *answers);                               \
                samples[(count - 2) * NET##_INPUTS] = (net##_sample)(NET##_INPUT_MAXIMUM + 1u);               \
                samples[size - 1] = (net##_sample)(NET##_INPUT_MAXIMUM + 1u);                                 \
                if (net##_run(samples, count, answers, workspace) != count - 1)                               \
                    fail(#net, "a bad sample was not named", count, count - 2);                               \
                if (net##_one(samples + (count - 2) * NET##_INPUTS, answers, scratch) != 1)                   \
                    fail(#net, "a bad sample was not refused", count, count - 2);                             \
                for (i = 0; i < count * NET##_OUTPUTS; ++i)                                                   \
                    if (answers[i] != 0xa5a5a5a5u)                                                            \
                        fail(#net, "a refused call wrote", count, i);                                         \
            }                                                                                                 \
            free(samples);                                                                                    \
            free(answers);                                                                                    \
        }                                                                                                     \
        for (c = 0; c < SAMPLES; ++c) {                                                                       \
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

inline void save(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  BOOST_REQUIRE(out.flush());
}

inline std::vector<std::uint32_t> samples_for(const lutra::Circuit& circuit, std::size_t count, std::uint64_t seed) {
  const auto narrow = random_samples(circuit, count, seed);
  std::vector<std::uint32_t> samples(narrow.begin(), narrow.end());
  Random random(seed);
  if (circuit.input().width > 16)
    for (auto& value : samples) value = static_cast<std::uint32_t>(random.next() >> 40 & circuit.input().maximum());
  return samples;
}

/// Writes net0.c, net0.txt, net1.c, ... and the program that checks them all; returns the names of its C files.
inline std::string write_program(const std::vector<lutra::Circuit>& circuits, const std::filesystem::path& folder,
                                 std::size_t count = 1000) {
  std::string files = "main.c", calls;
  std::string main = "#define SAMPLES " + std::to_string(count) + "\n" + driver_text;
  for (std::size_t i = 0; i < circuits.size(); ++i) {
    const std::string name = "net" + std::to_string(i), capitals = "NET" + std::to_string(i);
    write(lutra::c::source(circuits[i], {.name = name}), folder);
    const auto samples = samples_for(circuits[i], count, i);
    std::ostringstream text;
    for (const auto value : samples) text << value << ' ';
    for (std::size_t s = 0; s < count; ++s)
      for (const auto answer : evaluate(
               circuits[i], std::span(samples).subspan(s * circuits[i].input().size(), circuits[i].input().size())))
        text << answer << ' ';
    save(folder / (name + ".txt"), text.str());
    main += "\n#include \"" + name + ".h\"\nCHECK(" + name + ", " + capitals + ")\n";
    calls += "    check_" + name + "();\n";
    files += " " + name + ".c";
  }
  save(folder / "main.c", main + "\nint main(void) {\n" + calls +
                              "    if (failures == 0)\n        printf(\"all equal\\n\");\n"
                              "    return failures != 0;\n}\n");
  return files;
}

/// Runs a shell command in `folder`.
inline Finished run(const std::string& command, const std::filesystem::path& folder) {
  return lutra_test::run("cd " + quoted(folder) + " && " + command);
}

/// Compiles the program of `write_program` and lets it compare everything.
inline void check_program(const std::string& compiler, const std::string& flags, const std::string& files,
                          const std::filesystem::path& folder, const std::string& runner = "") {
  const Finished compiled = run(compiler + flags + files + " -o check", folder);
  BOOST_REQUIRE_MESSAGE(compiled.status == 0, compiler << flags << ": " << compiled.output.substr(0, 3000));
  const Finished checked = run(runner + "./check", folder);
  BOOST_CHECK_MESSAGE(checked.status == 0 && checked.output == "all equal\n",
                      compiler << flags << ": " << checked.output.substr(0, 3000));
}

}  // namespace lutra_test::c_programs
