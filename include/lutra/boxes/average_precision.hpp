#pragma once
// How good found boxes are: average precision of a class, and its mean over classes, mAP.

#include <cstdint>
#include <lutra/boxes/box.hpp>
#include <span>
#include <vector>

namespace lutra {

/// The average precision of one class, as PASCAL VOC counts it since 2010 (Everingham et al. 2015): the area under
/// precision over recall, where the precision at a recall is the largest at this recall or any above it,
///   AP = Σ_k (r_k - r_(k-1)) · max_(j ≥ k) p_j
/// over the found boxes of all scenes by falling score; of equal scores those of earlier scenes first, and in a scene
/// the first. A found box is right where the true box of its label that it overlaps most (of equals the first) is
/// overlapped by at least `least` and was not found before. `found` and `truth` are lists of boxes, one a scene. 0
/// where nothing was found, and where there is no true box of that label. Throws Error where the two do not have the
/// same number of scenes, `least` is not in [0, 1], or a box has numbers that are not finite or a side below 0.
[[nodiscard]] double average_precision(std::span<const std::vector<Box>> found, std::span<const std::vector<Box>> truth,
                                       std::uint32_t label, float least = 0.5F);

/// mAP, the mean of that over the labels of true boxes; what was found of other labels does not count. 0 where there is
/// no true box at all. Throws as average_precision.
[[nodiscard]] double mean_average_precision(std::span<const std::vector<Box>> found,
                                            std::span<const std::vector<Box>> truth, float least = 0.5F);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/boxes/define/average_precision.hpp>
#endif
