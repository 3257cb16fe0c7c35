#pragma once
// What is refused of an engine's circuit and of its samples.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/stages.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <span>
#include <string>

namespace lutra::engine {

/// Throws Error where the input of a circuit has more than 16 bits a value or 2^30 in all.
inline void check_input_type(const circuits::Type& input) {
  constexpr std::size_t most_input_bits = std::size_t{1} << 30;
  if (input.width > 16)
    throw Error("engine: width of the circuit's input in bits", "", "at most 16", std::to_string(input.width));
  if (input.size() * input.width > most_input_bits)
    throw Error("engine: bits of the circuit's input", "", "at most " + std::to_string(most_input_bits),
                std::to_string(input.size() * input.width));
}

/// Throws Error where a value of the samples, of `size` values each, does not fit an input of `width` bits, or where T
/// has fewer bits than that.
template <class T>
void check_values(std::span<const T> samples, std::size_t size, std::uint32_t width) {
  if (width > sizeof(T) * 8)
    throw Error("engine: type of the samples", "input of " + std::to_string(width) + " bits", "uint16_t", "uint8_t");
  if (width == sizeof(T) * 8) return;
  const auto maximum = static_cast<T>((1u << width) - 1);
  if (kernels::chosen::all_below(samples.data(), samples.size(), static_cast<T>(maximum + 1))) return;
  const auto wrong = std::find_if(samples.begin(), samples.end(), [&](T value) { return value > maximum; });
  const auto place = static_cast<std::size_t>(wrong - samples.begin());
  throw Error("engine: sample", "sample " + std::to_string(place / size) + ", value " + std::to_string(place % size),
              "0.." + std::to_string(maximum), std::to_string(*wrong));
}

}  // namespace lutra::engine
