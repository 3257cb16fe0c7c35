#pragma once
// Defines what <lutra/export/verify.hpp> declares.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <lutra/circuit/circuit.hpp>
#include <lutra/error.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verify.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/io/temporary_folder.hpp>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::verify {

namespace detail {

[[nodiscard]] inline std::string quoted(const std::filesystem::path& path) {
  std::string text = "'";
  for (const char c : path.string()) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return join({text, "'"});
}

/// Runs a shell command with its output in `log`; true where it exits with 0.
[[nodiscard]] inline bool run(const std::string& command, const std::filesystem::path& log) {
  return std::system((join({"{ ", command, "; } >", quoted(log), " 2>&1 </dev/null"})).c_str()) == 0;
}

[[nodiscard]] inline bool have(const std::string& program) {
  return std::system((join({"command -v ", program, " >/dev/null 2>&1"})).c_str()) == 0;
}

[[nodiscard]] inline std::string last_line(const std::string& text) {
  std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const std::size_t begin = text.find_last_of('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

/// What a testbench says of itself, which some simulators follow with a line of their own; else the last line.
[[nodiscard]] inline std::string verdict_line(const std::string& text) {
  for (const std::string_view verdict : {"FAIL: ", "PASS: "})
    if (const std::size_t at = text.rfind(verdict); at != std::string::npos)
      return text.substr(at, text.find('\n', at) - at);
  return last_line(text);
}

/// A program around NAME.c: samples from one file, answers to another, as they lie in memory.
[[nodiscard]] inline std::string driver_text(const std::filesystem::path& source, const std::string& name,
                                             std::size_t inputs, std::size_t outputs) {
  std::ostringstream text;
  text << "#include \"" << source.string() << "\"\n#include <stdio.h>\n#include <stdlib.h>\n"
       << "int main(int argc, char **argv) {\n"
       << "  static " << name << "_workspace workspace;\n"
       << "  const size_t inputs = " << inputs << ", outputs = " << outputs << ";\n"
       << "  if (argc != 4) return 2;\n"
       << "  const size_t count = (size_t)strtoull(argv[3], NULL, 10);\n"
       << "  " << name << "_sample *samples = malloc((count * inputs + 1) * sizeof *samples);\n"
       << "  uint32_t *answers = malloc((count * outputs + 1) * sizeof *answers);\n"
       << "  FILE *in = fopen(argv[1], \"rb\");\n"
       << "  if (!samples || !answers || !in) return 2;\n"
       << "  if (fread(samples, sizeof *samples, count * inputs, in) != count * inputs) return 3;\n"
       << "  if (" << name << "_run(samples, count, answers, &workspace) != 0) return 4;\n"
       << "  FILE *out = fopen(argv[2], \"wb\");\n"
       << "  if (!out || fwrite(answers, sizeof *answers, count * outputs, out) != count * outputs) return 5;\n"
       << "  return fclose(out) != 0;\n}\n";
  return text.str();
}

}  // namespace detail

template <class Sample>
Result run_c(const std::filesystem::path& folder, const std::string& name, const Circuit& circuit,
             std::span<const Sample> samples) {
  const std::string compiler = detail::have("cc") ? "cc" : "gcc";
  if (!detail::have(compiler)) return {Outcome::left_out, "no C compiler is installed", {}};
  const io::TemporaryFolder work;
  const std::size_t count = samples.size() / circuit.input().size();
  io::write_file(work / "driver.c", detail::driver_text(std::filesystem::absolute(folder) / (join({name, ".c"})), name,
                                                        circuit.input().size(), circuit.output().size()));
  io::write_file(work / "samples", {reinterpret_cast<const char*>(samples.data()), samples.size_bytes()});
  if (!detail::run(join({compiler, " -std=c99 -O2 -o ", detail::quoted(work / "driver"), " ",
                         detail::quoted(work / "driver.c")}),
                   work / "log"))
    return {Outcome::failed, join({"does not compile: ", detail::last_line(io::read_file(work / "log"))}), {}};
  if (!detail::run(join({detail::quoted(work / "driver"), " ", detail::quoted(work / "samples"), " ",
                         detail::quoted(work / "answers"), " ", count}),
                   work / "log"))
    return {Outcome::failed, "the compiled program failed", {}};
  const std::string bytes = io::read_file(work / "answers");
  std::vector<std::uint32_t> answers(count * circuit.output().size());
  if (bytes.size() != answers.size() * sizeof(std::uint32_t))
    return {Outcome::failed, join({"the compiled program gave ", bytes.size(), " bytes"}), {}};
  std::memcpy(answers.data(), bytes.data(), bytes.size());
  return {Outcome::passed, join({compiler, " -std=c99 -O2"}), std::move(answers)};
}

LUTRA_INLINE Result simulate(const std::filesystem::path& folder, const std::string& name) {
  // A stream works through thousands of pixels, each of which the compiled model computes a hundred times faster.
  const bool is_stream = !std::filesystem::exists(folder / join({name, ".blif"}));
  const bool compiled = detail::have("verilator") && (is_stream || !detail::have("iverilog"));
  if (!compiled && !detail::have("iverilog"))
    return {Outcome::left_out, "neither iverilog nor verilator is installed", {}};
  const io::TemporaryFolder work;
  const std::string program = detail::quoted(work / "simulation");
  const std::string command =
      compiled ? join({"verilator --binary --timing -Wno-fatal -MAKEFLAGS 'OPT_FAST=-O1 OPT_SLOW=-O0' --Mdir ", program,
                       " -o tb --top-module ", name, "_tb *.v && ", program, "/tb"})
               : join({"iverilog -g2005 -o ", program, " -s ", name, "_tb *.v && vvp -n ", program});
  const bool runs = detail::run(join({"cd ", detail::quoted(folder), " && ", command}), work / "log");
  const std::string said = detail::verdict_line(io::read_file(work / "log"));
  const bool passed = runs && said.rfind("PASS", 0) == 0;
  return {passed ? Outcome::passed : Outcome::failed, said, {}};
}

LUTRA_INLINE Result prove(const std::filesystem::path& folder, const std::filesystem::path& script) {
  const io::TemporaryFolder work;
  const bool passed = detail::run(join({"sh ", detail::quoted(script), " ", detail::quoted(folder)}), work / "log");
  const std::string said = detail::last_line(io::read_file(work / "log"));
  if (passed && said == "proved equal") return {Outcome::passed, said, {}};
  return {said.rfind("not proved", 0) == 0 ? Outcome::left_out : Outcome::failed, said, {}};
}

}  // namespace lutra::verify
