#pragma once
// The number of thresholds that a value is at least, as LUTs. The comparisons stand in order, so their number needs no
// adder: its highest bit is the one in the middle, and each bit above says in which half the next one is found.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/builder.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <utility>

namespace lutra::circuits {

namespace detail {

/// The one of `choices`, a power of two of them, that `select` names, its lowest bit first.
inline BitId chosen(NetlistBuilder& builder, Bits choices, std::span<const BitId> select, bool inverted,
                    Origin origin) {
  if (choices.size() == 1 && inverted)
    return builder.function(choices, origin, [](std::uint32_t address) { return address == 0; });
  while (choices.size() > 1) {
    const std::uint32_t by = choices.size() >= 4 && builder.max_fan_in() >= 6 ? 2 : 1, ways = 1u << by;
    Bits next;
    for (std::size_t first = 0; first < choices.size(); first += ways) {
      Bits pins(choices.begin() + static_cast<std::ptrdiff_t>(first),
                choices.begin() + static_cast<std::ptrdiff_t>(first + ways));
      pins.insert(pins.end(), select.begin(), select.begin() + by);
      next.push_back(builder.function(
          pins, origin, [&](std::uint32_t address) { return ((address >> (address >> ways) & 1) != 0) != inverted; }));
      ++origin.part;
    }
    choices = std::move(next);
    select = select.subspan(by);
    inverted = false;
  }
  return choices[0];
}

}  // namespace detail

/// How many of `steps` are 1, or of their opposites where they are `inverted`, in `width` bits. Whichever is counted,
/// none follows a 0 as a 1.
inline Bits count_of_steps(NetlistBuilder& builder, const Bits& steps, bool inverted, std::uint32_t width,
                           Origin origin) {
  Bits number(width, 0);
  const std::uint32_t used = steps.empty() ? 0 : bits_for(steps.size());
  const BitId never = inverted ? 1 : 0;
  for (std::uint32_t bit = used; bit-- > 0;) {
    const std::size_t step = std::size_t{1} << bit;
    Bits choices;
    for (std::size_t first = step - 1; first < std::size_t{1} << used; first += 2 * step)
      choices.push_back(first < steps.size() ? steps[first] : never);
    origin.bit = bit;
    number[bit] = detail::chosen(builder, std::move(choices), std::span(number).subspan(bit + 1, used - bit - 1),
                                 inverted, origin);
  }
  return number;
}

}  // namespace lutra::circuits
