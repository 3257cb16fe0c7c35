#pragma once
// Defines what <lutra/export/blif.hpp> declares.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/truth_table.hpp>
#include <lutra/export/blif.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/plan.hpp>
#include <lutra/inline.hpp>
#include <lutra/version.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lutra::hdl {

namespace detail {

/// A product of literals: bit j of `care` says whether pin j is in it, the same bit of `value` with which sign.
struct Cube {
  std::uint32_t care = 0;
  std::uint32_t value = 0;
};

/// An irredundant sum of products of some function between `lower` and `upper` (Minato 1992, Morreale 1970), and the
/// function itself. Tables of `pins` pins; the table of fewer pins is repeated above.
inline std::uint64_t sum_of_products(std::uint64_t lower, std::uint64_t upper, std::size_t pins,
                                     std::vector<Cube>& cubes) {
  if (lower == 0) return 0;
  if (upper == ~std::uint64_t{0}) {
    cubes.push_back({});
    return upper;
  }
  const std::size_t pin = pins - 1;
  const std::uint64_t one = circuits::detail::pin_is_one[pin];
  const auto shift = std::uint64_t{1} << pin;
  const auto spread = [&](std::uint64_t half, bool value) {  // the half where the pin is `value`, twice
    return value ? (half & one) | (half & one) >> shift : (half & ~one) | (half & ~one) << shift;
  };
  const auto l0 = spread(lower, false), l1 = spread(lower, true), u0 = spread(upper, false), u1 = spread(upper, true);
  const auto with_literal = [&](std::uint64_t from, std::uint64_t to, std::uint32_t value) {
    const std::size_t begin = cubes.size();
    const std::uint64_t covered = sum_of_products(from, to, pin, cubes);
    for (std::size_t i = begin; i < cubes.size(); ++i) cubes[i].care |= 1u << pin, cubes[i].value |= value << pin;
    return covered;
  };
  const std::uint64_t c0 = with_literal(l0 & ~u1, u0, 0);
  const std::uint64_t c1 = with_literal(l1 & ~u0, u1, 1);
  const std::uint64_t rest = sum_of_products((l0 & ~c0) | (l1 & ~c1), u0 & u1, pin, cubes);
  return (c0 & ~one) | (c1 & one) | rest;
}

/// The lines of a .names for the table: its ones or its zeros, whichever are fewer lines.
[[nodiscard]] inline std::string cover_text(std::uint64_t table, std::uint32_t pins) {
  for (std::uint32_t j = pins; j < 6; ++j) table |= table << (1u << j);
  std::vector<Cube> ones, zeros;
  sum_of_products(table, table, 6, ones);
  sum_of_products(~table, ~table, 6, zeros);
  const bool on = zeros.empty() || ones.size() <= zeros.size();
  std::string text;
  for (const auto& cube : on ? ones : zeros) {
    for (std::uint32_t j = 0; j < pins; ++j)
      text += (cube.care >> j & 1) == 0 ? '-' : (cube.value >> j & 1) != 0 ? '1' : '0';
    text += on ? " 1\n" : " 0\n";
  }
  return text;
}

/// ".inputs a b c", broken into lines of about 110 characters.
[[nodiscard]] inline std::string blif_list(const std::string& begin, const std::string& port, std::size_t bits) {
  std::string text;
  std::string line = begin;
  for (std::size_t i = 0; i < bits; ++i) {
    if (line.size() > 100) {
      append(text, {line, " \\\n"});
      line = " ";
    }
    append(line, {" ", port, "[", i, "]"});
  }
  return join({text, line, "\n"});
}

[[nodiscard]] inline std::string blif_text(const std::string& hash, const ModulePlan& plan) {
  const auto& netlist = plan.netlist;
  const auto name = [&](circuits::BitId bit) -> std::string {
    if (circuits::Netlist::is_constant(bit)) return bit == 0 ? "zero" : "one";
    return netlist.is_node(bit) ? circuits::name(netlist.node(bit).origin) : join({"in[", bit - 2, "]"});
  };
  std::string text = join({"# circuit ", hash, ", written by lutra ", version, "\n.model ", plan.options.name, "\n",
                           blif_list(".inputs", "in", netlist.input_bits()),
                           blif_list(".outputs", "out", netlist.outputs.size()), ".names zero\n.names one\n1\n"});
  for (circuits::BitId bit = netlist.first_node(); bit < netlist.bits(); ++bit) {
    const auto& node = netlist.node(bit);
    text += ".names";
    for (const auto pin : node.pins()) append(text, {" ", name(pin)});
    append(text, {" ", name(bit), "\n", cover_text(node.table, node.fan_in)});
  }
  for (std::size_t i = 0; i < netlist.outputs.size(); ++i)
    append(text, {".names ", name(netlist.outputs[i]), " out[", i, "]\n1 1\n"});
  return join({text, ".end\n"});
}

}  // namespace detail

LUTRA_INLINE Design blif(const Circuit& circuit, const VerilogOptions& options) {
  Design design{options.name, {}};
  design.add(join({options.name, ".blif"}), detail::blif_text(hash_text(circuit), plan(circuit, options)));
  return design;
}

}  // namespace lutra::hdl
