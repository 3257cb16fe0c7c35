#pragma once
// Which bits of earlier modules a module of a stream reads, from how far away, and the windows that bring them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/export/stream/places.hpp>
#include <lutra/export/stream/plan.hpp>
#include <map>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::hdl::detail {

class StreamConnections {
 public:
  StreamConnections(StreamPlan& plan, const Circuit& circuit, const StreamPlaces& places)
      : plan_(plan), circuit_(circuit), places_(places) {}

  /// Finds for each input bit that matters the bit of an earlier module, and the window that brings it.
  void connect(StreamLogic& logic, std::size_t index) {
    const auto& netlist = logic.module.netlist;
    std::vector<bool> used(netlist.bits(), false);
    for (const auto& node : netlist.nodes)
      for (const auto pin : node.pins()) used[pin] = true;
    for (const auto bit : netlist.outputs) used[bit] = true;
    std::vector<Wanted> all;
    for (const auto& [signal, type, begin] : netlist.inputs)
      for (std::size_t i = 0; signal != circuits::no_signal && i < type.size() * type.width; ++i)
        if (used[netlist.input_bit(begin + i)]) want(signal, type, begin, i, all);
    // A module whose answer depends on nothing still has to know when.
    for (const auto& [signal, type, begin] : netlist.inputs)
      for (std::size_t i = 0; all.empty() && signal != circuits::no_signal && i < type.size() * type.width; ++i)
        want(signal, type, begin, i, all);
    // Bits that need rows above cost line buffers of their own length.
    std::map<StreamBit, std::int32_t> top;
    for (const Wanted& wanted : all) {
      const auto [found, is_new] = top.try_emplace(wanted.bit, wanted.at.row);
      found->second = std::min(found->second, wanted.at.row);
    }
    std::map<std::tuple<std::size_t, std::int32_t>, std::size_t> windows;
    for (const Wanted& wanted : all) {
      const auto [found, is_new] = windows.try_emplace({wanted.from, top[wanted.bit]}, plan_.windows.size());
      if (is_new) plan_.windows.push_back(new_window(wanted, logic.grid, index));
      StreamWindow& window = plan_.windows[found->second];
      if (std::ranges::find(window.bits, wanted.bit) == window.bits.end()) window.bits.push_back(wanted.bit);
      window.top = std::min(window.top, wanted.at.row);
      window.bottom = std::max(window.bottom, wanted.at.row);
      window.left = std::min(window.left, wanted.at.column);
      window.right = std::max(window.right, wanted.at.column);
    }
    for (const auto& [key, w] : windows) std::ranges::sort(plan_.windows[w].bits);
    for (const Wanted& wanted : all) {
      const std::size_t w = windows.at({wanted.from, top[wanted.bit]});
      const auto& bits = plan_.windows[w].bits;
      const auto at = static_cast<std::size_t>(std::ranges::lower_bound(bits, wanted.bit) - bits.begin());
      logic.sources[wanted.input] = {w, plan_.windows[w].tap(at, wanted.at), true};
    }
  }

 private:
  /// Bit `input` of a module is to be `bit`, `at` pixels away.
  struct Wanted {
    std::size_t input;
    std::size_t from;
    StreamBit bit;
    circuits::Offset at;
    std::size_t grid;  ///< of the bit
  };

  void want(circuits::SignalId signal, const circuits::Type& type, std::size_t begin, std::size_t i,
            std::vector<Wanted>& all) const {
    const auto add = [&](circuits::SignalId id, std::size_t bit, circuits::Offset at) {
      all.push_back({begin + i, places_[id].logic, {id, static_cast<std::uint32_t>(bit)}, at, places_[id].grid});
    };
    // A window that another module gives is a signal like any other.
    if (signal == 0 || !places_[signal].is_window || places_[signal].logic < plan_.logic.size())
      return add(signal, i, {0, 0});
    const auto& window = std::get<circuits::RearrangeStage>(places_.stage(signal).operation);
    std::size_t channel = window.sources[i / type.width];
    const circuits::Offset at = window.offsets.empty() ? circuits::Offset{} : window.offsets[i / type.width];
    for (const auto in : places_.stage(signal).inputs) {
      const auto& [shape, width] = circuit_.type(in);
      if (channel < shape.channels) {  // of values of several widths, the narrow ones end in zeros
        if (i % type.width < width) add(in, channel * width + i % type.width, at);
        return;
      }
      channel -= shape.channels;
    }
  }

  [[nodiscard]] StreamWindow new_window(const Wanted& wanted, std::size_t grid, std::size_t to) const {
    StreamWindow window{.from = wanted.from, .to = to, .grid = wanted.grid};
    window.top = window.bottom = wanted.at.row;
    window.left = window.right = wanted.at.column;
    if (grid != wanted.grid) window.stride = plan_.grids[grid].stride, window.extent = plan_.grids[grid].extent;
    return window;
  }

  StreamPlan& plan_;
  const Circuit& circuit_;
  const StreamPlaces& places_;
};

}  // namespace lutra::hdl::detail
