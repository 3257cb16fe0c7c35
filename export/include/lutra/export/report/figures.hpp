#pragma once
// The contents of a report as JSON, for programs: the same figures as on the page, unrounded.

#include <cstddef>
#include <lutra/circuit/hash.hpp>
#include <lutra/export/json.hpp>
#include <lutra/export/report/contents.hpp>
#include <lutra/export/report/measures.hpp>
#include <lutra/export/report/subject.hpp>
#include <lutra/export/stream/header.hpp>
#include <lutra/version.hpp>
#include <string>
#include <utility>

namespace lutra::report {

namespace detail {

inline void write(json::Writer& json, const StageMeasure& measure, const Measures& of, const char* values) {
  json.begin_object().member(values, measure.values);
  if (of.hardware) {
    json.member("luts", measure.luts).member("flip_flops", measure.flip_flops).member("levels", measure.levels);
    json.member("clock", measure.ready);
  }
  json.end();
}

inline void write(json::Writer& json, const FanIns& counts) {
  json.begin_array();
  for (const auto count : counts) json.value(count);
  json.end();
}

inline void write_stages(json::Writer& json, const Subject& subject) {
  json.key("stages").begin_array();
  for (const auto& [before, now] : pair_stages(subject.contents.original, subject.circuit)) {
    const auto& stage = now ? subject.circuit.stages()[*now] : subject.contents.original->stages()[*before];
    const auto& [channels, height, width] = stage.output.shape;
    json.begin_object().member("name", stage.name).member("operation", circuits::operation_name(stage.operation));
    json.key("shape").begin_array().value(channels).value(height).value(width).end();
    json.member("width", stage.output.width);
    json.key("inputs").begin_array();
    for (const auto id : stage.inputs) json.value(id);
    json.end();
    if (before && subject.before) write(json.key("before"), subject.before->stages[*before], *subject.before, "values");
    if (now) write(json.key("now"), subject.now.stages[*now], subject.now, "values");
    json.end();
  }
  json.end();
}

inline void write_measured(json::Writer& json, const Contents& contents) {
  const auto optional = [&](const char* name, double value) {
    if (std::isfinite(value)) json.member(name, value);
  };
  optional("accuracy", contents.accuracy);
  optional("engine_rate", contents.engine_rate);
  optional("clock_mhz", contents.clock_mhz);
  if (contents.c_memory != 0) json.member("c_memory_bytes", contents.c_memory);
  if (!contents.accuracy_note.empty()) json.member("accuracy_note", contents.accuracy_note);
  if (!contents.engine_note.empty()) json.member("engine_note", contents.engine_note);
  if (!contents.figures.empty()) {
    json.key("figures").begin_array();
    for (const auto& [label, value, note] : contents.figures)
      json.begin_object().member("label", label).member("value", value).member("note", note).end();
    json.end();
  }
  if (!contents.agreement.empty()) {
    json.key("agreement").begin_array();
    for (const auto& row : contents.agreement) {
      json.begin_object().member("what", row.what).member("verdict", verdict_text(row.verdict));
      optional("accuracy", row.accuracy);
      json.member("note", row.note).end();
    }
    json.end();
  }
  if (!contents.training.empty()) {
    json.key("training").begin_array();
    for (const auto& point : contents.training) {
      json.begin_object().member("epoch", point.epoch);
      optional("train_loss", point.train_loss);
      optional("train_accuracy", point.train_accuracy);
      optional("validation_loss", point.validation_loss);
      optional("validation_accuracy", point.validation_accuracy);
      json.end();
    }
    json.end();
  }
}

inline void write_confusion(json::Writer& json, const ConfusionMatrix& matrix) {
  json.key("confusion").begin_object().key("classes").begin_array();
  for (const auto& name : matrix.classes) json.value(name);
  json.end().key("counts").begin_array();
  for (std::size_t label = 0; label < matrix.classes.size(); ++label) {
    json.begin_array();
    for (std::size_t answer = 0; answer < matrix.classes.size(); ++answer) json.value(matrix.at(label, answer));
    json.end();
  }
  json.end().end();
}

inline void write_trade_off(json::Writer& json, const TradeOff& all) {
  json.key("tried").begin_array();
  for (const Tried& one : all.tried) {
    json.begin_object().member("name", one.name).member("luts", one.luts).member("accuracy", one.accuracy);
    json.member("within", one.within).member("on_front", one.on_front).member("chosen", one.is_chosen).end();
  }
  json.end();
  if (all.luts) json.member("lut_budget", *all.luts);
}

inline void write_stream(json::Writer& json, const hdl::StreamPlan& plan) {
  json.key("stream").begin_object().member("name", plan.options.name).member("latency", plan.latency());
  json.member("max_width", plan.options.max_width).member("max_height", plan.options.max_height);
  json.key("windows").begin_array();
  for (const auto& window : plan.windows) {
    if (window.is_wires()) continue;
    json.begin_object().member("rows", window.rows()).member("columns", window.columns());
    json.member("bits", window.bits.size()).member("lines", window.lines());
    json.member("memory_bits", hdl::detail::memory_bits(plan, window));
    json.member("block_rams", hdl::detail::block_rams(plan, window)).end();
  }
  json.end().end();
}

}  // namespace detail

/// The report as JSON. What was not measured is not there; "clock" is the clock after which a stage is ready, and the
/// latency of the total.
[[nodiscard]] inline std::string figures(const Subject& subject) {
  const Contents& contents = subject.contents;
  const auto& input = subject.circuit.input();
  json::Writer json;
  json.begin_object().member("title", contents.title).member("description", contents.description);
  json.member("circuit", hash_text(subject.circuit)).member("lutra", version);
  json.key("input").begin_object().key("shape").begin_array();
  json.value(input.shape.channels).value(input.shape.height).value(input.shape.width).end();
  json.member("width", input.width).end();
  detail::write_measured(json, contents);
  detail::write(json.key("total"), subject.now.total, subject.now, "lut_nodes");
  if (subject.before) detail::write(json.key("total_before"), subject.before->total, *subject.before, "lut_nodes");
  detail::write_stages(json, subject);
  detail::write(json.key("fan_in"), subject.now.fan_ins);
  if (subject.before) detail::write(json.key("fan_in_before"), subject.before->fan_ins);
  if (subject.now.hardware) detail::write(json.key("luts_by_fan_in"), subject.now.luts_of);
  if (contents.stream != nullptr) detail::write_stream(json, *contents.stream);
  if (contents.confusion) detail::write_confusion(json, *contents.confusion);
  if (!contents.trade_off.tried.empty()) detail::write_trade_off(json, contents.trade_off);
  if (!contents.files.empty()) {
    json.key("files").begin_array();
    for (const auto& [name, bytes, note] : contents.files)
      json.begin_object().member("name", name).member("bytes", bytes).member("note", note).end();
    json.end();
  }
  json.end();
  return std::move(json).text();
}

}  // namespace lutra::report
