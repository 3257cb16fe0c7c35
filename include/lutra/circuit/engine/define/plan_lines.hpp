#pragma once
// How steps that are no convolutions of codes are done line by line.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/inline.hpp>
#include <map>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Every whole number below is a float.
inline constexpr std::uint64_t exact_in_float = std::uint64_t{1} << 24;

/// The most that an operation gives, or adds up on the way, for `inputs` numbers of up to `most`; of operations on bits
/// too much for a float.
struct LargestOfLine {
  std::uint64_t most;
  std::size_t inputs, outputs;

  std::uint64_t operator()(const circuits::WeighStage& weigh) const {
    std::uint64_t largest = 0;
    for (std::size_t o = 0; o < weigh.size(); ++o) {
      std::uint64_t sum = weigh.offsets[o];
      for (const std::int32_t w : weigh.weights[o]) sum += static_cast<std::uint64_t>(std::abs(std::int64_t{w})) * most;
      largest = std::max(largest, sum);
    }
    return largest;
  }
  std::uint64_t operator()(const circuits::CountStage& count) const {
    std::uint64_t largest = 0;
    for (std::size_t o = 0; o < count.offsets.size(); ++o)
      largest = std::max(largest, count.offsets[o] + count.sources[o].size() * most);
    return largest;
  }
  std::uint64_t operator()(const circuits::LevelStage& level) const {
    std::size_t largest = 0;
    for (std::size_t o = 0; o < level.size(); ++o) largest = std::max(largest, level.thresholds[o].size());
    return largest;
  }
  std::uint64_t operator()(const circuits::ThresholdStage&) const { return 1; }
  std::uint64_t operator()(const circuits::RearrangeStage&) const { return most; }
  std::uint64_t operator()(const circuits::MaxStage&) const { return most; }
  std::uint64_t operator()(const circuits::AddStage&) const { return most * (inputs / outputs); }
  std::uint64_t operator()(const circuits::ArgmaxStage&) const { return inputs / outputs; }
  std::uint64_t operator()(const circuits::LutStage&) const { return exact_in_float; }
};

/// A matrix where a fourth of it or more are weights.
[[nodiscard]] inline LineWeights line_weights(const circuits::WeighStage& weigh, std::size_t inputs) {
  const auto all = weigh.weights.values();
  LineWeights weights{.is_matrix = 4 * all.size() >= inputs * weigh.size(), .values = {}};
  if (!weights.is_matrix) {
    weights.values.assign(all.begin(), all.end());
    return weights;
  }
  weights.values.assign(inputs * weigh.size(), 0.0F);
  for (std::size_t o = 0; o < weigh.size(); ++o)
    for (std::size_t j = 0; j < weigh.sources[o].size(); ++j)
      weights.values[o * inputs + weigh.sources[o][j]] += static_cast<float>(weigh.weights[o][j]);
  return weights;
}

/// The largest whole multiple of `by` that is at most `a`, divided by it.
[[nodiscard]] constexpr std::int64_t divide_down(std::int64_t a, std::int64_t by) noexcept {
  return a / by - (a % by < 0 ? 1 : 0);
}

}  // namespace detail

LUTRA_INLINE std::optional<LinePlan> plan_lines(const CodeStep& step, const std::vector<CodeSignal>& signals) {
  if (step.block != 1) return {};
  std::uint64_t most = 0;
  for (const std::uint32_t signal : step.signals) most = std::max(most, signals[signal].type.maximum());
  LinePlan plan;
  std::size_t inputs = step.sources.size();
  for (std::size_t i = 0; i < step.operations.size(); ++i) {
    if (most >= detail::exact_in_float) return {};
    most = std::visit(detail::LargestOfLine{most, inputs, step.sizes[i]}, step.operations[i]);
    const auto* const weigh = std::get_if<circuits::WeighStage>(&step.operations[i]);
    plan.weights.push_back(weigh == nullptr ? LineWeights{} : detail::line_weights(*weigh, inputs));
    inputs = step.sizes[i];
  }
  if (most >= detail::exact_in_float) return {};

  const std::int64_t stride = step.stride.column;
  std::map<std::array<std::int64_t, 4>, std::uint32_t> known;
  std::vector<std::uint32_t> row_of;
  std::int64_t last = 0;
  for (std::size_t i = 0; i < step.sources.size(); ++i) {
    const CodeSource& source = step.sources[i];
    const std::int64_t whole = detail::divide_down(source.offset.column, stride);
    const auto phase = static_cast<std::int32_t>(source.offset.column - whole * stride);
    const auto [at, is_new] = known.try_emplace({source.signal, source.channel, source.offset.row, phase},
                                                static_cast<std::uint32_t>(plan.rows.size()));
    if (is_new) plan.rows.push_back({source.signal, source.channel, {source.offset.row, phase}});
    row_of.push_back(at->second);
    plan.first = i == 0 ? whole : std::min(plan.first, whole);
    last = i == 0 ? whole : std::max(last, whole);
  }
  constexpr std::size_t word = 64;
  const std::size_t width = signals[step.output].type.shape.width, more = static_cast<std::size_t>(last - plan.first);
  plan.columns = width + more;
  plan.row = (width + word - 1) / word * word + (more + 15) / 16 * 16;
  if (plan.rows.size() * plan.row >= std::uint64_t{1} << 32) return {};
  for (std::size_t i = 0; i < step.sources.size(); ++i)
    plan.places.push_back(static_cast<std::uint32_t>(
        row_of[i] * plan.row +
        static_cast<std::size_t>(detail::divide_down(step.sources[i].offset.column, stride) - plan.first)));
  return plan;
}

}  // namespace lutra::engine
