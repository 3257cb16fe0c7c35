#pragma once
// From the stages of a circuit to operations on named bits. Rearranging and joining signals costs nothing: it only says
// which names belong to which value.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine {

/// A circuit as operations on names.
class Lowering {
 public:
  explicit Lowering(const Circuit& circuit) : circuit_(circuit), bits_(circuit.input()), signals_{bits_.input()} {
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
    joined_width_ = 0;
    for (const auto id : stage.inputs) joined_width_ = std::max<std::size_t>(joined_width_, circuit_.type(id).width);
    joined_.clear();
    for (const auto id : stage.inputs) {
      const std::size_t width = circuit_.type(id).width;
      for (std::size_t i = 0; i < circuit_.type(id).size(); ++i) {
        for (std::size_t j = 0; j < joined_width_; ++j)
          joined_.push_back(j < width ? signals_[id][i * width + j] : row_of_zeros);
      }
    }
    out_width_ = stage.output.width;
    std::vector<Name> out(stage.output.size() * out_width_, row_of_zeros);
    std::visit([&](const auto& operation) { write(operation, out); }, stage.operation);
    signals_.push_back(std::move(out));
  }

  [[nodiscard]] BitBuilder::Bits value(std::size_t source) const noexcept {
    return BitBuilder::Bits(joined_).subspan(source * joined_width_, joined_width_);
  }
  [[nodiscard]] std::size_t joined_size() const noexcept { return joined_.size() / joined_width_; }

  void write(const circuits::ThresholdStage& stage, std::vector<Name>& out) {
    for (std::size_t i = 0; i < stage.size(); ++i)
      out[i] = bits_.at_least(value(stage.sources[i]), stage.thresholds[i]);
  }

  void write(const circuits::LutStage& stage, std::vector<Name>& out) {
    std::vector<Name> pins;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      pins.clear();
      for (const auto pin : stage.pins[i]) pins.push_back(value(pin)[0]);
      out[i] = bits_.lut(stage.tables[i], pins);
    }
  }

  void write(const circuits::CountStage& stage, std::vector<Name>& out) {
    std::vector<BitBuilder::Bits> terms;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      terms.clear();
      for (const auto source : stage.sources[i]) terms.push_back(value(source));
      bits_.sum(terms, stage.offsets[i], std::span(out).subspan(i * out_width_, out_width_));
    }
  }

  void write(const circuits::AddStage&, std::vector<Name>& out) {
    std::vector<BitBuilder::Bits> terms;
    const std::size_t size = out.size() / out_width_;
    for (std::size_t i = 0; i < size; ++i) {
      terms.clear();
      for (std::size_t source = i; source < joined_size(); source += size) terms.push_back(value(source));
      bits_.sum(terms, 0, std::span(out).subspan(i * out_width_, out_width_));
    }
  }

  void write(const circuits::RearrangeStage& stage, std::vector<Name>& out) {
    for (std::size_t i = 0; i < stage.size(); ++i)
      std::ranges::copy(value(stage.sources[i]), out.begin() + static_cast<std::ptrdiff_t>(i * out_width_));
  }

  void write(const circuits::ArgmaxStage&, std::vector<Name>& out) {
    const std::size_t size = out.size() / out_width_;
    std::vector<Name> rivals;
    for (std::size_t i = 0; i < size; ++i) {
      rivals.clear();
      for (std::size_t source = i; source < joined_size(); source += size)
        rivals.insert(rivals.end(), value(source).begin(), value(source).end());
      const auto index = bits_.argmax(rivals, rivals.size() / joined_width_, joined_width_);
      std::ranges::copy(index, out.begin() + static_cast<std::ptrdiff_t>(i * out_width_));
    }
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
  std::vector<std::vector<Name>> signals_;  // of every signal: value after value, the lowest bit first
  std::vector<Name> joined_;                // what the present stage reads
  std::size_t joined_width_ = 0, out_width_ = 0;
  Integers answer_, decision_;
};

}  // namespace lutra::engine
