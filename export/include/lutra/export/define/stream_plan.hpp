#pragma once
// Defines what <lutra/export/stream/plan.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/places.hpp>
#include <lutra/error.hpp>
#include <lutra/export/define/stream_timing.hpp>
#include <lutra/export/stream/connections.hpp>
#include <lutra/export/stream/places.hpp>
#include <lutra/export/stream/plan.hpp>
#include <lutra/export/text.hpp>
#include <lutra/inline.hpp>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace lutra::hdl {

namespace detail {

/// Whether a port or a signal of the module may have this name.
[[nodiscard]] constexpr bool is_stream_signal(std::string_view name) noexcept {
  for (const std::string_view port : {"clk", "rst", "ce", "tick", "room", "done", "width", "height", "unused"})
    if (name == port) return true;
  for (const std::string_view first : {"s_", "m_axis_", "u_", "frame_", "out_", "tail_", "image"})
    if (name.starts_with(first)) return true;
  return name.size() > 1 && (name[0] == 'w' || name[0] == 'l') && lutra::detail::is_digit(name[1]);
}

/// Decides in three steps: where each signal lies; which stages become one module, and which windows are between them;
/// and when each module works.
class StreamPlanner {
 public:
  StreamPlanner(const Circuit& circuit, const StreamOptions& options)
      : plan_{checked(options), circuits::at_each_place(circuit), hash_text(circuit), {}, {}, {}},
        circuit_(plan_.circuit),
        places_(plan_, circuit_) {}

  [[nodiscard]] StreamPlan make() {
    group();
    for (auto& [key, group] : groups_) add_group(group);
    add_sink();
    StreamTiming(plan_).set();
    return std::move(plan_);
  }

 private:
  struct Group {
    std::size_t grid = 0;
    circuits::SignalId fold = 0;
    circuits::Part part;
  };

  static const StreamOptions& checked(const StreamOptions& options) {
    check_design_name(options.name, "stream");
    if (is_stream_signal(options.name))
      throw Error("name of a module", "stream", "a name that no signal inside it has", join({"'", options.name, "'"}));
    if (options.folding < 1 || options.folding > 65535)
      throw Error("folding", join({"stream ", options.name}), "1 to 65535 clocks a pixel",
                  std::to_string(options.folding));
    return options;
  }

  /// Stages of one grid and depth become one module, and what is folded one of its own; windows are what they read.
  void group() {
    const auto is_placed = [&](circuits::SignalId id) { return places_[id].is_needed && places_[id].is_image; };
    for (circuits::SignalId id = 1; id < places_.size(); ++id)
      if (is_placed(id) && !places_[id].is_window) group_of(id).part.stages.push_back(id - 1);
    for (circuits::SignalId id = 1; id < places_.size(); ++id)
      if (is_placed(id))
        for (const auto in : places_.stage(id).inputs) read(id, in);
    for (const auto id : places_.ends())
      if (id != 0) give(id);
  }

  void read(circuits::SignalId id, circuits::SignalId in) {
    const StreamPlace &own = places_[id], &from = places_[in];
    const bool is_beside = in != 0 && own.grid == from.grid && own.depth == from.depth;
    const bool is_inside = is_beside && !from.is_window && own.fold == from.fold;
    if (!own.is_window && !is_inside) add_once(group_of(id).part.inputs, in);
    const bool is_seen = is_inside || (is_beside && from.is_window);  // without a module that passes it on
    if (in != 0 && (own.is_window || !is_seen)) give(in);
  }

  void give(circuits::SignalId id) {
    Group& group = group_of(id);
    add_once(group.part.outputs, id);
    if (places_[id].is_window) add_once(group.part.inputs, id);
  }

  [[nodiscard]] Group& group_of(circuits::SignalId id) {
    const StreamPlace& own = places_[id];
    Group& group = groups_[{own.grid, own.depth, own.fold}];
    group.grid = own.grid;
    group.fold = own.fold;
    group.part.one_place = true;
    return group;
  }
  static void add_once(std::vector<circuits::SignalId>& ids, circuits::SignalId id) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }

  void add_group(Group& group) {
    auto& part = group.part;
    std::ranges::sort(part.inputs);
    std::ranges::sort(part.outputs);
    std::size_t begin = 0;
    for (const auto id : part.outputs) {
      places_[id].logic = plan_.logic.size();
      places_[id].begin = begin;
      begin += circuit_.type(id).shape.channels * circuit_.type(id).width;
    }
    const VerilogOptions options = options_of(part);
    if (group.fold == 0) return add_logic(group.grid, hdl::plan(circuit_, std::move(part), options));
    StreamFolded& folded = places_.folded().at(group.fold);
    part.inputs = circuit_.stages()[folded.stages.weigh].inputs;  // as its netlist has them
    add_logic(group.grid, hdl::plan(circuit_, std::move(part), std::move(folded.netlist), options), folded.steps);
  }

  /// What leaves the pipeline: all signals that are answers, or that the tail reads, at one lag.
  void add_sink() {
    const auto& ends = places_.ends();
    for (const auto id : ends)
      if (places_[id].grid != places_[ends[0]].grid)
        throw Error("images that are read as a whole", places_.where(plan_.tail->part.stages[0] + 1),
                    "ones that went through the same strides and borders",
                    join({"signals ", ends[0], " and ", id, ", which did not"}));
    circuits::Part part{.inputs = ends, .stages = {}, .outputs = ends, .one_place = true};
    const VerilogOptions options = options_of(part);
    add_logic(places_[ends[0]].grid, hdl::plan(circuit_, std::move(part), options));
  }

  [[nodiscard]] VerilogOptions options_of(const circuits::Part& part) const {
    return {.name = join({plan_.options.name, "_logic", plan_.logic.size()}),
            .family = plan_.options.family,
            .pipeline = part.stages.empty() ? combinational() : plan_.options.pipeline};
  }

  void add_logic(std::size_t grid, ModulePlan module, FoldedSteps steps = {}) {
    StreamLogic logic{.grid = grid,
                      .module = std::move(module),
                      .in = {},
                      .out = {},
                      .sources = {},
                      .fold = {.steps = steps.all, .groups = steps.groups}};
    logic.module.clock_enable = true;
    logic.module.steps = steps.all;
    logic.sources.resize(logic.module.input_bits() - step_bits(steps.all));
    StreamConnections(plan_, circuit_, places_).connect(logic, plan_.logic.size());
    plan_.logic.push_back(std::move(logic));
  }

  StreamPlan plan_;
  const Circuit& circuit_;
  StreamPlaces places_;
  std::map<std::tuple<std::size_t, std::size_t, circuits::SignalId>, Group> groups_;
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
