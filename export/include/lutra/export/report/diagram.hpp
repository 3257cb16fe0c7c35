#pragma once
// Draws a circuit as a picture: a box for each stage, from the raw input to the answer, joined by bands as wide as the
// signals are (on a logarithmic scale), with the connections that skip stages beside them.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/report/measures.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <vector>

namespace lutra::report {

namespace detail {

/// A connection between two signals that do not follow each other, in a lane of its own.
struct Skip {
  circuits::SignalId from = 0, to = 0;
  std::size_t lane = 0;
};

/// The connections that skip stages; those that overlap lie in different lanes, the shortest nearest to the boxes.
[[nodiscard]] inline std::vector<Skip> skips(const Circuit& circuit) {
  std::vector<Skip> all;
  for (circuits::SignalId to = 1; to <= circuit.stages().size(); ++to) {
    auto inputs = circuit.stages()[to - 1].inputs;
    std::ranges::sort(inputs);
    inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
    for (const auto from : inputs)
      if (from + 1 != to) all.push_back({from, to, 0});
  }
  std::ranges::stable_sort(all, {}, [](const Skip& skip) { return skip.to - skip.from; });
  for (std::size_t i = 0; i < all.size(); ++i)
    for (bool free = false; !free; all[i].lane += !free)
      free = std::none_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), [&](const Skip& other) {
        return other.lane == all[i].lane && other.from < all[i].to && all[i].from < other.to;
      });
  return all;
}

/// "1 × 28 × 28 × 8 bits"; a vector is its length.
[[nodiscard]] inline std::string shape_text(const circuits::Type& type) {
  const auto& [channels, height, width] = type.shape;
  std::string text = grouped(channels);
  if (height != 1 || width != 1) append(text, {" × ", grouped(height), " × ", grouped(width)});
  if (type.width != 1) append(text, {" × ", type.width});
  return text += type.width * type.size() == 1 ? " bit" : " bits";
}

/// The beginning of a name that is too long for its box.
[[nodiscard]] inline std::string shortened(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t letters = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(json::utf8_length(text), 1);
    if (++letters > most) return out + "…";
    out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace detail

/// The picture of a circuit. `measures` may be of a circuit that was not lowered.
inline void diagram(Markup& page, const Circuit& circuit, const Measures& measures) {
  using namespace detail;
  constexpr double box_width = 400, box_height = 46, gap = 30, margin = 12, lane_width = 20, first_lane = 26;
  const auto all_skips = skips(circuit);
  std::size_t lanes = 0;
  for (const auto& skip : all_skips) lanes = std::max(lanes, skip.lane + 1);
  const double lane_room = lanes == 0 ? 0 : first_lane + static_cast<double>(lanes) * lane_width;
  const double width = box_width + 2 * margin + 2 * lane_room;  // the boxes stay in the middle
  const std::size_t boxes = circuit.stages().size() + 1;
  const double height = 2 * margin + static_cast<double>(boxes) * (box_height + gap) - gap;
  const double left = margin + lane_room, right = left + box_width, middle = left + box_width / 2;
  const auto top = [&](std::size_t id) { return margin + static_cast<double>(id) * (box_height + gap); };
  const auto band = [&](const circuits::Type& type) {
    return std::min(6 + 9 * std::log2(static_cast<double>(type.size() * type.width)), box_width * 0.6);
  };

  page.open("svg", {{"viewBox", join({"0 0 ", px(width), " ", px(height)})},
                    {"style", join({"max-width:", px(width * 1.15), "px;margin:0 auto"})},
                    {"role", "img"},
                    {"aria-label", "the stages of the circuit"}});
  for (circuits::SignalId to = 1; to < boxes; ++to) {
    const auto& inputs = circuit.stages()[to - 1].inputs;
    if (std::ranges::find(inputs, to - 1) == inputs.end()) continue;
    const double half = band(circuit.type(to - 1)) / 2, y0 = top(to - 1) + box_height, y1 = top(to);
    page.empty(
        "path",
        {{"class", "flow"},
         {"d", join({"M", px(middle - half), " ", px(y0), " H", px(middle + half), " L", px(middle + half), " ",
                     px(y1 - 7), " L", px(middle), " ", px(y1), " L", px(middle - half), " ", px(y1 - 7), " Z"})}});
    page.element(
        "text",
        {{"class", "soft"}, {"x", px(middle)}, {"y", px((y0 + y1) / 2)}, {"dy", "3"}, {"text-anchor", "middle"}},
        shape_text(circuit.type(to - 1)));
  }
  for (const auto& [from, to, lane] : all_skips) {
    const double x = right + first_lane + static_cast<double>(lane) * lane_width;
    const double y0 = top(from) + box_height * 0.7, y1 = top(to) + box_height * 0.3, bend = 10;
    page.empty("path",
               {{"class", "skip"},
                {"d", join({"M", px(right),    " ", px(y0),        " H", px(x - bend),  " Q", px(x), " ", px(y0),
                            " ", px(x),        " ", px(y0 + bend), " V", px(y1 - bend), " Q", px(x), " ", px(y1),
                            " ", px(x - bend), " ", px(y1),        " H", px(right + 6)})}});
    page.empty("path", {{"class", "head"}, {"d", join({"M", px(right + 1), " ", px(y1), " l8 -4 v8 Z"})}});
  }
  for (std::size_t id = 0; id < boxes; ++id) {
    const bool is_input = id == 0;
    const double y = top(id);
    const std::string kind = is_input ? "rearrange" : circuits::operation_name(circuit.stages()[id - 1].operation);
    page.open("g");
    page.element("title", is_input ? "the raw input" : circuit.stages()[id - 1].name);
    page.empty("rect", {{"class", "box"},
                        {"x", px(left)},
                        {"y", px(y)},
                        {"width", px(box_width)},
                        {"height", px(box_height)},
                        {"rx", "9"}});
    page.empty("rect", {{"x", px(left)},
                        {"y", px(y + 9)},
                        {"width", "4"},
                        {"height", px(box_height - 18)},
                        {"rx", "2"},
                        {"style", join({"fill:var(--", kind, ")"})}});
    page.element("text", {{"class", "name"}, {"x", px(left + 16)}, {"y", px(y + 20)}},
                 is_input ? "Input" : shortened(circuit.stages()[id - 1].name, 36));
    page.element(
        "text", {{"class", "soft"}, {"x", px(left + 16)}, {"y", px(y + 36)}},
        join({is_input ? "raw values" : kind, " → ", shape_text(circuit.type(static_cast<circuits::SignalId>(id)))}));
    if (!is_input && measures.hardware)
      page.element("text", {{"x", px(right - 14)}, {"y", px(y + 28)}, {"text-anchor", "end"}},
                   join({grouped(measures.stages[id - 1].luts), " LUTs"}));
    page.close();
  }
  page.close();
}

}  // namespace lutra::report
