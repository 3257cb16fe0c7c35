#pragma once
// A netlist as plain data: single-bit look-up tables in an order in which each reads only what came before. It knows no
// vendor and no language; every node remembers which part of the circuit it computes, so that exporters can name it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/stages.hpp>
#include <span>
#include <string>
#include <vector>

namespace lutra::circuits {

/// One bit of a netlist: 0 and 1 are the constants, then come the input bits, then the nodes.
using BitId = std::uint32_t;

inline constexpr std::uint32_t max_netlist_fan_in = 6;

/// What a node is for.
enum class Role : std::uint8_t {
  lut,        ///< a LUT node of the circuit, or a piece of a wide one
  threshold,  ///< an encoder's comparison with a constant
  count,      ///< a counter in the adder tree of a group sum or a weighed one
  add,        ///< a counter in the adder tree of a sum of signals
  contest,    ///< argmax: is value j of a match greater than value i?
  winner,     ///< argmax: which value of a match is the largest
  value,      ///< argmax: the winner's value
  index,      ///< argmax: the winner's index
  level       ///< a bit of the number of thresholds that are met
};

/// Which part of the circuit a node computes.
struct Origin {
  std::uint32_t stage = 0;
  Role role = Role::lut;
  std::uint32_t value = 0;  ///< which of the stage's values; for an argmax, which match
  std::uint32_t bit = 0;    ///< weight 2^bit of count, add, winner, value, index and level; 4 i + j of a contest
  std::uint32_t part = 0;   ///< running number where several nodes share all of the above

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// A name that says where a node comes from and is unique in its netlist: s0_t12 (threshold 12 of stage 0), s2_n17 (LUT
/// node 17), s2_n17_p1 (a piece of it), s3_g4_c2_1 (group 4, weight 2^2, counter 1), s5_m0_gt01_2 (match 0: is value 1
/// greater than value 0, step 2), s5_m0_w1, s5_m0_v3 and s5_m0_i0 (bits of its winner's number, value and index),
/// s4_l2_b1 (bit 1 of level 2).
[[nodiscard]] inline std::string name(const Origin& origin) {
  static constexpr std::array letters{"n", "t", "g", "a", "m", "m", "m", "m", "l"};
  const auto number = [](const char* before, std::uint32_t n) { return before + std::to_string(n); };
  std::string text =
      number("s", origin.stage) + "_" + letters[static_cast<std::size_t>(origin.role)] + std::to_string(origin.value);
  switch (origin.role) {
    case Role::lut:
    case Role::threshold:
      return origin.part == 0 ? text : text + number("_p", origin.part);
    case Role::count:
    case Role::add:
      return text + number("_c", origin.bit) + number("_", origin.part);
    case Role::contest:
      return text + number("_gt", origin.bit / 4) + std::to_string(origin.bit % 4) + number("_", origin.part);
    case Role::winner:
      text += number("_w", origin.bit);
      break;
    case Role::value:
      text += number("_v", origin.bit);
      break;
    case Role::index:
      text += number("_i", origin.bit);
      break;
    case Role::level:
      text += number("_b", origin.bit);
      break;
  }
  return origin.part == 0 ? text : text + number("_p", origin.part);
}

/// One LUT of 1 to 6 inputs, each of which matters. Pin j gives bit j of the address into `table`.
struct Node {
  std::array<BitId, max_netlist_fan_in> inputs{};
  std::uint32_t fan_in = 0;
  std::uint64_t table = 0;
  Origin origin;

  [[nodiscard]] std::span<const BitId> pins() const noexcept { return {inputs.data(), fan_in}; }
  friend bool operator==(const Node&, const Node&) = default;
};

/// Instead of a signal's number: input bits that are none of the circuit's.
inline constexpr SignalId no_signal = ~SignalId{0};

/// Input bits that belong together: value i of `signal` is bits begin + i·width ... of the input, lowest bit first.
struct InputSignal {
  SignalId signal = 0;
  Type type;
  std::size_t begin = 0;

  friend bool operator==(const InputSignal&, const InputSignal&) = default;
};

struct Netlist {
  std::uint32_t max_fan_in = max_netlist_fan_in;
  std::vector<InputSignal> inputs;  ///< the circuit's input, or what its encoders give
  std::vector<Node> nodes;          ///< in topological order; each is needed by some output
  Type output;
  std::vector<BitId> outputs;  ///< value by value, lowest bit first

  [[nodiscard]] std::size_t input_bits() const noexcept {
    return inputs.empty() ? 0 : inputs.back().begin + inputs.back().type.size() * inputs.back().type.width;
  }
  [[nodiscard]] BitId input_bit(std::size_t i) const noexcept { return static_cast<BitId>(2 + i); }
  [[nodiscard]] BitId first_node() const noexcept { return input_bit(input_bits()); }
  [[nodiscard]] BitId bits() const noexcept { return static_cast<BitId>(first_node() + nodes.size()); }

  [[nodiscard]] static bool is_constant(BitId bit) noexcept { return bit < 2; }
  [[nodiscard]] bool is_input(BitId bit) const noexcept { return bit >= 2 && bit < first_node(); }
  [[nodiscard]] bool is_node(BitId bit) const noexcept { return bit >= first_node(); }
  [[nodiscard]] const Node& node(BitId bit) const noexcept { return nodes[bit - first_node()]; }

  friend bool operator==(const Netlist&, const Netlist&) = default;
};

}  // namespace lutra::circuits
