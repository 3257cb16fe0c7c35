#pragma once
// What each stage of a circuit of numbers reads, where signals that are only rearranged are looked through: they are
// read from where they come from, and take no memory.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/code_window.hpp>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::c::detail {

/// What a stage reads: channels of images of one size, seen from the place times the stride; or, where it does not work
/// at each place, values. Signals are the circuit's.
struct Reads {
  std::vector<circuits::CodeSource> sources;
  circuits::Offset stride = {1, 1};
  Shape image = {1, 1, 1};  ///< the height and width of what is read
  bool is_image = false;    ///< whether sources are channels, and not values

  [[nodiscard]] bool is_window() const noexcept {
    return stride != circuits::Offset{1, 1} ||
           std::ranges::any_of(sources, [](const auto& source) { return source.offset != circuits::Offset{}; });
  }
};

class LookThrough {
 public:
  explicit LookThrough(const Circuit& circuit)
      : circuit_(circuit), reads_(circuit.stages().size() + 1), is_view_(reads_.size()) {
    for (circuits::SignalId id = 1; id < reads_.size(); ++id)
      is_view_[id] = id + 1 != reads_.size() &&
                     std::holds_alternative<circuits::RearrangeStage>(circuit.stages()[id - 1].operation);
    // A signal that one reader cannot look through is there for all of them.
    for (bool again = true; again;) {
      again = false;
      for (circuits::SignalId id = 1; id < reads_.size() && !again; ++id) again = !read(id);
    }
  }

  [[nodiscard]] const Reads& of(circuits::SignalId id) const { return reads_[id]; }
  /// Whether signal `id` is only looked through.
  [[nodiscard]] bool is_view(circuits::SignalId id) const { return is_view_[id]; }

 private:
  /// False where something turned out to be no view.
  bool read(circuits::SignalId id) {
    const circuits::Stage& stage = circuit_.stages()[id - 1];
    Reads reads;
    reads.is_image = stage.each_place;
    if (stage.each_place) reads.image = circuit_.type(stage.inputs[0]).shape;
    for (const circuits::SignalId from : stage.inputs) {
      const Shape& shape = circuit_.type(from).shape;
      for (std::uint32_t c = 0; c < (stage.each_place ? shape.channels : shape.size()); ++c)
        reads.sources.push_back({from, c, {}});
    }
    if (const auto* const rearrange = std::get_if<circuits::RearrangeStage>(&stage.operation)) {
      std::vector<circuits::CodeSource> chosen;
      for (std::size_t i = 0; i < rearrange->size(); ++i) {
        chosen.push_back(reads.sources[rearrange->sources[i]]);
        if (!rearrange->offsets.empty()) chosen.back().offset = rearrange->offsets[i];
      }
      reads.sources = std::move(chosen);
      reads.stride = rearrange->stride;
    }
    auto seen = look_through(reads);
    if (!seen) {
      for (const circuits::SignalId from : stage.inputs) is_view_[from] = false;
      return false;
    }
    reads_[id] = *std::move(seen);
    return true;
  }

  /// Nothing where the views do not fit together.
  [[nodiscard]] std::optional<Reads> look_through(const Reads& reads) const {
    Reads seen;
    seen.is_image = reads.is_image;
    bool is_first = true;
    const bool is_window = reads.is_window();
    for (const circuits::CodeSource& source : reads.sources) {
      circuits::CodeSource from = source;
      Reads direct;
      direct.stride = reads.stride;
      direct.image = reads.image;
      if (is_view_[source.signal]) {
        const Reads& view = reads_[source.signal];
        const circuits::CodeSource& inner = view.sources[source.channel];
        const bool sees_views = is_window && view.is_window();
        if (view.is_image != reads.is_image || (sees_views && !fills_blocks(source.signal, inner))) return {};
        from = {inner.signal,
                inner.channel,
                {source.offset.row * view.stride.row + inner.offset.row,
                 source.offset.column * view.stride.column + inner.offset.column}};
        direct.image = view.image;
        direct.stride = {reads.stride.row * view.stride.row, reads.stride.column * view.stride.column};
      }
      if (!is_first && (seen.stride != direct.stride || !seen.image.same_image(direct.image))) return {};
      seen.stride = direct.stride;
      seen.image = direct.image;
      is_first = false;
      seen.sources.push_back(from);
    }
    if (is_first) seen.image = reads.image, seen.stride = reads.stride;
    return seen;
  }

  /// Whether a window may look at the image behind a view. Channels are whole bytes of codes, too, or tables would be
  /// half empty.
  [[nodiscard]] bool fills_blocks(circuits::SignalId view, const circuits::CodeSource& inner) const {
    const Shape& image = circuit_.type(inner.signal).shape;
    constexpr std::size_t codes_together = 4;
    return image.channels % codes_together == 0 &&
           circuits::fills_blocks(circuit_.type(view).shape, image, inner.offset, reads_[view].stride);
  }

  const Circuit& circuit_;
  std::vector<Reads> reads_;
  std::vector<bool> is_view_;
};

}  // namespace lutra::c::detail
