#pragma once
// Turns a planned circuit into C text: a table for what each stage reads and computes, and one call a stage of the
// loops in runtime.hpp that work through it. However many nodes there are, the code stays small and the rest is data.

#include <algorithm>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/c/interface.hpp>
#include <lutra/export/c/number_loops.hpp>
#include <lutra/export/c/plan.hpp>
#include <lutra/export/c/runtime.hpp>
#include <lutra/export/c/tables.hpp>
#include <lutra/export/c/text.hpp>
#include <lutra/export/text.hpp>
#include <lutra/version.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::c::detail {

class Writer {
 public:
  /// `hash` names the circuit in the file's header: `circuit` may be its unrolled form.
  Writer(const Circuit& circuit, std::string name, std::string hash)
      : circuit_(circuit), name_(std::move(name)), hash_(std::move(hash)), plan_(circuit), tables_(name_) {
    tables_.set_type("limit", integer_type(largest_limit()));
    tables_.set_type("weight", integer_type(largest_weight()));
    tables_.set_type("index", integer_type(std::max(plan_.planes(), circuit.input().size())));
  }

  [[nodiscard]] Texts write() {
    if (plan_.stores_input())
      call("load", join({"samples, n, ", at(plan_.input())}), join({"sample, ", at(plan_.input())}), "");
    for (std::size_t i = 0; i < circuit_.stages().size(); ++i)
      if (plan_.computes(i))
        std::visit([&](const auto& operation) { emit(i, operation); }, circuit_.stages()[i].operation);
    if (!reads()) run_ += "    (void)samples;\n", one_ += "    (void)sample;\n";
    const std::string answers = answer();
    const std::string declarations = interface();
    return {join({declarations, "\n#ifndef ", filled("$_DECLARATIONS\n\n"), constants(), loops(), tables_.text(),
                  answers, entry_points(), "\n#endif\n"}),
            declarations};
  }

 private:
  using Numbers = std::vector<std::uint64_t>;

  [[nodiscard]] std::string filled(std::string_view text, Substitutes others = {}) const {
    return fill_in(text, name_, others);
  }
  [[nodiscard]] std::string number(std::uint64_t value) const { return std::to_string(value); }

  [[nodiscard]] std::uint64_t largest_limit() const {
    std::uint64_t largest = 0;
    for (const auto& stage : circuit_.stages())
      if (const auto* threshold = std::get_if<circuits::ThresholdStage>(&stage.operation))
        for (const auto limit : threshold->thresholds) largest = std::max<std::uint64_t>(largest, limit);
      else if (const auto* level = std::get_if<circuits::LevelStage>(&stage.operation))
        for (const auto limit : level->thresholds.values()) largest = std::max<std::uint64_t>(largest, limit);
    return largest;
  }
  /// A weight as the loops read it.
  static std::uint64_t coded(std::int32_t weight) { return circuits::magnitude(weight) << 1 | (weight < 0 ? 1U : 0U); }
  [[nodiscard]] std::uint64_t largest_weight() const {
    std::uint64_t largest = 0;
    for (const auto& stage : circuit_.stages())
      if (const auto* weigh = std::get_if<circuits::WeighStage>(&stage.operation))
        for (const auto weight : weigh->weights.values()) largest = std::max(largest, coded(weight));
    return largest;
  }

  /// The tables of where values are: their planes and their bits, as what a call takes.
  std::string add_places(const std::string& of, std::span<const Place> places) {
    Numbers pins, bits;
    for (const Place& place : places) {
      pins.push_back(plan_.plane(place));
      bits.push_back(place.width);
    }
    const std::string pin_name = tables_.add(join({of, "pin"}), "index", pins);
    return join({pin_name, ", ", tables_.add(join({of, "bits"}), "unsigned char", bits)});
  }
  /// The same of one list after another.
  std::string add_places(const std::string& of, const std::vector<std::vector<Place>>& lists) {
    std::vector<Place> all;
    for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
    return add_places(of, all);
  }
  /// How long each list is.
  std::string add_sizes(const std::string& of, const std::vector<std::vector<Place>>& lists) {
    Numbers sizes;
    for (const auto& list : lists) sizes.push_back(list.size());
    return tables_.add(join({of, "terms"}), "uint32_t", sizes);
  }

  /// One step of the computation, in both forms: a loop's name and what it takes after the memory.
  void call(std::string_view loop, std::string_view run_first, std::string_view one_first, std::string_view rest) {
    used_.emplace_back(loop);
    append(run_, {"    ", name_, "_", loop, "_run(", run_first, rest, ");\n"});
    append(one_, {"    ", name_, "_", loop, "_one(", one_first, rest, ");\n"});
  }
  void call(std::string_view loop, std::string_view arguments) { call(loop, "m, ", "m, ", arguments); }

  void heading(std::size_t i) {
    const auto& stage = circuit_.stages()[i];
    const std::string text = join({"/* Stage ", i, ", ", circuits::operation_name(stage.operation), ", ",
                                   to_string(stage.output.shape), ": ", comment(stage.name), " */\n"});
    append(run_, {"    ", text});
    append(one_, {"    ", text});
    tables_.add_text(join({"\n", text}));
  }

  [[nodiscard]] std::string at(std::size_t plane) const { return plane == 0 ? "m" : join({"m + ", plane}); }

  void emit(std::size_t i, const circuits::ThresholdStage& stage) {
    heading(i);
    const auto in = plan_.joined(i);
    const bool encodes = Plan::encodes(stage, in);
    std::vector<Place> places;
    Numbers sources, limits;
    for (const auto node : plan_.order(i)) {
      places.push_back(in[stage.sources[node]]);
      sources.push_back(places.back().index);
      limits.push_back(stage.thresholds[node]);
    }
    const std::string of = join({"s", i, "_"});
    const std::string from = encodes ? tables_.add(join({of, "pin"}), "index", sources) : add_places(of, places);
    const std::string rest = join(
        {at(plan_.output(i)), ", ", from, ", ", tables_.add(join({of, "limit"}), "limit", limits), ", ", stage.size()});
    if (encodes)
      call("encode", "samples, n, ", "sample, ", rest);
    else
      call("threshold", rest);
  }

  void emit(std::size_t i, const circuits::LutStage& stage) {
    heading(i);
    const auto in = plan_.joined(i);
    const auto& order = plan_.order(i);
    std::size_t done = 0;
    for (std::size_t fan_in = 0; fan_in <= circuits::max_fan_in; ++fan_in) {
      Numbers pins, tables;
      const std::size_t first = done;
      for (; done < order.size() && stage.fan_in(order[done]) == fan_in; ++done) {
        for (const auto pin : stage.pins[order[done]]) pins.push_back(plan_.plane(in[pin]));
        const auto table = stage.tables[order[done]];
        tables.insert(tables.end(), table.begin(), table.end());
      }
      if (done == first) continue;
      const std::string of = join({"s", i, "_lut", fan_in, "_"}), y = at(plan_.output(i) + first);
      const std::string table = tables_.add(join({of, "table"}), table_type(fan_in), tables, true);
      if (fan_in == 0)
        call("lut0", "", "", join({y, ", ", table, ", ", done - first}));
      else
        call(join({"lut", fan_in}),
             join({y, ", ", tables_.add(join({of, "pin"}), "index", pins), ", ", table, ", ", done - first}));
    }
  }

  static std::string table_type(std::size_t fan_in) { return integer_type(circuits::table_mask(fan_in)); }

  void emit(std::size_t i, const circuits::CountStage& stage) { sum(i, stage.offsets); }
  void emit(std::size_t i, const circuits::AddStage&) { sum(i, {}); }

  void sum(std::size_t i, std::span<const std::uint32_t> offsets) {
    heading(i);
    const auto& stage = circuit_.stages()[i];
    Numbers start(offsets.begin(), offsets.end());
    start.resize(stage.output.size());
    const auto sums = Plan::terms(stage, plan_.joined(i));
    const std::string of = join({"s", i, "_"});
    const std::string places = add_places(of, sums), terms = add_sizes(of, sums);
    call("count", join({at(plan_.output(i)), ", ", plan_.output_width(i), ", ", places, ", ", terms, ", ",
                        tables_.add(join({of, "offset"}), "uint32_t", start), ", ", stage.output.size()}));
  }

  void emit(std::size_t i, const circuits::ArgmaxStage&) { compare(i, "argmax"); }
  void emit(std::size_t i, const circuits::MaxStage&) { compare(i, "max"); }

  void compare(std::size_t i, const std::string& loop) {
    heading(i);
    const auto rivals = Plan::terms(circuit_.stages()[i], plan_.joined(i));
    std::uint32_t deep = 0;
    for (const auto& values : rivals)
      for (const Place& place : values) deep = std::max(deep, place.width);
    const std::string places = add_places(join({"s", i, "_"}), rivals);
    const std::string bits = loop == "argmax" ? join({deep, ", "}) : "";
    call(loop, join({at(plan_.output(i)), ", ", plan_.output_width(i), ", ", places, ", ", bits, rivals[0].size(), ", ",
                     rivals.size()}));
  }

  void emit(std::size_t, const circuits::RearrangeStage&) {}  // moves nothing: see Plan

  void emit(std::size_t i, const circuits::WeighStage& weigh) {
    heading(i);
    const auto sums = Plan::terms(circuit_.stages()[i], plan_.joined(i));
    Numbers weights;
    for (const std::int32_t weight : weigh.weights.values()) weights.push_back(coded(weight));
    const std::string of = join({"s", i, "_"});
    const std::string places = add_places(of, sums), weight_name = tables_.add(join({of, "weight"}), "weight", weights);
    const std::string terms = add_sizes(of, sums);
    const std::string offsets =
        tables_.add(join({of, "offset"}), "uint32_t", Numbers(weigh.offsets.begin(), weigh.offsets.end()));
    call("weigh", join({at(plan_.output(i)), ", ", plan_.output_width(i), ", ", places, ", ", weight_name, ", ", terms,
                        ", ", offsets, ", ", sums.size()}));
  }

  void emit(std::size_t i, const circuits::LevelStage& level) {
    heading(i);
    const auto in = plan_.joined(i);
    std::vector<Place> sources;
    Numbers falling, steps;
    for (std::size_t o = 0; o < level.size(); ++o) {
      sources.push_back(in[level.sources[o]]);
      falling.push_back(level.falling[o] ? 1 : 0);
      steps.push_back(level.thresholds[o].size());
    }
    const auto limits = level.thresholds.values();
    const std::string of = join({"s", i, "_"});
    const std::string places = add_places(of, sources);
    const std::string falling_name = tables_.add(join({of, "falling"}), "unsigned char", falling);
    const std::string steps_name = tables_.add(join({of, "steps"}), "uint32_t", steps);
    const std::string limit_name = tables_.add(join({of, "limit"}), "limit", Numbers(limits.begin(), limits.end()));
    call("level", join({at(plan_.output(i)), ", ", plan_.output_width(i), ", ", places, ", ", falling_name, ", ",
                        steps_name, ", ", limit_name, ", ", level.size()}));
  }

  /// The loops that bring the answers out; they read two tables of their own.
  [[nodiscard]] std::string answer() {
    std::uint32_t widest = 0;
    for (const Place& place : plan_.answers()) widest = std::max(widest, place.width);
    tables_.add_text("\n/* Where the answers are. */\n");
    add_places("answer_", plan_.answers());
    run_ += filled("    @_answer_run(m, n, answers);\n");
    one_ += filled("    @_answer_one(m, answers);\n");
    return filled(answer_text, {{'B', number(widest)}, {'M', hex((std::uint64_t{1} << widest) - 1)}});
  }

  [[nodiscard]] bool uses(std::string_view loop) const { return std::ranges::find(used_, loop) != used_.end(); }

  [[nodiscard]] bool reads() const { return uses("load") || uses("encode"); }

  /// The loops this circuit needs, each after what it calls.
  [[nodiscard]] std::string loops() const {
    const bool luts = std::ranges::any_of(used_, [](const auto& loop) { return loop >= "lut3" && loop <= "lut8"; });
    std::string text = filled(transpose_text);
    text += filled(value_text);
    if (reads()) text += filled(read_text, {{'J', read_full_word()}});
    if (uses("load")) text += filled(load_text);
    if (uses("encode") || uses("threshold") || uses("level")) text += filled(at_least_text);
    if (uses("encode")) text += filled(encode_text);
    if (uses("threshold")) text += filled(threshold_text);
    if (luts) text += filled(mux_text);
    for (std::size_t fan_in = 0; fan_in <= circuits::max_fan_in; ++fan_in)
      if (uses(join({"lut", fan_in}))) text += lut_loops(fan_in);
    if (uses("count") || uses("weigh") || uses("level")) text += filled(add_text);
    if (uses("count")) text += filled(count_text);
    if (uses("weigh")) text += filled(weigh_text, {{'G', tables_.type("weight")}});
    if (uses("level")) text += filled(level_text);
    if (uses("max")) text += filled(max_text);
    if (uses("argmax")) text += filled(argmax_text);
    return text;
  }

  [[nodiscard]] std::string lut_loops(std::size_t fan_in) const {
    if (fan_in == 0) return filled(lut0_text);
    std::string address = "m[pin[0]]";
    for (std::size_t j = 1; j < fan_in; ++j)
      append(address, {j == 5 ? "\n                                 | " : " | ", "(unsigned)m[pin[", j, "]] << ", j});
    const auto fill = [&](std::string_view text) {
      return filled(text, {{'K', number(fan_in)},
                           {'H', number(fan_in < 3 ? 0 : std::uint64_t{1} << (fan_in - 3))},
                           {'W', number(circuits::table_words(fan_in))},
                           {'T', table_type(fan_in)},
                           {'P', address},
                           {'A', fan_in <= 6 ? "*table >> address" : "table[address / 64] >> (address & 63)"}});
    };
    return fill(fan_in == 1 ? lut1_text : fan_in == 2 ? lut2_text : lut_text) + fill(lut_one_text);
  }

  [[nodiscard]] std::string constants() const {
    return filled(
        "#include <string.h>\n\n"
        "#ifdef __cplusplus\n#define $_RESTRICT\n#else\n#define $_RESTRICT restrict\n#endif\n\n"
        "#define $_INPUT_BITS ~B\n"
        "#define $_TOGETHER ~T /* inputs that are read at once */\n\n"
        "typedef ~I @_index; /* of a bit plane, or of an input */\n"
        "typedef ~L @_limit;\n",
        {{'B', number(circuit_.input().width)},
         {'T', number(64 / circuit_.input().width)},
         {'I', tables_.type("index")},
         {'L', tables_.type("limit")}});
  }

  /// A full word of inputs, spelled out: compilers make one load of eight bytes.
  [[nodiscard]] std::string read_full_word() const {
    const std::uint64_t bits = circuit_.input().width, together = 64 / bits;
    if (together > 8 || together > circuit_.input().size()) return "";
    std::string text = "                if (here == $_TOGETHER)\n                    joined = (uint64_t)x[0]";
    for (std::uint64_t k = 1; k < together; ++k)
      append(text, {k % 4 == 0 ? "\n                             | " : " | ", "(uint64_t)x[", k, "] << ", k * bits});
    return filled(text + ";\n                else\n");
  }

  [[nodiscard]] std::string interface() const {
    const auto& in = circuit_.input();
    const auto& out = circuit_.output();
    const std::string what = circuit_.is_classifier() ? "raw input to class index" : "raw input to answer";
    return filled(interface_text, {{'D', join({what, ", ", circuit_.lut_nodes(), " LUT nodes"})},
                                   {'H', hash_},
                                   {'V', version},
                                   {'I', join({to_string(in.shape), " = ", in.size()})},
                                   {'M', number(in.maximum())},
                                   {'S', sample_type()},
                                   {'A', answer_text_of(circuit_)},
                                   {'R', number(tables_.bytes())},
                                   {'P', number(plan_.planes())},
                                   {'K', number(plan_.planes() * 32)},
                                   {'G', stages_text_of(circuit_)},
                                   {'N', number(in.size())},
                                   {'O', number(out.size())},
                                   {'E', run_result_text(can_refuse())},
                                   {'F', one_result_text(can_refuse())}});
  }

  [[nodiscard]] std::string entry_points() const {
    return filled(entry_text, {{'R', run_},
                               {'O', one_},
                               {'I', can_refuse() ? "    size_t i;\n" : ""},
                               {'C', can_refuse() ? filled(run_check_text) : ""},
                               {'D', can_refuse() ? filled(one_check_text) : ""}});
  }
  [[nodiscard]] std::string sample_type() const { return integer_type(circuit_.input().maximum()); }
  /// False where every value of the sample type is an input.
  [[nodiscard]] bool can_refuse() const { return circuit_.input().width != 8 * type_bytes(sample_type()); }

  const Circuit& circuit_;
  std::string name_, hash_;
  Plan plan_;
  Tables tables_;
  std::string run_, one_;
  std::vector<std::string> used_;
};

}  // namespace lutra::c::detail
