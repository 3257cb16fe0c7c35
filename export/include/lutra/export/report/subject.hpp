#pragma once
// What every section of a report reads, and the frame that every section stands in.

#include <initializer_list>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/report/contents.hpp>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/report/measures.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lutra::report {

[[nodiscard]] inline std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::reference:
      return "the reference";
    case Verdict::equal_on_samples:
      return "equal on all samples";
    case Verdict::proved_equal:
      return "proved equal";
    case Verdict::different:
      return "different";
    default:
      return "not compared";
  }
}

/// All that the sections read.
struct Subject {
  const Circuit& circuit;
  const Contents& contents;
  Measures now;
  std::optional<Measures> before;
};

namespace detail {

/// Opens a card with a title.
inline void section(Markup& page, std::string_view title, std::string_view intro) {
  page.open("section", {{"class", "card"}}).element("h2", title);
  if (!intro.empty()) page.element("p", intro);
}

/// Cells of a table row, each with its text and its class.
inline void cells(Markup& page, const char* kind,
                  std::initializer_list<std::pair<std::string_view, std::string_view>> all) {
  for (const auto& [text, css] : all) page.element(kind, {{"class", css}}, text);
}

}  // namespace detail

}  // namespace lutra::report
