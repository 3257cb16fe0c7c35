#pragma once
// How what comes after sums of whole numbers becomes part of a circuit: every float operation between a sum and the
// code that it is rounded to rises or falls with the sum, and so does the code. The sums at which it changes are found
// by asking the network's own float operations, so that network and circuit agree by construction.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/builder.hpp>
#include <lutra/error.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra::circuits {

/// Throws Error unless these wires carry sums whose reals are known: those of a Dense with weights of few bits.
inline void check_reals(const Wires& wires, const std::string& layer) {
  if (!wires.reals)
    throw Error("freeze", layer, "sums of a Dense with weights of few bits before it, not joined or moved",
                "numbers that are not");
}

/// The same numbers, standing for what `then(channel, reals)` makes of the reals they stood for.
template <class Then>
[[nodiscard]] Wires then_reals(Wires wires, const std::string& layer, Then then) {
  check_reals(wires, layer);
  wires.reals = [before = std::move(wires.reals), then = std::move(then)](std::size_t channel,
                                                                          std::span<float> numbers) {
    before(channel, numbers);
    then(channel, numbers);
  };
  wires.ordered = false;
  return wires;
}

/// The numbers from which on, or below which, `code_of` says the codes 1 to `codes`. It rises or falls.
template <class CodeOf>
void add_level(LevelStage& stage, std::uint32_t source, std::uint64_t maximum, std::uint32_t codes,
               const CodeOf& code_of) {
  const bool falling = code_of(0) > code_of(maximum);
  std::vector<std::uint32_t> thresholds;
  for (std::uint32_t i = 1; i <= codes; ++i) {
    const std::uint32_t code = falling ? codes + 1 - i : i;
    std::uint64_t first = thresholds.empty() ? 0 : thresholds.back(), end = maximum + 1;
    while (first < end) {
      const std::uint64_t middle = (first + end) / 2;
      if ((code_of(middle) >= code) != falling)
        end = middle;
      else
        first = middle + 1;
    }
    thresholds.push_back(static_cast<std::uint32_t>(first));
  }
  stage.add(source, thresholds, falling);
}

/// Adds a stage of the codes 0 to `codes` that round(reals) makes, in place, of the reals that `in` stands for. It
/// gives a signal of `shape`.
template <class Round>
[[nodiscard]] Wires add_levels(Builder& builder, const std::string& name, const Wires& in, const Shape& shape,
                               std::uint32_t codes, float scale, const Round& round) {
  check_reals(in, name);
  const bool each_place = builder.are_images(in, shape);
  const std::size_t pixels = shape.height * shape.width;
  LevelStage one;
  for (std::uint32_t channel = 0; channel < shape.channels; ++channel)
    add_level(one, channel, in.maximum, codes, [&](std::uint64_t number) {
      float value = static_cast<float>(number);
      in.reals(channel, {&value, 1});
      round(std::span<float>(&value, 1));
      return static_cast<std::uint32_t>(value);
    });
  if (each_place) return builder.add_at_each_place(name, in, std::move(one), shape, codes, scale);
  LevelStage all;
  for (std::uint32_t i = 0; i < shape.size(); ++i) all.add(i, one.thresholds[i / pixels], one.falling[i / pixels]);
  return builder.add(name, in, std::move(all), shape, codes, scale);
}

}  // namespace lutra::circuits
