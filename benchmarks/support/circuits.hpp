#pragma once
// Synthetic circuits for benchmarks, samples for them, and the plain way to run them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <random>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lutra::benchmarks {

/// Builds circuits of the usual form: encoder, layers of random nodes, group counts, argmax.
class Builder {
 public:
  explicit Builder(circuits::Type input) : input_(input), width_(input.size()) {}

  Builder& thermometer(std::size_t bits) {
    circuits::ThresholdStage stage;
    for (std::size_t i = 0; i < width_; ++i)
      for (std::size_t b = 0; b < bits; ++b) {
        stage.sources.push_back(static_cast<std::uint32_t>(i));
        stage.thresholds.push_back(static_cast<std::uint32_t>((b + 1) * 256 / (bits + 1)));
      }
    return add(stage, stage.size(), 1);
  }
  Builder& luts(std::size_t nodes, std::size_t fan_in) { return luts(nodes, std::vector{fan_in}); }
  /// Of several fan-ins in turn.
  Builder& luts(std::size_t nodes, const std::vector<std::size_t>& fan_ins) {
    circuits::LutStage stage;
    std::vector<std::uint32_t> pins;
    std::vector<std::uint64_t> table;
    for (std::size_t i = 0; i < nodes; ++i) {
      const std::size_t fan_in = fan_ins[i % fan_ins.size()];
      pins.resize(fan_in);
      for (auto& pin : pins) pin = static_cast<std::uint32_t>(random_() % width_);
      table.resize(circuits::table_words(fan_in));
      for (auto& word : table) word = random_() & circuits::table_mask(fan_in);
      stage.add(pins, table);
    }
    return add(stage, nodes, 1);
  }
  /// Gates of two different inputs that both count: nothing that an engine could leave out.
  Builder& gates(std::size_t nodes) {
    constexpr std::array<std::uint64_t, 10> tables{1, 2, 4, 6, 7, 8, 9, 11, 13, 14};
    circuits::LutStage stage;
    for (std::size_t i = 0; i < nodes; ++i) {
      const auto first = random_() % width_, second = (first + 1 + random_() % (width_ - 1)) % width_;
      stage.add(std::array{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second)},
                std::array{tables[random_() % tables.size()]});
    }
    return add(stage, nodes, 1);
  }
  Circuit classes(std::size_t count) {
    circuits::CountStage stage;
    for (std::size_t c = 0; c < count; ++c) {
      std::vector<std::uint32_t> group;
      for (std::size_t i = c * width_ / count; i < (c + 1) * width_ / count; ++i)
        group.push_back(static_cast<std::uint32_t>(i));
      stage.sources.add(group);
    }
    stage.offsets.assign(count, 0);
    add(stage, count, bits_for(width_ / count + 1));
    add(circuits::ArgmaxStage{}, 1, bits_for(count - 1));
    return {input_, stages_};
  }

 private:
  Builder& add(circuits::Operation operation, std::size_t size, std::uint32_t width) {
    const auto last = static_cast<circuits::SignalId>(stages_.size());
    stages_.push_back({"layer", {last}, std::move(operation), {{size, 1, 1}, width}});
    width_ = size;
    return *this;
  }

  circuits::Type input_;
  std::size_t width_;
  std::vector<circuits::Stage> stages_;
  std::mt19937_64 random_{1};
};

inline std::vector<std::uint8_t> samples_for(const Circuit& circuit, std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::uint8_t> samples(count * circuit.input().size());
  for (auto& value : samples) value = static_cast<std::uint8_t>(random() & circuit.input().maximum());
  return samples;
}

/// A circuit of single bits, LUT layers, group counts and an argmax as one would write it down: a loop over samples, in
/// it one over nodes, each of which looks up its table.
class RawLoop {
 public:
  explicit RawLoop(const Circuit& circuit) : input_(circuit.input().size()) {
    for (const auto& stage : circuit.stages()) {
      if (const auto* luts = std::get_if<circuits::LutStage>(&stage.operation)) layers_.push_back(*luts);
      if (const auto* counts = std::get_if<circuits::CountStage>(&stage.operation)) groups_ = counts->sources;
    }
  }

  void classify(std::span<const std::uint8_t> samples, std::span<std::uint32_t> classes) {
    for (std::size_t s = 0; s < classes.size(); ++s) {
      bits_.assign(samples.begin() + static_cast<std::ptrdiff_t>(s * input_),
                   samples.begin() + static_cast<std::ptrdiff_t>((s + 1) * input_));
      for (const auto& layer : layers_) {
        next_.resize(layer.size());
        for (std::size_t i = 0; i < layer.size(); ++i) {
          std::size_t address = 0, j = 0;
          for (const auto pin : layer.pins[i]) address |= static_cast<std::size_t>(bits_[pin]) << j++;
          next_[i] = static_cast<std::uint8_t>(layer.tables[i][address / 64] >> (address % 64) & 1);
        }
        bits_.swap(next_);
      }
      counts_.clear();
      for (std::size_t c = 0; c < groups_.size(); ++c) {
        counts_.push_back(0);
        for (const auto source : groups_[c]) counts_.back() += bits_[source];
      }
      classes[s] = static_cast<std::uint32_t>(std::max_element(counts_.begin(), counts_.end()) - counts_.begin());
    }
  }

 private:
  std::size_t input_;
  std::vector<circuits::LutStage> layers_;
  circuits::Lists<std::uint32_t> groups_;
  std::vector<std::uint8_t> bits_, next_;
  std::vector<std::uint32_t> counts_;
};

}  // namespace lutra::benchmarks
