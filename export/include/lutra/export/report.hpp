#pragma once
// Writes what a circuit is, what it costs and how well it does, as one page to look at and one file for programs. The
// page opens offline in any browser and loads nothing: style and pictures are in it.

#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/report/contents.hpp>
#include <string>

namespace lutra::report {

struct Options {
  std::string name = "report";  ///< the files are name.html and name.json
};

/// A page and a JSON file on `circuit`: the costs, pictures and histograms that follow from it, and what `contents`
/// adds. The same arguments give the same bytes.
///
///     write(report::make(circuit, {.title = "Digits", .accuracy = 0.981, .original = &as_trained}), "build/digits");
///
/// Throws Error where a confusion matrix has another number of counts than classes times classes, an accuracy lies
/// outside 0..1, or the circuit cannot be lowered (contents.hardware = false leaves that out).
[[nodiscard]] Design make(const Circuit& circuit, const Contents& contents, const Options& options = {});

}  // namespace lutra::report

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/report.hpp>
#endif
