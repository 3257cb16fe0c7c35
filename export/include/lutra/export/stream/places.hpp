#pragma once
// Where each signal of a circuit lies in a stream: which are images, and of those which are needed; on which grid, and
// behind how many windows; and which layers of weights are done in several steps.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/error.hpp>
#include <lutra/export/stream/fold.hpp>
#include <lutra/export/stream/plan.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/header.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::hdl::detail {

/// Where a signal's image lies.
struct StreamPlace {
  bool is_image = false, is_needed = false, is_window = false;
  std::size_t grid = 0;
  std::size_t depth = 0;             ///< windows and folded layers behind one another since the grid began
  circuits::SignalId fold = 0;       ///< the sum whose folded layer gives it; 0: none does
  std::size_t logic = stream_input;  ///< the module that gives it
  std::size_t begin = 0;             ///< where in that module's output
};

/// A layer that is done in several steps, and the logic of one.
struct StreamFolded {
  FoldedStages stages;
  FoldedSteps steps;
  circuits::Netlist netlist = {};
};

class StreamPlaces {
 public:
  StreamPlaces(StreamPlan& plan, const Circuit& circuit)
      : plan_(plan), circuit_(circuit), places_(circuit.stages().size() + 1) {
    find_images();
    first_grid();
    for (circuits::SignalId id = 1; id < places_.size(); ++id)
      if (places_[id].is_needed) place(id);
  }

  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] StreamPlace& operator[](circuits::SignalId id) noexcept { return places_[id]; }
  [[nodiscard]] const StreamPlace& operator[](circuits::SignalId id) const noexcept { return places_[id]; }
  /// What leaves the pipeline: the last image, or all that the tail reads.
  [[nodiscard]] const std::vector<circuits::SignalId>& ends() const noexcept { return ends_; }
  /// By the sum's signal.
  [[nodiscard]] std::map<circuits::SignalId, StreamFolded>& folded() noexcept { return folded_; }

  [[nodiscard]] const circuits::Stage& stage(circuits::SignalId id) const { return circuit_.stages()[id - 1]; }
  [[nodiscard]] std::string where(circuits::SignalId id) const {
    return join({"stream ", plan_.options.name, ", ", stage_title(circuit_, id - 1)});
  }

 private:
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
      refuse_more_pixels(tail);
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

  /// Pixels leave a stream no faster than they come.
  void refuse_more_pixels(const circuits::Part& tail) const {
    for (const auto index : tail.stages) {
      if (!std::holds_alternative<circuits::RearrangeStage>(circuit_.stages()[index].operation)) continue;
      const Shape& to = circuit_.type(index + 1).shape;
      for (const auto in : circuit_.stages()[index].inputs)
        if (const Shape& from = circuit_.type(in).shape; to.height * to.width > from.height * from.width)
          throw Error(
              "stream", where(index + 1),
              "a stage that makes no more pixels than it reads; Upsample and DepthToSpace are left to what comes "
              "behind the stream",
              join({to_string(to), " of ", to_string(from)}));
    }
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
    StreamPlace& own = places_[id];
    own.grid = places_[stage(id).inputs[0]].grid;
    for (const auto in : stage(id).inputs) {
      if (places_[in].grid != own.grid)
        throw Error("images that meet", where(id), "ones that went through the same strides and borders",
                    join({"signals ", stage(id).inputs[0], " and ", in, ", which did not"}));
      own.depth = std::max(own.depth, places_[in].depth + (places_[in].fold != 0 && places_[in].fold != own.fold));
    }
    fold(id);
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

  // A layer is folded where that makes it smaller. Folded, it is a module of its own, and what reads it is behind it.
  void fold(circuits::SignalId id) {
    if (!std::holds_alternative<circuits::WeighStage>(stage(id).operation) || plan_.options.folding < 2) return;
    const std::size_t clocks = std::min(plan_.options.folding * plan_.pixels_apart(places_[id].grid),
                                        std::size_t{128});  // what a LUT of 8 pins can tell apart, beside a bit
    std::optional<StreamFolded> best = folded({id - 1, level_behind(id)}, clocks, 1);
    // Clocks that are left are for parts of a sum; levels are then made of whole sums, behind them.
    const std::size_t groups = std::min(std::bit_floor(clocks / circuit_.type(id).shape.channels), std::size_t{16});
    if (groups > 1) {
      std::optional<StreamFolded> parts = folded({id - 1, {}}, clocks, groups);
      if (!best || (parts && luts_with_levels(*parts) < best->netlist.nodes.size())) best = std::move(parts);
    }
    if (!best || !is_smaller(*best)) return;
    for (const circuits::SignalId own : {id, circuits::SignalId{best->stages.last() + 1}}) places_[own].fold = id;
    folded_.emplace(id, *std::move(best));
  }

  /// In as many steps as `clocks` allow, with each sum in `groups` parts; nothing where that is but one.
  [[nodiscard]] std::optional<StreamFolded> folded(FoldedStages stages, std::size_t clocks, std::size_t groups) const {
    const std::size_t channels = circuit_.type(stages.last() + 1).shape.channels;
    const std::size_t most = std::min(clocks / groups, channels);
    const std::size_t each = (channels + most - 1) / most;
    const FoldedSteps steps{(channels + each - 1) / each * groups, groups};
    if (steps.all < 2) return {};
    return StreamFolded{stages, steps, StepLowering(circuit_, stages, steps, lut_inputs(plan_.options.family)).lower()};
  }

  /// Of one step, and of the levels that are left to another module.
  [[nodiscard]] std::size_t luts_with_levels(const StreamFolded& layer) const {
    const auto level = level_behind(layer.stages.weigh + 1);
    std::size_t luts = layer.netlist.nodes.size();
    if (level && !layer.stages.level)
      luts +=
          circuits::lower(circuit_, one_place({*level}), {.max_fan_in = lut_inputs(plan_.options.family)}).nodes.size();
    return luts;
  }
  /// Stages that read one another, the first of them from outside, as they are at one place.
  [[nodiscard]] circuits::Part one_place(std::vector<std::uint32_t> stages) const {
    circuits::Part part{
        .inputs = circuit_.stages()[stages.front()].inputs, .stages = {}, .outputs = {}, .one_place = true};
    part.outputs = {stages.back() + 1};
    part.stages = std::move(stages);
    return part;
  }

  /// The stage that makes levels of a sum that nothing else reads.
  [[nodiscard]] std::optional<std::uint32_t> level_behind(circuits::SignalId id) const {
    if (std::ranges::find(ends_, id) != ends_.end()) return {};
    std::optional<std::uint32_t> found;
    for (circuits::SignalId reader = id + 1; reader < places_.size(); ++reader) {
      if (!places_[reader].is_needed || std::ranges::count(stage(reader).inputs, id) == 0) continue;
      if (found || stage(reader).inputs.size() > 1 ||
          !std::holds_alternative<circuits::LevelStage>(stage(reader).operation))
        return {};
      found = reader - 1;
    }
    return found;
  }

  /// Whether one step takes fewer LUTs than all at once, which are about one for each bit that is added up; what is not
  /// clear from that is lowered.
  [[nodiscard]] bool is_smaller(const StreamFolded& layer) const {
    const circuits::SignalId id = layer.stages.weigh + 1;
    const auto& weigh = std::get<circuits::WeighStage>(stage(id).operation);
    std::vector<std::size_t> widths;
    for (const auto in : stage(id).inputs)
      widths.insert(widths.end(), circuit_.type(in).shape.channels, circuit_.type(in).width);
    std::size_t added = 0;
    for (std::size_t row = 0; row < weigh.size(); ++row)
      for (std::size_t j = 0; j < weigh.sources[row].size(); ++j)
        added +=
            widths[weigh.sources[row][j]] * static_cast<std::size_t>(std::popcount(magnitude(weigh.weights[row][j])));
    if (layer.netlist.nodes.size() < added / 3) return true;
    std::vector<std::uint32_t> stages{layer.stages.weigh};
    if (layer.stages.level) stages.push_back(*layer.stages.level);
    const auto whole = circuits::lower(circuit_, one_place(stages), {.max_fan_in = lut_inputs(plan_.options.family)});
    return layer.netlist.nodes.size() < whole.nodes.size();
  }

  StreamPlan& plan_;
  const Circuit& circuit_;
  std::vector<StreamPlace> places_;
  std::vector<circuits::SignalId> ends_;
  std::map<circuits::SignalId, StreamFolded> folded_;
};

}  // namespace lutra::hdl::detail
