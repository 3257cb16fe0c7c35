#pragma once
// Non-maximum suppression: of boxes that found the same thing, the surest.

#include <lutra/boxes/box.hpp>
#include <vector>

namespace lutra {

/// The boxes by falling score, of equal scores the first first, without those that overlap a kept one of the same label
/// by more than `most` (intersection over union). So the surest is always kept, and one that is suppressed suppresses
/// none. Throws Error where `most` is not in [0, 1], or a box has numbers that are not finite or a side below 0.
[[nodiscard]] std::vector<Box> suppress(std::vector<Box> found, float most = 0.45F);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/boxes/define/suppress.hpp>
#endif
