#pragma once
// Defines what <lutra/circuit/validate.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/stages.hpp>
#include <lutra/circuit/validate.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra::circuits {

/// All values a stage reads, one input signal after another.
struct StageInputs {
  std::size_t size = 0;            ///< values in all
  std::uint32_t width = 0;         ///< the widest input's bits
  std::uint64_t maximum = 0;       ///< the largest value any of them can hold
  std::vector<std::size_t> begin;  ///< where each signal starts in the joined vector
};

namespace detail {

class StageChecker {
 public:
  StageChecker(const Stage& stage, std::size_t index, const StageInputs& in)
      : stage_(stage), in_(in), where_("stage " + std::to_string(index) + ", " + stage.name) {}

  void operator()(const ThresholdStage& t) const {
    require(t.thresholds.size() == t.sources.size(), "number of thresholds", t.sources.size(), t.thresholds.size());
    outputs(t.size());
    width(1);
    sources_exist(t.sources);
  }

  void operator()(const LutStage& luts) const {
    require(luts.tables.size() == luts.size(), "number of tables", luts.size(), luts.tables.size());
    outputs(luts.size());
    width(1);
    if (in_.width > 1) fail("LUT inputs", "signals of 1 bit", std::to_string(in_.width) + " bits");
    sources_exist(luts.pins.values());
    for (std::size_t i = 0; i < luts.size(); ++i) {
      const std::size_t fan_in = luts.fan_in(i);
      if (fan_in > max_fan_in) fail("fan-in of node " + std::to_string(i), "at most 8", std::to_string(fan_in));
      require(luts.tables[i].size() == table_words(fan_in), "table words of node " + std::to_string(i),
              table_words(fan_in), luts.tables[i].size());
      if ((luts.tables[i][0] & ~table_mask(fan_in)) != 0)
        fail("table of node " + std::to_string(i), "zeros above bit 2^fan-in", "set bits there");
    }
  }

  void operator()(const CountStage& count) const {
    require(count.offsets.size() == count.size(), "number of offsets", count.size(), count.offsets.size());
    outputs(count.size());
    sources_exist(count.sources.values());
    for (std::size_t i = 0; i < count.size(); ++i)
      fits(count.offsets[i] + count.sources[i].size() * in_.maximum, "sum of group " + std::to_string(i));
  }

  void operator()(const AddStage&) const {
    const std::size_t terms = stage_.inputs.size();
    if (in_.size != terms * written())
      fail("values to add", std::to_string(terms) + " signals of " + std::to_string(written()),
           std::to_string(in_.size) + " values in all");
    for (std::size_t i = 0; i < terms; ++i)
      require(in_.begin[i] == i * written(), "first value of input " + std::to_string(i), i * written(), in_.begin[i]);
    fits(terms * in_.maximum, "sum");
  }

  void operator()(const RearrangeStage& r) const {
    if (r.is_window() && !stage_.each_place) fail("offsets", "none in a stage that reads no image", "some");
    outputs(r.size());
    width(in_.width);
    sources_exist(r.sources);
    if (!r.is_window()) return;
    require(r.offsets.size() == r.size(), "number of offsets", r.size(), r.offsets.size());
    for (const std::int32_t stride : {r.stride.row, r.stride.column})
      if (stride < 1) fail("stride", "at least 1", std::to_string(stride));
  }

  void operator()(const ArgmaxStage&) const {
    every_nth();
    fits(in_.size / written() - 1, "largest index");
  }

  void operator()(const MaxStage&) const {
    every_nth();
    width(in_.width);
  }

  void operator()(const WeighStage& weigh) const {
    require(weigh.weights.size() == weigh.size(), "number of lists of weights", weigh.size(), weigh.weights.size());
    require(weigh.offsets.size() == weigh.size(), "number of offsets", weigh.size(), weigh.offsets.size());
    outputs(weigh.size());
    sources_exist(weigh.sources.values());
    for (std::size_t i = 0; i < weigh.size(); ++i) {
      const std::string which = "sum " + std::to_string(i);
      const auto weights = weigh.weights[i];
      require(weights.size() == weigh.sources[i].size(), "weights of " + which, weigh.sources[i].size(),
              weights.size());
      std::uint64_t most = weigh.offsets[i], less = 0;
      for (const std::int32_t weight : weights) {
        (weight < 0 ? less : most) += magnitude(weight) * in_.maximum;
        fits(most, which);
        if (less > weigh.offsets[i]) fail("offset of " + which, "as much as its weights take away", "less");
      }
      fits(most, which);
    }
  }

  void operator()(const LevelStage& level) const {
    require(level.thresholds.size() == level.size(), "number of lists of thresholds", level.size(),
            level.thresholds.size());
    require(level.falling.size() == level.size(), "number of directions", level.size(), level.falling.size());
    outputs(level.size());
    sources_exist(level.sources);
    for (std::size_t i = 0; i < level.size(); ++i) {
      const auto thresholds = level.thresholds[i];
      if (!std::ranges::is_sorted(thresholds))
        fail("thresholds of output " + std::to_string(i), "numbers that rise or repeat", "some that fall");
      fits(thresholds.size(), "number of thresholds of output " + std::to_string(i));
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& expected, const std::string& got) const {
    throw Error("circuit: " + what, where_, expected, got);
  }
  void require(bool holds, const std::string& what, std::size_t expected, std::size_t got) const {
    if (!holds) fail(what, std::to_string(expected), std::to_string(got));
  }
  [[nodiscard]] std::size_t written() const {
    return stage_.each_place ? stage_.output.shape.channels : stage_.output.size();
  }
  void outputs(std::size_t computed) const {
    const char* const what = stage_.each_place ? "channels of the output shape " : "values of the output shape ";
    require(written() == computed, what + to_string(stage_.output.shape), computed, written());
  }
  void every_nth() const {
    if (in_.size % written() != 0)
      fail("values of the output shape " + to_string(stage_.output.shape),
           "a divisor of the " + std::to_string(in_.size) + " inputs", std::to_string(written()));
  }
  void width(std::uint32_t expected) const {
    require(stage_.output.width == expected, "output width in bits", expected, stage_.output.width);
  }
  void fits(std::uint64_t value, const std::string& what) const {
    if (value > stage_.output.maximum())
      fail(what, "at most " + std::to_string(stage_.output.maximum()) + " to fit the output", std::to_string(value));
  }
  void sources_exist(std::span<const std::uint32_t> sources) const {
    for (std::size_t i = 0; i < sources.size(); ++i)
      if (sources[i] >= in_.size)
        fail("source " + std::to_string(i), "an index below " + std::to_string(in_.size), std::to_string(sources[i]));
  }

  const Stage& stage_;
  const StageInputs& in_;
  std::string where_;
};

/// Sides whose product overflows would make every later size check meaningless.
inline void check_type(const Type& type, const std::string& where) {
  constexpr std::size_t most = std::size_t{1} << 31;
  const auto [c, h, w] = type.shape;
  if (c == 0 || h == 0 || w == 0 || c > most || h > most || w > most || c * h > most || c * h * w > most)
    throw Error("circuit: shape", where, "1 to 2^31 values", to_string(type.shape));
  if (type.width < 1 || type.width > 32)
    throw Error("circuit: width in bits", where, "1 to 32", std::to_string(type.width));
}

/// Names go into comments of emitted files, where a line break would end the comment.
inline void check_name(const std::string& name, std::size_t index) {
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      throw Error("circuit: name", "stage " + std::to_string(index), "one line of printable text",
                  "control character " + std::to_string(static_cast<int>(c)));
}

/// All images a stage works through have its output's height and width; only one that looks around may change them.
template <class TypeOf>
void check_images(const Stage& stage, const TypeOf& type_of, const std::string& where) {
  const auto* const rearrange = std::get_if<RearrangeStage>(&stage.operation);
  const bool is_window = rearrange != nullptr && rearrange->is_window();
  const Shape& wanted = is_window ? type_of(stage.inputs[0]).shape : stage.output.shape;
  for (const SignalId id : stage.inputs)
    if (const Shape& shape = type_of(id).shape; !shape.same_image(wanted))
      throw Error("circuit: image that signal " + std::to_string(id) + " holds", where,
                  std::to_string(wanted.height) + " x " + std::to_string(wanted.width) + " pixels", to_string(shape));
}

}  // namespace detail

/// The types a stage reads, joined; of images, the values at one place. `type_of(id)` gives a signal's Type.
template <class TypeOf>
[[nodiscard]] StageInputs stage_inputs(const Stage& stage, TypeOf&& type_of) {
  StageInputs in;
  for (const SignalId id : stage.inputs) {
    const Type& type = type_of(id);
    in.begin.push_back(in.size);
    in.size += stage.each_place ? type.shape.channels : type.size();
    in.width = std::max(in.width, type.width);
    in.maximum = std::max(in.maximum, type.maximum());
  }
  return in;
}

LUTRA_INLINE void validate(const Type& input, const std::vector<Stage>& stages) {
  detail::check_type(input, "input");
  if (stages.empty()) throw Error("circuit", "stages", "at least one", "none");
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Stage& stage = stages[i];
    const std::string where = "stage " + std::to_string(i) + ", " + stage.name;
    detail::check_name(stage.name, i);
    detail::check_type(stage.output, where);
    if (stage.inputs.empty()) throw Error("circuit: inputs", where, "at least one signal", "none");
    for (const SignalId id : stage.inputs)
      if (id > i) throw Error("circuit: input signal", where, "one of 0.." + std::to_string(i), std::to_string(id));
    const auto type_of = [&](SignalId id) -> const Type& { return id == 0 ? input : stages[id - 1].output; };
    if (stage.each_place) detail::check_images(stage, type_of, where);
    const StageInputs in = stage_inputs(stage, type_of);
    std::visit(detail::StageChecker(stage, i, in), stage.operation);
  }
}

}  // namespace lutra::circuits
