#pragma once
// Where every value of a circuit lies in the working memory of emitted C. Memory is a row of bit planes; values that
// are only moved (rearranged, joined) are never copied, and planes that nobody reads any more are used again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/circuit/circuit.hpp>
#include <lutra/error.hpp>
#include <lutra/export/c/slots.hpp>
#include <numeric>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lutra::c::detail {

/// One value: number `index` of what signal `slot` computed (0 is the circuit's input), in `width` bit planes.
struct Place {
  std::uint32_t slot = 0;
  std::uint32_t index = 0;
  std::uint32_t width = 1;
};

class Plan {
 public:
  /// Throws Error where the circuit needs more planes than a 32-bit index reaches.
  explicit Plan(const Circuit& circuit) : circuit_(circuit), slots_(circuit.stages().size() + 1) {
    place_input();
    for (std::size_t i = 0; i < circuit.stages().size(); ++i) place_stage(i);
    for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].born = i;
    for (const Place& place : answers()) reads(place, slots_.size());
    for (std::size_t i = circuit.stages().size(); i-- > 0;) mark_reads(i);
    planes_ = lay_out(slots_);
    if (planes_ > std::numeric_limits<std::uint32_t>::max())
      throw Error("circuit", "c::source", "at most 2^32 - 1 live bits a sample", std::to_string(planes_));
  }

  /// Planes that live at the same time, at most.
  [[nodiscard]] std::size_t planes() const noexcept { return planes_; }
  /// False where nothing but encoders read the input: these take it from the samples as they are.
  [[nodiscard]] bool stores_input() const noexcept { return slots_[0].used; }
  [[nodiscard]] bool computes(std::size_t stage) const noexcept { return slots_[stage + 1].used; }
  /// The first plane of what `stage` computes.
  [[nodiscard]] std::size_t output(std::size_t stage) const noexcept { return slots_[stage + 1].begin; }
  /// Bits of each value that `stage` computes, which may be fewer than it declares.
  [[nodiscard]] std::uint32_t output_width(std::size_t stage) const noexcept {
    return static_cast<std::uint32_t>(slots_[stage + 1].size / circuit_.stages()[stage].output.size());
  }
  [[nodiscard]] std::size_t input() const noexcept { return slots_[0].begin; }
  [[nodiscard]] std::size_t plane(const Place& place) const noexcept {
    return slots_[place.slot].begin + std::size_t{place.index} * place.width;
  }
  /// The order in which a threshold or LUT stage computes its outputs.
  [[nodiscard]] const std::vector<std::uint32_t>& order(std::size_t stage) const noexcept { return orders_[stage]; }
  [[nodiscard]] const std::vector<Place>& answers() const noexcept { return values_.back(); }

  /// What a stage reads, one input signal after another.
  [[nodiscard]] std::vector<Place> joined(std::size_t stage) const {
    std::vector<Place> in;
    for (const auto id : circuit_.stages()[stage].inputs) in.insert(in.end(), values_[id].begin(), values_[id].end());
    return in;
  }

  /// What each output of a stage that counts, adds or weighs sums, or of one that looks for the largest compares.
  [[nodiscard]] static std::vector<std::vector<Place>> terms(const circuits::Stage& stage,
                                                             const std::vector<Place>& in) {
    std::vector<std::vector<Place>> terms(stage.output.size());
    if (const auto* count = std::get_if<circuits::CountStage>(&stage.operation)) {
      for (std::size_t i = 0; i < terms.size(); ++i)
        for (const auto source : count->sources[i]) terms[i].push_back(in[source]);
    } else if (const auto* weigh = std::get_if<circuits::WeighStage>(&stage.operation)) {
      for (std::size_t i = 0; i < terms.size(); ++i)
        for (const auto source : weigh->sources[i]) terms[i].push_back(in[source]);
    } else {
      for (std::size_t i = 0; i < in.size(); ++i) terms[i % terms.size()].push_back(in[i]);
    }
    return terms;
  }

  /// True for an encoder: it compares nothing but the circuit's own inputs.
  [[nodiscard]] static bool encodes(const circuits::ThresholdStage& stage, std::span<const Place> in) {
    return std::ranges::all_of(stage.sources, [&](std::uint32_t source) { return in[source].slot == 0; });
  }

 private:
  void place_input() {
    const auto& type = circuit_.input();
    std::vector<Place> places(type.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = {0, static_cast<std::uint32_t>(i), type.width};
    slots_[0].size = type.size() * type.width;
    values_.push_back(std::move(places));
  }

  void place_stage(std::size_t i) {
    const auto& stage = circuit_.stages()[i];
    const auto in = joined(i);
    std::vector<std::uint32_t> order(stage.output.size());
    std::iota(order.begin(), order.end(), 0U);
    std::uint32_t width = 1;
    if (const auto* rearrange = std::get_if<circuits::RearrangeStage>(&stage.operation)) {
      std::vector<Place> places;
      for (const auto source : rearrange->sources) places.push_back(in[source]);
      values_.push_back(std::move(places));
      orders_.emplace_back();
      return;
    }
    if (const auto* luts = std::get_if<circuits::LutStage>(&stage.operation))
      std::ranges::stable_sort(order, {}, [&](std::uint32_t node) { return luts->fan_in(node); });
    else if (const auto* threshold = std::get_if<circuits::ThresholdStage>(&stage.operation))
      std::ranges::stable_sort(order, {}, [&](std::uint32_t node) { return in[threshold->sources[node]].index; });
    else if (std::holds_alternative<circuits::ArgmaxStage>(stage.operation))
      width = bits_for(in.size() / order.size() - 1);
    else if (std::holds_alternative<circuits::MaxStage>(stage.operation))
      for (const Place& place : in) width = std::max(width, place.width);
    else if (const auto* level = std::get_if<circuits::LevelStage>(&stage.operation))
      for (std::size_t o = 0; o < order.size(); ++o) width = std::max(width, bits_for(level->thresholds[o].size()));
    else
      width = sum_width(stage, in);
    std::vector<Place> places(order.size());
    for (std::uint32_t position = 0; position < order.size(); ++position)
      places[order[position]] = {static_cast<std::uint32_t>(i + 1), position, width};
    slots_[i + 1].size = places.size() * width;
    values_.push_back(std::move(places));
    orders_.push_back(std::move(order));
  }

  /// Bits of the largest sum of a stage, which may be fewer than its declared width.
  static std::uint32_t sum_width(const circuits::Stage& stage, const std::vector<Place>& in) {
    const auto* count = std::get_if<circuits::CountStage>(&stage.operation);
    const auto* weigh = std::get_if<circuits::WeighStage>(&stage.operation);
    const auto sums = terms(stage, in);
    std::uint64_t largest = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      std::uint64_t sum = count != nullptr ? count->offsets[i] : weigh != nullptr ? weigh->offsets[i] : 0;
      for (std::size_t j = 0; j < sums[i].size(); ++j) {
        const std::int64_t times = weigh != nullptr ? weigh->weights[i][j] : 1;
        if (times > 0) sum += static_cast<std::uint64_t>(times) * ((std::uint64_t{1} << sums[i][j].width) - 1);
      }
      largest = std::max(largest, sum);
    }
    return bits_for(largest);
  }

  void reads(const Place& place, std::size_t stage) {
    Slot& slot = slots_[place.slot];
    slot.used = true;
    slot.dies = std::max(slot.dies, stage);
  }

  void mark_reads(std::size_t i) {
    if (!slots_[i + 1].used) return;
    const auto& stage = circuit_.stages()[i];
    const auto in = joined(i);
    const auto read = [&](std::span<const std::uint32_t> sources) {
      for (const auto source : sources) reads(in[source], i + 1);
    };
    if (const auto* threshold = std::get_if<circuits::ThresholdStage>(&stage.operation)) {
      if (!encodes(*threshold, in)) read(threshold->sources);
    } else if (const auto* luts = std::get_if<circuits::LutStage>(&stage.operation)) {
      read(luts->pins.values());
    } else if (const auto* count = std::get_if<circuits::CountStage>(&stage.operation)) {
      read(count->sources.values());
    } else if (const auto* weigh = std::get_if<circuits::WeighStage>(&stage.operation)) {
      read(weigh->sources.values());
    } else if (const auto* level = std::get_if<circuits::LevelStage>(&stage.operation)) {
      read(level->sources);
    } else {
      for (const Place& place : in) reads(place, i + 1);
    }
  }

  const Circuit& circuit_;
  std::vector<std::vector<Place>> values_;          // of every signal
  std::vector<std::vector<std::uint32_t>> orders_;  // of every stage
  std::vector<Slot> slots_;                         // planes of every signal
  std::size_t planes_ = 0;
};

}  // namespace lutra::c::detail
