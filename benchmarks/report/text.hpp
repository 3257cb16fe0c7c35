#pragma once
// Figures as people read them.

#include <cstdio>
#include <string>

namespace lutra::benchmarks {

inline std::string printed(const char* format, double x) {
  char text[64];
  std::snprintf(text, sizeof text, format, x);
  return text;
}

/// 0.0123, 1.23, 12.3, 123
inline std::string three_digits(double x) {
  const double size = x < 0 ? -x : x;
  return printed(size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : size >= 0.9995 ? "%.2f" : "%.3g", x);
}

inline std::string with_prefix(double x) {
  return x >= 1e9   ? three_digits(x / 1e9) + " G"
         : x >= 1e6 ? three_digits(x / 1e6) + " M"
         : x >= 1e3 ? three_digits(x / 1e3) + " k"
                    : three_digits(x) + " ";
}

inline std::string duration(double ns) {
  return ns >= 1e9   ? three_digits(ns / 1e9) + " s"
         : ns >= 1e6 ? three_digits(ns / 1e6) + " ms"
         : ns >= 1e3 ? three_digits(ns / 1e3) + " µs"
                     : three_digits(ns) + " ns";
}

/// A counter as "212 k samples/s" or "0.023 ns/node·sample"; "time" as a duration.
inline std::string figure_text(std::string name, double value) {
  if (name == "time") return duration(value);
  if (name == "mebibytes") return three_digits(value) + " MiB";
  for (const std::string end : {"_per_second", "_per_s"})
    if (name.ends_with(end)) {
      name.resize(name.size() - end.size());
      for (char& c : name)
        if (c == '_') c = ' ';
      std::string text = with_prefix(value);
      if (text.back() != ' ') text += ' ';
      return text + name + "/s";
    }
  const auto per = name.find("_per_");
  std::string what = name.substr(per + 5), text = three_digits(value) + " " + name.substr(0, per) + "/";
  for (const char c : what) text += c == '_' ? "·" : std::string(1, c);
  return text;
}

}  // namespace lutra::benchmarks
