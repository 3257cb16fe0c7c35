#pragma once
// How emitted C computes a circuit of numbers: one step after another on whole signals, each of them a row of values a
// channel, and where they lie in memory. Windows of few-bit codes with weights of few bits, and the levels behind them,
// are one step; where the processor shuffles or multiplies bytes, it is done in another way, and codes of two bits
// between such steps lie in memory pixel by pixel.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/code_window.hpp>
#include <lutra/error.hpp>
#include <lutra/export/c/convolution_plan.hpp>
#include <lutra/export/c/line_plan.hpp>
#include <lutra/export/c/look_through.hpp>
#include <lutra/export/c/slots.hpp>
#include <lutra/export/c/spread.hpp>
#include <lutra/export/c/weights.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::c::detail {

/// Gives signal `output` from what `reads` names: by the operation of its stage, or as a window of codes.
struct NumberStep {
  circuits::SignalId output = 0;
  const Reads* reads = nullptr;
  std::vector<circuits::CodeSource> channels;  ///< of a window: signals and channels
  std::optional<WindowLayer> layer;            ///< of a window
  std::optional<ConvolutionPlan> convolution;  ///< where it is done by tables
  std::optional<LinePlan> lines;               ///< where it may also be done line by line
  std::optional<Spread> spread;                ///< of what is only spread
  std::size_t tables = 0, work = 0;            ///< bytes of memory that are used only meanwhile

  /// Channels of a window that lie one after another: number `number` on of all that it reads.
  struct Part {
    circuits::CodeSource first;
    std::size_t number, count;
  };
  [[nodiscard]] std::vector<Part> parts() const {
    std::vector<Part> all;
    for (std::size_t i = 0; i < channels.size(); ++i) {
      const bool follows = !all.empty() && all.back().first.signal == channels[i].signal &&
                           all.back().first.channel + all.back().count == channels[i].channel;
      if (follows)
        ++all.back().count;
      else
        all.push_back({channels[i], i, 1});
    }
    return all;
  }
};

/// Bytes of a value of so many bits.
[[nodiscard]] constexpr std::uint32_t value_bytes(std::uint32_t width) noexcept {
  return width <= 8 ? 1 : width <= 16 ? 2 : 4;
}

class NumberPlan {
 public:
  /// Throws Error where the circuit needs more memory than 32 bits address.
  explicit NumberPlan(const Circuit& circuit) : circuit_(circuit), look_through_(circuit) {
    count_readers();
    std::vector<bool> inner(circuit.stages().size() + 1);  // sums that become codes in their own step
    for (circuits::SignalId id = 1; id < inner.size(); ++id) {
      if (look_through_.is_view(id) || readers_[id] == 0) continue;
      NumberStep step;
      step.output = id;
      step.reads = &look_through_.of(id);
      const auto& stage = circuit.stages()[id - 1];
      if (stage.inputs.size() == 1 && inner[stage.inputs[0]]) continue;
      if (const auto* const weigh = std::get_if<circuits::WeighStage>(&stage.operation))
        if (make_window(step, *weigh) && step.output != id) inner[id] = true;
      if (std::holds_alternative<circuits::RearrangeStage>(stage.operation))
        step.spread = Spread::find(circuit, id, *step.reads);
      steps_.push_back(std::move(step));
    }
    std::ranges::sort(steps_, {}, &NumberStep::output);
    pack();
    place();
  }

  [[nodiscard]] const std::vector<NumberStep>& steps() const noexcept { return steps_; }
  /// Bytes of working memory.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// Where signal `id` begins; what lies beyond the memory is the sample for who reads, the answers for who writes.
  [[nodiscard]] std::size_t at(circuits::SignalId id) const {
    return id == 0 || is_answer(id) ? bytes_ : slots_[id].begin;
  }
  [[nodiscard]] std::size_t tables_of(std::size_t step) const { return slots_[scratch(step)].begin; }
  [[nodiscard]] std::size_t work_of(std::size_t step) const { return tables_of(step) + steps_[step].tables; }
  [[nodiscard]] std::uint32_t bytes_of(circuits::SignalId id) const {
    return is_answer(id) ? sizeof(std::uint32_t) : value_bytes(circuit_.type(id).width);
  }
  /// Whether signal `id` lies there pixel by pixel, where the processor shuffles or multiplies bytes.
  [[nodiscard]] bool is_packed(circuits::SignalId id) const { return packed_[id]; }
  /// Whether all that a step reads does.
  [[nodiscard]] bool reads_packed(const NumberStep& step) const { return packed_[step.reads->sources[0].signal]; }

  /// Where the channel (or value) that a source names begins.
  [[nodiscard]] std::size_t at(const circuits::CodeSource& source, bool is_image) const {
    const Shape& shape = circuit_.type(source.signal).shape;
    const std::size_t values = is_image ? shape.height * shape.width : 1;
    return at(source.signal) + std::size_t{source.channel} * values * bytes_of(source.signal);
  }

 private:
  /// Who reads a signal once views are looked through; the last one is the answer.
  void count_readers() {
    const std::size_t size = circuit_.stages().size() + 1;
    readers_.assign(size, 0);
    reader_.assign(size, 0);
    readers_.back() = 1;
    for (circuits::SignalId id = static_cast<circuits::SignalId>(size); --id > 0;) {
      if (look_through_.is_view(id) || readers_[id] == 0) continue;
      std::vector<bool> seen(size);
      for (const auto& source : look_through_.of(id).sources)
        if (!seen[source.signal]) {
          seen[source.signal] = true;
          ++readers_[source.signal];
          reader_[source.signal] = id;
        }
    }
  }

  /// The levels that make codes of the sums of signal `id`, where nobody else reads these.
  [[nodiscard]] const circuits::Stage* levels_of(circuits::SignalId id) const {
    if (readers_[id] != 1 || reader_[id] == 0) return nullptr;
    const circuits::Stage& stage = circuit_.stages()[reader_[id] - 1];
    if (stage.inputs != std::vector{id} || stage.output.width > 8) return nullptr;
    if (stage.each_place != circuit_.stages()[id - 1].each_place) return nullptr;
    if (const auto* const level = std::get_if<circuits::LevelStage>(&stage.operation)) {
      for (std::size_t o = 0; o < level->size(); ++o)
        if (level->thresholds[o].size() > 255) return nullptr;
      return &stage;
    }
    return std::holds_alternative<circuits::ThresholdStage>(stage.operation) ? &stage : nullptr;
  }

  /// A window of codes, with the levels behind it, where that takes less time than sum by sum.
  bool make_window(NumberStep& step, const circuits::WeighStage& weigh) const {
    const Reads& reads = *step.reads;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> channel;
    WindowLayer layer;
    for (const auto& source : reads.sources) {
      channel.try_emplace({source.signal, source.channel}, 0);
      layer.bits = std::max(layer.bits, circuit_.type(source.signal).width);
    }
    if (layer.bits > 8 || channel.empty()) return false;
    for (auto& [key, index] : channel) {
      index = static_cast<std::uint32_t>(layer.channels++);
      step.channels.push_back({key.first, key.second, {}});
    }
    std::vector<circuits::CodeSource> sources;
    for (const auto& source : reads.sources)
      sources.push_back({0, channel.at({source.signal, source.channel}), source.offset});
    const std::size_t terms = weigh.weights.values().size();
    constexpr std::size_t sparse = 64, first = 0;
    if (weigh.size() * reads.sources.size() > sparse * (terms + sparse)) return false;
    layer.offsets = weigh.offsets;
    layer.stride = reads.stride;
    layer.input = reads.image;
    const Shape& out = circuit_.type(step.output).shape;
    layer.output = reads.is_image ? out : Shape{out.size(), 1, 1};
    const circuits::Stage* const levels = levels_of(step.output);
    const auto see = [&](const circuits::Operation* behind) {
      layer.window = circuits::code_window(sources, std::span(&first, 1), layer.channels, weigh, behind);
      layer.has_levels = behind != nullptr;
    };
    see(levels == nullptr ? nullptr : &levels->operation);
    const bool is_chosen = choose(step, layer, terms);
    if (!is_chosen && levels != nullptr) see(nullptr);
    if (layer.places() >= fewest_places)
      step.lines = LinePlan::make(layer, layer.has_levels ? levels->output.width : 0);
    if (!is_chosen) return false;
    if (levels != nullptr) step.output = reader_[step.output];
    step.layer = std::move(layer);
    return true;
  }

  static constexpr std::size_t fewest_places = 8;  ///< that are worth their tables

  /// Which way is the quickest, by about how many clocks each takes; false for sum by sum.
  static bool choose(NumberStep& step, const WindowLayer& layer, std::size_t terms) {
    const SplitWeights split(layer);
    if (split.largest >= std::numeric_limits<std::uint32_t>::max()) return false;
    const std::size_t places = layer.places(), outputs = layer.outputs(), words = (layer.inputs() + 63) / 64;
    const std::size_t pieces = layer.output.height * ((layer.output.width + 63) / 64);
    const std::size_t sums = terms * (30 * pieces + 2 * places);
    const std::size_t dense = places * (outputs * split.units * layer.bits * words * 10 + layer.inputs() * layer.bits);
    if (places >= fewest_places) {
      ConvolutionPlan plan(layer);
      const std::size_t tiles = ((layer.output.height + plan.tile_rows - 1) / plan.tile_rows) *
                                ((layer.output.width + plan.tile_columns - 1) / plan.tile_columns);
      const std::size_t chunks = (plan.tile_rows * plan.pitch + places_together - 1) / places_together;
      const std::size_t tables =
          tiles * (chunks * outputs * (plan.additions() * 5 + 200) + (plan.table_bytes() + plan.sum_bytes()) / 4);
      if (tables < std::min(sums, dense)) {
        step.tables = plan.table_bytes();
        step.work = plan.length + plan.sum_bytes();
        step.convolution = std::move(plan);
        return true;
      }
    }
    if (sums <= dense) return false;
    step.work = layer.bits * words * 8;
    return true;
  }

  [[nodiscard]] std::size_t scratch(std::size_t step) const { return circuit_.stages().size() + 1 + step; }

  [[nodiscard]] bool is_answer(circuits::SignalId id) const noexcept { return id == circuit_.stages().size(); }

  /// Codes of two bits lie pixel by pixel between steps that all can read or write them so, all channels at once.
  void pack() {
    packed_.assign(circuit_.stages().size() + 1, false);
    for (const NumberStep& step : steps_)
      packed_[step.output] = !is_answer(step.output) && circuit_.type(step.output).width <= 2 && gives_packed(step);
    for (bool again = true; again;) {
      again = false;
      for (const NumberStep& step : steps_) {
        const auto& sources = step.reads->sources;
        const auto lies_packed = [&](const auto& source) { return bool{packed_[source.signal]}; };
        const bool all = std::ranges::all_of(sources, lies_packed), any = std::ranges::any_of(sources, lies_packed);
        const bool copies = step.spread && packed_[step.output] != all;
        if (copies && packed_[step.output]) packed_[step.output] = false, again = true;
        if (!any || (all && !copies && can_read_packed(step))) continue;
        for (const auto& source : sources) packed_[source.signal] = false;
        again = true;
      }
    }
  }
  [[nodiscard]] static bool gives_packed(const NumberStep& step) {
    return step.lines ? step.lines->gives_packed() : step.spread && step.spread->keeps_channels();
  }
  [[nodiscard]] bool can_read_packed(const NumberStep& step) const {
    if (!step.lines) return step.spread && packed_[step.output];
    const auto fits = [&](const NumberStep::Part& part) {
      return part.count == circuit_.type(part.first.signal).shape.channels &&
             (step.lines->codes() == nullptr || part.number % kernels::codes_per_byte == 0);
    };
    return step.reads->is_image && std::ranges::all_of(step.parts(), fits);
  }

  void place() {
    slots_.resize(scratch(steps_.size()));
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const NumberStep& step = steps_[i];
      const auto& type = circuit_.type(step.output);
      const std::size_t packed =
          packed_[step.output] ? type.shape.height * type.shape.width * packed_pixel_bytes(type.shape.channels) : 0;
      slots_[step.output] = {true, round_up(std::max(type.size() * bytes_of(step.output), packed), 8), 0, i, i};
      const std::size_t used = std::max(step.tables + step.work, step.lines ? step.lines->work() : 0);
      slots_[scratch(i)] = {used != 0, round_up(used, 8), 0, i, i};
      for (const auto& source : step.reads->sources) slots_[source.signal].dies = i;
    }
    slots_[0].used = slots_[circuit_.stages().size()].used = false;
    constexpr std::size_t least = 8;  // C has no arrays of nothing
    bytes_ = std::max(lay_out(slots_), least);
    const std::size_t beyond =
        std::max(circuit_.input().size() * bytes_of(0), circuit_.output().size() * sizeof(std::uint32_t));
    const std::size_t all = bytes_ + beyond;
    if (all > std::numeric_limits<std::uint32_t>::max())
      throw Error("circuit", "c::source", "less than 2^32 bytes of memory", std::to_string(all));
  }

  const Circuit& circuit_;
  LookThrough look_through_;
  std::vector<std::size_t> readers_;
  std::vector<circuits::SignalId> reader_;  ///< of each signal, one
  std::vector<NumberStep> steps_;
  std::vector<bool> packed_;
  std::vector<Slot> slots_;  ///< of each signal, and of each step
  std::size_t bytes_ = 0;
};

}  // namespace lutra::c::detail
