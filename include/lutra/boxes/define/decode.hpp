#pragma once
// Defines what <lutra/boxes/decode.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/boxes/box.hpp>
#include <lutra/boxes/decode.hpp>
#include <lutra/boxes/grid.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <span>
#include <string>
#include <vector>

namespace lutra {

namespace detail {

inline void check_grid(const BoxGrid& grid, const char* where) {
  if (grid.cells() == 0 || grid.classes == 0 || !(grid.cell > 0 && std::isfinite(grid.cell)))
    throw Error("grid of boxes", where, "at least one cell of more than 0 pixels, and one class",
                std::to_string(grid.rows) + " x " + std::to_string(grid.columns) + " cells of " +
                    std::to_string(grid.cell) + " pixels, " + std::to_string(grid.classes) + " classes");
}

/// An answer's numbers of one cell; `shares` is scratch for the classes' probabilities.
[[nodiscard]] inline Box decode_cell(std::span<const float> answer, const BoxGrid& grid, std::size_t cell,
                                     std::vector<float>& shares) {
  const auto number = [&](std::size_t channel) { return answer[channel * grid.cells() + cell]; };
  std::vector<float>& p = shares;
  const float odds[2] = {number(BoxGrid::object), 0};
  float sure[2];
  kernels::chosen::softmax(odds, 2, sure);
  p.resize(2 * grid.classes);
  for (std::size_t c = 0; c < grid.classes; ++c) p[c] = number(BoxGrid::first_class + c);
  const auto best = static_cast<std::size_t>(
      std::max_element(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(grid.classes)) - p.begin());
  kernels::chosen::softmax(p.data(), grid.classes, p.data() + grid.classes);
  const auto side = [&](std::size_t channel) {
    const float root = std::max(number(channel), 0.0F);
    return root * root * grid.cell;
  };
  const auto middle = [&](std::size_t at, std::size_t channel) {
    return (static_cast<float>(at) + 0.5F + number(channel)) * grid.cell;
  };
  Box box{.width = side(BoxGrid::width), .height = side(BoxGrid::height)};
  box.left = middle(cell % grid.columns, BoxGrid::right) - box.width / 2;
  box.top = middle(cell / grid.columns, BoxGrid::down) - box.height / 2;
  box.label = static_cast<std::uint32_t>(best);
  box.score = sure[0] * p[grid.classes + best];
  return box;
}

}  // namespace detail

LUTRA_INLINE std::vector<Box> decode_boxes(std::span<const float> answer, const BoxGrid& grid, float least) {
  detail::check_grid(grid, "decode_boxes");
  if (answer.size() != grid.size())
    throw Error("answer of boxes", "decode_boxes", std::to_string(grid.size()) + " numbers",
                std::to_string(answer.size()));
  if (!(least >= 0 && least <= 1)) throw Error("least score", "decode_boxes", "0 to 1", std::to_string(least));
  for (std::size_t i = 0; i < answer.size(); ++i)
    if (!std::isfinite(answer[i]))
      throw Error("answer of boxes", "decode_boxes, number " + std::to_string(i), "a finite number",
                  std::to_string(answer[i]));
  std::vector<Box> found;
  std::vector<float> shares;
  for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
    const Box box = detail::decode_cell(answer, grid, cell, shares);
    if (box.score >= least) found.push_back(box);
  }
  return found;
}

LUTRA_INLINE std::vector<Box> decode_boxes(std::span<const std::uint32_t> answer, std::int64_t lowest, float scale,
                                           const BoxGrid& grid, float least) {
  std::vector<float> numbers(answer.size());
  std::ranges::transform(answer, numbers.begin(), [&](std::uint32_t number) {
    return static_cast<float>(std::int64_t{number} + lowest) * scale;
  });
  return decode_boxes(numbers, grid, least);
}

LUTRA_INLINE std::vector<float> encode_boxes(std::span<const Box> boxes, const BoxGrid& grid) {
  detail::check_grid(grid, "encode_boxes");
  detail::check_boxes(boxes, "encode_boxes");
  std::vector<float> targets(grid.size()), areas(grid.cells());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box& box = boxes[i];
    const auto refuse = [&](const std::string& expected, const std::string& got) {
      throw Error("box " + std::to_string(i), "encode_boxes", expected, got);
    };
    const float area = box.width * box.height;
    if (!(area > 0)) refuse("an area", std::to_string(box.width) + " x " + std::to_string(box.height));
    if (box.label >= grid.classes) refuse("a label below " + std::to_string(grid.classes), std::to_string(box.label));
    const float x = (box.left + box.width / 2) / grid.cell, y = (box.top + box.height / 2) / grid.cell;
    if (!(x >= 0 && x < static_cast<float>(grid.columns) && y >= 0 && y < static_cast<float>(grid.rows)))
      refuse("a middle within the grid", std::to_string(x * grid.cell) + ", " + std::to_string(y * grid.cell));
    const auto row = static_cast<std::size_t>(y), column = static_cast<std::size_t>(x);
    const std::size_t cell = row * grid.columns + column;
    if (area <= areas[cell]) continue;
    areas[cell] = area;
    const auto number = [&](std::size_t channel) -> float& { return targets[channel * grid.cells() + cell]; };
    number(BoxGrid::object) = 1;
    number(BoxGrid::right) = x - (static_cast<float>(column) + 0.5F);
    number(BoxGrid::down) = y - (static_cast<float>(row) + 0.5F);
    number(BoxGrid::width) = std::sqrt(box.width / grid.cell);
    number(BoxGrid::height) = std::sqrt(box.height / grid.cell);
    for (std::size_t c = 0; c < grid.classes; ++c) number(BoxGrid::first_class + c) = c == box.label ? 1 : 0;
  }
  return targets;
}

}  // namespace lutra
