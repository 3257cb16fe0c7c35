#pragma once
// Wiring: which input each pin of each LUT node reads. A wiring is a policy of StochasticLut; BoundWiring is its
// run-time half, which draws or checks the pins once and, where it learns, picks them anew for every step.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/near.hpp>
#include <lutra/parameters.hpp>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// Concatenated random permutations of the inputs, dealt out pin by pin: every input is used evenly, and no node reads
/// one input twice where there are at least as many inputs as pins.
struct RandomWiring {
  static std::string name() { return ""; }
};

/// Given pins, node after node: pins[node * N + j] is what pin j of the node reads.
struct ExplicitWiring {
  std::vector<std::uint32_t> pins;
  static std::string name() { return ", ExplicitWiring"; }
};

/// Inputs and nodes are split into `groups` equal parts, in their order, and a node reads inputs of its own part only,
/// dealt as RandomWiring deals them. 0: a part for each node, so that a layer of nodes becomes the roots of trees over
/// the layer before it. Binding throws Error where groups do not divide both.
struct GroupedWiring {
  std::size_t groups = 0;
  static std::string name() { return ", GroupedWiring"; }
};

/// Each pin has this many random candidates and a trained score for each; it reads the one with the highest score. The
/// scores get the straight-through gradient of a softmax: ∂/∂score_c = p_c (u_c - Σ_k p_k u_k), where u_c is the
/// gradient of the pin times candidate c, summed over samples (top-k wiring, Zia et al. 2025; hard forward).
/// FitOptions' Redraw replaces candidates that are not chosen by others. A pin's first candidate, which it reads at the
/// start, is what First deals: LearnedWiring<8, ExplicitWiring>{.first = {pins}} begins with the pins of a teacher
/// (wiring_of).
///
/// In images, what tells most about a pixel is near it. With `near` n all candidates of a node are at most n rows and
/// columns from its first pin's first candidate (in any channel), and of those that are redrawn, 7 of 10 are as near to
/// an input that the node reads by then, the others from anywhere. Where there are too few inputs so near, or all are,
/// and with 0, candidates come from anywhere.
template <std::size_t Candidates, class First = RandomWiring>
struct LearnedWiring {
  static constexpr std::size_t candidates = Candidates;
  First first{};
  std::size_t near = 0;
  static std::string name() { return ", LearnedWiring<" + std::to_string(Candidates) + ">"; }
};

namespace detail {

/// Fills `pins` with concatenated random permutations of 0..inputs-1, the last of them cut short: the inputs' counts
/// differ by at most 1. Where there are at least `group` inputs, none comes twice within a run of `group` pins.
inline void deal_evenly(std::span<std::uint32_t> pins, std::size_t inputs, std::size_t group, Random random) {
  std::vector<std::uint32_t> order(inputs);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t begin = 0; begin < pins.size(); begin += inputs) {
    random.shuffle(std::span(order));
    const std::size_t begun = begin % group;
    if (begun != 0 && inputs >= group) {
      // A group that the last permutation began is ended by this one, with inputs that it does not have yet.
      const auto first = pins.subspan(begin - begun, begun);
      std::stable_partition(order.begin(), order.end(), [&](std::uint32_t input) {
        return std::find(first.begin(), first.end(), input) == first.end();
      });
      random.shuffle(std::span(order).subspan(group - begun));
    }
    std::copy_n(order.begin(), std::min(inputs, pins.size() - begin), pins.begin() + begin);
  }
}

using Pins = std::vector<std::uint32_t>;

/// The inputs that a wiring deals to nodes × fan_in pins.
[[nodiscard]] inline Pins deal(const RandomWiring&, Binding& binding, std::size_t inputs, std::size_t nodes,
                               std::size_t fan_in) {
  Pins pins(nodes * fan_in);
  deal_evenly(pins, inputs, fan_in, binding.random());
  return pins;
}

[[nodiscard]] inline Pins deal(const ExplicitWiring& wiring, Binding& binding, std::size_t inputs, std::size_t nodes,
                               std::size_t fan_in) {
  if (wiring.pins.size() != nodes * fan_in)
    throw Error("ExplicitWiring", "layer " + binding.layer(),
                std::to_string(nodes) + " nodes x " + std::to_string(fan_in) + " pins",
                std::to_string(wiring.pins.size()) + " pins");
  for (std::size_t i = 0; i < wiring.pins.size(); ++i)
    if (wiring.pins[i] >= inputs)
      throw Error(
          "ExplicitWiring",
          "layer " + binding.layer() + ", node " + std::to_string(i / fan_in) + ", pin " + std::to_string(i % fan_in),
          "an input below " + std::to_string(inputs), std::to_string(wiring.pins[i]));
  return wiring.pins;
}

[[nodiscard]] inline Pins deal(const GroupedWiring& wiring, Binding& binding, std::size_t inputs, std::size_t nodes,
                               std::size_t fan_in) {
  const std::size_t groups = wiring.groups == 0 ? nodes : wiring.groups;
  if (nodes % groups != 0 || inputs % groups != 0)
    throw Error("GroupedWiring", "layer " + binding.layer(),
                "groups that divide " + std::to_string(inputs) + " inputs and " + std::to_string(nodes) + " nodes",
                std::to_string(groups) + " groups");
  const std::size_t own_inputs = inputs / groups, own_pins = nodes / groups * fan_in;
  Pins pins(nodes * fan_in);
  for (std::size_t group = 0; group < groups; ++group) {
    const auto own = std::span(pins).subspan(group * own_pins, own_pins);
    deal_evenly(own, own_inputs, fan_in, binding.random());
    for (std::uint32_t& pin : own) pin += static_cast<std::uint32_t>(group * own_inputs);
  }
  return pins;
}

/// Pins that stay as they were first dealt.
template <class Wiring>
class BoundWiring {
 public:
  static constexpr std::size_t candidates = 0;
  BoundWiring(const Wiring& wiring, Binding& binding, const Shape& in, std::size_t nodes, std::size_t fan_in)
      : pins_(binding.integers("pins", nodes * fan_in)) {
    pins_ = deal(wiring, binding, in.size(), nodes, fan_in);
  }
  void choose(std::size_t, std::size_t) noexcept {}
  [[nodiscard]] std::span<const std::uint32_t> pins() const noexcept { return pins_; }
  [[nodiscard]] std::span<const std::uint32_t> chosen() const noexcept { return pins_; }

 private:
  Pins& pins_;
};

template <std::size_t Candidates, class First>
class BoundWiring<LearnedWiring<Candidates, First>> {
  static_assert(error::layer_is_valid<(Candidates >= 2), LearnedWiring<Candidates, First>>::value,
                "lutra: LearnedWiring<Candidates> chooses among at least 2 candidates");

 public:
  static constexpr std::size_t candidates = Candidates;

  BoundWiring(const LearnedWiring<Candidates, First>& wiring, Binding& binding, const Shape& in, std::size_t nodes,
              std::size_t fan_in)
      : sources_(binding.integers("candidates", nodes * fan_in * Candidates)),
        scores_(binding.parameter({.name = "scores", .size = nodes * fan_in * Candidates, .decay = false})),
        pins_(nodes * fan_in),
        shares_(nodes * fan_in) {
    const Neighbourhood near{in, wiring.near};
    binding.note_choice(Candidates, fan_in, near);
    // Round c of the deal gives every pin its candidate c, so that each round uses the inputs evenly.
    for (std::size_t c = 0; c < Candidates; ++c) {
      const Pins round = c == 0 ? deal(wiring.first, binding, in.size(), nodes, fan_in)
                                : deal(RandomWiring{}, binding, in.size(), nodes, fan_in);
      for (std::size_t pin = 0; pin < round.size(); ++pin) sources_[pin * Candidates + c] = round[pin];
    }
    if (wiring.near == 0) return;
    Random random = binding.random();
    for (std::size_t node = 0; node < nodes; ++node) draw_near(near, node * fan_in, fan_in, random);
  }

  /// What each pin reads with the scores as they are; equal scores go to the lowest index.
  [[nodiscard]] Pins chosen() const {
    Pins pins(pins_.size());
    for (std::size_t pin = 0; pin < pins.size(); ++pin) pins[pin] = best(pin);
    return pins;
  }
  /// Picks anew what pins first..first + count - 1 read.
  void choose(std::size_t first, std::size_t count) {
    for (std::size_t pin = first; pin < first + count; ++pin) pins_[pin] = best(pin);
  }
  [[nodiscard]] std::span<const std::uint32_t> pins() const noexcept { return pins_; }
  [[nodiscard]] std::span<const std::uint32_t> sources(std::size_t pin) const noexcept {
    return {sources_.data() + pin * Candidates, Candidates};
  }

  /// The scores' gradient for one pin, from u_c (see LearnedWiring).
  void set_gradient(const Pass& pass, std::size_t pin, const float* u) {
    float* const gradient = scores_.gradients(pass) + pin * Candidates;
    const float* const p = shares_of(pin);
    float mean = 0;
    for (std::size_t c = 0; c < Candidates; ++c) mean += p[c] * u[c];
    for (std::size_t c = 0; c < Candidates; ++c) gradient[c] = p[c] * (u[c] - mean);
  }

 private:
  /// Puts inputs near the node's first one in the place of all its other candidates, but for first ones that were
  /// given. No pin has an input twice, and no two that are dealt at random begin with the same one.
  void draw_near(const Neighbourhood& near, std::size_t first_pin, std::size_t fan_in, Random& random) {
    constexpr bool any_first = std::is_same_v<First, RandomWiring>;
    const std::uint32_t middle = sources_[first_pin * Candidates];
    const std::size_t size = near.size(middle);
    if (size < std::max(Candidates, fan_in) || size == near.shape.size()) return;
    for (std::size_t pin = first_pin; pin < first_pin + fan_in; ++pin)
      for (std::size_t c = any_first && pin > first_pin ? 0 : 1; c < Candidates; ++c) {
        const auto taken = [&](std::uint32_t input) {
          for (std::size_t i = 0; i < c; ++i)
            if (sources_[pin * Candidates + i] == input) return true;
          for (std::size_t other = first_pin; c == 0 && other < pin; ++other)
            if (sources_[other * Candidates] == input) return true;
          return false;
        };
        std::uint32_t input;
        do input = static_cast<std::uint32_t>(near.draw(middle, random));
        while (taken(input));
        sources_[pin * Candidates + c] = input;
      }
  }

  /// The softmax of a pin's scores, kept as long as the scores stay: a convolution asks for it once a band.
  [[nodiscard]] const float* shares_of(std::size_t pin) {
    const float* const own = scores_.values() + pin * Candidates;
    Shares& shares = shares_[pin];
    if (!std::equal(own, own + Candidates, shares.scores)) {
      kernels::chosen::softmax(own, Candidates, shares.p);
      std::copy_n(own, Candidates, shares.scores);
    }
    return shares.p;
  }

  /// Without a branch: which score is the highest cannot be foretold.
  [[nodiscard]] std::uint32_t best(std::size_t pin) const {
    const float* const own = scores_.values() + pin * Candidates;
    std::size_t index = 0;
    float highest = own[0];
    for (std::size_t c = 1; c < Candidates; ++c) {
      const bool higher = own[c] > highest;
      index = higher ? c : index;
      highest = higher ? own[c] : highest;
    }
    return sources_[pin * Candidates + index];
  }

  struct Shares {
    float scores[Candidates], p[Candidates];
    Shares() { std::fill_n(scores, Candidates, std::numeric_limits<float>::quiet_NaN()); }  // of no scores yet
  };

  Pins& sources_;
  Parameter scores_;
  Pins pins_;
  std::vector<Shares> shares_;
};

}  // namespace detail
}  // namespace lutra
