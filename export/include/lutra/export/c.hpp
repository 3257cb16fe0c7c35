#pragma once
// Writes a circuit as one C99 file without dependencies and its header, for everything that has a C compiler and no
// room for a library. The file compiles as it is; its declarations are the header's own text, so that nothing can drift
// apart.

#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <string>

namespace lutra::c {

struct Options {
  std::string name = "net";  ///< the files are name.c and name.h; all that it defines begins with name_ or NAME_
};

/// The circuit from raw input to final answer as the file `name.c` and its header `name.h`: C99 that takes no warnings,
/// no memory but the caller's and no library, with the same answers as the circuit, bit for bit. Two functions compute
/// them:
///
///     size_t name_run(const name_sample *samples, size_t count, uint32_t *answers, name_workspace *workspace);
///     int    name_one(const name_sample *sample, uint32_t *answers, name_scratch *scratch);
///
/// `name_run` takes any number of samples, `name_one` takes one. Where there is more to look up than to weigh, the
/// first works on 64 samples a machine word, and the second, with a byte of memory a live bit, is for latency and
/// microcontrollers. Where weights are most of the work, both compute one sample after another, on whole signals in
/// memory that is used again; an image is not unrolled. Samples are the smallest unsigned integers that hold the input
/// (uint8_t for bytes and bits). A value above the input's maximum is refused by the return value, before anything is
/// written; see the file's own comments.
///
/// Throws Error where options.name names no design, or the circuit needs 2^32 bits of memory a sample or more (bytes,
/// where weights are most of the work).
[[nodiscard]] Design source(const Circuit& circuit, const Options& options = {});

/// Bytes of the memory that a caller of `name_one` gives it: what is alive at the same time, at most.
[[nodiscard]] std::size_t memory_bytes(const Circuit& circuit);

}  // namespace lutra::c

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/c.hpp>
#endif
