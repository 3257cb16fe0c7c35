#pragma once
// From the stages of a circuit to operations on named bits, and to a class for every answer.

#include <algorithm>
#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/lower_stage.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <vector>

namespace lutra::engine {

/// A circuit as operations on names.
class Lowering {
 public:
  explicit Lowering(const Circuit& circuit)
      : circuit_(circuit), bits_(circuit.input()), stages_(bits_), signals_{bits_.input()} {
    for (std::size_t i = 0; i < circuit.stages().size(); ++i) lower(i);
    answer_ = {signals_.back(), circuit.output().size(), circuit.output().width};
    for (Name& bit : answer_.rows) bit = bits_.ready(bit);
    decide();
  }

  [[nodiscard]] BitBuilder& bits() noexcept { return bits_; }
  /// Rows are names here.
  [[nodiscard]] const Integers& answer() const noexcept { return answer_; }
  [[nodiscard]] const Integers& decision() const noexcept { return decision_; }

 private:
  void lower(std::size_t index) {
    const circuits::Stage& stage = circuit_.stages()[index];
    std::size_t width = 0;
    for (const auto id : stage.inputs) width = std::max<std::size_t>(width, circuit_.type(id).width);
    stages_.begin(width);
    for (const auto id : stage.inputs) stages_.join(signals_[id], circuit_.type(id).width);
    signals_.push_back(stages_.lower(stage));
  }

  /// A class for every answer: of several values the index of the largest; of one, or of classes, what they are.
  void decide() {
    decision_ = answer_;
    if (answer_.count == 1 || circuit_.is_classifier()) return;
    decision_.count = 1;
    decision_.rows = bits_.argmax(answer_.rows, answer_.count, answer_.width);
    decision_.width = decision_.rows.size();
  }

  const Circuit& circuit_;
  BitBuilder bits_;
  StageLowering stages_;
  std::vector<std::vector<Name>> signals_;  // of every signal: value after value, the lowest bit first
  Integers answer_, decision_;
};

}  // namespace lutra::engine
