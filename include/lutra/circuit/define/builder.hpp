#pragma once
// Defines what <lutra/circuit/builder.hpp> declares.

#include <algorithm>
#include <cstdint>
#include <lutra/circuit/builder.hpp>
#include <lutra/inline.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace lutra::circuits {

LUTRA_INLINE Wires Builder::add(std::string name, const Wires& in, Operation operation, Shape shape,
                                std::uint64_t maximum, float scale) {
  return append({std::move(name), in.signals, std::move(operation), {shape, bits_for(maximum)}}, maximum, scale);
}

LUTRA_INLINE Wires Builder::add_at_each_place(std::string name, const Wires& in, Operation operation, Shape shape,
                                              std::uint64_t maximum, float scale) {
  return append({std::move(name), in.signals, std::move(operation), {shape, bits_for(maximum)}, true}, maximum, scale);
}

LUTRA_INLINE Circuit Builder::finish(const Wires& out, Shape shape) && {
  const bool is_last = out.signals.size() == 1 && !stages_.empty() && out.signals[0] == stages_.size();
  if (!is_last) copy("answer", out, shape);
  return {input_, std::move(stages_)};
}

LUTRA_INLINE bool Builder::are_images(const Wires& wires, const Shape& shape) const {
  return shape.height * shape.width > 1 &&
         std::ranges::all_of(wires.signals, [&](SignalId id) { return type(id).shape.same_image(shape); });
}

LUTRA_INLINE Wires Builder::copy(std::string name, const Wires& in, Shape shape) {
  const bool each_place = are_images(in, shape);
  std::vector<std::uint32_t> sources(each_place ? shape.channels : in.size);
  std::iota(sources.begin(), sources.end(), 0U);
  std::uint32_t width = 1;
  for (const SignalId id : in.signals) width = std::max(width, type(id).width);
  const std::uint64_t maximum = (std::uint64_t{1} << width) - 1;
  RearrangeStage all{std::move(sources)};
  Wires out = each_place ? add_at_each_place(std::move(name), in, std::move(all), shape, maximum)
                         : add(std::move(name), in, std::move(all), shape, maximum);
  out.scale = in.scale;
  out.reals = in.reals;
  out.ordered = in.ordered;
  out.lowest = in.lowest;
  return out;
}

LUTRA_INLINE Wires Builder::append(Stage stage, std::uint64_t maximum, float scale) {
  const std::size_t size = stage.output.size();
  stages_.push_back(std::move(stage));
  return {.signals = {static_cast<SignalId>(stages_.size())}, .size = size, .maximum = maximum, .scale = scale};
}

}  // namespace lutra::circuits
