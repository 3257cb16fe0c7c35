#pragma once
// Defines what <lutra/boxes/average_precision.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/boxes/average_precision.hpp>
#include <lutra/boxes/box.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lutra {

namespace detail {

using BoxLists = std::span<const std::vector<Box>>;

inline void check_scenes(BoxLists found, BoxLists truth, float least, const std::string& where) {
  if (found.size() != truth.size())
    throw Error("found boxes", where, std::to_string(truth.size()) + " scenes", std::to_string(found.size()));
  check_overlap(least, where);
  for (std::size_t i = 0; i < found.size(); ++i) {
    check_boxes(found[i], where + ", found in scene " + std::to_string(i));
    check_boxes(truth[i], where + ", truth of scene " + std::to_string(i));
  }
}

struct FoundBox {
  std::size_t scene;
  Box box;
};

/// Those of one label, the surest first.
[[nodiscard]] inline std::vector<FoundBox> surest_first(BoxLists found, std::uint32_t label) {
  std::vector<FoundBox> list;
  for (std::size_t scene = 0; scene < found.size(); ++scene)
    for (const Box& box : found[scene])
      if (box.label == label) list.push_back({scene, box});
  std::ranges::stable_sort(list, [](const FoundBox& a, const FoundBox& b) { return a.box.score > b.box.score; });
  return list;
}

/// Whether a box is right; then the true one counts as found.
[[nodiscard]] inline bool finds(const Box& box, const std::vector<Box>& truth, float least, std::vector<bool>& before) {
  std::size_t best = truth.size();
  float most = -1;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i].label != box.label || overlap(box, truth[i]) <= most) continue;
    most = overlap(box, truth[i]);
    best = i;
  }
  if (best == truth.size() || most < least || before[best]) return false;
  return before[best] = true;
}

[[nodiscard]] inline double precision_of_class(BoxLists found, BoxLists truth, std::uint32_t label, float least) {
  std::vector<std::vector<bool>> before;
  std::ptrdiff_t wanted = 0;
  for (const std::vector<Box>& boxes : truth) {
    before.emplace_back(boxes.size());
    wanted += std::ranges::count(boxes, label, &Box::label);
  }
  std::vector<double> precisions;  // at each box that is right, where recall grows by 1 / wanted
  double looked_at = 0;
  for (const FoundBox& one : surest_first(found, label)) {
    ++looked_at;
    if (!finds(one.box, truth[one.scene], least, before[one.scene])) continue;
    precisions.push_back(static_cast<double>(precisions.size() + 1) / looked_at);
  }
  double sum = 0, most = 0;
  for (std::size_t i = precisions.size(); i-- > 0;) sum += most = std::max(most, precisions[i]);
  return wanted == 0 ? 0 : sum / static_cast<double>(wanted);
}

}  // namespace detail

LUTRA_INLINE double average_precision(std::span<const std::vector<Box>> found, std::span<const std::vector<Box>> truth,
                                      std::uint32_t label, float least) {
  detail::check_scenes(found, truth, least, "average_precision");
  return detail::precision_of_class(found, truth, label, least);
}

LUTRA_INLINE double mean_average_precision(std::span<const std::vector<Box>> found,
                                           std::span<const std::vector<Box>> truth, float least) {
  detail::check_scenes(found, truth, least, "mean_average_precision");
  std::set<std::uint32_t> labels;
  for (const std::vector<Box>& boxes : truth)
    for (const Box& box : boxes) labels.insert(box.label);
  double sum = 0;
  for (const std::uint32_t label : labels) sum += detail::precision_of_class(found, truth, label, least);
  return labels.empty() ? 0 : sum / static_cast<double>(labels.size());
}

}  // namespace lutra
