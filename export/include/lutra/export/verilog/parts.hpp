#pragma once
// The hand-written Verilog parts from which streams of images are built: docs/export.md says how they fit together. A
// design that needs one brings its text along.

#include <lutra/inline.hpp>
#include <string_view>
#include <vector>

namespace lutra::hdl {

/// Names of all parts, which are those of their modules, in the order of the alphabet.
[[nodiscard]] LUTRA_INLINE std::vector<std::string_view> part_names();

/// The Verilog of one part, such as "lutra_window"; it uses no other part. Throws where there is none of that name.
[[nodiscard]] LUTRA_INLINE std::string_view part_text(std::string_view name);

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/parts.hpp>
#endif
