#pragma once
// A progress bar for terminals: rate, time left, loss and accuracy in one line that rewrites itself. Where the output
// is not a terminal (a log, a pipe), it says one line an epoch and nothing in between.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <lutra/train/history.hpp>
#include <memory>
#include <string>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace lutra {

enum class ProgressLines {
    automatic,  ///< a live bar on a terminal; elsewhere nothing
    epochs,     ///< one line an epoch, anywhere
};

namespace detail {

[[nodiscard]] inline std::string format_text(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

[[nodiscard]] inline std::string duration_text(double seconds) {
    const auto whole = static_cast<long>(std::lround(std::min(seconds, 359999.0)));
    char text[32];
    if (whole >= 3600) {
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
    }
    return text;
}

[[nodiscard]] inline std::string rate_text(double per_second) {
    if (per_second >= 1e6)
        return format_text("%.1f M/s", per_second / 1e6);
    if (per_second >= 1e3)
        return format_text("%.1f k/s", per_second / 1e3);
    return format_text("%.0f /s", per_second);
}

[[nodiscard]] inline std::string step_line(const StepInfo& info) {
    constexpr int cells = 24;
    const double done =
        (static_cast<double>(info.epoch - 1) + static_cast<double>(info.step) / static_cast<double>(info.steps))
        / static_cast<double>(info.epochs);
    const int full = static_cast<int>(done * cells);
    std::string line = "epoch " + std::to_string(info.epoch) + "/" + std::to_string(info.epochs) + " ["
                       + std::string(static_cast<std::size_t>(full), '#')
                       + std::string(static_cast<std::size_t>(cells - full), '.') + "] "
                       + rate_text(info.samples_per_second) + ", " + duration_text(info.seconds_left) + " left, loss "
                       + format_text("%.4f", info.loss);
    if (!std::isnan(info.accuracy))
        line += ", accuracy " + format_text("%.2f %%", 100 * info.accuracy);
    return line;
}

[[nodiscard]] inline std::string epoch_line(const EpochResult& epoch) {
    std::string line = "epoch " + std::to_string(epoch.epoch) + ": loss " + format_text("%.4f", epoch.train_loss);
    if (!std::isnan(epoch.train_accuracy))
        line += ", accuracy " + format_text("%.2f %%", 100 * epoch.train_accuracy);
    if (!std::isnan(epoch.validation_loss))
        line += "; validation loss " + format_text("%.4f", epoch.validation_loss);
    if (!std::isnan(epoch.validation_accuracy))
        line += ", accuracy " + format_text("%.2f %%", 100 * epoch.validation_accuracy);
    return line + "; " + duration_text(epoch.seconds);
}

[[nodiscard]] inline bool is_terminal(std::FILE* file) {
#if __has_include(<unistd.h>)
    return isatty(fileno(file)) != 0;
#else
    static_cast<void>(file);
    return false;
#endif
}

}  // namespace detail

/// An observer for fit that shows how it goes on `out`:  fit(net, train, {.observer = progress_bar()});
[[nodiscard]] inline Observer progress_bar(ProgressLines lines = ProgressLines::automatic, std::FILE* out = stderr) {
    using Clock = std::chrono::steady_clock;
    const bool live = detail::is_terminal(out);
    Observer observer;
    if (live) {
        auto shown = std::make_shared<Clock::time_point>();
        observer.on_step = [out, shown](const StepInfo& info) {
            const auto now = Clock::now();
            const bool last = info.epoch == info.epochs && info.step == info.steps;
            if (!last && now - *shown < std::chrono::milliseconds(100))
                return;
            *shown = now;
            std::fprintf(out, "\r%s\x1b[K%s", detail::step_line(info).c_str(), last ? "\n" : "");
            std::fflush(out);
        };
    }
    if (lines == ProgressLines::epochs) {
        observer.on_epoch = [out, live](const EpochResult& epoch) {
            std::fprintf(out, "%s%s%s\n", live ? "\r" : "", detail::epoch_line(epoch).c_str(), live ? "\x1b[K" : "");
            std::fflush(out);
        };
    }
    return observer;
}

}  // namespace lutra
