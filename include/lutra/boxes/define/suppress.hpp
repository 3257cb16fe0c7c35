#pragma once
// Defines what <lutra/boxes/suppress.hpp> declares.

#include <algorithm>
#include <lutra/boxes/box.hpp>
#include <lutra/boxes/suppress.hpp>
#include <lutra/inline.hpp>
#include <vector>

namespace lutra {

LUTRA_INLINE std::vector<Box> suppress(std::vector<Box> found, float most) {
  detail::check_overlap(most, "suppress");
  detail::check_boxes(found, "suppress");
  std::ranges::stable_sort(found, [](const Box& a, const Box& b) { return a.score > b.score; });
  std::vector<Box> kept;
  for (const Box& box : found)
    if (std::ranges::none_of(kept,
                             [&](const Box& surer) { return surer.label == box.label && overlap(surer, box) > most; }))
      kept.push_back(box);
  return kept;
}

}  // namespace lutra
