#pragma once
// Defines what <lutra/circuit/side_by_side.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/define/validate.hpp>
#include <lutra/circuit/side_by_side.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lutra {

namespace circuits::detail {

/// One stage of several circuits.
class StageJoiner {
 public:
  StageJoiner(std::span<const Circuit> all, std::size_t stage)
      : all_(all),
        stage_(stage),
        in_(stage_inputs(one(0), [&](SignalId id) -> const Type& { return all[0].type(id); })) {}

  [[nodiscard]] Stage run() const {
    const Stage& first = one(0);
    std::uint32_t width = 0;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      const Stage& stage = one(k);
      const bool same = stage.operation.index() == first.operation.index() && stage.inputs == first.inputs &&
                        stage.output.shape == first.output.shape && !stage.each_place;
      if (!same) refuse("the stage of the first circuit", stage.name);
      width = std::max(width, stage.output.width);
    }
    Shape shape{first.output.size() * all_.size(), 1, 1};
    return {first.name, first.inputs, std::visit(*this, first.operation), {shape, width}};
  }

  [[nodiscard]] Operation operator()(const ThresholdStage&) const {
    ThresholdStage joined;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      const auto& stage = operation<ThresholdStage>(k);
      for (std::size_t i = 0; i < stage.size(); ++i) {
        joined.sources.push_back(moved(stage.sources[i], k));
        joined.thresholds.push_back(stage.thresholds[i]);
      }
    }
    return joined;
  }
  [[nodiscard]] Operation operator()(const LutStage&) const {
    LutStage joined;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      const auto& stage = operation<LutStage>(k);
      for (std::size_t i = 0; i < stage.size(); ++i) joined.add(moved(stage.pins[i], k), stage.tables[i]);
    }
    return joined;
  }
  [[nodiscard]] Operation operator()(const CountStage&) const {
    CountStage joined;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      const auto& stage = operation<CountStage>(k);
      for (std::size_t i = 0; i < stage.size(); ++i) {
        joined.sources.add(moved(stage.sources[i], k));
        joined.offsets.push_back(stage.offsets[i]);
      }
    }
    return joined;
  }
  [[nodiscard]] Operation operator()(const WeighStage&) const {
    WeighStage joined;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      const auto& stage = operation<WeighStage>(k);
      for (std::size_t i = 0; i < stage.size(); ++i)
        joined.add(moved(stage.sources[i], k), stage.weights[i], stage.offsets[i]);
    }
    return joined;
  }
  [[nodiscard]] Operation operator()(const LevelStage&) const {
    LevelStage joined;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      const auto& stage = operation<LevelStage>(k);
      for (std::size_t i = 0; i < stage.size(); ++i)
        joined.add(moved(stage.sources[i], k), stage.thresholds[i], stage.falling[i]);
    }
    return joined;
  }
  [[nodiscard]] Operation operator()(const RearrangeStage&) const {
    RearrangeStage joined;
    for (std::size_t k = 0; k < all_.size(); ++k)
      for (const std::uint32_t source : operation<RearrangeStage>(k).sources)
        joined.sources.push_back(moved(source, k));
    return joined;
  }
  [[nodiscard]] Operation operator()(const AddStage&) const { return AddStage{}; }
  [[nodiscard]] Operation operator()(const MaxStage&) const { refuse("no largest of many", one(0).name); }
  [[nodiscard]] Operation operator()(const ArgmaxStage&) const { refuse("no argmax", one(0).name); }

 private:
  [[noreturn]] void refuse(const std::string& expected, const std::string& got) const {
    throw Error("circuits side by side", "stage " + std::to_string(stage_), expected, got);
  }
  [[nodiscard]] const Stage& one(std::size_t k) const { return all_[k].stages()[stage_]; }
  template <class Op>
  [[nodiscard]] const Op& operation(std::size_t k) const {
    return std::get<Op>(one(k).operation);
  }
  /// Where value `source` of what circuit k's stage reads lies among all that the joined stage reads.
  [[nodiscard]] std::uint32_t moved(std::uint32_t source, std::size_t k) const {
    std::size_t input = in_.begin.size() - 1;
    while (in_.begin[input] > source) --input;
    const std::size_t begin = in_.begin[input], end = input + 1 < in_.begin.size() ? in_.begin[input + 1] : in_.size;
    return static_cast<std::uint32_t>(begin * all_.size() + k * (end - begin) + source - begin);
  }
  [[nodiscard]] std::vector<std::uint32_t> moved(std::span<const std::uint32_t> sources, std::size_t k) const {
    std::vector<std::uint32_t> all;
    for (const std::uint32_t source : sources) all.push_back(moved(source, k));
    return all;
  }

  std::span<const Circuit> all_;
  std::size_t stage_;
  StageInputs in_;
};

}  // namespace circuits::detail

LUTRA_INLINE Circuit side_by_side(std::span<const Circuit> all) {
  if (all.empty()) throw Error("circuits side by side", "", "at least one", "none");
  const Circuit& first = all[0];
  for (const Circuit& other : all)
    if (other.input() != first.input() || other.stages().size() != first.stages().size())
      throw Error("circuits side by side", "input and number of stages", "those of the first circuit", "others");
  circuits::Type input = first.input();
  input.shape.channels *= all.size();
  std::vector<circuits::Stage> stages;
  for (std::size_t i = 0; i < first.stages().size(); ++i) stages.push_back(circuits::detail::StageJoiner(all, i).run());
  return {input, std::move(stages)};
}

}  // namespace lutra
