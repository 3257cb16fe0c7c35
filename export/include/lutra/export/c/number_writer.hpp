#pragma once
// Turns a circuit of numbers into C text: tables and one call for each step of number_plan.hpp.

#include <algorithm>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/export/c/line_tables.hpp>
#include <lutra/export/c/number_interface.hpp>
#include <lutra/export/c/number_plan.hpp>
#include <lutra/export/c/number_texts.hpp>
#include <lutra/export/c/tables.hpp>
#include <lutra/export/c/text.hpp>
#include <lutra/export/c/window_tables.hpp>
#include <lutra/export/text.hpp>
#include <map>
#include <numeric>
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
    const std::string declarations = interface.declarations();
    return {join({declarations, "\n#ifndef ", filled("$_DECLARATIONS\n\n"), filled(number_includes_text), loops(),
                  tables_.text(), interface.entry_points(steps_), "\n#endif\n"}),
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
    const bool both = step.lines || plan_.is_packed(step.output);
    if (both) {
      write_branch("#ifdef $_SIDE\n", side);
      if (step.lines)
        write_lines(i);
      else
        spread_pixels(step);
      write_branch("#else\n", plain);
    }
    if (step.layer)
      write_window(i);
    else
      std::visit([&](const auto& operation) { emit(step, operation); }, stage.operation);
    if (both) write_branch("#endif\n", side | plain);
  }

  /// Where a compiler sees what is written: where there are vectors, or where there are none.
  static constexpr unsigned side = 1, plain = 2;

  void write_branch(std::string_view begin, unsigned where) {
    append(steps_, {filled(begin)});
    tables_.add_text(filled(begin));
    where_ = where;
    tables_.set_in(where == side ? Tables::In::first : where == plain ? Tables::In::second : Tables::In::both);
  }

  void call(const std::string& loop, const std::string& arguments) {
    used_[loop] |= where_;
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
    const auto bytes = [&](const auto& source) { return plan_.bytes_of(source.signal); };
    const bool same_bytes = !reads.sources.empty() && std::ranges::all_of(reads.sources, [&](const auto& source) {
      return bytes(source) == bytes(reads.sources[0]);
    });
    if (reads.is_image && same_bytes && bytes(reads.sources[0]) == plan_.bytes_of(step.output)) {
      std::vector<std::uint32_t> all(reads.sources.size());
      std::iota(all.begin(), all.end(), 0U);
      call("move", rows(step, all));
      return;
    }
    if (reads.is_image || !same_bytes) {
      sum(step, outputs_of(step), every(step, outputs_of(step)), Numbers(outputs_of(step), 0), "NULL");
      return;
    }
    const std::string where =
        join({bytes(reads.sources[0]), ", ", plan_.at(step.output), ", ", plan_.bytes_of(step.output)});
    Numbers from;
    if (step.spread) {
      const Spread& spread = *step.spread;
      for (const auto& channel : spread.channels) from.push_back(plan_.at(channel, true));
      const std::string channels = tables_.add(join({of_, "channel"}), "uint32_t", from);
      call("spread", join({channels, ", ", view(spread.in, spread.out, {1, 1}), ", ", spread.out.channels, ", ",
                           spread.rows, ", ", spread.columns, ", ", where}));
      return;
    }
    for (const auto& source : reads.sources) from.push_back(plan_.at(source, false));
    call("pick", join({tables_.add(join({of_, "from"}), "uint32_t", from), ", ", from.size(), ", ", where}));
  }

  /// Whole pixels become several.
  void spread_pixels(const NumberStep& step) {
    const Spread& spread = *step.spread;
    call("spread_pixels", join({plan_.at(spread.channels[0].signal), ", ", view(spread.in, spread.out, {1, 1}), ", ",
                                packed_pixel_bytes(spread.in.channels), ", ", spread.rows, ", ", spread.columns, ", ",
                                plan_.at(step.output)}));
  }

  void write_lines(std::size_t i) {
    const NumberStep& step = plan_.steps()[i];
    const Shape& out = circuit_.type(step.output).shape;
    const std::string view_name = view(step.reads->image, out, step.reads->stride);
    const LineTables lines{plan_, i, step, of_, view_name};
    call(step.lines->codes() != nullptr ? "shuffle" : "multiply", lines.add(tables_));
  }

  void write_window(std::size_t i) {
    const NumberStep& step = plan_.steps()[i];
    const std::string view_name = view(step.layer->input, step.layer->output, step.layer->stride);
    const WindowTables window{plan_, i, step, of_, view_name};
    if (step.convolution)
      call("convolve", window.add_convolution(tables_));
    else
      call("weigh_dense", window.add_dense(tables_));
  }

  /// What the loops of this circuit need, each after what it calls, and where a compiler is to see it.
  [[nodiscard]] std::string loops() const {
    std::string text;
    if (uses({"shuffle", "multiply"}) != 0) text += filled(vector_sets_text);
    text += filled(rows_text, {{'W', tables_.type("weight")}});
    for (const NumberText& part : number_texts()) {
      const unsigned where = uses(part.loops);
      if (where == 0) continue;
      if (where != (side | plain)) text += filled(where == side ? "\n#ifdef $_SIDE" : "\n#ifndef $_SIDE");
      text += filled(part.text, {{'T', part.text == code_tables_text ? tables_of_bytes() : ""}});
      if (where != (side | plain)) text += "#endif\n";
    }
    return text;
  }
  /// Where any of these loops is called.
  [[nodiscard]] unsigned uses(const std::vector<std::string_view>& loops) const {
    unsigned where = 0;
    for (const std::string_view loop : loops)
      if (const auto at = used_.find(loop); at != used_.end()) where |= at->second;
    return where;
  }
  const Circuit& circuit_;
  std::string name_, hash_;
  NumberPlan plan_;
  Tables tables_;
  std::string steps_, of_;
  std::map<std::string, unsigned, std::less<>> used_;  ///< each loop, and where it is called
  unsigned where_ = side | plain;
};

}  // namespace lutra::c::detail
