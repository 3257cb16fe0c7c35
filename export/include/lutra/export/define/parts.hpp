#pragma once
// Defines what <lutra/export/verilog/parts.hpp> declares.

#include <lutra/error.hpp>
#include <lutra/export/define/part_texts.hpp>
#include <lutra/export/verilog/parts.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::hdl {

LUTRA_INLINE std::vector<std::string_view> part_names() {
  std::vector<std::string_view> names;
  names.reserve(detail::part_texts.size());
  for (const detail::PartText& part : detail::part_texts) names.push_back(part.name);
  return names;
}

LUTRA_INLINE std::string_view part_text(std::string_view name) {
  std::string known;
  for (const detail::PartText& part : detail::part_texts) {
    if (part.name == name) return part.text;
    known.append(known.empty() ? "" : ", ").append(part.name);
  }
  throw Error("Verilog part", {}, known, name);
}

}  // namespace lutra::hdl
