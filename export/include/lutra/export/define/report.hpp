#pragma once
// Defines what <lutra/export/report.hpp> declares.

#include <lutra/circuit/circuit.hpp>
#include <lutra/error.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/report.hpp>
#include <lutra/export/report/contents.hpp>
#include <lutra/export/report/figures.hpp>
#include <lutra/export/report/measures.hpp>
#include <lutra/export/report/page.hpp>
#include <lutra/export/text.hpp>
#include <lutra/inline.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace lutra::report {

LUTRA_INLINE Design make(const Circuit& circuit, const Contents& contents, const Options& options) {
  const auto check = [](double accuracy, std::string_view where) {
    if (accuracy < 0 || accuracy > 1)
      throw Error("accuracy", join({"report::make, ", where}), "0..1", std::to_string(accuracy));
  };
  check(contents.accuracy, "contents.accuracy");
  for (const auto& row : contents.agreement) check(row.accuracy, join({"agreement of ", row.what}));
  for (const auto& point : contents.training) {
    const std::string epoch = "training, epoch " + std::to_string(point.epoch);
    check(point.train_accuracy, epoch);
    check(point.validation_accuracy, epoch);
  }
  if (contents.confusion) {
    const std::size_t classes = contents.confusion->classes.size();
    if (classes == 0 || contents.confusion->counts.size() != classes * classes)
      throw Error("confusion matrix", "report::make", "classes times classes counts, at least one",
                  join({contents.confusion->counts.size(), " for ", classes, " classes"}));
  }
  const auto measured = [&](const Circuit& which) {
    if (contents.stream == nullptr) return measure(which, contents.hardware, contents.pipeline);
    const bool is_streamed = &which == &circuit;
    return measure(which, is_streamed ? *contents.stream : hdl::stream_plan(which, contents.stream->options));
  };
  Subject subject{circuit, contents, measured(circuit), std::nullopt};
  if (contents.original != nullptr) subject.before = measured(*contents.original);
  Design design{options.name, {}};
  design.add(join({options.name, ".html"}), page(subject));
  design.add(join({options.name, ".json"}), figures(subject));
  return design;
}

}  // namespace lutra::report
