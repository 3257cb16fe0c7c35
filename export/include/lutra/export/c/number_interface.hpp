#pragma once
// The text that users of an emitted C file for a circuit of numbers read, and its entry points. In the text @ stands
// for the design's name, $ for its name in capitals, ~X for a figure that is filled in.

#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/c/interface.hpp>
#include <lutra/export/c/text.hpp>
#include <lutra/export/text.hpp>
#include <lutra/version.hpp>
#include <string>
#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view number_interface_text = R"(/*
 * @.c: raw input to ~D
 *
 * circuit  ~H
 * made by  lutra ~V; do not edit
 *
 * input    ~I whole numbers 0..~M a sample (~S)
 * answer   ~A
 * tables   ~R bytes, constant
 * memory   ~B bytes, one after another by all stages
 *
 * Compile this file as it is (C99, no dependency, no allocation, no global state):
 *
 *     cc -std=c99 -O2 -c @.c
 *
 * @.h declares what it gives. The file does so, too, where $_DECLARATIONS is defined before it is included.
 *
 * All memory belongs to the caller, so that calls may run at the same time with a memory each. It need not be cleared.
 * Beyond it the functions take less than 4 KiB of stack. Where the compiler says that there is AVX2, SSSE3 or NEON (64
 * bits), it is used, with the same answers (and 12 KiB of stack if nothing is optimized); define $_PLAIN and it is not.
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
#define $_BYTES ~Bu

#ifdef __cplusplus
extern "C" {
#endif

typedef ~S @_sample;
typedef struct { uint64_t word[$_BYTES / 8]; } @_workspace;
typedef @_workspace @_scratch;

/* Many samples: samples[count][$_INPUTS] -> answers[count][$_OUTPUTS].
 ~E */
size_t @_run(const @_sample *samples, size_t count, uint32_t *answers, @_workspace *workspace);

/* One sample, such as an image, channel after channel and row after row: sample[$_INPUTS] -> answers[$_OUTPUTS].
 ~F */
int @_one(const @_sample *sample, uint32_t *answers, @_scratch *scratch);

#ifdef __cplusplus
}
#endif

#endif
)";

inline constexpr std::string_view number_includes_text = R"(#include <string.h>

/* What is read, what is written and read again, and what is written. */
typedef struct {
    const unsigned char *sample;
    unsigned char *own, *answers;
} @_memory;
)";

/// ~S are the steps, ~C and ~D the checks, ~I their counter.
inline constexpr std::string_view number_entry_text = R"(
static void @_compute(const @_sample *sample, uint32_t *answers, @_workspace *workspace) {
    @_memory m;
    m.sample = (const unsigned char *)sample;
    m.own = (unsigned char *)workspace->word;
    m.answers = (unsigned char *)answers;
~S}

size_t @_run(const @_sample *samples, size_t count, uint32_t *answers, @_workspace *workspace) {
~I~C    for (; count != 0; --count, samples += $_INPUTS, answers += $_OUTPUTS)
        @_compute(samples, answers, workspace);
    return 0;
}

int @_one(const @_sample *sample, uint32_t *answers, @_scratch *scratch) {
~I~D    @_compute(sample, answers, scratch);
    return 0;
}
)";

/// What a file says of itself and of its circuit.
struct NumberInterface {
  const Circuit& circuit;
  const std::string& name;
  const std::string& hash;
  std::size_t memory_bytes, table_bytes;

  [[nodiscard]] std::string sample_type() const { return integer_type(circuit.input().maximum()); }
  /// False where every value of the sample type is an input.
  [[nodiscard]] bool can_refuse() const { return circuit.input().width != 8 * type_bytes(sample_type()); }

  [[nodiscard]] std::string declarations() const {
    const auto& in = circuit.input();
    const auto& out = circuit.output();
    return fill_in(number_interface_text, name,
                   {{'D', circuit.is_classifier() ? "class index" : "answer"},
                    {'H', hash},
                    {'V', version},
                    {'I', join({to_string(in.shape), " = ", in.size()})},
                    {'M', std::to_string(in.maximum())},
                    {'S', sample_type()},
                    {'A', answer_text_of(circuit)},
                    {'R', std::to_string(table_bytes)},
                    {'B', std::to_string(memory_bytes)},
                    {'G', stages_text_of(circuit)},
                    {'N', std::to_string(in.size())},
                    {'O', std::to_string(out.size())},
                    {'E', run_result_text(can_refuse())},
                    {'F', one_result_text(can_refuse())}});
  }

  /// The functions, whose steps are `steps`.
  [[nodiscard]] std::string entry_points(const std::string& steps) const {
    return fill_in(number_entry_text, name,
                   {{'S', steps},
                    {'I', can_refuse() ? "    size_t i;\n" : ""},
                    {'C', can_refuse() ? fill_in(run_check_text, name) : ""},
                    {'D', can_refuse() ? fill_in(one_check_text, name) : ""}});
  }
};

}  // namespace lutra::c::detail
