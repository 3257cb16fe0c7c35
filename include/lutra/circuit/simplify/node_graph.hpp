#pragma once
// A circuit as one flat list of nodes, which is what the simplify passes work on. Every value of every signal is a node
// with a number, sources always have smaller numbers, and rearrangements are read through: they are names, not nodes.
// Where a stage works at each place of an image, a channel is one node, however many pixels it has; a *tap* is such a
// node seen from other pixels, and a *pick* one pixel of it, for stages that read the image as a list of values; where
// such a list is read as an image, the values of a channel are *joined* to one node.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/simplify/size.hpp>
#include <lutra/circuit/truth_table.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::circuits {

struct NodeGraph {
  using Id = std::uint32_t;

  enum class Kind : std::uint8_t {
    input,
    threshold,
    lut,
    count,
    add,
    argmax,
    max,
    weigh,
    level,
    tap,
    pick,
    joined,
    gone
  };

  struct Node {
    Kind kind;
    std::uint32_t stage;  ///< where it came from and will return to: 0 the input, i + 1 stage i
    std::uint32_t slot;   ///< its place in the list of its kind
  };
  struct Threshold {
    Id source;
    std::uint32_t level;
  };
  struct Lut {
    std::array<Id, max_fan_in> pins{};
    TruthTable table;
    [[nodiscard]] std::size_t fan_in() const noexcept { return table.fan_in; }
    [[nodiscard]] std::span<Id> used_pins() noexcept { return {pins.data(), fan_in()}; }
    [[nodiscard]] std::span<const Id> used_pins() const noexcept { return {pins.data(), fan_in()}; }
    /// Forgets pin j, of which `rest` no longer knows. Unused pins are 0, so that equal LUTs are equal objects.
    void drop_pin(std::size_t j, const TruthTable& rest) noexcept {
      for (; j + 1 < pins.size(); ++j) pins[j] = pins[j + 1];
      pins.back() = 0;
      table = rest;
    }
  };
  /// A count, one element of a sum, an argmax or a largest, a sum of weighed values or a joined channel: any number of
  /// sources, in their order.
  struct Wide {
    std::vector<Id> sources;
    std::uint32_t offset = 0;
    std::vector<std::int32_t> weights = {};  ///< of a weighed sum, one a source
  };
  struct Level {
    Id source;
    std::vector<std::uint32_t> thresholds;
    bool falling;
  };
  /// A channel from elsewhere: at an offset from the pixel asked for (tap), or at this one pixel (pick).
  struct View {
    Id source;
    Offset at;
  };
  struct StageInfo {
    std::string name;
    Type output;
    Id first = 0;  ///< its nodes are first .. first + size - 1, less those that are gone
    std::size_t size = 0;
    bool is_image = false;   ///< its nodes are channels
    Offset stride = {1, 1};  ///< of its taps
  };

  std::vector<Node> nodes;
  std::vector<Threshold> thresholds;
  std::vector<Lut> luts;
  std::vector<Wide> wides;
  std::vector<Level> levels;
  std::vector<View> views;
  std::vector<StageInfo> stages;  ///< [0] is the input
  std::vector<Id> answer;
  Type answer_type;
  Circuit::Notes notes;

  explicit NodeGraph(const Circuit& circuit);

  [[nodiscard]] Lut& lut(Id id) noexcept { return luts[nodes[id].slot]; }
  [[nodiscard]] const Lut& lut(Id id) const noexcept { return luts[nodes[id].slot]; }
  [[nodiscard]] Threshold& threshold(Id id) noexcept { return thresholds[nodes[id].slot]; }
  [[nodiscard]] const Threshold& threshold(Id id) const noexcept { return thresholds[nodes[id].slot]; }
  [[nodiscard]] Wide& wide(Id id) noexcept { return wides[nodes[id].slot]; }
  [[nodiscard]] const Wide& wide(Id id) const noexcept { return wides[nodes[id].slot]; }
  [[nodiscard]] Level& level(Id id) noexcept { return levels[nodes[id].slot]; }
  [[nodiscard]] const Level& level(Id id) const noexcept { return levels[nodes[id].slot]; }
  [[nodiscard]] View& view(Id id) noexcept { return views[nodes[id].slot]; }
  [[nodiscard]] const View& view(Id id) const noexcept { return views[nodes[id].slot]; }
  [[nodiscard]] const StageInfo& stage(Id id) const noexcept { return stages[nodes[id].stage]; }
  [[nodiscard]] const Type& type(Id id) const noexcept { return stage(id).output; }
  [[nodiscard]] bool is_wide(Id id) const noexcept {
    const Kind kind = nodes[id].kind;
    return kind == Kind::count || kind == Kind::add || kind == Kind::argmax || kind == Kind::max ||
           kind == Kind::weigh || kind == Kind::joined;
  }

  [[nodiscard]] bool is_view(Id id) const noexcept {
    return nodes[id].kind == Kind::tap || nodes[id].kind == Kind::pick;
  }

  /// Everything the node reads. A node that is gone reads nothing.
  [[nodiscard]] std::span<Id> sources(Id id) noexcept {
    if (nodes[id].kind == Kind::lut) return lut(id).used_pins();
    if (nodes[id].kind == Kind::threshold) return {&threshold(id).source, 1};
    if (nodes[id].kind == Kind::level) return {&level(id).source, 1};
    if (is_view(id)) return {&view(id).source, 1};
    return is_wide(id) ? std::span<Id>(wide(id).sources) : std::span<Id>();
  }

  [[nodiscard]] CircuitSize size() const noexcept {
    CircuitSize size;
    for (const Node& node : nodes) {
      if (node.kind == Kind::threshold) ++size.thresholds;
      if (node.kind != Kind::lut) continue;
      ++size.luts;
      size.pins += luts[node.slot].fan_in();
    }
    return size;
  }

 private:
  using Values = std::vector<Id>;  // the nodes of one signal, or of several joined
  struct Signal {
    Values nodes;
    Shape image;
    bool is_image = false;
    Values other = {};  // an image's pixels, or the channels of a list, once someone has asked for them
  };

  Id add(Kind kind, std::uint32_t stage, std::size_t slot) {
    nodes.push_back({kind, stage, static_cast<std::uint32_t>(slot)});
    return static_cast<Id>(nodes.size() - 1);
  }
  void add_input(const Circuit& circuit);
  const Values& as_list(Signal& signal);
  const Values& as_image(Signal& signal);
  Values add_stage(std::uint32_t id, const Stage& stage, const Values& in);
  /// Of every `step` values the one at `first`.
  static Values every(const Values& in, std::size_t step, std::size_t first) {
    Values some;
    for (std::size_t at = first; at < in.size(); at += step) some.push_back(in[at]);
    return some;
  }
};

namespace detail {

[[nodiscard]] inline std::vector<NodeGraph::Id> select_nodes(const std::vector<NodeGraph::Id>& in,
                                                             std::span<const std::uint32_t> sources) {
  std::vector<NodeGraph::Id> out;
  out.reserve(sources.size());
  for (const auto source : sources) out.push_back(in[source]);
  return out;
}

}  // namespace detail

inline NodeGraph::NodeGraph(const Circuit& circuit) : answer_type(circuit.output()), notes(circuit.notes()) {
  add_input(circuit);
  std::vector<Signal> signals(1);
  for (Id id = 0; id < stages[0].size; ++id) signals[0].nodes.push_back(id);
  signals[0].image = circuit.input().shape;
  signals[0].is_image = stages[0].is_image;
  for (const Stage& stage : circuit.stages()) {
    Values in;
    for (const SignalId id : stage.inputs) {
      const Values& values = stage.each_place ? as_image(signals[id]) : as_list(signals[id]);
      in.insert(in.end(), values.begin(), values.end());
    }
    const auto first = static_cast<Id>(nodes.size());
    signals.push_back(
        {add_stage(static_cast<std::uint32_t>(stages.size()), stage, in), stage.output.shape, stage.each_place});
    const auto* const rearrange = std::get_if<RearrangeStage>(&stage.operation);
    stages.push_back({stage.name, stage.output, first, nodes.size() - first, stage.each_place,
                      rearrange != nullptr ? rearrange->stride : Offset{1, 1}});
  }
  answer = std::move(signals.back().nodes);
}

/// The input is an image where a stage reads it as one.
inline void NodeGraph::add_input(const Circuit& circuit) {
  const bool is_image = std::ranges::any_of(circuit.stages(), [](const Stage& stage) {
    return stage.each_place && std::ranges::count(stage.inputs, SignalId{0}) > 0;
  });
  const Type& type = circuit.input();
  stages.push_back({"input", type, 0, is_image ? type.shape.channels : type.size(), is_image});
  for (std::size_t i = 0; i < stages[0].size; ++i) add(Kind::input, 0, 0);
}

/// A signal as a list of values, which of an image are all its pixels.
inline const NodeGraph::Values& NodeGraph::as_list(Signal& signal) {
  if (!signal.is_image) return signal.nodes;
  if (!signal.other.empty()) return signal.other;
  const auto stage = static_cast<std::uint32_t>(stages.size());
  const auto first = static_cast<Id>(nodes.size());
  for (const Id channel : signal.nodes)
    for (std::size_t y = 0; y < signal.image.height; ++y)
      for (std::size_t x = 0; x < signal.image.width; ++x) {
        views.push_back({channel, {static_cast<std::int32_t>(y), static_cast<std::int32_t>(x)}});
        signal.other.push_back(add(Kind::pick, stage, views.size() - 1));
      }
  const std::uint32_t width = type(signal.nodes[0]).width;
  stages.push_back({"pixels", {{signal.other.size(), 1, 1}, width}, first, signal.other.size()});
  return signal.other;
}

/// A signal as the channels of an image, which of a list are joined of its values.
inline const NodeGraph::Values& NodeGraph::as_image(Signal& signal) {
  if (signal.is_image) return signal.nodes;
  if (!signal.other.empty()) return signal.other;
  const auto stage = static_cast<std::uint32_t>(stages.size());
  const auto first = static_cast<Id>(nodes.size());
  const std::size_t pixels = signal.image.height * signal.image.width;
  std::uint32_t width = 0;
  for (const Id value : signal.nodes) width = std::max(width, type(value).width);
  for (std::size_t begin = 0; begin < signal.nodes.size(); begin += pixels) {
    wides.push_back({Values(signal.nodes.begin() + static_cast<std::ptrdiff_t>(begin),
                            signal.nodes.begin() + static_cast<std::ptrdiff_t>(begin + pixels)),
                     0});
    signal.other.push_back(add(Kind::joined, stage, wides.size() - 1));
  }
  stages.push_back({"image", {signal.image, width}, first, signal.other.size(), true});
  return signal.other;
}

inline NodeGraph::Values NodeGraph::add_stage(std::uint32_t id, const Stage& stage, const Values& in) {
  Values out;
  const std::size_t size = stage.each_place ? stage.output.shape.channels : stage.output.size();
  out.reserve(size);
  const auto add_wide = [&](Kind kind, Values sources, std::uint32_t offset) {
    wides.push_back({std::move(sources), offset});
    out.push_back(add(kind, id, wides.size() - 1));
  };
  std::visit(
      [&](const auto& operation) {
        using Op = std::decay_t<decltype(operation)>;
        if constexpr (std::is_same_v<Op, ThresholdStage>) {
          for (std::size_t i = 0; i < operation.size(); ++i) {
            thresholds.push_back({in[operation.sources[i]], operation.thresholds[i]});
            out.push_back(add(Kind::threshold, id, thresholds.size() - 1));
          }
        } else if constexpr (std::is_same_v<Op, LutStage>) {
          for (std::size_t i = 0; i < operation.size(); ++i) {
            Lut lut;
            lut.table = TruthTable(operation.tables[i], operation.fan_in(i));
            for (std::size_t j = 0; j < lut.fan_in(); ++j) lut.pins[j] = in[operation.pins[i][j]];
            luts.push_back(lut);
            out.push_back(add(Kind::lut, id, luts.size() - 1));
          }
        } else if constexpr (std::is_same_v<Op, CountStage>) {
          for (std::size_t i = 0; i < operation.size(); ++i)
            add_wide(Kind::count, detail::select_nodes(in, operation.sources[i]), operation.offsets[i]);
        } else if constexpr (std::is_same_v<Op, AddStage>) {
          for (std::size_t i = 0; i < size; ++i) add_wide(Kind::add, every(in, size, i), 0);
        } else if constexpr (std::is_same_v<Op, RearrangeStage>) {
          out = detail::select_nodes(in, operation.sources);
          if (!operation.is_window()) return;
          for (std::size_t i = 0; i < operation.size(); ++i) {
            views.push_back({out[i], operation.offsets[i]});
            out[i] = add(Kind::tap, id, views.size() - 1);
          }
        } else if constexpr (std::is_same_v<Op, WeighStage>) {
          for (std::size_t i = 0; i < operation.size(); ++i) {
            add_wide(Kind::weigh, detail::select_nodes(in, operation.sources[i]), operation.offsets[i]);
            wides.back().weights.assign(operation.weights[i].begin(), operation.weights[i].end());
          }
        } else if constexpr (std::is_same_v<Op, LevelStage>) {
          for (std::size_t i = 0; i < operation.size(); ++i) {
            const auto list = operation.thresholds[i];
            levels.push_back({in[operation.sources[i]], {list.begin(), list.end()}, operation.falling[i]});
            out.push_back(add(Kind::level, id, levels.size() - 1));
          }
        } else if constexpr (std::is_same_v<Op, MaxStage>) {
          for (std::size_t i = 0; i < size; ++i) add_wide(Kind::max, every(in, size, i), 0);
        } else {
          static_assert(std::is_same_v<Op, ArgmaxStage>);
          for (std::size_t i = 0; i < size; ++i) add_wide(Kind::argmax, every(in, size, i), 0);
        }
      },
      stage.operation);
  return out;
}

}  // namespace lutra::circuits
