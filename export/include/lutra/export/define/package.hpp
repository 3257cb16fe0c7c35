#pragma once
// Defines what <lutra/export/package.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/data/accuracy.hpp>
#include <lutra/export/blif.hpp>
#include <lutra/export/c.hpp>
#include <lutra/export/init.hpp>
#include <lutra/export/package.hpp>
#include <lutra/export/report.hpp>
#include <lutra/export/testbench.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verify.hpp>
#include <lutra/export/verilog.hpp>
#include <lutra/inline.hpp>
#include <span>
#include <string>
#include <vector>

namespace lutra {

template <class Sample>
Design package(const Circuit& circuit, std::span<const Sample> samples, const hdl::VerilogOptions& options) {
  Design design = hdl::verilog(circuit, options);
  design += hdl::blif(circuit, options);
  design += hdl::testbench(circuit, samples, options);
  design += hdl::init(circuit, {.name = options.name});
  design += c::source(circuit, {.name = options.name});
  return design;
}

namespace detail {

/// What a tool said as a row; `accuracy` is the circuit's, which is the subject's, too, where the tool found no
/// difference.
[[nodiscard]] inline report::Agreement tool_row(const std::string& what, const verify::Result& result,
                                                report::Verdict verdict, double accuracy = report::not_measured) {
  const bool passed = result.outcome == verify::Outcome::passed;
  return {what, passed ? accuracy : report::not_measured,
          passed                                      ? verdict
          : result.outcome == verify::Outcome::failed ? report::Verdict::different
                                                      : report::Verdict::not_compared,
          result.note};
}

}  // namespace detail

template <class Sample>
std::vector<report::Agreement> check(const Circuit& circuit, const std::filesystem::path& folder,
                                     const std::string& name, const CheckedData<Sample>& data,
                                     const std::filesystem::path& prove_script) {
  using report::Verdict;
  const bool labelled = !data.labels.empty();
  const auto accuracy_of = [&](std::span<const std::uint32_t> answers) {
    return labelled ? accuracy(answers, data.labels) : report::not_measured;
  };
  const std::size_t size = circuit.input().size(), count = data.samples.size() / size;
  const std::size_t places = circuit.output().size();
  const auto require = [&](const char* what, std::size_t got) {
    if (got != count * places) throw Error(what, "check", join({count * places}), std::to_string(got));
  };
  if (labelled) require("labels", data.labels.size());
  require("answers of the network", data.network.size());
  std::vector<report::Agreement> rows{{"network", accuracy_of(data.network), Verdict::reference, "as trained"}};
  const std::string samples = join({count, " samples"});
  const auto compared = [&](const std::string& what, const std::vector<std::uint32_t>& answers,
                            const std::string& how) {
    const bool equal = std::ranges::equal(answers, data.network);
    rows.push_back({what, accuracy_of(answers), equal ? Verdict::equal_on_samples : Verdict::different,
                    join({samples, ", ", how})});
  };

  std::vector<std::uint32_t> answers(count * places);
  for (std::size_t i = 0; i < count; ++i)
    std::ranges::copy_n(evaluate(circuit, data.samples.subspan(i * size, size)).begin(),
                        static_cast<std::ptrdiff_t>(places), answers.begin() + static_cast<std::ptrdiff_t>(i * places));
  compared("circuit", answers, "scalar definition");
  Engine(circuit).run(data.samples, std::span(answers));
  compared("engine", answers, "bit-parallel");

  const verify::Result compiled = verify::run_c(folder, name, circuit, data.samples);
  if (compiled.outcome == verify::Outcome::passed) {
    compared("compiled C", compiled.answers, compiled.note);
  } else {
    rows.push_back({"compiled C", report::not_measured,
                    compiled.outcome == verify::Outcome::failed ? Verdict::different : Verdict::not_compared,
                    compiled.note});
  }
  // The testbench holds every answer against the circuit's, so the same share of them is right.
  const double circuit_accuracy = rows[1].accuracy;
  rows.push_back(detail::tool_row("simulated Verilog", verify::simulate(folder, name), Verdict::equal_on_samples,
                                  circuit_accuracy));
  rows.push_back(
      detail::tool_row("Verilog by SAT", verify::prove(folder, prove_script), Verdict::proved_equal, circuit_accuracy));
  return rows;
}

LUTRA_INLINE std::vector<report::Agreement> check_stream(const std::filesystem::path& folder, const std::string& name,
                                                         const std::filesystem::path& prove_script) {
  using report::Verdict;
  std::vector<report::Agreement> rows{{"circuit", report::not_measured, Verdict::reference, "scalar definition"}};
  rows.push_back(detail::tool_row("simulated stream", verify::simulate(folder, name), Verdict::equal_on_samples));
  rows.push_back(detail::tool_row("logic of a pixel", verify::prove(folder, prove_script), Verdict::proved_equal));
  return rows;
}

LUTRA_INLINE bool all_agree(const std::vector<report::Agreement>& rows) {
  return std::none_of(rows.begin(), rows.end(),
                      [](const report::Agreement& row) { return row.verdict == report::Verdict::different; });
}

LUTRA_INLINE std::string to_string(const std::vector<report::Agreement>& rows) {
  const auto word = [](report::Verdict verdict) {
    switch (verdict) {
      case report::Verdict::equal_on_samples:
        return "equal on every sample";
      case report::Verdict::proved_equal:
        return "proved equal";
      case report::Verdict::different:
        return "DIFFERENT";
      case report::Verdict::reference:
        return "the reference";
      case report::Verdict::not_compared:
        break;
    }
    return "not compared";
  };
  std::string text;
  char line[256];
  for (const report::Agreement& row : rows) {
    char share[16] = "-";
    if (!std::isnan(row.accuracy)) std::snprintf(share, sizeof share, "%.2f %%", 100 * row.accuracy);
    std::snprintf(line, sizeof line, "  %-18s %9s  %-22s %s\n", row.what.c_str(), share, word(row.verdict),
                  row.note.c_str());
    text += line;
  }
  return text;
}

}  // namespace lutra
