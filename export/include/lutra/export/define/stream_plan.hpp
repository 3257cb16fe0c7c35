#pragma once
// Defines what <lutra/export/stream/plan.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/places.hpp>
#include <lutra/error.hpp>
#include <lutra/export/define/stream_timing.hpp>
#include <lutra/export/stream/plan.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/header.hpp>
#include <lutra/inline.hpp>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::hdl {

namespace detail {

/// Whether a port or a signal of the module may have this name.
[[nodiscard]] constexpr bool is_stream_signal(std::string_view name) noexcept {
  for (const std::string_view port : {"clk", "rst", "ce", "room", "done", "width", "height", "unused"})
    if (name == port) return true;
  for (const std::string_view first : {"s_", "m_axis_", "u_", "frame_", "out_", "tail_", "image"})
    if (name.starts_with(first)) return true;
  return name.size() > 1 && (name[0] == 'w' || name[0] == 'l') && lutra::detail::is_digit(name[1]);
}

/// Decides in four steps: which signals are images, and which of those are needed; on which grid each lies and behind
/// how many windows; which stages become one module; and when each module works.
class StreamPlanner {
 public:
  StreamPlanner(const Circuit& circuit, const StreamOptions& options)
      : plan_{options, circuits::at_each_place(circuit), hash_text(circuit), {}, {}, {}},
        circuit_(plan_.circuit),
        places_(circuit_.stages().size() + 1) {}

  [[nodiscard]] StreamPlan make() {
    check_design_name(plan_.options.name, "stream");
    if (is_stream_signal(plan_.options.name))
      throw Error("name of a module", "stream", "a name that no signal inside it has",
                  join({"'", plan_.options.name, "'"}));
    find_images();
    first_grid();
    for (circuits::SignalId id = 1; id < places_.size(); ++id)
      if (places_[id].is_needed) place(id);
    group();
    for (auto& logic : groups_) add_logic(logic.second);
    add_sink();
    StreamTiming(plan_).set();
    return std::move(plan_);
  }

 private:
  /// Where a signal's image lies.
  struct Place {
    bool is_image = false, is_needed = false, is_window = false;
    std::size_t grid = 0;
    std::size_t depth = 0;             ///< windows behind one another since the grid began
    std::size_t logic = stream_input;  ///< the module that gives it
    std::size_t begin = 0;             ///< where in that module's output
  };
  struct Group {
    std::size_t grid = 0;
    circuits::Part part;
  };

  [[nodiscard]] const circuits::Stage& stage(circuits::SignalId id) const { return circuit_.stages()[id - 1]; }
  [[nodiscard]] std::string where(circuits::SignalId id) const {
    return join({"stream ", plan_.options.name, ", ", stage_title(circuit_, id - 1)});
  }
  [[nodiscard]] circuits::SignalId last() const { return static_cast<circuits::SignalId>(places_.size() - 1); }

  /// Images come from the input through stages that work at each place. What they do not compute is the tail.
  void find_images() {
    places_[0].is_image = true;
    circuits::Part tail;
    for (circuits::SignalId id = 1; id < places_.size(); ++id) {
      const auto& inputs = stage(id).inputs;
      places_[id].is_image =
          stage(id).each_place && std::ranges::all_of(inputs, [&](auto in) { return places_[in].is_image; });
      const auto* const rearrange = std::get_if<circuits::RearrangeStage>(&stage(id).operation);
      places_[id].is_window = places_[id].is_image && rearrange != nullptr && rearrange->is_window();
      if (!places_[id].is_image) tail.stages.push_back(id - 1);
    }
    if (places_[last()].is_image) {
      ends_ = {last()};
    } else {
      for (const auto index : tail.stages)
        for (const auto in : circuit_.stages()[index].inputs)
          if (places_[in].is_image && std::ranges::find(tail.inputs, in) == tail.inputs.end())
            tail.inputs.push_back(in);
      std::ranges::sort(tail.inputs);
      tail.outputs = {last()};
      ends_ = tail.inputs;
      refuse_raw_input(tail);
      add_tail(std::move(tail));
    }
    for (const auto id : ends_) places_[id].is_needed = true;
    for (circuits::SignalId id = last(); id > 0; --id)
      if (places_[id].is_needed)
        for (const auto in : stage(id).inputs) places_[in].is_needed = true;
  }

  /// A tail that reads the frame itself would gain nothing from a stream.
  void refuse_raw_input(const circuits::Part& tail) const {
    if (tail.inputs.empty() || tail.inputs[0] != 0) return;
    for (const auto index : tail.stages)
      if (std::ranges::count(circuit_.stages()[index].inputs, circuits::SignalId{0}) > 0)
        throw Error("stream", where(index + 1),
                    "a stage that does the same at each place, such as pointwise(Thermometer) or convolve",
                    "one that reads the whole frame");
  }

  void add_tail(circuits::Part part) {
    std::size_t bits = 0;
    for (const auto id : part.inputs) bits += circuit_.type(id).size() * circuit_.type(id).width;
    if (bits > max_port_bits)
      throw Error("image that is read as a whole", where(part.stages[0] + 1),
                  join({"at most ", max_port_bits, " bits; OrPool or a stride makes it smaller"}),
                  join({bits, " bits"}));
    const VerilogOptions options{
        .name = plan_.options.name + "_tail", .family = plan_.options.family, .pipeline = plan_.options.pipeline};
    plan_.tail = hdl::plan(circuit_, std::move(part), options);
    plan_.tail->clock_enable = true;
  }

  void first_grid() {
    const Shape& image = circuit_.input().shape;
    auto& options = plan_.options;
    if (plan_.tail && ((options.max_width != 0 && options.max_width != image.width) ||
                       (options.max_height != 0 && options.max_height != image.height)))
      throw Error("frame size", join({"stream ", options.name}),
                  join({image.height, " x ", image.width, ", since the last layers read the whole image"}),
                  join({options.max_height, " x ", options.max_width}));
    if (options.max_width == 0) options.max_width = image.width;
    if (options.max_height == 0) options.max_height = image.height;
    for (const std::size_t size : {options.max_width, options.max_height})
      if (size > 65535)
        throw Error("frame size", join({"stream ", options.name}), "at most 65535", std::to_string(size));
    plan_.grids.push_back({.height = image.height,
                           .width = image.width,
                           .max_height = options.max_height,
                           .max_width = options.max_width});
  }

  void place(circuits::SignalId id) {
    Place& own = places_[id];
    own.grid = places_[stage(id).inputs[0]].grid;
    for (const auto in : stage(id).inputs) {
      if (places_[in].grid != own.grid)
        throw Error("images that meet", where(id), "ones that went through the same strides and borders",
                    join({"signals ", stage(id).inputs[0], " and ", in, ", which did not"}));
      own.depth = std::max(own.depth, places_[in].depth);
    }
    if (!own.is_window) return;
    const std::size_t grid = grid_behind(id, own.grid);
    own.depth = grid == own.grid ? own.depth + 1 : 0;
    own.grid = grid;
  }

  /// The grid that a window stage gives.
  [[nodiscard]] std::size_t grid_behind(circuits::SignalId id, std::size_t parent) {
    const auto& window = std::get<circuits::RearrangeStage>(stage(id).operation);
    const StreamGrid& from = plan_.grids[parent];
    const Shape& to = circuit_.type(id).shape;
    const auto rest = [](std::size_t in, std::size_t out, std::int32_t stride) {
      return static_cast<std::int32_t>(static_cast<std::int64_t>(in) - static_cast<std::int64_t>(out - 1) * stride);
    };
    StreamGrid grid{
        .parent = parent,
        .stride = window.stride,
        .extent = {rest(from.height, to.height, window.stride.row), rest(from.width, to.width, window.stride.column)},
        .height = to.height,
        .width = to.width};
    if (grid.extent.row < 1 || grid.extent.column < 1)
      throw Error("window", where(id), "places inside of the image", "places outside");
    const auto fits = [](std::size_t size, std::int32_t extent, std::int32_t stride) {
      return size < static_cast<std::size_t>(extent)
                 ? 0
                 : (size - static_cast<std::size_t>(extent)) / static_cast<std::size_t>(stride) + 1;
    };
    grid.max_height = fits(from.max_height, grid.extent.row, grid.stride.row);
    grid.max_width = fits(from.max_width, grid.extent.column, grid.stride.column);
    if (grid.max_height == 0 || grid.max_width == 0)
      throw Error("largest frame", where(id), "one that leaves a place for the window",
                  join({plan_.options.max_height, " x ", plan_.options.max_width}));
    const circuits::Offset one{1, 1};
    if (grid.stride == one && grid.extent == one) return parent;
    for (std::size_t i = 1; i < plan_.grids.size(); ++i)
      if (plan_.grids[i].parent == parent && plan_.grids[i].stride == grid.stride &&
          plan_.grids[i].extent == grid.extent)
        return i;
    plan_.grids.push_back(grid);
    return plan_.grids.size() - 1;
  }

  /// Stages of one grid and depth become one module; windows are what it reads.
  void group() {
    for (circuits::SignalId id = 1; id < places_.size(); ++id) {
      const Place& own = places_[id];
      if (!own.is_needed || !own.is_image) continue;
      Group& group = groups_[{own.grid, own.depth}];
      group.grid = own.grid;
      group.part.one_place = true;
      if (own.is_window)
        add_once(group.part.inputs, id);
      else
        group.part.stages.push_back(id - 1);
    }
    for (circuits::SignalId id = 1; id < places_.size(); ++id) {
      const Place& own = places_[id];
      if (!own.is_needed || !own.is_image) continue;
      for (const auto in : stage(id).inputs) {
        const bool same = in != 0 && key(in) == key(id);
        if (!own.is_window && !same) add_once(groups_[key(id)].part.inputs, in);
        if (in != 0 && (own.is_window || !same)) add_once(groups_[key(in)].part.outputs, in);
      }
    }
    for (const auto id : ends_)
      if (id != 0) add_once(groups_[key(id)].part.outputs, id);
  }
  [[nodiscard]] std::pair<std::size_t, std::size_t> key(circuits::SignalId id) const {
    return {places_[id].grid, places_[id].depth};
  }
  static void add_once(std::vector<circuits::SignalId>& ids, circuits::SignalId id) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }

  void add_logic(Group& group) {
    auto& part = group.part;
    std::ranges::sort(part.inputs);
    std::ranges::sort(part.outputs);
    std::size_t begin = 0;
    for (const auto id : part.outputs) {
      places_[id].logic = plan_.logic.size();
      places_[id].begin = begin;
      begin += circuit_.type(id).shape.channels * circuit_.type(id).width;
    }
    add_logic(group.grid, std::move(part));
  }

  /// What leaves the pipeline: all signals that are answers, or that the tail reads, at one lag.
  void add_sink() {
    for (const auto id : ends_)
      if (places_[id].grid != places_[ends_[0]].grid)
        throw Error("images that are read as a whole", where(plan_.tail->part.stages[0] + 1),
                    "ones that went through the same strides and borders",
                    join({"signals ", ends_[0], " and ", id, ", which did not"}));
    add_logic(places_[ends_[0]].grid, {.inputs = ends_, .stages = {}, .outputs = ends_, .one_place = true});
  }

  void add_logic(std::size_t grid, circuits::Part part) {
    const std::size_t index = plan_.logic.size();
    const VerilogOptions options{.name = join({plan_.options.name, "_logic", index}),
                                 .family = plan_.options.family,
                                 .pipeline = part.stages.empty() ? combinational() : plan_.options.pipeline};
    StreamLogic logic{
        .grid = grid, .module = hdl::plan(circuit_, std::move(part), options), .in = {}, .out = {}, .sources = {}};
    logic.module.clock_enable = true;
    logic.sources.resize(logic.module.input_bits());
    connect(logic, index);
    plan_.logic.push_back(std::move(logic));
  }

  /// Finds for each input bit that matters the bit of an earlier module, and the window that brings it.
  void connect(StreamLogic& logic, std::size_t index) {
    const auto& netlist = logic.module.netlist;
    std::vector<bool> used(netlist.bits(), false);
    for (const auto& node : netlist.nodes)
      for (const auto pin : node.pins()) used[pin] = true;
    for (const auto bit : netlist.outputs) used[bit] = true;
    std::vector<Wanted> all;
    for (const auto& [signal, type, begin] : netlist.inputs)
      for (std::size_t i = 0; i < type.size() * type.width; ++i)
        if (used[netlist.input_bit(begin + i)]) want(signal, type, begin, i, all);
    // A module whose answer depends on nothing still has to know when.
    for (const auto& [signal, type, begin] : netlist.inputs)
      for (std::size_t i = 0; all.empty() && i < type.size() * type.width; ++i) want(signal, type, begin, i, all);
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
    const auto& window = std::get<circuits::RearrangeStage>(stage(signal).operation);
    std::size_t channel = window.sources[i / type.width];
    const circuits::Offset at = window.offsets.empty() ? circuits::Offset{} : window.offsets[i / type.width];
    for (const auto in : stage(signal).inputs) {
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

  StreamPlan plan_;
  const Circuit& circuit_;
  std::vector<Place> places_;
  std::vector<circuits::SignalId> ends_;  ///< what leaves the pipeline
  std::map<std::pair<std::size_t, std::size_t>, Group> groups_;
};

}  // namespace detail

LUTRA_INLINE circuits::StageCost StreamPlan::cost() const {
  circuits::StageCost all;
  const auto add = [&](const circuits::StageCost& one) {
    for (std::size_t i = 0; i < all.luts_of.size(); ++i) all.luts_of[i] += one.luts_of[i];
    all.flip_flops += one.flip_flops;
    all.levels = std::max(all.levels, one.levels);
  };
  for (const auto& one : logic) add(one.module.cost.total);
  if (tail) add(tail->cost.total);
  return all;
}

LUTRA_INLINE StreamPlan stream_plan(const Circuit& circuit, const StreamOptions& options) {
  return detail::StreamPlanner(circuit, options).make();
}

}  // namespace lutra::hdl
