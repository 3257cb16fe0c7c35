#pragma once
// Boxes from a network's or circuit's answer, and the answer that boxes would be.

#include <cstddef>
#include <cstdint>
#include <lutra/boxes/box.hpp>
#include <lutra/boxes/grid.hpp>
#include <span>
#include <vector>

namespace lutra {

/// One box for each cell whose score is at least `least`, row after row: score = p(object) · p(class | object), as
/// BoxGrid has them, of the class with the largest score (ties to the lowest). A width or height below 0 counts as 0.
/// The exponentials are the library's own: the same bits on every machine.
/// Throws Error where the answer is not the grid's or holds a number that is not finite, where the grid has no cells or
/// classes, and where `least` is not in [0, 1].
[[nodiscard]] std::vector<Box> decode_boxes(std::span<const float> answer, const BoxGrid& grid, float least = 0.5F);

/// The same from the whole numbers that a circuit gives: number n stands for (n + lowest) · scale, with "lowest" and
/// "scale" from the circuit's notes. These are the network's floats, to the last bit, and so are the boxes.
[[nodiscard]] std::vector<Box> decode_boxes(std::span<const std::uint32_t> answer, std::int64_t lowest, float scale,
                                            const BoxGrid& grid, float least = 0.5F);

/// The targets that stand for these boxes, grid.size() numbers. Of several whose middles lie in one cell only the
/// largest is kept, of equals the first.
/// Throws Error for a box whose numbers are not finite, that has no area, whose label is not below the grid's classes,
/// or whose middle lies outside of the grid.
[[nodiscard]] std::vector<float> encode_boxes(std::span<const Box> boxes, const BoxGrid& grid);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/boxes/define/decode.hpp>
#endif
