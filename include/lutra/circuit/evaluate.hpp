#pragma once
// The meaning of a circuit: a scalar evaluation that is slow and obviously right. The engine, the exporters and the
// simplify passes are all tested against it.

#include <algorithm>
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

/// What a stage gives for its joined inputs; of one that works at each place, for the inputs at one place.
[[nodiscard]] inline Values evaluate(const Stage& stage, const Values& in) {
  Values out(stage.each_place ? stage.output.shape.channels : stage.output.size());
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
        } else if constexpr (std::is_same_v<Op, WeighStage>) {
          for (std::size_t i = 0; i < out.size(); ++i) {
            std::int64_t sum = operation.offsets[i];
            for (std::size_t j = 0; j < operation.sources[i].size(); ++j)
              sum += operation.weights[i][j] * std::int64_t{in[operation.sources[i][j]]};
            out[i] = static_cast<std::uint32_t>(sum);
          }
        } else if constexpr (std::is_same_v<Op, LevelStage>) {
          for (std::size_t i = 0; i < out.size(); ++i)
            for (const auto threshold : operation.thresholds[i])
              out[i] += (in[operation.sources[i]] >= threshold) != operation.falling[i];
        } else if constexpr (std::is_same_v<Op, MaxStage>) {
          for (std::size_t i = 0; i < in.size(); ++i) out[i % out.size()] = std::max(out[i % out.size()], in[i]);
        } else {
          static_assert(std::is_same_v<Op, ArgmaxStage>);
          for (std::size_t i = 0; i < in.size(); ++i)
            if (auto& best = out[i % out.size()]; in[i] > in[best * out.size() + i % out.size()])
              best = static_cast<std::uint32_t>(i / out.size());
        }
      },
      stage.operation);
  return out;
}

/// What a stage that works at each place gives for its joined images of shape `image`.
[[nodiscard]] inline Values evaluate_image(const Stage& stage, const Values& in, const Shape& image) {
  const Shape& shape = stage.output.shape;
  const auto* const rearrange = std::get_if<RearrangeStage>(&stage.operation);
  const std::size_t pixels = image.height * image.width, places = shape.height * shape.width;
  Values out(stage.output.size());
  for (std::size_t place = 0; place < places; ++place) {
    Values channels;
    if (rearrange != nullptr && rearrange->is_window()) {
      for (std::size_t i = 0; i < rearrange->size(); ++i) {
        const std::size_t pixel = pixel_of(*rearrange, i, place / shape.width, place % shape.width, image);
        channels.push_back(pixel == no_pixel ? 0 : in[rearrange->sources[i] * pixels + pixel]);
      }
    } else {
      for (std::size_t at = place; at < in.size(); at += pixels) channels.push_back(in[at]);
      channels = evaluate(stage, channels);
    }
    for (std::size_t i = 0; i < channels.size(); ++i) out[i * places + place] = channels[i];
  }
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
    signals.push_back(stage.each_place ? circuits::evaluate_image(stage, in, circuit.type(stage.inputs[0]).shape)
                                       : circuits::evaluate(stage, in));
  }
  return signals;
}

/// The circuit's answer for one sample: output().size() integers.
template <class Integer>
[[nodiscard]] circuits::Values evaluate(const Circuit& circuit, std::span<const Integer> sample) {
  return std::move(evaluate_all(circuit, sample).back());
}

}  // namespace lutra
