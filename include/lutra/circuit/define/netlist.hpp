#pragma once
// Defines what <lutra/circuit/netlist.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist.hpp>
#include <lutra/circuit/netlist/argmax.hpp>
#include <lutra/circuit/netlist/builder.hpp>
#include <lutra/circuit/netlist/level.hpp>
#include <lutra/circuit/netlist/nodes.hpp>
#include <lutra/circuit/netlist/sum.hpp>
#include <lutra/circuit/netlist/threshold.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::circuits {

namespace detail {

/// A value on its way down: its bits, lowest first, and the largest number it can be.
struct LoweredValue {
  Bits bits;
  std::uint64_t maximum = 0;
};
using LoweredSignal = std::vector<LoweredValue>;

/// Lowers one stage, given the values it reads as one vector.
class StageLowering {
 public:
  StageLowering(NetlistBuilder& builder, const Stage& stage, std::uint32_t index,
                const std::vector<const LoweredValue*>& in)
      : builder_(builder), stage_(stage), index_(index), in_(in) {}

  [[nodiscard]] LoweredSignal operator()(const ThresholdStage& stage) const {
    LoweredSignal out(stage.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = bit(at_least(builder_, in_[stage.sources[i]]->bits, stage.thresholds[i], origin(Role::threshold, i)));
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const LutStage& luts) const {
    LoweredSignal out(luts.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      Bits pins;
      for (const auto source : luts.pins[i]) pins.push_back(in_[source]->bits[0]);
      const TruthTable table(luts.tables[i], pins.size());
      out[i] = bit(builder_.function(std::move(pins), table, origin(Role::lut, i)));
    }
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const CountStage& count) const {
    LoweredSignal out(count.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::vector<std::uint32_t> sources(count.sources[i].begin(), count.sources[i].end());
      std::ranges::stable_sort(sources);  // equal ones become one term; the order of a sum is free
      std::vector<Term> terms;
      out[i].maximum = count.offsets[i];
      for (std::size_t j = 0; j < sources.size(); ++j) {
        out[i].maximum += in_[sources[j]]->maximum;
        if (j > 0 && sources[j] == sources[j - 1])
          ++terms.back().times;
        else
          terms.push_back({in_[sources[j]]->bits, 1});
      }
      out[i].bits = sum(builder_, terms, count.offsets[i], out[i].maximum, stage_.output.width, origin(Role::count, i));
    }
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const WeighStage& weigh) const {
    LoweredSignal out(weigh.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::vector<Term> terms;
      out[i].maximum = weigh.offsets[i];
      for (std::size_t j = 0; j < weigh.sources[i].size(); ++j) {
        const LoweredValue& value = *in_[weigh.sources[i][j]];
        const std::int32_t weight = weigh.weights[i][j];
        const std::uint64_t times = circuits::magnitude(weight);
        terms.push_back({value.bits, times, weight < 0});
        if (weight > 0) out[i].maximum += times * value.maximum;
      }
      out[i].bits = sum(builder_, terms, weigh.offsets[i], out[i].maximum, stage_.output.width, origin(Role::count, i));
    }
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const LevelStage& level) const {
    LoweredSignal out(level.size());
    std::size_t compared = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      Bits met;
      for (const std::uint32_t threshold : level.thresholds[i])
        met.push_back(at_least(builder_, in_[level.sources[i]]->bits, threshold, origin(Role::threshold, compared++)));
      if (level.falling[i]) std::ranges::reverse(met);
      out[i].maximum = met.size();
      out[i].bits = count_of_steps(builder_, met, level.falling[i], stage_.output.width, origin(Role::level, i));
    }
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const AddStage&) const {
    LoweredSignal out(stage_.output.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::vector<Term> terms;
      for (std::size_t j = i; j < in_.size(); j += out.size()) {
        terms.push_back({in_[j]->bits, 1});
        out[i].maximum += in_[j]->maximum;
      }
      out[i].bits = sum(builder_, terms, 0, out[i].maximum, stage_.output.width, origin(Role::add, i));
    }
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const RearrangeStage& rearrange) const {
    LoweredSignal out(rearrange.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = *in_[rearrange.sources[i]];
      out[i].bits.resize(stage_.output.width, 0);
    }
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const ArgmaxStage&) const {
    LoweredSignal out(stage_.output.size());
    std::uint32_t match = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::vector<Bits> values;
      for (std::size_t j = i; j < in_.size(); j += out.size()) values.push_back(in_[j]->bits);
      out[i].maximum = values.size() - 1;
      out[i].bits = argmax(builder_, std::move(values), stage_.output.width, index_, match);
    }
    return out;
  }

  [[nodiscard]] LoweredSignal operator()(const MaxStage&) const {
    LoweredSignal out(stage_.output.size());
    std::uint32_t match = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::vector<Bits> values;
      for (std::size_t j = i; j < in_.size(); j += out.size()) {
        values.push_back(in_[j]->bits);
        out[i].maximum = std::max(out[i].maximum, in_[j]->maximum);
      }
      out[i].bits = largest(builder_, std::move(values), stage_.output.width, index_, match);
    }
    return out;
  }

 private:
  [[nodiscard]] static LoweredValue bit(BitId id) { return {{id}, id == 0 ? 0u : 1u}; }
  [[nodiscard]] Origin origin(Role role, std::size_t value) const {
    return {.stage = index_, .role = role, .value = static_cast<std::uint32_t>(value)};
  }

  NetlistBuilder& builder_;
  const Stage& stage_;
  std::uint32_t index_;
  const std::vector<const LoweredValue*>& in_;
};

/// The stage as it stands in the part: no longer one that works at each place.
[[nodiscard]] inline Stage stage_in(const Circuit& circuit, const Part& part, std::uint32_t index) {
  Stage stage = circuit.stages()[index];
  if (part.one_place) {
    stage.output = type_in(circuit, part, index + 1);
    stage.each_place = false;
  }
  return stage.each_place ? unroll(stage, circuit.type(stage.inputs[0]).shape) : stage;
}

[[nodiscard]] inline std::vector<InputSignal> input_signals(const Circuit& circuit, const Part& part) {
  std::vector<InputSignal> inputs;
  std::size_t begin = 0;
  for (const SignalId id : part.inputs) {
    const Type type = type_in(circuit, part, id);
    inputs.push_back({id, type, begin});
    begin += type.size() * type.width;
    if (begin > std::size_t{1} << 31) throw Error("input", "netlist", "at most 2^31 bits", to_string(type.shape));
  }
  return inputs;
}

}  // namespace detail

LUTRA_INLINE Part whole(const Circuit& circuit, bool include_encoder) {
  Part part;
  bool reads_input = false;
  for (SignalId id = 1; id <= circuit.stages().size(); ++id) {
    const auto& stage = circuit.stages()[id - 1];
    if (!include_encoder && is_encoder(stage)) {
      part.inputs.push_back(id);
      continue;
    }
    part.stages.push_back(id - 1);
    reads_input = reads_input || std::ranges::count(stage.inputs, SignalId{0}) > 0;
  }
  if (reads_input) part.inputs.push_back(0);
  part.outputs.push_back(static_cast<SignalId>(circuit.stages().size()));
  return part;
}

LUTRA_INLINE Netlist lower(const Circuit& circuit, const NetlistOptions& options) {
  return lower(circuit, whole(circuit, options.include_encoder), options);
}

LUTRA_INLINE Netlist lower(const Circuit& circuit, const Part& part, const NetlistOptions& options) {
  if (options.max_fan_in < 3 || options.max_fan_in > max_netlist_fan_in)
    throw Error("LUT pins", "netlist", "3 to 6", std::to_string(options.max_fan_in));
  const auto inputs = detail::input_signals(circuit, part);
  NetlistBuilder builder(options.max_fan_in, inputs);

  std::vector<detail::LoweredSignal> signals(circuit.stages().size() + 1);
  BitId next = 2;
  for (const auto& [id, type, begin] : inputs) {
    signals[id].resize(type.size());
    for (auto& value : signals[id]) {
      value.maximum = type.maximum();
      for (std::uint32_t bit = 0; bit < type.width; ++bit) value.bits.push_back(next++);
    }
  }
  for (const std::uint32_t i : part.stages) {
    const Stage stage = detail::stage_in(circuit, part, i);
    std::vector<const detail::LoweredValue*> in;
    for (const auto id : stage.inputs)
      for (const auto& value : signals[id]) in.push_back(&value);
    signals[i + 1] = std::visit(detail::StageLowering(builder, stage, i, in), stage.operation);
  }
  Bits outputs;
  for (const SignalId id : part.outputs)
    for (const auto& value : signals[id]) outputs.insert(outputs.end(), value.bits.begin(), value.bits.end());
  const Type output =
      part.outputs.size() == 1 ? type_in(circuit, part, part.outputs[0]) : Type{{outputs.size(), 1, 1}, 1};
  return std::move(builder).finish(output, outputs);
}

}  // namespace lutra::circuits
