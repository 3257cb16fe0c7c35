#pragma once
// How each device family writes one LUT, and the simulation models of its primitives. A new family is a new case here.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/nodes.hpp>
#include <lutra/export/text.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace lutra::hdl {

enum class Family {
  generic,  ///< an index into a constant truth table: no primitives, for every tool
  xilinx7,  ///< LUT1 to LUT6 with INIT: Series 7, UltraScale, Versal
  ice40     ///< SB_LUT4 with LUT_INIT
};

[[nodiscard]] constexpr const char* family_name(Family family) noexcept {
  return std::array{"generic", "xilinx7", "ice40"}[static_cast<std::size_t>(family)];
}

/// Pins of the family's LUT.
[[nodiscard]] constexpr std::uint32_t lut_inputs(Family family) noexcept { return family == Family::ice40 ? 4 : 6; }

/// The first 2^fan_in bits of a table as a sized Verilog number, such as 16'h8000.
[[nodiscard]] inline std::string init_text(std::uint64_t table, std::uint32_t fan_in) {
  const std::size_t digits = fan_in < 2 ? 1 : std::size_t{1} << (fan_in - 2);
  std::string text = join({1u << fan_in, "'h", std::string(digits, '0')});
  for (std::size_t i = 0; i < digits; ++i) text[text.size() - 1 - i] = "0123456789abcdef"[table >> (4 * i) & 15];
  return text;
}

namespace detail {

/// Spaces that bring a number as init_text writes it to the length of the family's longest.
inline std::string init_pad(const std::string& init, std::uint32_t lut_inputs) {
  return std::string(init_text(0, lut_inputs).size() - init.size(), ' ');
}

inline std::string generic_lut(const std::string& wire, const std::string& pad, std::span<const std::string> pins,
                               std::uint64_t table) {
  const auto fan_in = static_cast<std::uint32_t>(pins.size());
  const std::string last = std::to_string((1u << fan_in) - 1);
  const std::string init = init_text(table, fan_in);
  std::string text = join({"localparam [", last, ":0] ", last.size() < 2 ? " " : "", "T_", wire, pad, " = ", init, ";",
                           init_pad(init, 6), "  wire ", wire, pad, " = T_", wire, "[{"});
  for (std::size_t j = pins.size(); j-- > 0;) append(text, {pins[j], j > 0 ? ", " : "}];"});
  return text;
}

inline std::string primitive_lut(std::string_view primitive, std::string_view parameter, const std::string& init,
                                 const std::string& wire, const std::string& pad, std::span<const std::string> pins) {
  std::string text = join({"wire ", wire, ";", pad, "  ", primitive, " #(.", parameter, "(", init, "))",
                           init_pad(init, primitive == "SB_LUT4" ? 4 : 6), " u_", wire, pad, " (.O(", wire, "),", pad});
  for (std::size_t j = 0; j < pins.size(); ++j)
    append(text, {" .I", j, "(", pins[j], j + 1 < pins.size() ? ")," : "));"});
  return text;
}

inline std::string xilinx7_lut(const std::string& wire, const std::string& pad, std::span<const std::string> pins,
                               std::uint64_t table) {
  const auto fan_in = static_cast<std::uint32_t>(pins.size());
  return primitive_lut(join({"LUT", fan_in}), "INIT", init_text(table, fan_in), wire, pad, pins);
}

inline std::string ice40_lut(const std::string& wire, const std::string& pad, std::span<const std::string> pins,
                             std::uint64_t table) {
  std::array<std::string, 4> all{"1'b0", "1'b0", "1'b0", "1'b0"};
  for (std::size_t j = 0; j < pins.size(); ++j) all[j] = pins[j];
  for (std::size_t j = pins.size(); j < 4; ++j)  // the same answer whatever an idle pin reads
    table |= table << (1u << j);
  return primitive_lut("SB_LUT4", "LUT_INIT", init_text(table, 4), wire, pad, all);
}

}  // namespace detail

/// One line of Verilog that declares `wire` and computes it: pin j gives bit j of the address into `table`. `pad` are
/// spaces that bring the names of a column to one length.
[[nodiscard]] inline std::string lut_text(Family family, const std::string& wire, const std::string& pad,
                                          std::span<const std::string> pins, std::uint64_t table) {
  switch (family) {
    case Family::xilinx7:
      return detail::xilinx7_lut(wire, pad, pins, table);
    case Family::ice40:
      return detail::ice40_lut(wire, pad, pins, table);
    case Family::generic:
      break;
  }
  return detail::generic_lut(wire, pad, pins, table);
}

/// The file of simulation models of the family's primitives and its text; both empty for generic.
[[nodiscard]] inline std::pair<std::string, std::string> simulation_models(Family family) {
  if (family == Family::generic) return {};
  std::string text =
      "// The family's LUT primitives for simulation and lint; synthesis brings its own.\n"
      "// Give it to a tool as a library: -v with verilator, -l with iverilog.\n";
  const bool xilinx = family == Family::xilinx7;
  for (std::uint32_t fan_in = xilinx ? 1 : 4; fan_in <= lut_inputs(family); ++fan_in) {
    const std::string_view parameter = xilinx ? "INIT" : "LUT_INIT";
    std::string ports;
    std::string address;
    for (std::uint32_t j = 0; j < fan_in; ++j) {
      append(ports, {", input wire I", j});
      append(address, {j > 0 ? ", I" : "I", fan_in - 1 - j});
    }
    append(text, {"\nmodule ", xilinx ? join({"LUT", fan_in}) : "SB_LUT4", " #(parameter [", (1u << fan_in) - 1, ":0] ",
                  parameter, " = ", init_text(0, fan_in), ") (output wire O", ports, ");\n  assign O = ", parameter,
                  "[{", address, "}];\nendmodule\n"});
  }
  return {join({family_name(family), "_sim.v"}), text};
}

}  // namespace lutra::hdl
