#pragma once
// What a report shows, as plain data. Everything is optional: what was not measured is left out of the page.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist/schedule.hpp>
#include <lutra/error.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/text.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lutra::hdl {
struct StreamPlan;
}

namespace lutra::report {

/// What stands for a figure that nobody measured.
inline constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// A tile of its own at the top of the page, such as {"Clock", "412 MHz", "placed and routed, xc7a35t"}.
struct Figure {
  std::string label = {}, value = {}, note = {};
};

/// How far two ways of computing the same function were compared.
enum class Verdict {
  not_compared,
  reference,  ///< what the others are compared with
  equal_on_samples,
  proved_equal,
  different
};

/// One way of computing the function: the network, the circuit, the engine, compiled C, simulated Verilog.
struct Agreement {
  std::string what = {};
  double accuracy = not_measured;  ///< 0..1
  Verdict verdict = Verdict::not_compared;
  std::string note = {};  ///< how: "10000 test images", "SAT, yosys"
};

/// One epoch of training. Losses are means a sample, accuracies 0..1.
struct TrainingPoint {
  int epoch = 0;
  double train_loss = not_measured;
  double train_accuracy = not_measured;
  double validation_loss = not_measured;
  double validation_accuracy = not_measured;
};

/// counts[label * classes + answer].
struct ConfusionMatrix {
  std::vector<std::string> classes = {};  ///< names
  std::vector<std::size_t> counts = {};

  [[nodiscard]] std::size_t at(std::size_t label, std::size_t answer) const {
    return counts[label * classes.size() + answer];
  }
  [[nodiscard]] std::size_t total() const noexcept {
    std::size_t sum = 0;
    for (const auto count : counts) sum += count;
    return sum;
  }
  /// The share of right answers; NaN where there is no sample.
  [[nodiscard]] double accuracy() const noexcept {
    std::size_t right = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) right += at(i, i);
    return total() == 0 ? not_measured : static_cast<double>(right) / static_cast<double>(total());
  }
};

/// Counts how often each label got each answer; class i is called names[i].
/// Throws Error where there are not as many answers as labels, or one of them is no class.
template <class Label, class Answer>
[[nodiscard]] ConfusionMatrix confusion(std::span<const Label> labels, std::span<const Answer> answers,
                                        std::vector<std::string> names) {
  if (labels.size() != answers.size())
    throw Error("answers", "report::confusion", std::to_string(labels.size()) + ", one for each label",
                std::to_string(answers.size()));
  ConfusionMatrix matrix{std::move(names), {}};
  const std::size_t classes = matrix.classes.size();
  matrix.counts.resize(classes * classes);
  const auto checked = [&](auto value, const char* what, std::size_t i) {
    if (value < 0 || static_cast<std::size_t>(value) >= classes)
      throw Error(what, join({"report::confusion, sample ", i}), join({"a class below ", classes}),
                  std::to_string(value));
    return static_cast<std::size_t>(value);
  };
  for (std::size_t i = 0; i < labels.size(); ++i)
    ++matrix.counts[checked(labels[i], "label", i) * classes + checked(answers[i], "answer", i)];
  return matrix;
}

/// One of the circuits that a search has tried.
struct Tried {
  std::string name = {};
  std::size_t luts = 0;   ///< complete
  double accuracy = 0;    ///< 0..1
  bool within = true;     ///< it keeps the budget
  bool on_front = false;  ///< no other has as few LUTs and as high an accuracy
  bool is_chosen = false;
};

/// What a search has tried (trade_off makes one of its result), and the LUTs that there were.
struct TradeOff {
  std::vector<Tried> tried = {};
  std::optional<std::size_t> luts = {};
};

/// An exported file.
struct File {
  std::string name = {};
  std::size_t bytes = 0;
  std::string note = {};
};

/// The files of a design, for Contents::files.
[[nodiscard]] inline std::vector<File> files_of(const Design& design) {
  std::vector<File> files;
  for (const auto& [name, text] : design.files) files.push_back({name, text.size(), ""});
  return files;
}

struct Contents {
  std::string title = "Circuit";
  std::string description = {};           ///< a sentence below the title
  double accuracy = not_measured;         ///< 0..1, of the circuit on data it was not trained with
  std::string accuracy_note = {};         ///< such as "10000 test images"
  double engine_rate = not_measured;      ///< samples a second of the engine
  std::string engine_note = {};           ///< such as "2 cores"
  std::size_t c_memory = 0;               ///< bytes of memory that the emitted C works in: c::memory_bytes
  double clock_mhz = not_measured;        ///< of a placed and routed design; gives latency in ns and answers a second
  std::vector<Figure> figures = {};       ///< more tiles
  std::vector<Agreement> agreement = {};  ///< in the order of the table
  const Circuit* original = nullptr;      ///< the circuit before it was simplified
  bool hardware = true;                   ///< count LUTs, flip-flops and levels: lowers it, unless it is too large
  circuits::Pipeline pipeline = circuits::every(1);  ///< where registers stand
  /// hdl::stream_plan of the circuit: draws its pipeline, and counts one pixel's hardware instead of the whole image's.
  const hdl::StreamPlan* stream = nullptr;
  std::vector<TrainingPoint> training = {};  ///< in order
  std::optional<ConfusionMatrix> confusion = {};
  TradeOff trade_off = {};
  std::vector<File> files = {};
};

}  // namespace lutra::report
