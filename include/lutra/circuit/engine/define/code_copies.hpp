#pragma once
// Defines what <lutra/circuit/engine/codes/copies.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/engine/codes/copies.hpp>
#include <lutra/inline.hpp>
#include <span>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Channels that lie together in the fewest whole bytes, and how many bytes those are.
struct CodeUnit {
  std::uint32_t channels, bytes;

  explicit CodeUnit(const CodeSignal& signal)
      : channels(signal.is_code() && signal.image().is_packed() ? 4 : 1), bytes(signal.is_code() ? 1 : 4) {}
  friend bool operator==(const CodeUnit&, const CodeUnit&) = default;
};

/// Adds the copies that give a pixel what `sources` name. False where they do not lie in whole bytes.
[[nodiscard]] inline bool add_copies(const std::vector<CodeSignal>& signals, std::span<const CodeSource> sources,
                                     const CodeUnit& unit, std::vector<CodeCopy>& copies) {
  for (std::uint32_t c = 0; c < sources.size(); c += unit.channels) {
    const CodeSource& first = sources[c];
    const auto count = std::min(unit.channels, static_cast<std::uint32_t>(sources.size()) - c);
    for (std::uint32_t k = 1; k < count; ++k)
      if (sources[c + k].signal != first.signal || sources[c + k].channel != first.channel + k ||
          sources[c + k].offset != first.offset)
        return false;
    const bool others = count < unit.channels && first.channel + count < signals[first.signal].type.shape.channels;
    if (others || first.channel % unit.channels != 0) return false;
    const std::uint32_t from = first.channel / unit.channels * unit.bytes, to = c / unit.channels * unit.bytes;
    if (!copies.empty()) {
      CodeCopy& last = copies.back();
      if (last.to + last.bytes == to && last.signal == first.signal && last.offset == first.offset &&
          last.from + last.bytes == from) {
        last.bytes += unit.bytes;
        continue;
      }
    }
    copies.push_back({first.signal, first.offset, from, to, unit.bytes});
  }
  return true;
}

}  // namespace detail

LUTRA_INLINE std::vector<std::vector<CodeCopy>> find_copies(const std::vector<CodeSignal>& from, const CodeSignal& to,
                                                            std::span<const CodeSource> sources, std::size_t pixels) {
  const detail::CodeUnit unit(to);
  if (std::ranges::any_of(from, [&](const CodeSignal& signal) { return detail::CodeUnit(signal) != unit; })) return {};
  std::vector<std::vector<CodeCopy>> copies(pixels);
  for (std::size_t i = 0; i < pixels; ++i)
    if (!detail::add_copies(from, sources.subspan(i * sources.size() / pixels, sources.size() / pixels), unit,
                            copies[i]))
      return {};
  return copies;
}

}  // namespace lutra::engine
