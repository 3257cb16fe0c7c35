#pragma once
// Defines what <lutra/circuit/serialize.hpp> declares.

#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/serialize.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/binary.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra {

namespace circuits::detail {

inline void write_type(io::ByteWriter& out, const Type& type) {
  out.number<std::uint32_t>(static_cast<std::uint32_t>(type.shape.channels));
  out.number<std::uint32_t>(static_cast<std::uint32_t>(type.shape.height));
  out.number<std::uint32_t>(static_cast<std::uint32_t>(type.shape.width));
  out.number<std::uint32_t>(type.width);
}

[[nodiscard]] inline Type read_type(io::ByteReader& in, std::string_view what) {
  Type type;
  type.shape.channels = in.number<std::uint32_t>(what);
  type.shape.height = in.number<std::uint32_t>(what);
  type.shape.width = in.number<std::uint32_t>(what);
  type.width = in.number<std::uint32_t>(what);
  return type;
}

inline void write_window(io::ByteWriter& out, const RearrangeStage& window) {
  std::vector<std::uint32_t> rows, columns;
  for (const auto [row, column] : window.offsets) {
    rows.push_back(static_cast<std::uint32_t>(row));
    columns.push_back(static_cast<std::uint32_t>(column));
  }
  out.list(rows);
  out.list(columns);
  out.number<std::uint32_t>(static_cast<std::uint32_t>(window.stride.row));
  out.number<std::uint32_t>(static_cast<std::uint32_t>(window.stride.column));
}

/// Set in an operation's number where the stage works at each place of an image, and where it looks around.
inline constexpr std::uint8_t each_place_flag = 0x80, window_flag = 0x40;

template <class T>
[[nodiscard]] std::vector<std::uint32_t> sizes_of(const Lists<T>& lists) {
  std::vector<std::uint32_t> sizes;
  for (std::size_t i = 0; i < lists.size(); ++i) sizes.push_back(static_cast<std::uint32_t>(lists[i].size()));
  return sizes;
}

inline void write_operation(io::ByteWriter& out, const Stage& stage) {
  const Operation& any = stage.operation;
  const auto* const rearrange_any = std::get_if<RearrangeStage>(&any);
  const bool is_window = rearrange_any != nullptr && rearrange_any->is_window();
  out.number<std::uint8_t>(static_cast<std::uint8_t>(any.index() | (stage.each_place ? each_place_flag : 0U) |
                                                     (is_window ? window_flag : 0U)));
  if (const auto* threshold = std::get_if<ThresholdStage>(&any)) {
    out.list(threshold->sources);
    out.list(threshold->thresholds);
  } else if (const auto* luts = std::get_if<LutStage>(&any)) {
    std::vector<std::uint8_t> fan_ins;
    for (std::size_t i = 0; i < luts->size(); ++i) fan_ins.push_back(static_cast<std::uint8_t>(luts->fan_in(i)));
    out.list(fan_ins);
    out.list(luts->pins.values());
    out.list(luts->tables.values());
  } else if (const auto* count = std::get_if<CountStage>(&any)) {
    out.list(sizes_of(count->sources));
    out.list(count->sources.values());
    out.list(count->offsets);
  } else if (const auto* rearrange = std::get_if<RearrangeStage>(&any)) {
    out.list(rearrange->sources);
    if (is_window) write_window(out, *rearrange);
  } else if (const auto* weigh = std::get_if<WeighStage>(&any)) {
    out.list(sizes_of(weigh->sources));
    out.list(weigh->sources.values());
    out.list(weigh->weights.values());
    out.list(weigh->offsets);
  } else if (const auto* level = std::get_if<LevelStage>(&any)) {
    out.list(level->sources);
    out.list(sizes_of(level->thresholds));
    out.list(level->thresholds.values());
    out.list(std::vector<std::uint8_t>(level->falling.begin(), level->falling.end()));
  }
}

[[nodiscard]] inline LutStage read_luts(io::ByteReader& in) {
  const auto fan_ins = in.list<std::uint8_t>("fan-ins");
  const auto pins = in.list<std::uint32_t>("pins");
  const auto tables = in.list<std::uint64_t>("truth tables");
  std::size_t pin = 0, word = 0;
  LutStage luts;
  for (const std::size_t fan_in : fan_ins) {
    if (fan_in > max_fan_in) in.fail("circuit: fan-in", "at most 8", std::to_string(fan_in));
    if (fan_in > pins.size() - pin || table_words(fan_in) > tables.size() - word)
      in.fail("circuit: pins and truth tables", "as many as the fan-ins say", "fewer");
    luts.add(std::span(pins).subspan(pin, fan_in), std::span(tables).subspan(word, table_words(fan_in)));
    pin += fan_in;
    word += table_words(fan_in);
  }
  if (pin != pins.size() || word != tables.size())
    in.fail("circuit: pins and truth tables", "as many as the fan-ins say", "more");
  return luts;
}

/// Lists of these sizes, of which all numbers follow as one list.
template <class T>
[[nodiscard]] Lists<T> read_lists(io::ByteReader& in, const std::vector<std::uint32_t>& sizes,
                                  const std::string& what) {
  const auto values = in.list<T>(what);
  Lists<T> lists;
  std::size_t at = 0;
  for (const std::size_t size : sizes) {
    if (size > values.size() - at) in.fail("circuit: " + what, "as many as the sizes say", "fewer");
    lists.add(std::span(values).subspan(at, size));
    at += size;
  }
  if (at != values.size()) in.fail("circuit: " + what, "as many as the sizes say", "more");
  return lists;
}

[[nodiscard]] inline CountStage read_count(io::ByteReader& in) {
  const auto sizes = in.list<std::uint32_t>("group sizes");
  CountStage count;
  count.sources = read_lists<std::uint32_t>(in, sizes, "group sources");
  count.offsets = in.list<std::uint32_t>("offsets");
  return count;
}

[[nodiscard]] inline WeighStage read_weigh(io::ByteReader& in) {
  const auto sizes = in.list<std::uint32_t>("numbers of weights");
  WeighStage weigh;
  weigh.sources = read_lists<std::uint32_t>(in, sizes, "weighed sources");
  weigh.weights = read_lists<std::int32_t>(in, sizes, "weights");
  weigh.offsets = in.list<std::uint32_t>("offsets");
  return weigh;
}

[[nodiscard]] inline LevelStage read_level(io::ByteReader& in) {
  LevelStage level;
  level.sources = in.list<std::uint32_t>("level sources");
  const auto sizes = in.list<std::uint32_t>("numbers of thresholds");
  level.thresholds = read_lists<std::uint32_t>(in, sizes, "thresholds");
  for (const std::uint32_t falling : in.list<std::uint8_t>("directions")) {
    if (falling > 1) in.fail("circuit: direction", "0 or 1", std::to_string(falling));
    level.falling.push_back(falling == 1);
  }
  return level;
}

inline void read_window(io::ByteReader& in, RearrangeStage& window) {
  const auto rows = in.list<std::uint32_t>("rows of offsets"), columns = in.list<std::uint32_t>("columns of offsets");
  if (rows.size() != columns.size())
    in.fail("circuit: columns of offsets", std::to_string(rows.size()), std::to_string(columns.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    window.offsets.push_back({static_cast<std::int32_t>(rows[i]), static_cast<std::int32_t>(columns[i])});
  window.stride.row = static_cast<std::int32_t>(in.number<std::uint32_t>("stride"));
  window.stride.column = static_cast<std::int32_t>(in.number<std::uint32_t>("stride"));
  if (!window.is_window()) in.fail("circuit: window", "offsets or a stride", "none");
}

[[nodiscard]] inline Operation read_operation(io::ByteReader& in, std::uint8_t kind) {
  const bool is_window = (kind & window_flag) != 0;
  kind &= static_cast<std::uint8_t>(~window_flag);
  if (is_window && kind != 4) in.fail("circuit: window", "in a rearrangement", "in operation " + std::to_string(kind));
  switch (kind) {
    case 0: {
      ThresholdStage threshold;
      threshold.sources = in.list<std::uint32_t>("threshold sources");
      threshold.thresholds = in.list<std::uint32_t>("thresholds");
      return threshold;
    }
    case 1:
      return read_luts(in);
    case 2:
      return read_count(in);
    case 3:
      return AddStage{};
    case 4: {
      RearrangeStage rearrange{in.list<std::uint32_t>("rearranged sources")};
      if (is_window) read_window(in, rearrange);
      return rearrange;
    }
    case 5:
      return ArgmaxStage{};
    case 6:
      return read_weigh(in);
    case 7:
      return read_level(in);
    case 8:
      return MaxStage{};
    default:
      in.fail("circuit: operation", "0..8", std::to_string(kind));
  }
}

[[nodiscard]] inline Stage read_stage(io::ByteReader& in) {
  Stage stage;
  stage.name = in.text("stage name");
  stage.inputs = in.list<std::uint32_t>("stage inputs");
  stage.output = read_type(in, "stage output");
  const auto kind = in.number<std::uint8_t>("operation");
  stage.each_place = (kind & each_place_flag) != 0;
  stage.operation = read_operation(in, static_cast<std::uint8_t>(kind & ~each_place_flag));
  return stage;
}

// Keys in rising order are the only form a map is written in; any other would be a second form of the same circuit.
[[nodiscard]] inline Circuit::Notes read_notes(io::ByteReader& in) {
  Circuit::Notes notes;
  const std::size_t count = in.length("notes", 16);
  for (std::size_t i = 0; i < count; ++i) {
    std::string key = in.text("key of a note");
    if (!notes.empty() && key <= notes.rbegin()->first)
      in.fail("circuit: notes", "keys in rising order", "'" + key + "'");
    std::string value = in.text("text of a note");
    notes.emplace_hint(notes.end(), std::move(key), std::move(value));
  }
  return notes;
}

}  // namespace circuits::detail

LUTRA_INLINE std::string serialize(const Circuit& circuit) {
  io::ByteWriter out;
  circuits::detail::write_type(out, circuit.input());
  out.number<std::uint64_t>(circuit.stages().size());
  for (const auto& stage : circuit.stages()) {
    out.text(stage.name);
    out.list(stage.inputs);
    circuits::detail::write_type(out, stage.output);
    circuits::detail::write_operation(out, stage);
  }
  out.number<std::uint64_t>(circuit.notes().size());
  for (const auto& [key, value] : circuit.notes()) {
    out.text(key);
    out.text(value);
  }
  return io::frame(circuit_magic, circuit_version, out.bytes());
}

LUTRA_INLINE Circuit deserialize(std::string_view bytes, const std::string& file) {
  io::ByteReader in = io::unframe(bytes, circuit_magic, circuit_version, "circuit file", file);
  const auto input = circuits::detail::read_type(in, "input");
  const std::size_t count = in.length("stages", 33);  // the smallest stage: empty name and inputs, a type, an operation
  std::vector<circuits::Stage> stages;
  for (std::size_t i = 0; i < count; ++i) stages.push_back(circuits::detail::read_stage(in));
  Circuit::Notes notes = circuits::detail::read_notes(in);
  in.end();
  try {
    return {input, std::move(stages), std::move(notes)};
  } catch (const Error& error) {
    throw Error(error.subject(), file.empty() ? error.where() : file + ", " + error.where(), error.expected(),
                error.got());
  }
}

}  // namespace lutra
