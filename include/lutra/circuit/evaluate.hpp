#pragma once
// The meaning of a circuit: a scalar evaluation that is slow and obviously right. The engine, the exporters and the
// simplify passes are all tested against it.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/error.hpp>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra::circuits {

using Values = std::vector<std::uint32_t>;

/// What one stage gives for its joined inputs.
[[nodiscard]] inline Values evaluate(const Stage& stage, const Values& in) {
  Values out(stage.output.size());
  std::visit(
      [&](const auto& operation) {
        using Op = std::decay_t<decltype(operation)>;
        if constexpr (std::is_same_v<Op, ThresholdStage>) {
          for (std::size_t i = 0; i < out.size(); ++i) out[i] = in[operation.sources[i]] >= operation.thresholds[i];
        } else if constexpr (std::is_same_v<Op, LutStage>) {
          for (std::size_t i = 0; i < out.size(); ++i) {
            std::size_t address = 0;
            for (std::size_t j = 0; j < operation.fan_in(i); ++j) address |= std::size_t{in[operation.pins[i][j]]} << j;
            out[i] = operation.tables[i][address / 64] >> (address % 64) & 1;
          }
        } else if constexpr (std::is_same_v<Op, CountStage>) {
          for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = operation.offsets[i];
            for (const auto source : operation.sources[i]) out[i] += in[source];
          }
        } else if constexpr (std::is_same_v<Op, AddStage>) {
          for (std::size_t i = 0; i < in.size(); ++i) out[i % out.size()] += in[i];
        } else if constexpr (std::is_same_v<Op, RearrangeStage>) {
          for (std::size_t i = 0; i < out.size(); ++i) out[i] = in[operation.sources[i]];
        } else {
          static_assert(std::is_same_v<Op, ArgmaxStage>);
          for (std::uint32_t i = 1; i < in.size(); ++i)
            if (in[i] > in[out[0]]) out[0] = i;
        }
      },
      stage.operation);
  return out;
}

}  // namespace lutra::circuits

namespace lutra {

/// Every signal of the circuit for one sample; [0] is the sample itself, the last one the answer.
/// Throws Error where the sample has another number of values, or a value does not fit the input's width.
template <class Integer>
[[nodiscard]] std::vector<circuits::Values> evaluate_all(const Circuit& circuit, std::span<const Integer> sample) {
  static_assert(std::is_integral_v<Integer>, "lutra: circuits read whole numbers");
  if (sample.size() != circuit.input().size())
    throw Error("sample", "evaluate", std::to_string(circuit.input().size()) + " values",
                std::to_string(sample.size()));
  std::vector<circuits::Values> signals{circuits::Values(sample.begin(), sample.end())};
  for (std::size_t i = 0; i < sample.size(); ++i)
    if (sample[i] < Integer{0} || static_cast<std::uint64_t>(sample[i]) > circuit.input().maximum())
      throw Error("sample", "evaluate, value " + std::to_string(i), "0.." + std::to_string(circuit.input().maximum()),
                  std::to_string(sample[i]));
  for (const auto& stage : circuit.stages()) {
    circuits::Values in;
    for (const auto id : stage.inputs) in.insert(in.end(), signals[id].begin(), signals[id].end());
    signals.push_back(circuits::evaluate(stage, in));
  }
  return signals;
}

/// The circuit's answer for one sample: output().size() integers.
template <class Integer>
[[nodiscard]] circuits::Values evaluate(const Circuit& circuit, std::span<const Integer> sample) {
  return std::move(evaluate_all(circuit, sample).back());
}

}  // namespace lutra
