#pragma once
// Writes a circuit as one C99 file without dependencies, for everything that has a C compiler and no room for a
// library. The file compiles as it is and declares its own interface, so that nothing can drift apart.

#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <string>

namespace lutra::c {

struct Options {
  std::string name = "net";  ///< the file is name.c; all that it defines begins with name_ or NAME_
};

/// The circuit from raw input to final answer as the file `name.c`: C99 that takes no warnings, no memory but the
/// caller's and no library, with the same answers as the circuit, bit for bit. Two functions compute them:
///
///     size_t name_run(const name_sample *samples, size_t count, uint32_t *answers, name_workspace *workspace);
///     int    name_one(const name_sample *sample, uint32_t *answers, name_scratch *scratch);
///
/// `name_run` takes any number of samples and works on 64 a machine word: for throughput. `name_one` takes one, with a
/// byte of memory a live bit: for latency and microcontrollers. Samples are the smallest unsigned integers that hold
/// the input (uint8_t for bytes and bits). A value above the input's maximum is refused by the return value, before
/// anything is written; see the file's own comments.
///
/// Throws Error where options.name names no design, or the circuit needs 2^32 bits of memory a sample or more.
[[nodiscard]] Design source(const Circuit& circuit, const Options& options = {});

/// Bytes of the memory that a caller of `name_one` gives it: what is alive at the same time, at most.
[[nodiscard]] std::size_t memory_bytes(const Circuit& circuit);

}  // namespace lutra::c

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/c.hpp>
#endif
