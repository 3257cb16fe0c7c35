#pragma once
// How layers freeze: each takes wires (signals of the circuit under construction, joined) and adds stages that give new
// wires. Joining is a list of signals and costs no stage.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <lutra/circuit/circuit.hpp>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra::circuits {

/// What a network computes as real numbers and a circuit keeps as whole ones: turns numbers of channel `channel`, given
/// as floats, into the reals they stand for, by the very float operations of the network's forward pass.
using Reals = std::function<void(std::size_t channel, std::span<float> numbers)>;

/// Signals read one after another, and what one unit of their integers stands for (1 for bits and codes).
struct Wires {
  std::vector<SignalId> signals;
  std::size_t size = 0;
  std::uint64_t maximum = 0;  ///< the largest integer any of them carries
  float scale = 1;
  Reals reals = {};      ///< where the network's values are Real
  bool ordered = false;  ///< whether all reals are (number + lowest) · scale, whatever their channel
  std::int64_t lowest = 0;
};

/// What reals the joined signals stand for is lost.
[[nodiscard]] inline Wires join(Wires first, const Wires& second) {
  first.reals = {};
  first.ordered = false;
  first.lowest = 0;
  first.signals.insert(first.signals.end(), second.signals.begin(), second.signals.end());
  first.size += second.size;
  first.maximum = std::max(first.maximum, second.maximum);
  return first;
}

/// `out`, whose values are those of `in` in another order, stands for the same reals, if all of `in` have one scale.
[[nodiscard]] inline Wires reordered(Wires out, const Wires& in) {
  if (!in.ordered) return out;
  out.reals = in.reals;
  out.ordered = true;
  out.lowest = in.lowest;
  return out;
}

class Builder {
 public:
  explicit Builder(Type input) : input_(input) {}

  [[nodiscard]] Wires input() const { return {.signals = {0}, .size = input_.size(), .maximum = input_.maximum()}; }

  /// Adds a stage that reads `in`; its output has `shape` and just the bits that `maximum` needs.
  Wires add(std::string name, const Wires& in, Operation operation, Shape shape, std::uint64_t maximum,
            float scale = 1);
  /// The same, done at each place of the images that `in` carries: `shape` is that of the image it gives.
  Wires add_at_each_place(std::string name, const Wires& in, Operation operation, Shape shape, std::uint64_t maximum,
                          float scale = 1);

  /// Whether these wires are images of more than one pixel, all of this height and width.
  [[nodiscard]] bool are_images(const Wires& wires, const Shape& shape) const;

  /// These wires as one signal, adding a stage only where they are several.
  Wires single(const Wires& in, Shape shape) { return in.signals.size() == 1 ? in : copy("join", in, shape); }

  /// The circuit whose answer is `out`: the last stage, with `shape`, even where an earlier signal is the answer.
  [[nodiscard]] Circuit finish(const Wires& out, Shape shape) &&;

 private:
  Wires copy(std::string name, const Wires& in, Shape shape);
  Wires append(Stage stage, std::uint64_t maximum, float scale);
  [[nodiscard]] const Type& type(SignalId id) const { return id == 0 ? input_ : stages_[id - 1].output; }

  Type input_;
  std::vector<Stage> stages_;
};

}  // namespace lutra::circuits

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/builder.hpp>
#endif
