#pragma once
// Image circuits of few-bit codes: layers of windows, weights and levels, one behind the other or beside each other.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <lutra/circuit/circuit.hpp>
#include <numeric>
#include <utility>
#include <vector>

#include "support/random_circuit.hpp"

namespace lutra_test::code_circuits {

using namespace lutra;
using namespace lutra::circuits;

struct Window {
  std::int32_t size = 3, stride = 1, dilation = 1;
  bool border = true;  ///< whether places whose window leaves the image are places, too
};

/// Layers of windows, weights and levels, one behind the other or beside each other.
class Maker {
 public:
  explicit Maker(Type input) : Maker(1, input) {}
  Maker(std::uint64_t seed, Type input) : random_(seed), input_(input) {}

  [[nodiscard]] Circuit circuit() const { return {input_, stages_}; }
  [[nodiscard]] const Type& type(SignalId id) const { return id == 0 ? input_ : stages_[id - 1].output; }

  SignalId window(std::vector<SignalId> from, const Window& window) {
    std::uint32_t channels = 0, width = 1;
    for (const SignalId id : from) {
      channels += static_cast<std::uint32_t>(type(id).shape.channels);
      width = std::max(width, type(id).width);
    }
    RearrangeStage stage;
    stage.stride = {window.stride, window.stride};
    const std::int32_t middle = window.border ? window.size / 2 : 0;
    for (std::uint32_t c = 0; c < channels; ++c)
      for (std::int32_t i = 0; i < window.size * window.size; ++i) {
        stage.sources.push_back(c);
        stage.offsets.push_back(
            {(i / window.size - middle) * window.dilation, (i % window.size - middle) * window.dilation});
      }
    const Shape in = type(from[0]).shape;
    const std::size_t size = stage.size(), stride = static_cast<std::size_t>(window.stride);
    const std::size_t less = window.border ? 0 : static_cast<std::size_t>((window.size - 1) * window.dilation);
    return add(std::move(from), std::move(stage),
               {{size, (in.height - less + stride - 1) / stride, (in.width - less + stride - 1) / stride}, width});
  }

  /// Weights from `lowest` by `step`, `values` of them.
  SignalId weigh(SignalId from, std::size_t outputs, std::int32_t lowest, std::int32_t step, std::uint64_t values) {
    WeighStage stage;
    std::vector<std::uint32_t> sources(type(from).shape.channels);
    std::iota(sources.begin(), sources.end(), 0U);
    std::uint64_t largest = 0;
    for (std::size_t o = 0; o < outputs; ++o) {
      std::vector<std::int32_t> weights;
      std::uint64_t below = random_.below(5), above = 0;
      for (std::size_t i = 0; i < sources.size(); ++i) {
        weights.push_back(lowest + step * static_cast<std::int32_t>(random_.below(values)));
        (weights.back() < 0 ? below : above) +=
            static_cast<std::uint64_t>(std::abs(weights.back())) * type(from).maximum();
      }
      stage.add(sources, weights, static_cast<std::uint32_t>(below));
      largest = std::max(largest, below + above);
    }
    Shape shape = type(from).shape;
    shape.channels = outputs;
    middle_ = largest / 2;
    return add({from}, std::move(stage), {shape, bits_for(largest)});
  }

  SignalId levels(SignalId from, std::uint32_t bits) {
    LevelStage stage;
    const std::uint64_t middle = middle_, spread = std::max<std::uint64_t>(middle / 4, 1);
    for (std::uint32_t o = 0; o < type(from).shape.channels; ++o) {
      std::vector<std::uint32_t> thresholds;
      for (std::uint32_t i = 0; i + 1 < 1U << bits; ++i)
        thresholds.push_back(static_cast<std::uint32_t>(middle - spread / 2 + random_.below(spread)));
      std::ranges::sort(thresholds);
      stage.add(o, thresholds, random_.below(2) == 0);
    }
    return add({from}, std::move(stage), {type(from).shape, bits});
  }

  SignalId binary(SignalId from, std::size_t outputs, const Window& around) {
    return levels(weigh(window({from}, around), outputs, -1, 2, 2), 2);
  }

  /// Pixels become blocks, whose channels are the signals' in some other order, or, without `channels`, all of them.
  SignalId spread(std::vector<SignalId> from, std::size_t block, std::size_t channels = 0) {
    std::uint32_t width = 1;
    std::size_t read = 0;
    for (const SignalId id : from) {
      read += type(id).shape.channels;
      width = std::max(width, type(id).width);
    }
    const bool all = channels == 0;
    if (all) channels = read;
    const Shape in = type(from[0]).shape, out{channels, in.height * block, in.width * block};
    std::vector<std::size_t> order(block * block * channels);
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = all ? i % channels : random_.below(read);
    RearrangeStage stage;
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t i = 0; i < out.height * out.width; ++i) {
        const std::size_t y = i / out.width, x = i % out.width;
        const std::size_t channel = order[(y % block * block + x % block) * channels + c];
        stage.sources.push_back(static_cast<std::uint32_t>((channel * in.height + y / block) * in.width + x / block));
      }
    stages_.push_back({"test", std::move(from), std::move(stage), {out, width}, false});
    return static_cast<SignalId>(stages_.size());
  }

  SignalId add(std::vector<SignalId> from, Operation operation, const Type& output, bool each_place = true) {
    stages_.push_back({"test", std::move(from), std::move(operation), output, each_place});
    return static_cast<SignalId>(stages_.size());
  }

 private:
  Random random_;
  std::uint64_t middle_ = 1;  ///< of the sums that came last
  Type input_;
  std::vector<Stage> stages_;
};

}  // namespace lutra_test::code_circuits
