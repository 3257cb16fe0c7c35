#pragma once
// Random circuits that keep every rule, and random samples for them: the common food of all tests that compare two ways
// of computing the same function. They are made badly on purpose (constants, unused pins, copies), as training makes
// them.

#include <algorithm>
#include <array>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lutra_test {

/// splitmix64 (Steele, Lea, Flood 2014): small, and the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0..bound-1
  std::size_t below(std::size_t bound) noexcept { return static_cast<std::size_t>(next() % bound); }
  /// first..last
  std::size_t between(std::size_t first, std::size_t last) noexcept { return first + below(last - first + 1); }
  bool chance(unsigned percent) noexcept { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

enum class Ending { any, bits, counts, argmax };

struct RandomCircuitOptions {
  lutra::circuits::Type input{{0, 0, 0}, 0};  ///< with width 0, one of several byte, 1-bit and 12-bit inputs
  Ending ending = Ending::any;
  std::size_t thresholds = 24;  ///< encoder outputs (where there is an encoder)
  std::size_t lut_stages = 3;
  std::size_t nodes = 24;  ///< a LUT stage
  std::size_t min_fan_in = 0;
  std::size_t max_fan_in = 8;
  std::size_t outputs = 5;  ///< bits, counts or classes of the answer
  bool redundant = true;    ///< with constants, unused and repeated pins, equal nodes, thresholds never met
  bool detours = true;      ///< with skip connections, rearrangements, sums, and counts compared again
  bool numbers = false;     ///< with weighed sums, levels and the largest of some
};

namespace random_circuits {

using namespace lutra::circuits;
using lutra::Shape;

class CircuitMaker {
 public:
  CircuitMaker(std::uint64_t seed, const RandomCircuitOptions& options)
      : random_(seed * 0x9e3779b97f4a7c15 + 1),
        options_(options),
        input_(options.input.width == 0 ? random_input() : options.input) {}

  lutra::Circuit make() {
    encode();
    for (std::size_t i = 0; i < options_.lut_stages; ++i) {
      luts(options_.nodes);
      if (options_.detours && random_.chance(25)) rearrange_bits();
      if (options_.detours && random_.chance(20)) compare_counts();
      if (options_.numbers) threshold({largest(levels(weighed(some_numbers())))}, options_.thresholds / 2 + 1);
    }
    finish();
    return {input_, std::move(stages_), {{"made by", "random_circuit"}}};
  }

 private:
  Type random_input() {
    static const std::array types{Type{{2, 2, 2}, 8}, Type{{12, 1, 1}, 1}, Type{{3, 1, 1}, 12},
                                  Type{{1, 4, 4}, 8}, Type{{1, 3, 3}, 1},  Type{{70, 1, 1}, 1}};
    return types[random_.below(types.size())];
  }

  const Type& type(SignalId id) const { return id == 0 ? input_ : stages_[id - 1].output; }
  SignalId last() const { return static_cast<SignalId>(stages_.size()); }

  SignalId add(std::string name, std::vector<SignalId> inputs, Operation operation, Type output) {
    stages_.push_back({std::move(name), std::move(inputs), std::move(operation), output});
    return last();
  }

  std::size_t values(const std::vector<SignalId>& ids) const {
    std::size_t sum = 0;
    for (const auto id : ids) sum += type(id).size();
    return sum;
  }

  Shape shape_for(std::size_t size) {
    if (size % 4 == 0 && random_.chance(40)) return {size / 4, 2, 2};
    return {size, 1, 1};
  }

  std::vector<std::uint32_t> some_sources(std::size_t count, std::size_t size) {
    std::vector<std::uint32_t> sources(count);
    for (auto& source : sources) source = static_cast<std::uint32_t>(random_.below(size));
    return sources;
  }

  void threshold(std::vector<SignalId> inputs, std::size_t count) {
    std::uint64_t maximum = 0;
    for (const auto id : inputs) maximum = std::max(maximum, type(id).maximum());
    ThresholdStage stage{some_sources(count, values(inputs)), {}};
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t level = random_.between(1, static_cast<std::size_t>(maximum));
      if (options_.redundant && random_.chance(6)) level = random_.chance(50) ? 0 : maximum + 1 + random_.below(3);
      if (options_.redundant && i > 0 && random_.chance(8)) {
        const std::size_t twin = random_.below(i);
        stage.sources[i] = stage.sources[twin];
        level = stage.thresholds[twin];
      }
      stage.thresholds.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(level, 0xffffffff)));
    }
    bits_.push_back(add("thresholds", std::move(inputs), std::move(stage), {shape_for(count), 1}));
  }

  void encode() {
    if (input_.width == 1) {
      bits_.push_back(0);
      if (options_.detours && random_.chance(30)) threshold({0}, options_.thresholds);
      return;
    }
    SignalId from = 0;
    if (options_.detours && random_.chance(25))
      from = add("shuffled input", {0}, RearrangeStage{some_sources(input_.size(), input_.size())}, input_);
    if (options_.detours && input_.width < 31 && random_.chance(25))
      from = add("sum of inputs", {0, from}, AddStage{}, {input_.shape, input_.width + 1});
    threshold({from}, options_.thresholds);
    if (options_.detours && random_.chance(25)) threshold({0, from}, options_.thresholds / 2 + 1);
  }

  /// The last bits, sometimes joined with earlier ones (or with themselves).
  std::vector<SignalId> some_bits() {
    std::vector<SignalId> ids{bits_.back()};
    if (options_.detours)
      while (random_.chance(40)) ids.push_back(bits_[random_.below(bits_.size())]);
    return ids;
  }

  void luts(std::size_t nodes) {
    auto inputs = some_bits();
    const std::size_t size = values(inputs);
    LutStage stage;
    for (std::size_t i = 0; i < nodes; ++i) {
      if (options_.redundant && i > 0 && random_.chance(6)) {
        copy_node(stage, random_.below(i));
        continue;
      }
      const auto node_pins = pins(size);
      stage.add(node_pins, table(node_pins.size()));
    }
    bits_.push_back(add("luts", std::move(inputs), std::move(stage), {shape_for(nodes), 1}));
  }

  std::vector<std::uint32_t> pins(std::size_t size) {
    auto pins = some_sources(random_.between(options_.min_fan_in, options_.max_fan_in), size);
    if (!options_.redundant && pins.size() <= size)  // all different
      for (std::size_t j = 1; j < pins.size(); ++j)
        while (std::find(pins.begin(), pins.begin() + static_cast<std::ptrdiff_t>(j), pins[j]) !=
               pins.begin() + static_cast<std::ptrdiff_t>(j))
          pins[j] = static_cast<std::uint32_t>((pins[j] + 1) % size);
    return pins;
  }

  // Copied out first: adding to a list may move what it already holds.
  void copy_node(LutStage& stage, std::size_t node) {
    const std::vector<std::uint32_t> pins(stage.pins[node].begin(), stage.pins[node].end());
    const std::vector<std::uint64_t> table(stage.tables[node].begin(), stage.tables[node].end());
    stage.add(pins, table);
  }

  std::vector<std::uint64_t> table(std::size_t fan_in) {
    std::vector<std::uint64_t> words(table_words(fan_in));
    const std::size_t kind = options_.redundant ? random_.below(12) : 11;
    const std::size_t pin = fan_in == 0 ? 0 : random_.below(fan_in);
    const std::uint64_t salt = random_.next();
    for (std::size_t address = 0; address < (std::size_t{1} << fan_in); ++address) {
      bool bit = false;
      if (kind == 0)
        bit = (salt & 1) != 0;  // constant
      else if (kind == 1 && fan_in > 0)
        bit = ((address >> pin & 1) ^ (salt & 1)) != 0;  // buffer or inverter
      else if (kind <= 3 && fan_in > 0)
        bit = (mix(address & ~(std::size_t{1} << pin)) ^ salt) >> 17 & 1;  // pin unused
      else
        bit = random_.chance(50);
      words[address / 64] |= std::uint64_t{bit} << (address % 64);
    }
    return words;
  }
  static std::uint64_t mix(std::uint64_t x) { return Random(x).next(); }

  void rearrange_bits() {
    auto inputs = some_bits();
    const std::size_t size = values(inputs);
    const std::size_t count = random_.between(1, size);
    RearrangeStage stage{some_sources(count, size)};
    bits_.push_back(add("shuffled bits", std::move(inputs), std::move(stage), {shape_for(count), 1}));
  }

  SignalId count(std::vector<SignalId> inputs, std::size_t groups) {
    const std::size_t size = values(inputs);
    CountStage stage;
    std::uint64_t largest = 1;
    for (std::size_t i = 0; i < groups; ++i) {
      const auto sources = some_sources(random_.between(0, size / groups + 3), size);
      stage.sources.add(sources);
      stage.offsets.push_back(random_.chance(30) ? static_cast<std::uint32_t>(random_.below(4)) : 0);
      largest = std::max<std::uint64_t>(largest, stage.offsets.back() + sources.size());
    }
    return add("counts", std::move(inputs), std::move(stage), {shape_for(groups), lutra::bits_for(largest)});
  }

  /// Bits, and sometimes the input, too.
  std::vector<SignalId> some_numbers() {
    auto ids = some_bits();
    if (input_.width <= 12 && random_.chance(50)) ids.push_back(0);
    return ids;
  }

  SignalId weighed(std::vector<SignalId> inputs) {
    const std::size_t size = values(inputs);
    std::uint64_t maximum = 0, largest = 1;
    for (const auto id : inputs) maximum = std::max(maximum, type(id).maximum());
    const std::size_t range = std::array<std::size_t, 3>{1, 7, 100}[random_.below(3)];
    WeighStage stage;
    for (std::size_t i = 0; i < options_.outputs; ++i) {
      const auto sources = some_sources(random_.between(0, 12), size);
      std::vector<std::int32_t> weights;
      std::uint64_t more = 0, less = 0;
      for (std::size_t j = 0; j < sources.size(); ++j) {
        const auto magnitude = random_.below(range + 1);
        const bool negative = random_.chance(50);
        weights.push_back(static_cast<std::int32_t>(magnitude) * (negative ? -1 : 1));
        (negative ? less : more) += magnitude * maximum;
      }
      const std::uint64_t offset = less + (random_.chance(30) ? random_.below(9) : 0);
      stage.add(sources, weights, static_cast<std::uint32_t>(offset));
      largest = std::max(largest, offset + more);
    }
    return add("weighed", std::move(inputs), std::move(stage), {shape_for(options_.outputs), lutra::bits_for(largest)});
  }

  SignalId levels(SignalId from) {
    const auto maximum = static_cast<std::size_t>(type(from).maximum());
    const std::size_t most = std::array<std::size_t, 4>{1, 3, 6, 15}[random_.below(4)];
    LevelStage stage;
    for (std::size_t i = 0; i < options_.outputs; ++i) {
      std::vector<std::uint32_t> steps(random_.chance(80) ? most : random_.below(most + 1));
      for (auto& step : steps) step = static_cast<std::uint32_t>(random_.below(maximum + 3));
      std::sort(steps.begin(), steps.end());
      stage.add(static_cast<std::uint32_t>(random_.below(type(from).size())), steps, random_.chance(40));
    }
    return add("levels", {from}, std::move(stage), {shape_for(options_.outputs), lutra::bits_for(most)});
  }

  SignalId largest(SignalId from) {
    if (random_.chance(50)) return from;
    const Type of = type(from);
    const SignalId other = add("shuffled", {from}, RearrangeStage{some_sources(2 * of.size(), of.size())},
                               {{2 * of.size(), 1, 1}, of.width});
    return add("largest", {from, other}, MaxStage{}, of);
  }

  void compare_counts() { threshold({count(some_bits(), 4)}, options_.thresholds / 2 + 1); }

  void finish() {
    Ending ending = options_.ending;
    if (ending == Ending::any) ending = std::array{Ending::bits, Ending::counts, Ending::argmax}[random_.below(3)];
    if (ending == Ending::bits) {
      if (options_.detours && random_.chance(30)) {
        auto inputs = some_bits();
        auto sources = some_sources(options_.outputs, values(inputs));
        add("answer", std::move(inputs), RearrangeStage{std::move(sources)}, {{options_.outputs, 1, 1}, 1});
      } else {
        luts(options_.outputs);
      }
      return;
    }
    SignalId scores = count(some_bits(), options_.outputs);
    if (options_.detours && random_.chance(30)) {
      const SignalId more = count(some_bits(), options_.outputs);
      const std::uint32_t width = std::max(type(scores).width, type(more).width) + 1;
      scores = add("sum of counts", {scores, more}, AddStage{}, {{options_.outputs, 1, 1}, width});
    }
    if (ending == Ending::argmax)
      add("argmax", {scores}, ArgmaxStage{}, {{1, 1, 1}, lutra::bits_for(options_.outputs - 1)});
  }

  Random random_;
  RandomCircuitOptions options_;
  Type input_;
  std::vector<Stage> stages_;
  std::vector<SignalId> bits_;  // signals of bits, in order
};

}  // namespace random_circuits

/// A valid circuit that depends on nothing but its arguments. With the default options every seed has another shape.
inline lutra::Circuit random_circuit(std::uint64_t seed, const RandomCircuitOptions& options = {}) {
  return random_circuits::CircuitMaker(seed, options).make();
}

/// `count` samples, one after another, within the input's width. The first are all 0 and all maximum; some values of
/// the others are 0 or the maximum, and some samples nearly repeat the one before.
inline std::vector<std::uint16_t> random_samples(const lutra::Circuit& circuit, std::size_t count, std::uint64_t seed) {
  const std::size_t size = circuit.input().size();
  const auto maximum = static_cast<std::uint16_t>(std::min<std::uint64_t>(circuit.input().maximum(), 0xffff));
  Random random(seed ^ 0x5eed);
  std::vector<std::uint16_t> samples(count * size);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::size_t sample = i / size;
    if (sample < 2)
      samples[i] = sample == 0 ? 0 : maximum;
    else if (sample % 4 == 3 && random.chance(90))
      samples[i] = samples[i - size];
    else if (random.chance(10))
      samples[i] = random.chance(50) ? 0 : maximum;
    else
      samples[i] = static_cast<std::uint16_t>(random.below(std::size_t{maximum} + 1));
  }
  return samples;
}

}  // namespace lutra_test
