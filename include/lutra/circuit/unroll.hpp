#pragma once
// A circuit without images: what a stage does at each place becomes one wide stage that does all places at once. For
// whoever wants one list of nodes; a large image makes a large circuit.

#include <algorithm>
#include <lutra/circuit/circuit.hpp>

namespace lutra {

/// Whether any stage works at each place of an image.
[[nodiscard]] inline bool has_images(const Circuit& circuit) noexcept {
  return std::ranges::any_of(circuit.stages(), [](const circuits::Stage& stage) { return stage.each_place; });
}

/// The same function, stage for stage, with no stage that works at each place. Throws Error where a stage gives a class
/// for each place.
[[nodiscard]] Circuit unroll(const Circuit& circuit);

namespace circuits {

/// One stage that works at each place of images of shape `image`, as one that does all places at once. Throws as above.
[[nodiscard]] Stage unroll(const Stage& stage, const Shape& image);

}  // namespace circuits

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/unroll.hpp>
#endif
