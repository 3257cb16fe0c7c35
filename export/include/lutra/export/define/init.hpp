#pragma once
// Defines what <lutra/export/init.hpp> declares.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/init.hpp>
#include <lutra/export/json.hpp>
#include <lutra/export/text.hpp>
#include <lutra/inline.hpp>
#include <lutra/version.hpp>
#include <span>
#include <string>
#include <variant>

namespace lutra::hdl {

namespace detail {

/// The hexadecimal digits of a table of 2^fan_in bits, the highest address first: an INIT string.
[[nodiscard]] inline std::string init_digits(std::span<const std::uint64_t> table, std::size_t fan_in) {
  const std::size_t digits = fan_in < 2 ? 1 : std::size_t{1} << (fan_in - 2);
  std::string text;
  for (std::size_t i = digits; i-- > 0;) text += "0123456789abcdef"[table[i / 16] >> (4 * (i % 16)) & 15];
  return text;
}

/// Value `source` of a stage's joined inputs: "in[5]" of the circuit's input, "s2[7]" of stage 2.
[[nodiscard]] inline std::string source_name(const Circuit& circuit, const circuits::Stage& stage, std::size_t source) {
  for (const auto id : stage.inputs) {
    const std::size_t size = circuit.type(id).size();
    if (source < size) return id == 0 ? join({"in[", source, "]"}) : join({"s", id - 1, "[", source, "]"});
    source -= size;
  }
  throw Error("source", join({"init, ", stage.name}), "a value that the stage reads", std::to_string(source));
}

/// Calls f(stage index, stage, luts) for every LutStage.
template <class Function>
void for_each_lut_stage(const Circuit& circuit, Function&& f) {
  for (std::size_t i = 0; i < circuit.stages().size(); ++i)
    if (const auto* luts = std::get_if<circuits::LutStage>(&circuit.stages()[i].operation))
      f(i, circuit.stages()[i], *luts);
}

[[nodiscard]] inline std::string init_table(const Circuit& circuit) {
  std::string text = join({"# circuit ", hash_text(circuit), ", written by lutra ", version, "\n",
                           "# node fan_in INIT pins (I0 first: the lowest bit of the address)\n"});
  for_each_lut_stage(circuit, [&](std::size_t index, const circuits::Stage& stage, const circuits::LutStage& luts) {
    for (std::size_t node = 0; node < luts.size(); ++node) {
      const std::size_t fan_in = luts.fan_in(node);
      append(text,
             {"s", index, "[", node, "] ", fan_in, " ", 1u << fan_in, "'h", init_digits(luts.tables[node], fan_in)});
      for (const auto pin : luts.pins[node]) append(text, {" ", source_name(circuit, stage, pin)});
      text += "\n";
    }
  });
  return text;
}

[[nodiscard]] inline std::string init_json(const Circuit& circuit, const std::string& name) {
  std::string text = join({"{\n  \"name\": ", json::quoted(name), ",\n  \"circuit\": \"", hash_text(circuit),
                           "\",\n  \"lutra\": ", json::quoted(version), ",\n  \"stages\": ["});
  bool first_stage = true;
  for_each_lut_stage(circuit, [&](std::size_t index, const circuits::Stage& stage, const circuits::LutStage& luts) {
    append(text, {first_stage ? "" : ",", "\n    {\"stage\": ", index, ", \"name\": ", json::quoted(stage.name),
                  ", \"nodes\": ["});
    first_stage = false;
    for (std::size_t node = 0; node < luts.size(); ++node) {
      append(text, {node == 0 ? "" : ",", "\n      {\"init\": \"", init_digits(luts.tables[node], luts.fan_in(node)),
                    "\", \"pins\": ["});
      for (std::size_t j = 0; j < luts.fan_in(node); ++j)
        append(text, {j == 0 ? "\"" : ", \"", source_name(circuit, stage, luts.pins[node][j]), "\""});
      text += "]}";
    }
    text += "\n    ]}";
  });
  return join({text, "\n  ]\n}\n"});
}

}  // namespace detail

LUTRA_INLINE Design init(const Circuit& circuit, const InitOptions& options) {
  check_design_name(options.name, "init");
  Design design{options.name, {}};
  design.add(join({options.name, "_init.txt"}), detail::init_table(circuit));
  design.add(join({options.name, "_init.json"}), detail::init_json(circuit, options.name));
  return design;
}

}  // namespace lutra::hdl
