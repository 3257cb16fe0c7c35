#pragma once
// Puts a report together as one HTML page: each section is a function that writes nothing where there is nothing to
// show.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <lutra/circuit/hash.hpp>
#include <lutra/export/report/charts.hpp>
#include <lutra/export/report/contents.hpp>
#include <lutra/export/report/cost_table.hpp>
#include <lutra/export/report/diagram.hpp>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/report/measures.hpp>
#include <lutra/export/report/scatter.hpp>
#include <lutra/export/report/stream_diagram.hpp>
#include <lutra/export/report/style.hpp>
#include <lutra/export/report/subject.hpp>
#include <lutra/export/text.hpp>
#include <lutra/version.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::report {

namespace detail {

inline void tile(Markup& page, std::string_view label, std::string_view value, std::string_view note,
                 bool first = false) {
  page.open("div", {{"class", first ? "tile first" : "tile"}})
      .element("div", {{"class", "label"}}, label)
      .element("div", {{"class", "value"}}, value)
      .element("div", {{"class", "note"}}, note)
      .close();
}

inline std::string was(const Subject& subject, std::size_t StageMeasure::*what) {
  if (!subject.before || subject.before->total.*what == subject.now.total.*what) return "";
  return join({grouped(subject.before->total.*what), " before simplifying"});
}

inline void stream_tiles(Markup& page, const Subject& subject) {
  const hdl::StreamPlan& plan = *subject.contents.stream;
  const double mhz = subject.contents.clock_mhz;
  std::size_t memory = 0, rams = 0;
  for (const auto& window : plan.windows) {
    memory += hdl::detail::memory_bits(plan, window);
    rams += hdl::detail::block_rams(plan, window);
  }
  tile(page, "LUTs, logic", grouped(subject.now.total.luts), plan.tail ? "of one pixel, and the tail" : "of one pixel");
  tile(page, "Flip-flops, logic", grouped(subject.now.total.flip_flops), "windows have their own");
  tile(page, "Line memory", join({grouped(memory), " bits"}),
       join({hdl::detail::many(rams, "block RAM"), " of 18 Kib, for lines of ", grouped(plan.options.max_width),
             " pixels"}));
  const std::size_t clocks = plan.latency();
  tile(page, "Latency",
       std::isfinite(mhz) ? join({fixed(static_cast<double>(clocks) / mhz, 2), " µs"})
                          : join({grouped(clocks), " clocks"}),
       std::isfinite(mhz) ? join({grouped(clocks), " clocks at ", fixed(mhz, 0), " MHz"})
                          : "first pixel in to first beat out");
  tile(page, "Rate", std::isfinite(mhz) ? join({scaled(mhz * 1e6), "pixels/s"}) : "1 pixel a clock",
       "frames without a gap");
}

inline void headline(Markup& page, const Subject& subject) {
  const Contents& contents = subject.contents;
  const StageMeasure& total = subject.now.total;
  page.open("div", {{"class", "tiles"}});
  if (std::isfinite(contents.accuracy))
    tile(page, "Accuracy", percent(contents.accuracy), contents.accuracy_note, true);
  if (contents.stream != nullptr) {
    stream_tiles(page, subject);
  } else if (subject.now.hardware) {
    const std::string before = was(subject, &StageMeasure::luts);
    tile(page, "LUTs, complete", grouped(total.luts), before.empty() ? "from raw input to answer" : before);
    tile(page, "Flip-flops", grouped(total.flip_flops), was(subject, &StageMeasure::flip_flops));
    tile(page, "Depth", grouped(total.levels), "LUTs on the longest path");
    const bool clocked = contents.pipeline.levels > 0, timed = clocked && std::isfinite(contents.clock_mhz);
    if (clocked)
      tile(page, "Latency",
           timed ? join({fixed(total.ready * 1000.0 / contents.clock_mhz, 1), " ns"})
                 : join({grouped(total.ready), total.ready == 1 ? " clock" : " clocks"}),
           timed ? join({grouped(total.ready), " clocks at ", fixed(contents.clock_mhz, 0), " MHz"})
                 : "one answer a clock");
    if (timed) tile(page, "Hardware rate", join({scaled(contents.clock_mhz * 1e6), "/s"}), "one answer a clock");
  } else {
    tile(page, "LUT nodes", grouped(total.values), was(subject, &StageMeasure::values));
  }
  if (std::isfinite(contents.engine_rate))
    tile(page, "CPU engine", join({scaled(contents.engine_rate), "/s"}),
         contents.engine_note.empty() ? "samples a second" : contents.engine_note);
  if (contents.c_memory != 0)
    tile(page, "C memory", grouped(contents.c_memory), "bytes, one after another by all stages");
  for (const auto& figure : contents.figures) tile(page, figure.label, figure.value, figure.note);
  page.close();
}

inline void agreement(Markup& page, const Subject& subject) {
  if (subject.contents.agreement.empty()) return;
  section(page, "Does everything compute the same?", "Each row is another way of computing the answer.");
  page.open("div", {{"class", "wide"}}).open("table").open("thead").open("tr");
  cells(page, "th", {{"Computed by", ""}, {"Accuracy", "right"}, {"Compared with the circuit", ""}, {"How", ""}});
  page.close().close().open("tbody");
  for (const auto& row : subject.contents.agreement) {
    const bool good = row.verdict == Verdict::proved_equal || row.verdict == Verdict::equal_on_samples;
    page.open("tr");
    cells(page, "td", {{row.what, "name"}, {std::isfinite(row.accuracy) ? percent(row.accuracy) : "–", "right"}});
    page.open("td").element("span",
                            {{"class", good                                ? "badge good"
                                       : row.verdict == Verdict::different ? "badge bad"
                                                                           : "badge"}},
                            join({good                                ? "✓ "
                                  : row.verdict == Verdict::different ? "✗ "
                                                                      : "",
                                  verdict_text(row.verdict)}));
    page.close().element("td", {{"class", "soft how"}}, row.note).close();
  }
  page.close().close().close().close();
}

inline void stream(Markup& page, const Subject& subject) {
  if (subject.contents.stream == nullptr) return;
  section(
      page, "The pipeline",
      "One pixel enters in a clock. Gray bars are lines that a window keeps, squares the pixels it reads; orange lines "
      "go past steps in between. On the right, how far behind the frame's first pixel each step gives its first.");
  StreamDiagram(page, *subject.contents.stream).draw();
  page.close();
}

inline void picture(Markup& page, const Subject& subject) {
  section(page, "The circuit",
          "From raw input to answer. A band is as wide as the bits that pass, on a logarithmic scale; lines beside the "
          "boxes skip stages.");
  diagram(page, subject.circuit, subject.now);
  page.close();
}

inline void fan_ins(Markup& page, const Subject& subject) {
  if (subject.now.total.values == 0 && subject.now.total.luts == 0) return;
  const auto values = [](const FanIns& counts) { return std::vector<double>(counts.begin(), counts.end()); };
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= circuits::max_fan_in; ++i) names.push_back(std::to_string(i));
  section(page, "How many inputs the LUTs have", "");
  page.open("div", {{"class", "pair"}});
  std::vector<BarSeries> series;
  if (subject.before) series.push_back({"before", "var(--ghost)", values(subject.before->fan_ins)});
  series.push_back({"now", "var(--main)", values(subject.now.fan_ins)});
  bars(page, "LUT nodes of the circuit", "inputs", names, series);
  bars(page, "LUTs of the hardware", "inputs", {names.begin(), names.begin() + 7},
       {{"complete", "var(--threshold)", values(subject.now.luts_of)}});
  page.close().close();
}

inline void training(Markup& page, const Subject& subject) {
  const auto& points = subject.contents.training;
  if (points.empty()) return;
  const auto curve = [&](std::string name, std::string color, double TrainingPoint::*what) {
    Curve result{std::move(name), std::move(color), {}, {}};
    for (const auto& point : points) result.x.push_back(point.epoch), result.y.push_back(point.*what);
    return result;
  };
  const auto present = [](std::vector<Curve> curves) {
    std::erase_if(curves, [](const Curve& one) {
      return std::ranges::none_of(one.y, [](double y) { return std::isfinite(y); });
    });
    return curves;
  };
  const TrainingPoint* best = nullptr;
  for (const auto& point : points)
    if (std::isfinite(point.validation_accuracy) &&
        (best == nullptr || point.validation_accuracy > best->validation_accuracy))
      best = &point;
  section(page, "Training",
          best == nullptr ? ""
                          : join({"Best on validation data after epoch ", std::to_string(best->epoch), ": ",
                                  percent(best->validation_accuracy), "."}));
  page.open("div", {{"class", "pair"}});
  curves(page, "Accuracy", "epoch",
         present({curve("training", "var(--ghost)", &TrainingPoint::train_accuracy),
                  curve("validation", "var(--main)", &TrainingPoint::validation_accuracy)}),
         true);
  curves(page, "Loss", "epoch",
         present({curve("training", "var(--ghost)", &TrainingPoint::train_loss),
                  curve("validation", "var(--other)", &TrainingPoint::validation_loss)}),
         false);
  page.close().close();
}

inline void trade_off(Markup& page, const Subject& subject) {
  if (subject.contents.trade_off.tried.empty()) return;
  section(
      page, "What was tried",
      "Each circle is a trained and simplified circuit. The line is the front: circuits that no other beats in both. "
      "Pale ones cost more than there is; the large one was chosen.");
  scatter(page, subject.contents.trade_off);
  page.close();
}

inline void confusion_table(Markup& page, const Subject& subject) {
  if (!subject.contents.confusion) return;
  const ConfusionMatrix& matrix = *subject.contents.confusion;
  const std::size_t classes = matrix.classes.size();
  section(page, "Which classes are mistaken for which",
          join({grouped(matrix.total()),
                " samples. Rows are the true class, columns the circuit's answer; the last column is "
                "the share of the row that is right."}));
  page.open("div", {{"class", "wide"}}).open("table", {{"class", "matrix"}}).open("thead").open("tr");
  page.element("th", "");
  for (const auto& name : matrix.classes) page.element("th", name);
  page.element("th", "right").close().close().open("tbody");
  for (std::size_t label = 0; label < classes; ++label) {
    std::size_t row = 0, worst = 0;
    for (std::size_t answer = 0; answer < classes; ++answer) {
      row += matrix.at(label, answer);
      for (std::size_t other = 0; other < classes; ++other)
        worst = answer == other ? worst : std::max(worst, matrix.at(other, answer));
    }
    page.open("tr").element("th", matrix.classes[label]);
    for (std::size_t answer = 0; answer < classes; ++answer) {
      const std::size_t count = matrix.at(label, answer);
      const bool right = label == answer;
      const double share =
          static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(right ? row : worst, 1));
      const std::string color = join({"rgb(var(--", right ? "main" : "other", "-rgb) / ",
                                      fixed(right ? 0.15 + 0.65 * share : 0.08 + 0.6 * share, 2), ")"});
      if (count == 0)
        page.element("td", {{"class", "none"}}, "·");
      else
        page.element("td",
                     {{"style", join({"background:", color})},
                      {"title", join({matrix.classes[label], " taken for ", matrix.classes[answer]})}},
                     grouped(count));
    }
    page.element("td", {{"class", "share"}},
                 row == 0 ? "–" : percent(static_cast<double>(matrix.at(label, label)) / static_cast<double>(row)));
    page.close();
  }
  page.close().close().close().close();
}

inline void files(Markup& page, const Subject& subject) {
  if (subject.contents.files.empty()) return;
  section(page, "Files", "");
  page.open("div", {{"class", "wide"}}).open("table").open("thead").open("tr");
  cells(page, "th", {{"File", ""}, {"Bytes", "right"}, {"", ""}});
  page.close().close().open("tbody");
  for (const auto& file : subject.contents.files) {
    page.open("tr").open("td").element("code", file.name).close();
    cells(page, "td", {{grouped(file.bytes), "right"}, {file.note, "soft"}});
    page.close();
  }
  page.close().close().close().close();
}

}  // namespace detail

/// The whole page.
[[nodiscard]] inline std::string page(const Subject& subject) {
  const std::string hash = hash_text(subject.circuit);
  Markup page;
  page.raw("<!DOCTYPE html>\n").open("html", {{"lang", "en"}}).open("head");
  page.empty("meta", {{"charset", "utf-8"}});
  page.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.element("title", subject.contents.title);
  page.open("style").raw(style_text).close().close().open("body");
  page.open("header").element("h1", subject.contents.title);
  if (!subject.contents.description.empty()) page.element("p", subject.contents.description);
  page.open("p", {{"class", "small"}})
      .text("circuit ")
      .element("code", hash)
      .text(" · made by lutra ")
      .text(version)
      .close();
  detail::headline(page, subject);
  page.close();
  for (const auto section : {detail::agreement, detail::costs, detail::stream, detail::picture, detail::trade_off,
                             detail::training, detail::confusion_table, detail::fan_ins, detail::files})
    section(page, subject);
  page.element("footer",
               "The same figures, for programs, are in the JSON file beside this page. The circuit's number "
               "stands in the header of every file made from it.");
  page.close().close().raw("\n");
  return std::move(page).finish();
}

}  // namespace lutra::report
