// Makes one page and the points of its plots from a folder of Google Benchmark's JSON files.
//
//   report FOLDER TARGETS.json [--short]
//
// Prints Markdown: the machine, every target beside what was measured, and every benchmark beside the scalar reference
// and the raw loop that do the same; --short leaves the last table out. Writes FOLDER/*.tsv, for plots.gp.

#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <lutra/kernels/chosen.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>

#include "plots.hpp"
#include "results.hpp"
#include "targets.hpp"
#include "text.hpp"

namespace {

using namespace lutra::benchmarks;

/// The CPU as Linux calls it.
std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

std::string compiler() {
#if defined(__clang__)
  return "clang++ " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

std::string today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
  return text;
}

std::string machine(const Results& results) {
  std::string text = processor() + ", " + std::to_string(std::thread::hardware_concurrency()) + " processors";
  if (const auto clock = results.figure("BM_clock", "clocks_per_s")) text += ", " + with_prefix(*clock) + "Hz";
  return text;
}

void print_targets(const nlohmann::json& targets, const Results& results, std::ofstream& ratios) {
  std::cout << "| work | bar | measured | peer | ratio | met |\n|---|---|---:|---:|---:|---|\n";
  for (const auto& row : targets) {
    const Target target(row, results);
    target.print(std::cout);
    if (const auto ratio = target.ratio())
      ratios << *ratio << '\t' << row.value("short", row.at("work").get<std::string>()) << '\n';
  }
}

/// How many times faster `name` is than the benchmark of the same name with `prefix`, where there is one.
std::string faster_than(const Results& results, const std::string& prefix, const std::string& name) {
  const auto other = results.figure("BM_" + prefix + "_" + name.substr(3), "time");
  return other ? three_digits(*other / *results.figure(name, "time")) : "";
}

void print_benchmarks(const Results& results) {
  std::cout << "| benchmark | time | rate | × scalar | × raw loop |\n|---|---:|---|---:|---:|\n";
  for (const std::string& name : results.names()) {
    std::string rates;
    for (const auto& [figure, values] : results[name])
      if (figure != "time") rates += (rates.empty() ? "" : ", ") + figure_text(figure, median(values));
    std::cout << "| " << name.substr(3) << " | " << figure_text("time", *results.figure(name, "time")) << " | " << rates
              << " | " << faster_than(results, "scalar", name) << " | " << faster_than(results, "raw", name) << " |\n";
  }
}

void report(const std::filesystem::path& folder, const std::filesystem::path& targets, bool complete) {
  const Results results(folder);
  std::ifstream in(targets);
  std::cout << "Machine: " << machine(results) << ". Compiler: " << compiler()
            << ". Instruction set: " << lutra::kernels::instruction_set() << ". Date: " << today() << ".\n\n";
  std::ofstream ratios(folder / "ratios.tsv");
  print_targets(nlohmann::json::parse(in), results, ratios);
  if (complete) {
    std::cout << '\n';
    print_benchmarks(results);
  }
  write_series(results, folder);
  write_machine(results, folder, machine(results));
}

}  // namespace

int main(int count, char** arguments) {
  const bool complete = count < 4 || std::string_view(arguments[3]) != "--short";
  if (count < 3 || count > 4) {
    std::fprintf(stderr, "usage: %s FOLDER TARGETS.json [--short]\n", arguments[0]);
    return 2;
  }
  try {
    report(arguments[1], arguments[2], complete);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
