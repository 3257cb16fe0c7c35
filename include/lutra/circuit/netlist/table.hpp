#pragma once
// A table of constants as LUTs, and a comparison with what was looked up there: for logic that does now one thing and
// now another, as a number says.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/builder.hpp>
#include <lutra/circuit/stages.hpp>
#include <span>
#include <vector>

namespace lutra::circuits {

/// The bit `values[address]`, bit j of the address being `address[j]`; addresses above the values never come. One LUT
/// where the address has no more bits than a LUT. Nodes take the numbers from `origin.value` on, which is left behind
/// them.
inline BitId looked_up(NetlistBuilder& builder, std::span<const BitId> address, const std::vector<bool>& values,
                       Origin& origin) {
  const std::size_t half = address.empty() ? 1 : std::size_t{1} << (address.size() - 1);
  if (!address.empty() && values.size() <= half)
    return looked_up(builder, address.first(address.size() - 1), values, origin);
  Bits pins(address.begin(), address.end());
  std::vector<bool> table = values;
  if (address.size() > max_fan_in) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    const auto lower = address.first(address.size() - 1);
    const BitId low = looked_up(builder, lower, {values.begin(), middle}, origin);
    pins = {low, looked_up(builder, lower, {middle, values.end()}, origin), address.back()};
    table = {false, true, false, true, false, false, true, true};
  }
  const BitId found = builder.function(pins, origin, [&](std::uint32_t a) { return table[a % table.size()]; });
  ++origin.value;
  return found;
}

/// The bit value >= other, both lowest bit first and of as many bits: one LUT for two bits of each, or for one where a
/// LUT has less than 5 pins.
inline BitId at_least(NetlistBuilder& builder, std::span<const BitId> value, std::span<const BitId> other,
                      Origin origin) {
  const std::size_t each = builder.max_fan_in() >= 5 ? 2 : 1;
  BitId so_far = 1;
  for (std::size_t begin = 0; begin < value.size(); begin += each) {
    const std::size_t count = std::min(each, value.size() - begin);
    Bits pins(value.begin() + static_cast<std::ptrdiff_t>(begin),
              value.begin() + static_cast<std::ptrdiff_t>(begin + count));
    pins.insert(pins.end(), other.begin() + static_cast<std::ptrdiff_t>(begin),
                other.begin() + static_cast<std::ptrdiff_t>(begin + count));
    pins.push_back(so_far);
    so_far = builder.function(pins, origin, [count](std::uint32_t address) {
      const std::uint32_t mask = (1u << count) - 1, a = address & mask, b = address >> count & mask;
      return a > b || (a == b && address >> (2 * count) != 0);
    });
    ++origin.part;
  }
  return so_far;
}

}  // namespace lutra::circuits
