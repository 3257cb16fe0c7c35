#pragma once
// From a node graph back to a circuit. Nodes return to the stages they came from, stages without nodes go, and each
// stage reads just the signals it needs, in rising order; where order matters and no signal has it, a rearrangement is
// put in.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/simplify/node_graph.hpp>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::circuits::detail {

class Rebuilder {
 public:
  using Id = NodeGraph::Id;
  using Kind = NodeGraph::Kind;

  explicit Rebuilder(const NodeGraph& graph) : graph_(graph), places_(graph.nodes.size()) {}

  [[nodiscard]] Circuit run() {
    types_.push_back(graph_.stages[0].output);
    for (Id id = 0; id < graph_.stages[0].size; ++id) places_[id] = {0, id};
    for (std::size_t i = 1; i < graph_.stages.size(); ++i) {
      is_image_ = graph_.stages[i].is_image;
      image_ = graph_.stages[i].output.shape;
      stage(graph_.stages[i]);
    }
    is_image_ = graph_.stage(graph_.answer[0]).is_image;
    image_ = graph_.answer_type.shape;
    answer();
    return {types_[0], std::move(stages_), graph_.notes};
  }

 private:
  /// Where a node's value is found in the new circuit.
  struct Place {
    SignalId signal;
    std::uint32_t index;
    friend bool operator==(const Place&, const Place&) = default;
  };
  using Ids = std::vector<Id>;

  SignalId emit(std::string name, std::vector<SignalId> inputs, Operation operation, const Type& output) {
    stages_.push_back({std::move(name), std::move(inputs), std::move(operation), output, is_image_});
    types_.push_back(output);
    return static_cast<SignalId>(stages_.size());
  }

  void stage(const NodeGraph::StageInfo& info) {
    Ids ids;
    for (Id id = info.first; id < info.first + info.size; ++id)
      if (graph_.nodes[id].kind != Kind::gone) ids.push_back(id);
    if (ids.empty()) return;
    if (graph_.nodes[ids[0]].kind == Kind::pick) return pixels(ids);
    if (graph_.nodes[ids[0]].kind == Kind::joined) return joined(ids);
    Type type = info.output;
    if (ids.size() != info.size) type.shape = shape_of(ids.size());
    SignalId signal = 0;
    switch (graph_.nodes[ids[0]].kind) {
      case Kind::threshold:
        signal = thresholds(info.name, ids, type);
        break;
      case Kind::lut:
        signal = luts(info.name, ids, type);
        break;
      case Kind::count:
        signal = counts(info.name, ids, type);
        break;
      case Kind::add:
        signal = add(info.name, ids, type);
        break;
      case Kind::weigh:
        signal = weighed(info.name, ids, type);
        break;
      case Kind::level:
        signal = levels(info.name, ids, type);
        break;
      case Kind::tap:
        signal = taps(info, ids, type);
        break;
      case Kind::max:
        signal = of_every_nth(info.name, ids, MaxStage{}, type);
        break;
      default:
        signal = of_every_nth(info.name, ids, ArgmaxStage{}, type);
    }
    for (std::size_t i = 0; i < ids.size(); ++i) places_[ids[i]] = {signal, static_cast<std::uint32_t>(i)};
  }

  /// The shape of a signal of this many values, or channels, of the stage that is being rebuilt.
  [[nodiscard]] Shape shape_of(std::size_t size) const noexcept {
    return is_image_ ? Shape{size, image_.height, image_.width} : Shape{size, 1, 1};
  }

  /// Pixels need no stage: they lie in the image's own signal.
  void pixels(const Ids& ids) {
    for (const Id id : ids) {
      const auto& [source, at] = graph_.view(id);
      const auto [signal, channel] = places_[source];
      const Shape& shape = types_[signal].shape;
      const std::size_t pixel = static_cast<std::size_t>(at.row) * shape.width + static_cast<std::size_t>(at.column);
      places_[id] = {signal, static_cast<std::uint32_t>(channel * shape.height * shape.width + pixel)};
    }
  }

  /// Values become an image by their order alone: the signal's own, or one they are copied to.
  void joined(const Ids& ids) {
    Ids values;
    for (const Id id : ids) {
      const Ids& sources = graph_.wide(id).sources;
      values.insert(values.end(), sources.begin(), sources.end());
    }
    is_image_ = false;
    const SignalId found = places_[values[0]].signal;
    const bool is_there = whole_signal(values) == values.size() && types_[found].shape.same_image(image_);
    const SignalId signal = is_there ? found : rearrange("image", values, {ids.size(), image_.height, image_.width});
    for (std::size_t i = 0; i < ids.size(); ++i) places_[ids[i]] = {signal, static_cast<std::uint32_t>(i)};
  }

  SignalId taps(const NodeGraph::StageInfo& info, const Ids& ids, const Type& type) {
    for (const Id id : ids) read(graph_.view(id).source);
    auto inputs = inputs_read();
    RearrangeStage stage{.sources = {}, .offsets = {}, .stride = info.stride};
    std::uint32_t width = 0;
    for (const Id id : ids) {
      const auto& [source, at] = graph_.view(id);
      stage.sources.push_back(local(source));
      stage.offsets.push_back(at);
    }
    for (const SignalId signal : inputs) width = std::max(width, types_[signal].width);
    return emit(info.name, std::move(inputs), std::move(stage), {type.shape, width});
  }

  SignalId thresholds(const std::string& name, const Ids& ids, const Type& type) {
    for (const Id id : ids) read(graph_.threshold(id).source);
    auto inputs = inputs_read();
    ThresholdStage stage;
    for (const Id id : ids) {
      stage.sources.push_back(local(graph_.threshold(id).source));
      stage.thresholds.push_back(graph_.threshold(id).level);
    }
    return emit(name, std::move(inputs), std::move(stage), type);
  }

  SignalId luts(const std::string& name, const Ids& ids, const Type& type) {
    for (const Id id : ids)
      for (const Id pin : graph_.lut(id).used_pins()) read(pin);
    auto inputs = inputs_read();
    if (inputs.empty()) {  // constants alone; yet a LutStage reads some signal of bits
      const auto bits = std::find_if(types_.begin(), types_.end(), [&](const Type& t) {
        return t.width == 1 && (!is_image_ || t.shape.same_image(image_));
      });
      if (bits == types_.end()) return constants(name, ids, type);
      inputs.push_back(static_cast<SignalId>(bits - types_.begin()));
    }
    LutStage stage;
    for (const Id id : ids) {
      const auto& lut = graph_.lut(id);
      stage.add(locals(lut.used_pins()), lut.table.used_words());
    }
    return emit(name, std::move(inputs), std::move(stage), type);
  }

  /// Before there is any signal of bits, a constant is a count of nothing.
  SignalId constants(const std::string& name, const Ids& ids, const Type& type) {
    CountStage stage;
    for (const Id id : ids) {
      stage.sources.add({});
      stage.offsets.push_back(graph_.lut(id).table[0] ? 1 : 0);
    }
    return emit(name, {any_signal()}, std::move(stage), type);
  }

  /// What a stage reads that reads nothing: a signal, of the same image. Where there is none, what lies outside of the
  /// input makes one.
  SignalId any_signal() {
    if (!is_image_) return 0;
    for (SignalId signal = 0; signal < types_.size(); ++signal)
      if (types_[signal].shape.same_image(image_)) return signal;
    const Offset outside{static_cast<std::int32_t>(types_[0].shape.height), 0};
    return emit("border", {0}, RearrangeStage{{0}, {outside}, {1, 1}}, {shape_of(1), types_[0].width});
  }

  SignalId counts(const std::string& name, const Ids& ids, const Type& type) {
    for (const Id id : ids)
      for (const Id source : graph_.wide(id).sources) read(source);
    auto inputs = inputs_read();
    if (inputs.empty()) inputs.push_back(any_signal());
    CountStage stage;
    for (const Id id : ids) {
      stage.sources.add(locals(graph_.wide(id).sources));
      stage.offsets.push_back(graph_.wide(id).offset);
    }
    return emit(name, std::move(inputs), std::move(stage), type);
  }

  SignalId weighed(const std::string& name, const Ids& ids, const Type& type) {
    for (const Id id : ids)
      for (const Id source : graph_.wide(id).sources) read(source);
    auto inputs = inputs_read();
    if (inputs.empty()) inputs.push_back(any_signal());
    WeighStage stage;
    for (const Id id : ids) {
      const auto& sum = graph_.wide(id);
      stage.add(locals(sum.sources), sum.weights, sum.offset);
    }
    return emit(name, std::move(inputs), std::move(stage), type);
  }

  SignalId levels(const std::string& name, const Ids& ids, const Type& type) {
    for (const Id id : ids) read(graph_.level(id).source);
    auto inputs = inputs_read();
    LevelStage stage;
    for (const Id id : ids) {
      const auto& [source, thresholds, falling] = graph_.level(id);
      stage.add(local(source), thresholds, falling);
    }
    return emit(name, std::move(inputs), std::move(stage), type);
  }

  SignalId add(const std::string& name, const Ids& ids, const Type& type) {
    std::vector<SignalId> inputs;
    for (std::size_t term = 0; term < graph_.wide(ids[0]).sources.size(); ++term) {
      Ids values;
      for (const Id id : ids) values.push_back(graph_.wide(id).sources[term]);
      inputs.push_back(one_signal(values));
    }
    return emit(name, std::move(inputs), AddStage{}, type);
  }

  SignalId of_every_nth(const std::string& name, const Ids& ids, Operation operation, const Type& type) {
    Ids values;
    for (std::size_t term = 0; term < graph_.wide(ids[0]).sources.size(); ++term)
      for (const Id id : ids) values.push_back(graph_.wide(id).sources[term]);
    auto inputs = in_order(values);
    if (std::holds_alternative<ArgmaxStage>(operation))
      return emit(name, std::move(inputs), std::move(operation), type);
    std::uint32_t width = 0;  // as wide as what it reads, which may have become less
    for (const SignalId signal : inputs) width = std::max(width, types_[signal].width);
    return emit(name, std::move(inputs), std::move(operation), {type.shape, width});
  }

  void answer() {
    const Ids& ids = graph_.answer;
    const Type& type = graph_.answer_type;
    if (const std::size_t whole = whole_signal(ids); whole == ids.size()) {
      const SignalId signal = places_[ids[0]].signal;
      if (signal != 0 && signal == stages_.size() && types_[signal].width == type.width) {
        stages_.back().output.shape = type.shape;
        return;
      }
    }
    if (width_of(ids) == type.width) return (void)rearrange("answer", ids, type.shape);
    emit("widen", {one_signal(ids)}, AddStage{}, type);  // the sum of one term, in as many bits as the answer has
  }

  /// How many of `values`, from the first on, are one whole signal in its own order; 0 where they are not.
  [[nodiscard]] std::size_t whole_signal(std::span<const Id> values) const {
    const SignalId signal = places_[values[0]].signal;
    const std::size_t size = values_in(signal);
    if (values.size() < size) return 0;
    for (std::uint32_t i = 0; i < size; ++i)
      if (places_[values[i]] != Place{signal, i}) return 0;
    return size;
  }

  /// A signal that is these values, in this order.
  [[nodiscard]] SignalId one_signal(const Ids& values) {
    if (whole_signal(values) == values.size()) return places_[values[0]].signal;
    return rearrange("rearrange", values, shape_of(values.size()));
  }

  /// Signals that, joined, are these values in this order.
  [[nodiscard]] std::vector<SignalId> in_order(const Ids& values) {
    std::vector<SignalId> signals;
    for (std::span<const Id> left(values); !left.empty();) {
      const std::size_t size = whole_signal(left);
      if (size == 0) return {rearrange("rearrange", values, shape_of(values.size()))};
      signals.push_back(places_[left[0]].signal);
      left = left.subspan(size);
    }
    return signals;
  }

  SignalId rearrange(const std::string& name, const Ids& values, const Shape& shape) {
    const std::uint32_t width = width_of(values);
    for (const Id id : values) read(id);
    auto inputs = inputs_read();
    return emit(name, std::move(inputs), RearrangeStage{locals(values)}, {shape, width});
  }

  /// What the stage that is being rebuilt reads of a signal: its channels or all its values.
  [[nodiscard]] std::size_t values_in(SignalId signal) const noexcept {
    return is_image_ ? types_[signal].shape.channels : types_[signal].size();
  }

  [[nodiscard]] std::uint32_t width_of(const Ids& values) const {
    std::uint32_t width = 0;
    for (const Id id : values) width = std::max(width, types_[places_[id].signal].width);
    return width;
  }

  // A stage first names all it reads, then asks for the signals that hold them, then for the place of each in the
  // joined signals.
  void read(Id id) {
    begins_.resize(types_.size(), not_read);
    begins_[places_[id].signal] = 0;
  }
  [[nodiscard]] std::vector<SignalId> inputs_read() {
    std::vector<SignalId> inputs;
    std::size_t begin = 0;
    joined_ = std::exchange(begins_, {});
    for (SignalId signal = 0; signal < joined_.size(); ++signal) {
      if (joined_[signal] == not_read) continue;
      inputs.push_back(signal);
      joined_[signal] = begin;
      begin += values_in(signal);
    }
    return inputs;
  }
  [[nodiscard]] std::uint32_t local(Id id) const {
    return static_cast<std::uint32_t>(joined_[places_[id].signal] + places_[id].index);
  }
  [[nodiscard]] std::vector<std::uint32_t> locals(std::span<const Id> ids) const {
    std::vector<std::uint32_t> out;
    out.reserve(ids.size());
    for (const Id id : ids) out.push_back(local(id));
    return out;
  }

  static constexpr std::size_t not_read = ~std::size_t{0};
  const NodeGraph& graph_;
  std::vector<Place> places_;
  std::vector<Stage> stages_;
  std::vector<Type> types_;  // of the new signals
  std::vector<std::size_t> begins_, joined_;
  bool is_image_ = false;  // the stage that is being rebuilt, and
  Shape image_;            // its height and width
};

/// One pass over a circuit.
template <class Pass>
[[nodiscard]] Circuit rewrite(const Circuit& circuit, Pass&& pass) {
  NodeGraph graph(circuit);
  pass(graph);
  return Rebuilder(graph).run();
}

}  // namespace lutra::circuits::detail
