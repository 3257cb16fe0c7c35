#pragma once
// What tests of emitted files share: running programs of the system, a folder that vanishes, and whether a tool is
// there.

#include <sys/wait.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <string>

#include "support/files.hpp"

namespace lutra_test {

struct Finished {
  int status = -1;     ///< of exit; -1 where a signal ended it
  std::string output;  ///< of both streams
};

/// Runs a line of the shell and waits for it.
[[nodiscard]] inline Finished run(const std::string& command) {
  std::FILE* pipe = ::popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
  Finished finished;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
    finished.output.append(buffer.data(), size);
  const int status = ::pclose(pipe);
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return finished;
}

/// One word of the shell, whatever is in it.
[[nodiscard]] inline std::string quoted(const std::filesystem::path& path) {
  std::string text = "'";
  for (const char c : path.string()) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

/// Whether every tool is installed; says which one is not, so that a test that leaves something out does not do so
/// silently.
[[nodiscard]] inline bool installed(std::initializer_list<const char*> tools) {
  for (const char* tool : tools)
    if (run(std::string("command -v ") + tool).status != 0) {
      BOOST_TEST_MESSAGE("left out: " << tool << " is not installed");
      return false;
    }
  return true;
}

using ScratchFolder = lutra::test::TemporaryFolder;

[[nodiscard]] inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// `text` with the first `from` replaced by `to`. Throws where there is none, so that a test never damages nothing.
[[nodiscard]] inline std::string with_first(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("'" + from + "' is not in the text");
  return text.replace(at, from.size(), to);
}

}  // namespace lutra_test
