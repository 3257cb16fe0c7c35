#pragma once
// Defines what <lutra/export/c.hpp> declares.

#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/export/c.hpp>
#include <lutra/export/c/writer.hpp>
#include <lutra/export/design.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <utility>

namespace lutra::c {

LUTRA_INLINE Design source(const Circuit& circuit, const Options& options) {
  check_design_name(options.name, "c::source");
  Design design{options.name, {}};
  const Circuit flat = has_images(circuit) ? unroll(circuit) : circuit;
  design.add(options.name + ".c", detail::Writer(flat, options.name, hash_text(circuit)).write());
  return design;
}

}  // namespace lutra::c
