#pragma once
// Turns a circuit of numbers into C text: tables and one call for each step of number_plan.hpp.

#include <algorithm>
#include <array>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/export/c/convolution_texts.hpp>
#include <lutra/export/c/number_interface.hpp>
#include <lutra/export/c/number_plan.hpp>
#include <lutra/export/c/row_texts.hpp>
#include <lutra/export/c/shuffle_texts.hpp>
#include <lutra/export/c/table_texts.hpp>
#include <lutra/export/c/tables.hpp>
#include <lutra/export/c/text.hpp>
#include <lutra/export/c/window_tables.hpp>
#include <lutra/export/c/window_texts.hpp>
#include <lutra/export/text.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::c::detail {

class NumberWriter {
 public:
  /// `hash` names the circuit in the file's header.
  NumberWriter(const Circuit& circuit, const std::string& name, std::string hash)
      : circuit_(circuit), name_(name), hash_(std::move(hash)), plan_(circuit), tables_(name) {
    tables_.set_type("weight", signed_type());
  }

  [[nodiscard]] Texts write() {
    for (std::size_t i = 0; i < plan_.steps().size(); ++i) write_step(i);
    const NumberInterface interface { circuit_, name_, hash_, plan_.bytes(), tables_.bytes() };
    const auto answer = static_cast<circuits::SignalId>(circuit_.stages().size());
    const std::string declarations = interface.declarations();
    return {
        join({declarations, "\n#ifndef ", filled("$_DECLARATIONS\n\n"), filled(number_includes_text), loops(),
              tables_.text(), interface.entry_points(steps_, plan_.at(answer), plan_.bytes_of(answer)), "\n#endif\n"}),
        declarations};
  }

 private:
  using Numbers = std::vector<std::uint64_t>;

  [[nodiscard]] std::string filled(std::string_view text, Substitutes others = {}) const {
    return fill_in(text, name_, others);
  }

  [[nodiscard]] std::string signed_type() const {
    std::int64_t most = 0;
    for (const auto& stage : circuit_.stages())
      if (const auto* const weigh = std::get_if<circuits::WeighStage>(&stage.operation))
        for (const std::int64_t weight : weigh->weights.values())
          most = std::max(most, weight < 0 ? -(weight + 1) : weight);
    return most <= 0x7f ? "int8_t" : most <= 0x7fff ? "int16_t" : "int32_t";
  }

  void write_step(std::size_t i) {
    const NumberStep& step = plan_.steps()[i];
    const auto& stage = circuit_.stages()[step.output - 1];
    const std::string text = join({"/* Stage ", step.output - 1, ", ", circuits::operation_name(stage.operation), ", ",
                                   to_string(stage.output.shape), ": ", comment(stage.name), " */\n"});
    append(steps_, {"    ", text});
    tables_.add_text(join({"\n", text}));
    of_ = join({"s", step.output - 1, "_"});
    if (step.layer)
      write_window(i);
    else
      std::visit([&](const auto& operation) { emit(step, operation); }, stage.operation);
  }

  void call(const std::string& loop, const std::string& arguments) {
    used_.insert(loop);
    append(steps_, {"    ", name_, "_", loop, "(&m, ", arguments, ");\n"});
  }

  std::string view(const Shape& in, const Shape& out, circuits::Offset stride) {
    return tables_.add_items(
        join({of_, "view"}), "view",
        {join({"{", in.height, ", ", in.width, ", ", out.height, ", ", out.width, ", ",
               static_cast<std::uint32_t>(stride.row), ", ", static_cast<std::uint32_t>(stride.column), "}"})},
        24);
  }
  [[nodiscard]] Shape places(const NumberStep& step) const {
    return step.reads->is_image ? circuit_.type(step.output).shape : Shape{1, 1, 1};
  }

  /// The name of a step's rows, which reads those of its sources that are listed.
  std::string rows(const NumberStep& step, const std::vector<std::uint32_t>& list) {
    const Reads& reads = *step.reads;
    std::vector<std::string> items;
    for (const std::uint32_t i : list) {
      const auto& source = reads.sources[i];
      items.push_back(join({"{", plan_.at(source, reads.is_image), ", ", std::to_string(source.offset.row), ", ",
                            std::to_string(source.offset.column), ", ", plan_.bytes_of(source.signal), "}"}));
    }
    if (items.empty()) items.emplace_back("{0, 0, 0, 1}");
    const std::string view_name = view(reads.image, places(step), reads.stride);
    const std::string source_name = tables_.add_items(join({of_, "source"}), "source", items, 16);
    const auto& type = circuit_.type(step.output);
    const std::size_t outputs = reads.is_image ? type.shape.channels : type.size();
    return tables_.add_items(join({of_, "rows"}), "rows",
                             {join({"{", view_name, ", ", source_name, ", ", outputs, ", ", plan_.at(step.output), ", ",
                                    plan_.bytes_of(step.output), "}"})},
                             32);
  }

  /// Sums of the sources that are listed for each output.
  template <class Terms>
  void sum(const NumberStep& step, std::size_t outputs, const Terms& terms, const Numbers& offsets,
           const std::string& weights) {
    std::vector<std::uint32_t> list;
    Numbers sizes;
    for (std::size_t o = 0; o < outputs; ++o) {
      const std::vector<std::uint32_t> own = terms(o);
      list.insert(list.end(), own.begin(), own.end());
      sizes.push_back(own.size());
    }
    const std::string rows_name = rows(step, list);
    const std::string size_name = tables_.add(join({of_, "terms"}), "uint32_t", sizes);
    call("sum", join({rows_name, ", ", size_name, ", ", weights, ", ",
                      tables_.add(join({of_, "offset"}), "uint32_t", offsets)}));
  }
  template <class Lists>
  static auto listed(const Lists& lists) {
    return [&lists](std::size_t o) { return std::vector<std::uint32_t>(lists[o].begin(), lists[o].end()); };
  }
  /// The sources i, i + n, i + 2n, ... of n outputs.
  [[nodiscard]] static auto every(const NumberStep& step, std::size_t outputs) {
    return [&step, outputs](std::size_t o) {
      std::vector<std::uint32_t> own;
      for (std::size_t i = o; i < step.reads->sources.size(); i += outputs)
        own.push_back(static_cast<std::uint32_t>(i));
      return own;
    };
  }
  [[nodiscard]] std::size_t outputs_of(const NumberStep& step) const {
    const auto& type = circuit_.type(step.output);
    return step.reads->is_image ? type.shape.channels : type.size();
  }

  void emit(const NumberStep& step, const circuits::ThresholdStage& stage) {
    steps_of(step, stage.sources, Numbers(stage.size(), 0), Numbers(stage.size(), 1),
             Numbers(stage.thresholds.begin(), stage.thresholds.end()));
  }
  void emit(const NumberStep& step, const circuits::LevelStage& stage) {
    Numbers falling, steps;
    for (std::size_t o = 0; o < stage.size(); ++o) {
      falling.push_back(stage.falling[o] ? 1 : 0);
      steps.push_back(stage.thresholds[o].size());
    }
    const auto limits = stage.thresholds.values();
    steps_of(step, stage.sources, falling, steps, Numbers(limits.begin(), limits.end()));
  }
  void steps_of(const NumberStep& step, const std::vector<std::uint32_t>& sources, const Numbers& falling,
                const Numbers& steps, const Numbers& limits) {
    const std::string rows_name = rows(step, sources);
    const std::string falling_name = tables_.add(join({of_, "falling"}), "unsigned char", falling);
    const std::string steps_name = tables_.add(join({of_, "steps"}), "uint32_t", steps);
    call("steps", join({rows_name, ", ", falling_name, ", ", steps_name, ", ",
                        tables_.add(join({of_, "limit"}), "uint32_t", limits)}));
  }

  void emit(const NumberStep& step, const circuits::LutStage& stage) {
    const auto pins = stage.pins.values();
    Numbers sizes;
    for (std::size_t o = 0; o < stage.size(); ++o) sizes.push_back(stage.fan_in(o));
    const std::string rows_name = rows(step, {pins.begin(), pins.end()});
    const std::string pins_name = tables_.add(join({of_, "pins"}), "unsigned char", sizes);
    const auto words = stage.tables.values();
    call("look_up", join({rows_name, ", ", pins_name, ", ",
                          tables_.add(join({of_, "table"}), "uint64_t", Numbers(words.begin(), words.end()), true)}));
  }

  void emit(const NumberStep& step, const circuits::CountStage& stage) {
    sum(step, stage.size(), listed(stage.sources), Numbers(stage.offsets.begin(), stage.offsets.end()), "NULL");
  }
  void emit(const NumberStep& step, const circuits::WeighStage& stage) {
    const auto weights = stage.weights.values();
    const std::string name = tables_.add_signed(join({of_, "weight"}), "weight", {weights.begin(), weights.end()});
    sum(step, stage.size(), listed(stage.sources), Numbers(stage.offsets.begin(), stage.offsets.end()), name);
  }
  void emit(const NumberStep& step, const circuits::AddStage&) {
    const std::size_t outputs = outputs_of(step);
    sum(step, outputs, every(step, outputs), Numbers(outputs, 0), "NULL");
  }

  void emit(const NumberStep& step, const circuits::MaxStage&) { most(step, "0"); }
  void emit(const NumberStep& step, const circuits::ArgmaxStage&) { most(step, "1"); }
  void most(const NumberStep& step, const std::string& which) {
    const std::size_t outputs = outputs_of(step);
    std::vector<std::uint32_t> list;
    for (std::size_t o = 0; o < outputs; ++o) {
      const auto own = every(step, outputs)(o);
      list.insert(list.end(), own.begin(), own.end());
    }
    call("most", join({rows(step, list), ", ", list.size() / outputs, ", ", which}));
  }

  void emit(const NumberStep& step, const circuits::RearrangeStage&) {
    const Reads& reads = *step.reads;
    const bool same_bytes = std::ranges::all_of(reads.sources, [&](const auto& source) {
      return plan_.bytes_of(source.signal) == plan_.bytes_of(step.output);
    });
    if (reads.is_image || !same_bytes) {
      sum(step, outputs_of(step), every(step, outputs_of(step)), Numbers(outputs_of(step), 0), "NULL");
      return;
    }
    if (spread(step)) return;
    Numbers from;
    for (const auto& source : reads.sources) from.push_back(plan_.at(source, false));
    call("pick", join({tables_.add(join({of_, "from"}), "uint32_t", from), ", ", from.size(), ", ",
                       plan_.at(step.output), ", ", plan_.bytes_of(step.output)}));
  }

  /// Larger images whose pixels are those of one smaller one, several side by side: of one channel or of several.
  bool spread(const NumberStep& step) {
    const auto& sources = step.reads->sources;
    const Shape in = circuit_.type(sources[0].signal).shape, out = circuit_.type(step.output).shape;
    if (out.height % in.height != 0 || out.width % in.width != 0 || in.height * in.width == 1) return false;
    const std::size_t rows = out.height / in.height, columns = out.width / in.width, pixels = in.height * in.width;
    Numbers channel(out.channels * rows * columns);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::size_t x = i % out.width, y = i / out.width % out.height, c = i / out.width / out.height;
      const circuits::CodeSource of{sources[i].signal, static_cast<std::uint32_t>(sources[i].channel / pixels), {}};
      if (circuit_.type(of.signal).shape.same_image(in) == false) return false;
      if (sources[i].channel % pixels != y / rows * in.width + x / columns) return false;
      std::uint64_t& at = channel[(c * rows + y % rows) * columns + x % columns];
      if (y < rows && x < columns) at = plan_.at(of, true);
      if (at != plan_.at(of, true)) return false;
    }
    const std::string channels = tables_.add(join({of_, "channel"}), "uint32_t", channel);
    call("spread", join({channels, ", ", view(in, out, {1, 1}), ", ", out.channels, ", ", rows, ", ", columns, ", ",
                         plan_.at(step.output), ", ", plan_.bytes_of(step.output)}));
    return true;
  }

  void write_window(std::size_t i) {
    const NumberStep& step = plan_.steps()[i];
    const std::string view_name = view(step.layer->input, step.layer->output, step.layer->stride);
    const std::string place = filled("$_APART");
    const WindowTables window{plan_, i, step, of_, view_name, place};
    if (step.convolution)
      call("convolve", window.add_convolution(tables_));
    else
      call("weigh_dense", window.add_dense(tables_));
  }

  /// The loops this circuit needs, each after what it calls.
  [[nodiscard]] std::string loops() const {
    std::string text = filled(rows_text, {{'W', tables_.type("weight")}});
    const std::array<std::pair<std::string_view, std::string_view>, 6> own{{{"sum", sum_text},
                                                                            {"steps", steps_text},
                                                                            {"look_up", look_up_text},
                                                                            {"most", most_text},
                                                                            {"spread", spread_text},
                                                                            {"pick", pick_text}}};
    if (uses("sum") || uses("steps") || uses("look_up") || uses("most")) text += filled(load_row_text);
    for (const auto& [loop, loop_text] : own)
      if (uses(loop)) text += filled(loop_text);
    if (uses("convolve") || uses("weigh_dense")) text += filled(codes_text);
    if (uses("weigh_dense")) text += filled(dense_text);
    if (uses("convolve")) {
      for (const auto part : {tables_text, shuffle_sets_text}) text += filled(part);
      text += filled(shuffle_tables_text, {{'L', pair_sums(0)}, {'H', pair_sums(2)}});
      for (const auto part : {fill_text, put_text, words_text, shuffle_text, convolution_text}) text += filled(part);
    }
    return text;
  }
  /// For each two codes of two bits, the sums of those that bits `first` and `first` + 1 of 0 to 15 choose.
  [[nodiscard]] static std::string pair_sums(unsigned first) {
    std::string text;
    for (unsigned i = 0; i < 256; ++i) {
      const unsigned codes = i / 16, chosen = i % 16 >> first;
      const unsigned sum = (chosen & 1) * (codes & 3) + (chosen >> 1 & 1) * (codes >> 2);
      append(text, {i % 32 == 0 ? "\n    " : " ", sum, ","});
    }
    return text;
  }
  [[nodiscard]] bool uses(std::string_view loop) const { return used_.contains(std::string(loop)); }

  const Circuit& circuit_;
  std::string name_, hash_;
  NumberPlan plan_;
  Tables tables_;
  std::string steps_, of_;
  std::set<std::string> used_;
};

}  // namespace lutra::c::detail
