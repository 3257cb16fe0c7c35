#pragma once
// What a run of the benchmarks measured: Google Benchmark's JSON files, read together. A name that was run several
// times keeps every figure; the median counts.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace lutra::benchmarks {

/// The figures of one benchmark by their names: "time" in ns, and its counters, such as "samples_per_s".
using Figures = std::map<std::string, std::vector<double>>;

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

class Results {
 public:
  /// Reads every *.json of the folder, in the order of their names. What was measured with an instruction set of its
  /// own, in a file such as 1-engine_benchmark@avx2.json, has it in its name: "BM_nodes (avx2)".
  explicit Results(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) read(file);
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const Figures& operator[](const std::string& name) const { return figures_.at(name); }

  /// The median of one figure, or nothing where it was not measured.
  [[nodiscard]] std::optional<double> figure(const std::string& name, const std::string& figure) const {
    const auto found = figures_.find(name);
    if (found == figures_.end()) return {};
    const auto values = found->second.find(figure);
    if (values == found->second.end()) return {};
    return median(values->second);
  }

  /// Bytes of the data or unified cache of a level; 0 where that is not known.
  [[nodiscard]] double cache(int level) const {
    for (const auto& cache : caches_)
      if (cache.at("level") == level && cache.at("type") != "Instruction") return cache.at("size");
    return 0;
  }

 private:
  void read(const std::filesystem::path& file) {
    const std::string stem = file.stem().string();
    const auto at = stem.find('@');
    const std::string set = at == std::string::npos ? "" : " (" + stem.substr(at + 1) + ")";
    std::ifstream in(file);
    const auto document = nlohmann::json::parse(in, nullptr, false);
    if (document.is_discarded()) throw std::runtime_error(file.string() + " is no JSON: did its benchmark stop early?");
    if (caches_.empty() && document.contains("context")) caches_ = document["context"].value("caches", caches_);
    for (const auto& run : document.at("benchmarks"))
      if (run.value("run_type", "iteration") == "iteration" && !run.contains("error_message"))
        add(run.at("run_name").get<std::string>() + set, run);
  }

  void add(const std::string& name, const nlohmann::json& run) {
    if (!figures_.contains(name)) names_.push_back(name);
    Figures& figures = figures_[name];
    const std::string unit = run.at("time_unit");
    const double factor = unit == "s" ? 1e9 : unit == "ms" ? 1e6 : unit == "us" ? 1e3 : 1;
    // Names say where the time on the clock counts, and not the processor's.
    const bool on_clock = name.find("/real_time") != std::string::npos;
    figures["time"].push_back(factor * run.at(on_clock ? "real_time" : "cpu_time").get<double>());
    for (const auto& [key, value] : run.items())
      if (value.is_number() && (key.find("_per_") != std::string::npos || key == "mebibytes"))
        figures[key].push_back(value);
  }

  std::vector<std::string> names_;
  std::map<std::string, Figures> figures_;
  nlohmann::json caches_ = nlohmann::json::array();
};

}  // namespace lutra::benchmarks
