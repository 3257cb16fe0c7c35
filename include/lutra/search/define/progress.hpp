#pragma once
// Defines what <lutra/search/progress.hpp> declares.

#include <cstdio>
#include <lutra/inline.hpp>
#include <lutra/search/progress.hpp>
#include <lutra/train/live_line.hpp>
#include <memory>
#include <string>

namespace lutra {

namespace detail {

[[nodiscard]] inline std::string search_line(const SearchStep& step) {
  return "training " + std::to_string(step.trained + 1) + "/" + std::to_string(step.trainings) + " (" + step.name +
         "), epoch " + std::to_string(step.training.epoch) + "/" + std::to_string(step.training.epochs) + ", " +
         duration_text(step.seconds_left) + " left";
}

[[nodiscard]] inline std::string row_line(const SearchRow& row) {
  return row.name + ": " + format_text("%.2f %%", 100 * row.accuracy) + ", " + std::to_string(row.cost.luts) + " LUTs" +
         (row.within ? "" : ", outside the budget") + "; " + duration_text(row.seconds);
}

}  // namespace detail

LUTRA_INLINE SearchObserver search_progress(std::FILE* out) {
  SearchObserver observer;
  const auto line = detail::is_terminal(out) ? std::make_shared<detail::LiveLine>(out) : nullptr;
  if (line)
    observer.on_step = [line, out](const SearchStep& step) {
      if (line->is_due()) line->show(detail::search_line(step).substr(0, detail::terminal_columns(out) - 1));
    };
  observer.on_row = [out, line](const SearchRow& row) {
    if (line) line->clear();
    std::fprintf(out, "%s\n", detail::row_line(row).c_str());
    std::fflush(out);
  };
  return observer;
}

}  // namespace lutra
