#pragma once
// What plots.gp draws: one file of points for each series of benchmarks, and the machine's figures as variables.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "results.hpp"
#include "text.hpp"

namespace lutra::benchmarks {

/// "BM_scale_nodes/nodes:1024" becomes a line "1024 <tab> figure" of scale_nodes.tsv. The figure is what a node and
/// sample cost, or bytes a second, or samples a second.
inline void write_series(const Results& results, const std::filesystem::path& folder) {
  std::map<std::string, std::map<double, double>> series;
  for (const std::string& name : results.names()) {
    const auto slash = name.find('/'), colon = name.find(':');
    if (colon == std::string::npos || name.find(':', colon + 1) != std::string::npos) continue;
    std::string family = name.substr(3, slash - 3);
    if (name.ends_with(')')) family += "_" + name.substr(name.rfind('(') + 1, name.size() - name.rfind('(') - 2);
    const double x = std::strtod(name.c_str() + colon + 1, nullptr);
    for (const char* figure : {"ns_per_node_sample", "bytes_per_s", "samples_per_s"})
      if (const auto y = results.figure(name, figure)) {
        series[family][x] = *y;
        break;
      }
  }
  for (const auto& [family, points] : series) {
    std::ofstream out(folder / (family + ".tsv"));
    for (const auto& [x, y] : points) out << x << '\t' << y << '\n';
  }
}

/// Cache sizes and what comes from memory a second, as gnuplot's variables.
inline void write_machine(const Results& results, const std::filesystem::path& folder, const std::string& title) {
  std::ofstream out(folder / "machine.gp");
  out << "machine = \"" << title << "\"\n";
  for (int level = 1; level <= 3; ++level) out << "l" << level << " = " << printed("%.1f\n", results.cache(level));
  const auto bandwidth = results.figure("BM_read/bytes:" + std::to_string(256 << 20), "bytes_per_s");
  out << "memory_bytes_per_s = " << printed("%.1f\n", bandwidth.value_or(0));
}

}  // namespace lutra::benchmarks
