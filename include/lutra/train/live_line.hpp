#pragma once
// A line on a terminal that rewrites itself, and numbers as it shows them.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>

#if __has_include(<sys/ioctl.h>)
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace lutra::detail {

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

[[nodiscard]] inline bool is_terminal(std::FILE* file) {
#if __has_include(<sys/ioctl.h>)
  return isatty(fileno(file)) != 0;
#else
  static_cast<void>(file);
  return false;
#endif
}

/// Characters in a line of the terminal; 80 where it does not say.
[[nodiscard]] inline std::size_t terminal_columns(std::FILE* file) {
#if __has_include(<sys/ioctl.h>)
  winsize size = {};
  if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
#else
  static_cast<void>(file);
#endif
  return 80;
}

/// The line that rewrites itself. However what it shows ends, what comes after it starts on a line of its own.
class LiveLine {
 public:
  explicit LiveLine(std::FILE* out) : out_(out) {}
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  ~LiveLine() { end(); }

  /// Often enough to be seen moving, seldom enough to cost nothing.
  [[nodiscard]] bool is_due() const { return Clock::now() - shown_ >= std::chrono::milliseconds(100); }

  void show(const std::string& line) {
    shown_ = Clock::now();
    std::fprintf(out_, "\r%s\x1b[K", line.c_str());
    std::fflush(out_);
    open_ = true;
  }
  void clear() {
    if (std::exchange(open_, false)) std::fputs("\r\x1b[K", out_);
  }

  /// What comes next starts on a line of its own.
  void end() {
    if (!std::exchange(open_, false)) return;
    std::fputc('\n', out_);
    std::fflush(out_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::FILE* out_;
  Clock::time_point shown_;
  bool open_ = false;
};

}  // namespace lutra::detail
