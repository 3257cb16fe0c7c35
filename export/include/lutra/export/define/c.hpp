#pragma once
// Defines what <lutra/export/c.hpp> declares.

#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/export/c.hpp>
#include <lutra/export/c/number_writer.hpp>
#include <lutra/export/c/writer.hpp>
#include <lutra/export/design.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <variant>

namespace lutra::c {

namespace detail {

/// Whether a circuit has more to weigh than to look up: then it works on numbers, sample by sample, and otherwise on
/// bits of many samples at once.
LUTRA_INLINE bool is_of_numbers(const Circuit& circuit) {
  std::size_t weights = 0, luts = 0;
  for (const auto& stage : circuit.stages()) {
    const std::size_t places = stage.each_place ? stage.output.shape.height * stage.output.shape.width : 1;
    if (const auto* const weigh = std::get_if<circuits::WeighStage>(&stage.operation))
      weights += weigh->weights.values().size() * places;
    else if (const auto* const lut = std::get_if<circuits::LutStage>(&stage.operation))
      luts += lut->size() * places;
  }
  return weights > luts;
}

/// The circuit without images.
LUTRA_INLINE Circuit flat(const Circuit& circuit) { return has_images(circuit) ? unroll(circuit) : circuit; }

}  // namespace detail

LUTRA_INLINE Design source(const Circuit& circuit, const Options& options) {
  check_design_name(options.name, "c::source");
  Design design{options.name, {}};
  const std::string hash = hash_text(circuit);
  const detail::Texts texts = detail::is_of_numbers(circuit)
                                  ? detail::NumberWriter(circuit, options.name, hash).write()
                                  : detail::Writer(detail::flat(circuit), options.name, hash).write();
  design.add(options.name + ".c", texts.source);
  design.add(options.name + ".h", texts.header);
  return design;
}

LUTRA_INLINE std::size_t memory_bytes(const Circuit& circuit) {
  if (detail::is_of_numbers(circuit)) return detail::NumberPlan(circuit).bytes();
  const Circuit flat = detail::flat(circuit);
  return detail::Plan(flat).planes();
}

}  // namespace lutra::c
