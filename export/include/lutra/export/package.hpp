#pragma once
// Everything that a circuit can be handed over as, in one design; and one table that says how far the hand-over was
// checked on this machine.

#include <cstdint>
#include <filesystem>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/export/blif.hpp>
#include <lutra/export/c.hpp>
#include <lutra/export/init.hpp>
#include <lutra/export/report.hpp>
#include <lutra/export/stream.hpp>
#include <lutra/export/stream/testbench.hpp>
#include <lutra/export/testbench.hpp>
#include <lutra/export/verify.hpp>
#include <lutra/export/verilog.hpp>
#include <span>
#include <string>
#include <vector>

namespace lutra {

/// Verilog with its testbench over `samples`, BLIF, INIT tables and C, all under options.name. Throws Error as the
/// exporters do, before anything is written. A program that links lutra::dispatch has it, and check(), for uint8_t and
/// uint16_t.
template <class Sample>
[[nodiscard]] Design package(const Circuit& circuit, std::span<const Sample> samples,
                             const hdl::VerilogOptions& options = {});

/// What check() compares: samples, labelled or not, and what the trained network answered.
template <class Sample>
struct CheckedData {
  std::span<const Sample> samples;        ///< one after another
  std::span<const std::uint32_t> labels;  ///< one a sample, or one for each place of its answer; empty: nobody knows
  /// With labels the network's classes, as predict() gives them; without, all outputs of every sample as the circuit
  /// counts them.
  std::span<const std::uint32_t> network;
};

/// Takes the class, or classes, of every sample from the circuit's definition, the engine and the compiled C, or, where
/// there are no labels, all of its outputs; runs the testbench and the proof of the folder that package() was written
/// to, and gives a row for each. `prove_script` is export/prove.sh. Throws Error where samples, labels and answers
/// differ in number.
template <class Sample>
[[nodiscard]] std::vector<report::Agreement> check(const Circuit& circuit, const std::filesystem::path& folder,
                                                   const std::string& name, const CheckedData<Sample>& data,
                                                   const std::filesystem::path& prove_script);

/// Tries the folder that a stream and its testbench were written to (hdl::stream, hdl::stream_testbench): simulates the
/// whole module, and proves its logic. A row for each, beside the circuit's as the reference.
[[nodiscard]] std::vector<report::Agreement> check_stream(const std::filesystem::path& folder, const std::string& name,
                                                          const std::filesystem::path& prove_script);

/// True where no way of computing the answer differs from the network's; what was left out is no difference.
[[nodiscard]] bool all_agree(const std::vector<report::Agreement>& rows);

/// The rows of check() as a table for a terminal.
[[nodiscard]] std::string to_string(const std::vector<report::Agreement>& rows);

/// The epochs of a training run (what fit returns) as the report draws them.
template <class History>
[[nodiscard]] std::vector<report::TrainingPoint> training_points(const History& history) {
  std::vector<report::TrainingPoint> points;
  for (const auto& e : history.epochs)
    points.push_back(
        {static_cast<int>(e.epoch), e.train_loss, e.train_accuracy, e.validation_loss, e.validation_accuracy});
  return points;
}

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/package.hpp>
#endif
