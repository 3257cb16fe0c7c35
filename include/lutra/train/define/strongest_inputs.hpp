#pragma once
// Defines what <lutra/train/strongest_inputs.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/parameters.hpp>
#include <lutra/train/strongest_inputs.hpp>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

namespace detail {

/// Where a Dense layer's weights lie in a store.
struct DenseWeights {
  std::size_t offset = 0, outputs = 0, inputs = 0;

  [[nodiscard]] std::span<const float> of(const ParameterStore& store) const {
    return store.values().subspan(offset, outputs * inputs);
  }
};

[[nodiscard]] inline DenseWeights dense_weights(const ParameterStore& store, std::size_t dense) {
  std::size_t found = 0;
  const auto& blocks = store.blocks();
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    if (blocks[i].name.find(" Dense<") == std::string::npos || !blocks[i].name.ends_with(".weights")) continue;
    const std::size_t outputs = blocks[i + 1].size;  // the bias is claimed next
    if (found++ == dense) return {blocks[i].offset, outputs, blocks[i].size / outputs};
  }
  throw Error("Dense layer " + std::to_string(dense), "network", "one of its Dense layers, counted from 0",
              std::to_string(found) + " of them");
}

inline void check_count(std::size_t count, std::size_t inputs, const std::string& where) {
  if (count < 1 || count > inputs)
    throw Error("strongest inputs of each output", where, "1 to " + std::to_string(inputs), std::to_string(count));
}

/// Sorts a run of pins so that every `node` of them lie together: the first that is left, and those nearest to it.
inline void gather(std::span<std::uint32_t> pins, std::size_t node, const Shape& image) {
  const auto row = [&](std::uint32_t pin) {
    return static_cast<std::ptrdiff_t>(pin % (image.height * image.width) / image.width);
  };
  const auto column = [&](std::uint32_t pin) { return static_cast<std::ptrdiff_t>(pin % image.width); };
  for (; pins.size() > node; pins = pins.subspan(node)) {
    const auto distance = [&, first = pins[0]](std::uint32_t pin) {
      const std::ptrdiff_t down = row(pin) - row(first), right = column(pin) - column(first);
      return down * down + right * right;
    };
    std::vector<std::uint32_t> nearest(pins.begin(), pins.end());
    std::stable_sort(nearest.begin(), nearest.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return distance(a) < distance(b); });
    nearest.resize(node);
    // Those stay in the order of their strength that are left for other nodes.
    std::stable_partition(pins.begin(), pins.end(), [&](std::uint32_t pin) {
      return std::find(nearest.begin(), nearest.end(), pin) != nearest.end();
    });
  }
}

/// Sets to 0 all but the `count` largest weights of each output.
inline void keep_strongest(ParameterStore& store, const DenseWeights& dense, std::size_t count) {
  if (count >= dense.inputs) return;
  const std::vector<std::uint32_t> strongest = strongest_inputs(dense.of(store), dense.inputs, count);
  std::vector<float> kept(dense.inputs);
  for (std::size_t o = 0; o < dense.outputs; ++o) {
    const auto row = store.values().subspan(dense.offset + o * dense.inputs, dense.inputs);
    std::fill(kept.begin(), kept.end(), 0.0F);
    for (std::size_t i = 0; i < count; ++i) kept[strongest[o * count + i]] = row[strongest[o * count + i]];
    std::copy(kept.begin(), kept.end(), row.begin());
  }
}

/// How many of `inputs` are left on the way to `count`, where `done` of the run is over.
[[nodiscard]] inline std::size_t inputs_left(std::size_t inputs, std::size_t count, double done) {
  constexpr double begin = 0.1, end = 0.7;
  const double way = std::clamp((done - begin) / (end - begin), 0.0, 1.0);
  const auto from = static_cast<double>(inputs), to = static_cast<double>(count);
  return static_cast<std::size_t>(std::lround(from * std::pow(to / from, way)));
}

}  // namespace detail

LUTRA_INLINE std::vector<std::uint32_t> strongest_inputs(std::span<const float> weights, std::size_t inputs,
                                                         std::size_t count) {
  detail::check_count(count, inputs, "strongest_inputs");
  if (weights.size() % inputs != 0)
    throw Error("weights", "strongest_inputs", "whole rows of " + std::to_string(inputs),
                std::to_string(weights.size()));
  std::vector<std::uint32_t> strongest, order(inputs);
  for (std::size_t first = 0; first < weights.size(); first += inputs) {
    std::iota(order.begin(), order.end(), 0U);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                      [row = weights.subspan(first, inputs)](std::uint32_t a, std::uint32_t b) {
                        const float left = std::abs(row[a]), right = std::abs(row[b]);
                        return left > right || (left == right && a < b);
                      });
    strongest.insert(strongest.end(), order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return strongest;
}

LUTRA_INLINE ExplicitWiring wiring_of(const ParameterStore& store, std::size_t dense, const WiringChoice& choice) {
  const detail::DenseWeights weights = detail::dense_weights(store, dense);
  const std::string where = "wiring_of, Dense layer " + std::to_string(dense);
  detail::check_count(choice.inputs, weights.inputs, where);
  if (choice.node == 0 || choice.inputs % choice.node != 0)
    throw Error("pins of a node", where, "a number that divides " + std::to_string(choice.inputs),
                std::to_string(choice.node));
  const bool on_image = choice.image.size() > 1;
  if (on_image && choice.image.size() != weights.inputs)
    throw Error("image", where, std::to_string(weights.inputs) + " values", to_string(choice.image));
  ExplicitWiring wiring{strongest_inputs(weights.of(store), weights.inputs, choice.inputs)};
  for (std::size_t o = 0; on_image && o < weights.outputs; ++o)
    detail::gather(std::span(wiring.pins).subspan(o * choice.inputs, choice.inputs), choice.node, choice.image);
  return wiring;
}

LUTRA_INLINE Observer pruning(ParameterStore& store, std::vector<std::size_t> inputs, Observer also) {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    detail::check_count(inputs[i], detail::dense_weights(store, i).inputs, "pruning, Dense layer " + std::to_string(i));
  Observer observer{.on_step = {}, .on_epoch = also.on_epoch};
  observer.on_step = [&store, counts = std::move(inputs), tell = std::move(also.on_step)](const StepInfo& info) {
    const std::size_t every = std::max<std::size_t>(1, info.steps / 10);
    if (info.step % every == 0 || info.step == info.steps) {
      const double epochs =
          static_cast<double>(info.epoch - 1) + static_cast<double>(info.step) / static_cast<double>(info.steps);
      for (std::size_t i = 0; i < counts.size(); ++i) {
        const detail::DenseWeights dense = detail::dense_weights(store, i);
        const double done = epochs / static_cast<double>(info.epochs);
        detail::keep_strongest(store, dense, detail::inputs_left(dense.inputs, counts[i], done));
      }
    }
    if (tell) tell(info);
  };
  return observer;
}

}  // namespace lutra
