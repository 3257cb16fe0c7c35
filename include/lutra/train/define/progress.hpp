#pragma once
// Defines what <lutra/train/progress.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <lutra/inline.hpp>
#include <lutra/train/history.hpp>
#include <lutra/train/live_line.hpp>
#include <lutra/train/progress.hpp>
#include <memory>
#include <string>

namespace lutra {

namespace detail {

[[nodiscard]] inline std::string rate_text(double per_second) {
  if (per_second >= 1e6) return format_text("%.1f M/s", per_second / 1e6);
  if (per_second >= 1e3) return format_text("%.1f k/s", per_second / 1e3);
  return format_text("%.0f /s", per_second);
}

/// Four places, or three digits of a loss so small that four places would not show them.
[[nodiscard]] inline std::string loss_text(double loss) {
  return format_text(loss != 0 && std::abs(loss) < 0.01 ? "%.2e" : "%.4f", loss);
}

/// At most `columns` - 1 characters, so that no terminal wraps it: the bar takes what the numbers leave, up to 24
/// cells; where that is too little to show anything, it is left out.
[[nodiscard]] inline std::string step_line(const StepInfo& info, std::size_t columns) {
  const double done =
      (static_cast<double>(info.epoch - 1) + static_cast<double>(info.step) / static_cast<double>(info.steps)) /
      static_cast<double>(info.epochs);
  const std::string place = "epoch " + std::to_string(info.epoch) + "/" + std::to_string(info.epochs) + " ";
  std::string numbers = rate_text(info.samples_per_second) + ", " + duration_text(info.seconds_left) + " left, loss " +
                        loss_text(info.loss);
  if (!std::isnan(info.accuracy)) numbers += ", accuracy " + format_text("%.2f %%", 100 * info.accuracy);
  const std::size_t taken = place.size() + numbers.size() + 4;  // brackets, a space, and the last column
  const std::size_t cells = std::min<std::size_t>(24, columns > taken ? columns - taken : 0);
  std::string line = place;
  if (cells >= 5) {
    const auto full = static_cast<std::size_t>(done * static_cast<double>(cells));
    line += "[" + std::string(full, '#') + std::string(cells - full, '.') + "] ";
  }
  return (line + numbers).substr(0, std::max<std::size_t>(columns, 1) - 1);
}

[[nodiscard]] inline std::string epoch_line(const EpochResult& epoch) {
  std::string line = "epoch " + std::to_string(epoch.epoch) + ": loss " + loss_text(epoch.train_loss);
  if (!std::isnan(epoch.train_accuracy)) line += ", accuracy " + format_text("%.2f %%", 100 * epoch.train_accuracy);
  if (!std::isnan(epoch.validation_loss)) line += "; validation loss " + loss_text(epoch.validation_loss);
  if (!std::isnan(epoch.validation_accuracy))
    line += ", accuracy " + format_text("%.2f %%", 100 * epoch.validation_accuracy);
  return line + "; " + duration_text(epoch.seconds);
}

}  // namespace detail

LUTRA_INLINE Observer progress_bar(ProgressLines lines, std::FILE* out) {
  Observer observer;
  const auto line = detail::is_terminal(out) ? std::make_shared<detail::LiveLine>(out) : nullptr;
  if (line)
    observer.on_step = [line, out](const StepInfo& info) {
      const bool last = info.step == info.steps;
      if (last || line->is_due()) line->show(detail::step_line(info, detail::terminal_columns(out)));
      if (last && info.epoch == info.epochs) line->end();
    };
  if (lines == ProgressLines::epochs) {
    observer.on_epoch = [out, line](const EpochResult& epoch) {
      if (line) line->clear();
      std::fprintf(out, "%s\n", detail::epoch_line(epoch).c_str());
      std::fflush(out);
    };
  }
  return observer;
}

}  // namespace lutra
