#pragma once
// The text that users of an emitted C file read: its header comment, its declarations, and the two entry points. In the
// text @ stands for the design's name, $ for its name in capitals, ~X for a figure that the writer fills in.

#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/c/text.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view interface_text = R"(/*
 * @.c: ~D
 *
 * circuit  ~H
 * made by  lutra ~V; do not edit
 *
 * input    ~I whole numbers 0..~M a sample (~S)
 * answer   ~A
 * tables   ~R bytes, constant
 *
 * Compile this file as it is (C99, no dependency, no allocation, no global state):
 *
 *     cc -std=c99 -O2 -c @.c
 *
 * @.h declares what it gives. The file does so, too, where $_DECLARATIONS is defined before it is included.
 *
 * All memory belongs to the caller, so that calls may run at the same time with a memory each: @_workspace,
 * ~P bit planes of 64 * $_WORDS samples (~K bytes at 4 words), for batches, @_scratch (~P bytes) for one
 * sample. Neither needs to be cleared. Beyond them the functions take less than 2 KiB of stack a word.
 *
 * Stages:
~G */
#ifndef $_DECLARED
#define $_DECLARED

#include <stddef.h>
#include <stdint.h>

#define $_CIRCUIT "~H"
#define $_INPUTS ~N
#define $_INPUT_MAXIMUM ~Mu
#define $_OUTPUTS ~O
#define $_PLANES ~P

/* Samples are computed 64 * $_WORDS at a time. Set it to the machine (8 suits AVX-512) in all files, or leave it. */
#ifndef $_WORDS
#define $_WORDS 4
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef ~S @_sample;
typedef struct { uint64_t word[$_WORDS]; } @_plane;
typedef struct { @_plane plane[$_PLANES]; } @_workspace;
typedef struct { unsigned char bit[$_PLANES]; } @_scratch;

/* Many samples, for throughput: samples[count][$_INPUTS] -> answers[count][$_OUTPUTS].
 ~E */
size_t @_run(const @_sample *samples, size_t count, uint32_t *answers, @_workspace *workspace);

/* One sample, for latency and small machines: sample[$_INPUTS] -> answers[$_OUTPUTS].
 ~F */
int @_one(const @_sample *sample, uint32_t *answers, @_scratch *scratch);

#ifdef __cplusplus
}
#endif

#endif
)";

inline constexpr std::string_view run_check_text = R"(    for (i = 0; i < count * $_INPUTS; ++i)
        if (samples[i] > $_INPUT_MAXIMUM)
            return i / $_INPUTS + 1;
)";

inline constexpr std::string_view one_check_text = R"(    for (i = 0; i < $_INPUTS; ++i)
        if (sample[i] > $_INPUT_MAXIMUM)
            return 1;
)";

/// ~R and ~O are the steps of the two forms, ~C and ~D their checks, ~I the checks' counter.
inline constexpr std::string_view entry_text = R"(
/* At most 64 * $_WORDS samples. */
static void @_block(const @_sample *samples, size_t n, uint32_t *answers, @_plane *m) {
~R}

size_t @_run(const @_sample *samples, size_t count, uint32_t *answers, @_workspace *workspace) {
    const size_t most = 64 * $_WORDS;
~I~C    while (count != 0) {
        const size_t n = count < most ? count : most;
        @_block(samples, n, answers, workspace->plane);
        samples += n * $_INPUTS;
        answers += n * $_OUTPUTS;
        count -= n;
    }
    return 0;
}

int @_one(const @_sample *sample, uint32_t *answers, @_scratch *scratch) {
    unsigned char *const m = scratch->bit;
~I~D~O    return 0;
}
)";

/// A design's two files.
struct Texts {
  std::string source, header;
};

/// A line for each stage, as the head of a file has it.
[[nodiscard]] inline std::string stages_text_of(const Circuit& circuit) {
  std::string text;
  for (std::size_t i = 0; i < circuit.stages().size(); ++i) {
    const auto& stage = circuit.stages()[i];
    append(text, {" *   ", i, "  ", circuits::operation_name(stage.operation), " -> ", to_string(stage.output.shape),
                  ", ", comment(stage.name), "\n"});
  }
  return text;
}

[[nodiscard]] inline std::string answer_text_of(const Circuit& circuit) {
  const auto& out = circuit.output();
  if (!circuit.is_classifier()) return join({out.size(), " whole numbers of ", out.width, " bits"});
  return out.size() == 1 ? "1 class index" : join({out.size(), " class indices"});
}

/// What the two functions return, where there are values that they refuse, and where there are none.
[[nodiscard]] inline std::string run_result_text(bool can_refuse) {
  return can_refuse ? "* Returns 0, or the number (from 1) of the first sample with a value above the maximum: then "
                      "nothing is written."
                    : "* Returns 0: every sample is a valid one.";
}
[[nodiscard]] inline std::string one_result_text(bool can_refuse) {
  return can_refuse ? "* Returns 0, or 1 where a value is above the maximum: then nothing is written."
                    : "* Returns 0: every sample is a valid one.";
}

}  // namespace lutra::c::detail
