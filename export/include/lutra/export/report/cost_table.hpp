#pragma once
// The table of what each stage of a circuit costs, before and after it was simplified, with a bar for its LUTs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/report/diagram.hpp>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/report/measures.hpp>
#include <lutra/export/report/subject.hpp>
#include <lutra/export/text.hpp>
#include <optional>
#include <string>

namespace lutra::report::detail {

/// "before → now", or one number where there is one, or both are the same.
inline std::string change(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now) {
  if (before && now && *before != *now) return join({grouped(*before), " → ", grouped(*now)});
  return now ? grouped(*now) : before ? join({grouped(*before), " → 0"}) : "";
}

/// What is left of `most`, as a bar over the ghost of what was there before.
inline void bar(Markup& page, std::size_t before, std::size_t now, std::size_t most) {
  const auto share = [&](std::size_t n) {
    return join(
        {"width:", px(100 * static_cast<double>(n) / static_cast<double>(std::max<std::size_t>(most, 1))), "%"});
  };
  page.open("td", {{"class", "bars"}}).open("div", {{"class", "bar"}});
  if (before > now) page.element("span", {{"class", "was"}, {"style", share(before)}}, "");
  if (now > 0) page.element("span", {{"class", "is"}, {"style", share(now)}}, "");
  page.close().close();
}

inline void cost_row(Markup& page, const Subject& subject, const StagePair& pair, std::size_t most) {
  const auto& stage =
      pair.now ? subject.circuit.stages()[*pair.now] : subject.contents.original->stages()[*pair.before];
  const StageMeasure* now = pair.now ? &subject.now.stages[*pair.now] : nullptr;
  const StageMeasure* before = pair.before && subject.before ? &subject.before->stages[*pair.before] : nullptr;
  const auto both = [&](auto what) {
    return change(before != nullptr ? std::optional<std::uint64_t>(before->*what) : std::nullopt,
                  now != nullptr ? std::optional<std::uint64_t>(now->*what) : std::nullopt);
  };
  const std::string kind = circuits::operation_name(stage.operation);
  page.open("tr")
      .open("td", {{"class", "stage"}})
      .element("span", {{"class", "dot"}, {"style", join({"background:var(--", kind, ")"})}}, "");
  page.element("span", {{"class", "name"}}, stage.name);
  page.element("div", {{"class", "below"}}, join({kind, " → ", shape_text(stage.output)})).close();
  cells(page, "td", {{both(&StageMeasure::values), "right"}});
  if (subject.now.hardware) {
    cells(page, "td", {{both(&StageMeasure::luts), "right"}});
    bar(page, before != nullptr ? before->luts : 0, now != nullptr ? now->luts : 0, most);
    cells(page, "td", {{both(&StageMeasure::flip_flops), "right"}, {both(&StageMeasure::levels), "right"}});
    if (subject.now.total.ready != 0)
      cells(page, "td", {{now != nullptr && now->ready != 0 ? grouped(now->ready) : "–", "right"}});
  }
  page.close();
}

inline void total_row(Markup& page, const Subject& subject) {
  const StageMeasure& now = subject.now.total;
  const StageMeasure& before = subject.before ? subject.before->total : now;
  page.open("tr", {{"class", "total"}});
  page.open("td").text("Total").element("div", {{"class", "below"}}, "nodes: LUT stages alone").close();
  cells(page, "td", {{change(before.values, now.values), "right"}});
  if (subject.now.hardware) {
    cells(page, "td", {{change(before.luts, now.luts), "right"}});
    const bool less = before.luts > now.luts;
    page.element(
        "td", {{"class", "small soft"}},
        less ? join({fixed(100.0 * static_cast<double>(before.luts - now.luts) / static_cast<double>(before.luts), 1),
                     " % simplified away"})
             : "");
    cells(page, "td",
          {{change(before.flip_flops, now.flip_flops), "right"}, {change(before.levels, now.levels), "right"}});
    if (now.ready != 0) cells(page, "td", {{change(before.ready, now.ready), "right"}});
  }
  page.close();
}

inline void costs(Markup& page, const Subject& subject) {
  section(page, "What each stage costs",
          subject.contents.stream != nullptr
              ? "LUTs of up to 6 inputs and registers of one pixel's logic, and of what reads the whole image, before "
                "synthesis. A node is one value that a stage computes; levels are LUTs on the longest path within the "
                "stage."
          : subject.now.hardware
              ? "LUTs of up to 6 inputs and registers for one answer a clock, encoder and argmax included, before "
                "synthesis. A node is one value that a stage computes; levels are LUTs on the longest path within the "
                "stage; clock "
                "is when the stage is ready."
          : subject.now.too_large
              ? "A node is one value that a stage computes. LUTs and registers were not counted: as one block of logic "
                "for all places at once the circuit would be too large. As a stream it may fit."
              : "A node is one value that a stage computes.");
  page.open("div", {{"class", "wide"}}).open("table").open("thead").open("tr");
  cells(page, "th", {{"Stage", ""}, {"Nodes", "right"}});
  if (subject.now.hardware) {
    cells(page, "th",
          {{"LUTs", "right"},
           {subject.before ? "before and now" : "", ""},
           {"Flip-flops", "right"},
           {"Levels", "right"}});
    if (subject.now.total.ready != 0) cells(page, "th", {{"Clock", "right"}});
  }
  page.close().close().open("tbody");
  std::size_t most = 0;
  for (const auto* measures : {&subject.now, subject.before ? &*subject.before : &subject.now})
    for (const auto& stage : measures->stages) most = std::max(most, stage.luts);
  for (const auto& pair : pair_stages(subject.contents.original, subject.circuit)) cost_row(page, subject, pair, most);
  total_row(page, subject);
  page.close().close().close().close();
}

}  // namespace lutra::report::detail
