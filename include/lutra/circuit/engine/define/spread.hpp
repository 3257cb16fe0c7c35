#pragma once
// Defines what <lutra/circuit/engine/image/spread.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/image/spread.hpp>
#include <lutra/inline.hpp>
#include <optional>
#include <variant>

namespace lutra::engine {

LUTRA_INLINE std::optional<Spread> find_spread(const Circuit& circuit, const circuits::Stage& stage) {
  const auto* const rearrange = std::get_if<circuits::RearrangeStage>(&stage.operation);
  const Shape in = circuit.type(stage.inputs[0]).shape, out = stage.output.shape;
  const std::size_t block = out.height / in.height;
  const bool images =
      std::ranges::all_of(stage.inputs, [&](circuits::SignalId id) { return circuit.type(id).shape.same_image(in); });
  if (rearrange == nullptr || stage.each_place || !images || block == 0 || in.height * in.width == 1 ||
      out.height != block * in.height || out.width != block * in.width)
    return {};
  Spread spread{block, {}};
  for (std::size_t i = 0; i < block * block * out.channels; ++i) {
    const std::size_t phase = i / out.channels, channel = i % out.channels;
    const std::size_t at = (channel * out.height + phase / block) * out.width + phase % block;
    spread.sources.push_back(rearrange->sources[at] / static_cast<std::uint32_t>(in.height * in.width));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t x = i % out.width, y = i / out.width % out.height, channel = i / (out.width * out.height);
    const std::size_t source = spread.sources[(y % block * block + x % block) * out.channels + channel];
    if (rearrange->sources[i] != (source * in.height + y / block) * in.width + x / block) return {};
  }
  return spread;
}

}  // namespace lutra::engine
