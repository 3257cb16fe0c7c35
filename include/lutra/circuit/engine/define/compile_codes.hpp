#pragma once
// From an image circuit of few-bit codes to steps: windows, weights and thresholds that follow each other become one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <lutra/circuit/code_window.hpp>
#include <lutra/circuit/engine/codes/choice.hpp>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/circuit/engine/image/spread.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/weigh.hpp>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

class CodeCompiler {
 public:
  explicit CodeCompiler(const Circuit& circuit) : circuit_(circuit), readers_(circuit.stages().size() + 1) {
    for (const circuits::Stage& stage : circuit.stages())
      for (const circuits::SignalId id : stage.inputs) ++readers_[id];
    for (circuits::SignalId id = 1; id < readers_.size(); ++id)
      for (const circuits::SignalId from : stage(id).inputs) joins_[from] = id;
  }

  CodeProgram compile() {
    number_.assign(readers_.size(), 0);
    program_.signals.push_back({circuit_.input()});
    for (circuits::SignalId id = 1; id < readers_.size(); ++id)
      if (!is_inner(id)) add_step(id);
    take_answer();
    drop_unread();
    for (CodeStep& step : program_.steps)
      if (!step.is_convolution()) find_copies_of(step);
    give_slots();
    return std::move(program_);
  }

 private:
  [[nodiscard]] const circuits::Stage& stage(circuits::SignalId id) const { return circuit_.stages()[id - 1]; }

  template <class Operation>
  [[nodiscard]] bool is(circuits::SignalId id) const {
    return id != 0 && std::holds_alternative<Operation>(stage(id).operation);
  }
  /// Whether signal `id` is seen only inside of the step of the stage that reads it. Weights and the levels behind them
  /// are a step of their own, and so is what is only rearranged, which others look through.
  [[nodiscard]] bool is_inner(circuits::SignalId id) const {
    if (readers_[id] != 1 || is<circuits::RearrangeStage>(id)) return false;
    const circuits::SignalId reader = joins_.at(id);
    if (stage(reader).inputs.size() != 1 || is<circuits::RearrangeStage>(reader)) return false;
    if (is<circuits::WeighStage>(reader)) return false;
    const bool levels = is<circuits::LevelStage>(id) || is<circuits::ThresholdStage>(id);
    return !(levels && is<circuits::WeighStage>(stage(id).inputs[0]));
  }

  void add_step(circuits::SignalId id) {
    std::vector<circuits::SignalId> chain{id};
    while (stage(chain.back()).inputs.size() == 1) {
      const circuits::SignalId from = stage(chain.back()).inputs[0];
      if (from == 0 || !is_inner(from)) break;
      chain.push_back(from);
    }
    CodeStep step;
    read_sources(chain.back(), step);
    const View view{step.sources, step.stride};
    number_signals(step);
    const bool is_view = is<circuits::RearrangeStage>(id);
    if (is_view) chain.clear();
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) step.operations.push_back(stage(*at).operation);
    if (!make_convolution(step, stage(id).output)) prepare_operations(step, chain);
    step.output = add_signal(stage(id).output);
    if (!step.is_convolution()) step.lines = plan_lines(step, program_.signals);
    number_[id] = step.output;
    if (is_view && step.block == 1) views_.emplace(step.output, view);
    program_.steps.push_back(std::move(step));
  }

  std::uint32_t add_signal(const circuits::Type& type) {
    program_.signals.push_back({type});
    return static_cast<std::uint32_t>(program_.signals.size() - 1);
  }

  /// What the first stage of a step reads at a place, of signals as the program numbers them.
  void read_sources(circuits::SignalId id, CodeStep& step) const {
    for (const circuits::SignalId from : stage(id).inputs)
      for (std::uint32_t c = 0; c < circuit_.type(from).shape.channels; ++c)
        step.sources.push_back({number_[from], c, {}});
    if (const auto* const rearrange = std::get_if<circuits::RearrangeStage>(&stage(id).operation)) {
      const std::vector<CodeSource> all = std::move(step.sources);
      step.sources.clear();
      if (const auto spread = find_spread(circuit_, stage(id))) {
        step.block = spread->block;
        for (const std::uint32_t source : spread->sources) step.sources.push_back(all[source]);
        return;
      }
      for (std::size_t i = 0; i < rearrange->size(); ++i) {
        step.sources.push_back(all[rearrange->sources[i]]);
        if (!rearrange->offsets.empty()) step.sources.back().offset = rearrange->offsets[i];
      }
      step.stride = rearrange->stride;
    }
    look_through(step);
  }

  /// What is only rearranged is read from where it comes from, if all of it is seen with one stride.
  void look_through(CodeStep& step) const {
    std::vector<CodeSource> sources;
    std::optional<circuits::Offset> stride;
    for (const CodeSource& source : step.sources) {
      const auto view = views_.find(source.signal);
      const circuits::Offset own = view == views_.end() ? circuits::Offset{1, 1} : view->second.stride;
      if (stride && *stride != own) return;
      stride = own;
      sources.push_back(source);
      if (view == views_.end()) continue;
      const CodeSource& behind = view->second.sources[source.channel];
      const bool moves = source.offset != circuits::Offset{} || step.stride != circuits::Offset{1, 1};
      if (moves && !fills_blocks(source.signal, behind, own)) return;
      sources.back() = {
          behind.signal,
          behind.channel,
          {source.offset.row * own.row + behind.offset.row, source.offset.column * own.column + behind.offset.column}};
    }
    step.sources = std::move(sources);
    if (stride) step.stride = {step.stride.row * stride->row, step.stride.column * stride->column};
  }

  /// Whether a window may look at the image behind a view. Channels should be whole bytes, too, or their tables would
  /// be half empty.
  [[nodiscard]] bool fills_blocks(std::uint32_t view, const CodeSource& behind, const circuits::Offset& stride) const {
    const CodeImage image = program_.signals[behind.signal].image();
    const bool whole = !image.is_packed() || image.shape.channels % kernels::codes_per_byte == 0;
    return whole && circuits::fills_blocks(program_.signals[view].type.shape, image.shape, behind.offset, stride);
  }

  /// The signals of a step's sources, which then name them by their place among these.
  static void number_signals(CodeStep& step) {
    std::map<std::uint32_t, std::uint32_t> place;
    for (CodeSource& source : step.sources) {
      const auto [at, is_new] = place.try_emplace(source.signal, static_cast<std::uint32_t>(step.signals.size()));
      if (is_new) step.signals.push_back(source.signal);
      source.signal = at->second;
    }
  }

  /// A last step that only rearranges is done where the answer is written.
  void take_answer() {
    CodeStep& answer = program_.answer;
    const auto last = static_cast<std::uint32_t>(program_.signals.size() - 1);
    if (!program_.steps.empty() && !program_.steps.back().is_convolution() &&
        program_.steps.back().operations.empty()) {
      answer = std::move(program_.steps.back());
      program_.steps.pop_back();
      return;
    }
    answer.output = last;
    answer.signals = {last};
    for (std::uint32_t c = 0; c < program_.signals[last].type.shape.channels; ++c) answer.sources.push_back({0, c, {}});
  }

  /// Steps whose signals nobody reads any more, since others looked through them.
  void drop_unread() {
    std::vector<bool> is_read(program_.signals.size());
    for (const std::uint32_t signal : program_.answer.signals) is_read[signal] = true;
    std::vector<CodeStep> kept;
    for (auto step = program_.steps.rbegin(); step != program_.steps.rend(); ++step) {
      if (!is_read[step->output]) continue;
      for (const std::uint32_t signal : step->signals) is_read[signal] = true;
      kept.push_back(std::move(*step));
    }
    program_.steps.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
  }

  /// Of what is only rearranged, or the largest of several codes.
  void find_copies_of(CodeStep& step) const {
    const CodeSignal& to = program_.signals[step.output];
    std::size_t pixels = step.block * step.block;
    if (step.takes_largest() && to.is_code() && !step.sources.empty())
      pixels = step.sources.size() / to.type.shape.channels;
    else if (!step.operations.empty())
      return;
    std::vector<CodeSignal> from;
    for (const std::uint32_t signal : step.signals) from.push_back(program_.signals[signal]);
    step.copies = find_copies(from, to, step.sources, pixels);
  }

  /// Several signals that a convolution reads become one, whose channels are theirs.
  void join_signals(CodeStep& step) {
    if (step.signals.size() == 1) return;
    const Joined all = *joined(step.signals);
    CodeStep join;
    join.signals = step.signals;
    for (std::uint32_t i = 0; i < step.signals.size(); ++i)
      for (std::uint32_t c = 0; c < program_.signals[step.signals[i]].type.shape.channels; ++c)
        join.sources.push_back({i, c, {}});
    join.output = add_signal({all.image.shape, all.image.bits});
    step.signals = {join.output};
    for (CodeSource& source : step.sources)
      source = {0, static_cast<std::uint32_t>(all.first[source.signal]) + source.channel, source.offset};
    join.lines = plan_lines(join, program_.signals);
    program_.steps.push_back(std::move(join));
  }

  /// Signals side by side as one image of codes: the image, and the first of each signal's channels in it.
  struct Joined {
    CodeImage image;
    std::vector<std::size_t> first;
  };

  /// Nothing where images differ in size, or numbers are no codes.
  [[nodiscard]] std::optional<Joined> joined(const std::vector<std::uint32_t>& signals) const {
    if (signals.empty()) return {};
    Joined all{{program_.signals[signals[0]].type.shape, 0}, {}};
    all.image.shape.channels = 0;
    for (const std::uint32_t signal : signals) {
      const circuits::Type& type = program_.signals[signal].type;
      if (!type.shape.same_image(all.image.shape)) return {};
      all.image.bits = std::max(all.image.bits, type.width);
      all.first.push_back(all.image.shape.channels);
      all.image.shape.channels += type.shape.channels;
    }
    if (all.image.bits > 8) return {};
    return all;
  }

  /// Weights and perhaps levels (or thresholds) behind them, with nothing else around.
  [[nodiscard]] std::optional<CodeLayer> layer_of(const CodeStep& step, const circuits::Type& output) const {
    const std::size_t count = step.operations.size();
    const auto* const weigh = count == 0 ? nullptr : std::get_if<circuits::WeighStage>(&step.operations[0]);
    if (weigh == nullptr || count > 2 || (count == 2) != (output.width <= 8)) return {};
    const circuits::Operation* const levels = count == 2 ? &step.operations[1] : nullptr;
    const bool is_step = levels == nullptr || std::holds_alternative<circuits::LevelStage>(*levels) ||
                         std::holds_alternative<circuits::ThresholdStage>(*levels);
    const auto input = joined(step.signals);
    if (!is_step || !input) return {};
    return CodeLayer{circuits::code_window(step.sources, input->first, input->image.shape.channels, *weigh, levels),
                     input->image,
                     {output.shape, output.width},
                     step.stride};
  }

  bool make_convolution(CodeStep& step, const circuits::Type& output) {
    const auto layer = layer_of(step, output);
    if (!layer) return false;
    std::vector<std::uint32_t> added;
    if (step.operations.size() == 1) added = std::get<circuits::WeighStage>(step.operations[0]).offsets;
    auto depthwise = added.empty() ? prepare_depthwise(*layer) : std::nullopt;
    if (depthwise)
      step.convolution = *std::move(depthwise);
    else if (auto dense = choose_convolution(*layer, added, kernels::chosen::code_lanes()))
      std::visit([&](auto& convolution) { step.convolution = std::move(convolution); }, *dense);
    if (!step.is_convolution()) return false;
    join_signals(step);
    step.operations.clear();
    step.sources.clear();
    return true;
  }

  /// Matrices of the weights, for operations that are done pixel by pixel.
  void prepare_operations(CodeStep& step, const std::vector<circuits::SignalId>& chain) const {
    std::size_t inputs = step.sources.size();
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
      const circuits::Operation& operation = stage(*at).operation;
      WeighMatrix matrix;
      if (const auto* const weigh = std::get_if<circuits::WeighStage>(&operation)) {
        if (4 * weigh->weights.values().size() >= inputs * weigh->size()) {
          constexpr std::size_t block = kernels::weigh_block;
          matrix.outputs = (weigh->size() + block - 1) / block * block;
          matrix.weights.assign(inputs * matrix.outputs, 0);
          for (std::size_t o = 0; o < weigh->size(); ++o)
            for (std::size_t j = 0; j < weigh->sources[o].size(); ++j)
              matrix.weights[weigh->sources[o][j] * matrix.outputs + o] +=
                  static_cast<std::uint32_t>(weigh->weights[o][j]);
        }
      }
      inputs = stage(*at).output.shape.channels;
      step.sizes.push_back(inputs);
      step.matrices.push_back(std::move(matrix));
    }
  }

  /// A signal's memory is free again behind its last reader.
  void give_slots() {
    std::vector<std::size_t> last(program_.signals.size(), 0), free;
    for (std::size_t i = 0; i < program_.steps.size(); ++i)
      for (const std::uint32_t signal : program_.steps[i].signals) last[signal] = i;
    for (const std::uint32_t signal : program_.answer.signals) last[signal] = program_.steps.size();
    const auto take = [&](std::uint32_t signal) {
      if (free.empty()) free.push_back(program_.slots++);
      program_.signals[signal].slot = free.back();
      free.pop_back();
    };
    take(0);
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
      take(program_.steps[i].output);
      std::vector<std::uint32_t> read = program_.steps[i].signals;
      std::ranges::sort(read);
      read.erase(std::unique(read.begin(), read.end()), read.end());
      for (const std::uint32_t signal : read)
        if (last[signal] == i) free.push_back(program_.signals[signal].slot);
    }
  }

  /// A signal that is only rearranged: where each of its channels comes from.
  struct View {
    std::vector<CodeSource> sources;
    circuits::Offset stride;
  };

  const Circuit& circuit_;
  std::map<std::uint32_t, View> views_;  ///< by the program's number
  std::vector<std::size_t> readers_;
  std::map<circuits::SignalId, circuits::SignalId> joins_;  ///< a reader of each signal
  std::vector<std::uint32_t> number_;                       ///< of each of the circuit's signals in the program
  CodeProgram program_;
};

}  // namespace detail

LUTRA_INLINE bool has_weights(const Circuit& circuit) {
  return std::ranges::any_of(circuit.stages(), [](const circuits::Stage& stage) {
    return std::holds_alternative<circuits::WeighStage>(stage.operation);
  });
}

LUTRA_INLINE CodeProgram compile_codes(const Circuit& circuit) { return detail::CodeCompiler(circuit).compile(); }

}  // namespace lutra::engine
