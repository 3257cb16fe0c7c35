#pragma once
// Rearrangements that spread the pixels of small images over a larger one: Upsample, DepthToSpace.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/code_window.hpp>
#include <lutra/export/c/look_through.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace lutra::c::detail {

/// Each pixel becomes rows × columns of them: of one channel or of several.
struct Spread {
  Shape in, out;
  std::size_t rows = 1, columns = 1;
  std::vector<circuits::CodeSource> channels;  ///< [channels of the larger image][rows][columns]

  /// Nothing where signal `output` is no such image.
  [[nodiscard]] static std::optional<Spread> find(const Circuit& circuit, circuits::SignalId output,
                                                  const Reads& reads) {
    const auto& sources = reads.sources;
    if (reads.is_image || sources.empty()) return {};
    Spread spread;
    const Shape in = spread.in = circuit.type(sources[0].signal).shape;
    const Shape out = spread.out = circuit.type(output).shape;
    const std::size_t pixels = in.height * in.width;
    if (out.height % in.height != 0 || out.width % in.width != 0 || pixels == 1) return {};
    const std::size_t rows = spread.rows = out.height / in.height, columns = spread.columns = out.width / in.width;
    spread.channels.resize(out.channels * rows * columns);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::size_t x = i % out.width, y = i / out.width % out.height, c = i / out.width / out.height;
      const circuits::CodeSource of{sources[i].signal, static_cast<std::uint32_t>(sources[i].channel / pixels), {}};
      if (!circuit.type(of.signal).shape.same_image(in)) return {};
      if (sources[i].channel % pixels != y / rows * in.width + x / columns) return {};
      circuits::CodeSource& known = spread.channels[(c * rows + y % rows) * columns + x % columns];
      if (y < rows && x < columns) known = of;
      if (known != of) return {};
    }
    return spread;
  }

  /// Whether all channels of one image go where they were, so that whole pixels are copied.
  [[nodiscard]] bool keeps_channels() const noexcept {
    for (std::size_t i = 0; i < channels.size(); ++i)
      if (channels[i].signal != channels[0].signal || channels[i].channel != i / (rows * columns)) return false;
    return in.channels == out.channels;
  }
};

}  // namespace lutra::c::detail
