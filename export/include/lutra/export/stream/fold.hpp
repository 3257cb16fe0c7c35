#pragma once
// A layer of weights in several steps: the logic of one step, which adds up and compares for a few outputs, and is told
// by a number for which. Weights and thresholds are LUTs of that number; there is no multiplication: a weight of few
// bits adds a code, or its opposite, or nothing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist/builder.hpp>
#include <lutra/circuit/netlist/table.hpp>
#include <lutra/export/stream/fold_sums.hpp>
#include <lutra/signal.hpp>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::hdl::detail {

/// Builds the logic of one step: inputs are the channels of the pixel that the weights read, then the step's number;
/// outputs are channels step · outputs, step · outputs + 1, …. Sums in several parts have no levels; each part is of
/// groups steps one after another, and they add up modulo the power of two of the sum's width.
class StepLowering : private StepSums {
 public:
  StepLowering(const Circuit& circuit, FoldedStages stages, FoldedSteps steps, std::uint32_t max_fan_in)
      : StepSums(circuit, stages, steps, max_fan_in),
        width_(circuit.type(stages.last() + 1).width),
        thresholds_{.stage = stages.last(), .role = circuits::Role::threshold} {}

  [[nodiscard]] circuits::Netlist lower() && {
    const std::size_t channels = circuit_.type(stages_.last() + 1).shape.channels;
    const std::size_t turns = steps_ / groups_, each = (channels + turns - 1) / turns;
    circuits::Bits outputs;
    for (std::size_t output = 0; output < each; ++output) {
      std::vector<std::size_t> of_step;
      for (std::size_t step = 0; step < steps_; ++step)
        of_step.push_back(std::min(step / groups_ * each + output, channels - 1));  // what is more is cut off
      const circuits::Bits bits = stages_.level ? level(output, of_step) : weighed(output, of_step);
      outputs.insert(outputs.end(), bits.begin(), bits.end());
    }
    return std::move(builder_).finish({{each, 1, 1}, width_}, outputs);
  }

 private:
  /// Numbers of `bits` bits, one for each address.
  [[nodiscard]] circuits::Bits table(const circuits::Bits& address, const std::vector<std::uint64_t>& numbers,
                                     std::size_t bits) {
    circuits::Bits found;
    for (std::size_t bit = 0; bit < bits; ++bit) {
      std::vector<bool> values;
      values.reserve(numbers.size());
      for (const auto number : numbers) values.push_back((number >> bit & 1) != 0);
      found.push_back(looked_up(builder_, address, values, thresholds_));
    }
    return found;
  }

  /// The sum itself, or a part of it. What the correction leaves of the offset may be negative, but not what comes out:
  /// so all is added up modulo the output's own power of two.
  [[nodiscard]] circuits::Bits weighed(std::size_t output, const Steps& rows) {
    const Products all = products(rows);
    std::vector<std::uint64_t> offsets;
    for (std::size_t step = 0; step < steps_; ++step)
      offsets.push_back((step % groups_ == 0 ? weigh_.offsets[rows[step]] : 0) -
                        static_cast<std::uint64_t>(all.correction[step]));
    return sum(all, width_, output, table(step_, offsets, width_));
  }

  /// How many thresholds the sum is at least, found from the number's highest bit down: each bit says against which
  /// threshold the next one compares. Where levels fall it is the opposite of each bit.
  [[nodiscard]] circuits::Bits level(std::size_t output, const Steps& channels) {
    const auto& level = std::get<circuits::LevelStage>(circuit_.stages()[*stages_.level].operation);
    Steps rows;
    std::size_t most = 0;
    for (const auto channel : channels) {
      rows.push_back(level.sources[channel]);
      most = std::max(most, level.thresholds[channel].size());
    }
    const Products all = products(rows);
    const std::uint64_t maximum = std::ranges::max(all.maximum);
    circuits::Bits value = sum(all, bits_for(maximum), output);
    value.push_back(0);  // a threshold that is never reached is above the sum
    const std::uint32_t bits = most == 0 ? 0 : bits_for(most);
    std::vector<std::vector<std::uint64_t>> thresholds;  // of each step, 2^bits - 1 of them
    std::vector<bool> falling;
    for (std::size_t step = 0; step < steps_; ++step) {
      falling.push_back(level.falling[channels[step]]);
      const std::int64_t less = all.correction[step] - std::int64_t{weigh_.offsets[rows[step]]};
      std::vector<std::uint64_t> own;
      for (const std::int64_t threshold : level.thresholds[channels[step]])
        own.push_back(static_cast<std::uint64_t>(
            std::clamp<std::int64_t>(threshold + less, 0, static_cast<std::int64_t>(maximum) + 1)));
      const std::size_t missing = (std::size_t{1} << bits) - 1 - own.size();
      if (falling.back())
        own.insert(own.begin(), missing, 0);
      else
        own.insert(own.end(), missing, maximum + 1);
      thresholds.push_back(std::move(own));
    }
    circuits::Bits number(width_, 0), address = step_;
    for (std::uint32_t bit = bits; bit-- > 0;) {
      number[bit] = at_least(builder_, value, compared(address, thresholds, bit, value.size()), thresholds_);
      ++thresholds_.value;
      address.push_back(number[bit]);
    }
    turn(number, bits, falling, output);
    return number;
  }

  /// The thresholds that decide about `bit`, whose address is the step and the bits above.
  [[nodiscard]] circuits::Bits compared(const circuits::Bits& address,
                                        const std::vector<std::vector<std::uint64_t>>& thresholds, std::uint32_t bit,
                                        std::size_t columns) {
    const std::size_t above = address.size() - step_.size(), block = std::size_t{1} << step_.size();
    std::vector<std::uint64_t> numbers(block << above);
    for (std::size_t a = 0; a < numbers.size(); ++a) {
      std::size_t first = 0;  // the number as far as it is known
      for (std::size_t j = 0; j < above; ++j)
        if ((a >> (step_.size() + j) & 1) != 0) first += std::size_t{1} << (bit + above - j);
      numbers[a] = thresholds[a % block % steps_][first + (std::size_t{1} << bit) - 1];
    }
    return table(address, numbers, columns);
  }

  void turn(circuits::Bits& number, std::uint32_t bits, const std::vector<bool>& falling, std::size_t output) {
    if (std::ranges::none_of(falling, [](bool one) { return one; })) return;
    const circuits::BitId opposite = looked_up(builder_, step_, falling, thresholds_);
    for (std::uint32_t bit = 0; bit < bits; ++bit)
      number[bit] = builder_.function(circuits::Bits{number[bit], opposite},
                                      {.stage = stages_.last(),
                                       .role = circuits::Role::level,
                                       .value = static_cast<std::uint32_t>(output),
                                       .bit = bit},
                                      [](std::uint32_t a) { return a == 1 || a == 2; });
  }

  std::uint32_t width_;
  circuits::Origin thresholds_;  ///< of the next node
};

}  // namespace lutra::hdl::detail
