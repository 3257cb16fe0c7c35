#pragma once
// A circuit: the frozen network as plain, immutable data, from raw input to final answer. It is checked once, when it
// is made, so that whatever reads a Circuit (engine, exporters, simplify) can rely on every rule written here.

#include <cstdint>
#include <lutra/circuit/stages.hpp>
#include <lutra/circuit/validate.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

class Circuit {
 public:
  using Notes = std::map<std::string, std::string>;

  /// `stages` in an order in which each reads only the input and earlier stages; the last one is the answer.
  /// `notes` is free text that travels along (class names, input scaling) and changes nothing that is computed.
  /// Throws Error, naming the stage, on anything that circuits::validate refuses.
  Circuit(circuits::Type input, std::vector<circuits::Stage> stages, Notes notes = {})
      : input_(input), stages_(std::move(stages)), notes_(std::move(notes)) {
    circuits::validate(input_, stages_);
  }

  [[nodiscard]] const circuits::Type& input() const noexcept { return input_; }
  [[nodiscard]] const std::vector<circuits::Stage>& stages() const noexcept { return stages_; }
  [[nodiscard]] const Notes& notes() const noexcept { return notes_; }

  /// The type of signal `id`: 0 is the input, i + 1 the output of stage i.
  [[nodiscard]] const circuits::Type& type(circuits::SignalId id) const noexcept {
    return id == 0 ? input_ : stages_[id - 1].output;
  }
  [[nodiscard]] const circuits::Type& output() const noexcept { return stages_.back().output; }

  /// True where the answer is a class index, or one for each place of an image (the last stage is an ArgmaxStage).
  [[nodiscard]] bool is_classifier() const noexcept {
    return std::holds_alternative<circuits::ArgmaxStage>(stages_.back().operation);
  }

  /// LUT nodes over all LutStages, as they stand: no encoder, no counting, no argmax.
  [[nodiscard]] std::size_t lut_nodes() const noexcept {
    std::size_t nodes = 0;
    for (const auto& stage : stages_)
      if (const auto* luts = std::get_if<circuits::LutStage>(&stage.operation)) nodes += luts->size();
    return nodes;
  }

  friend bool operator==(const Circuit&, const Circuit&) = default;

 private:
  circuits::Type input_;
  std::vector<circuits::Stage> stages_;
  Notes notes_;
};

}  // namespace lutra
