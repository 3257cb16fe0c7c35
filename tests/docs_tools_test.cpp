// labels: slow_tools
// The code in the documents is code: every ```cpp block of README.md, docs/tutorial.md and docs/layers.md compiles
// with the compiler and the flags of this build, and the README's program runs.
//
//   ```cpp file     at file scope: includes, types, functions, a main
//   ```cpp          statements; those of one document make one function, in their order
//   ```cpp alone    statements in a block of their own
#define BOOST_TEST_MODULE docs_tools
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "support/files.hpp"

namespace {

const std::filesystem::path source_dir = LUTRA_SOURCE_DIR;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Program {
  std::string file_scope, body;
  std::size_t blocks = 0;

  [[nodiscard]] std::string text() const {
    return body.empty() ? file_scope : file_scope + "void document();\nvoid document() {\n" + body + "}\n";
  }
};

/// The document's blocks as one program. Line numbers stay the document's, so that a compiler's message leads there.
Program program_of(const std::string& document) {
  std::istringstream lines(read_text(source_dir / document));
  Program program;
  std::string line, kind, block;
  bool inside = false;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (!inside && (line == "```cpp" || line == "```cpp file" || line == "```cpp alone")) {
      inside = true;
      kind = line.substr(6);
      block = "#line " + std::to_string(number + 1) + " \"" + document + "\"\n";
    } else if (inside && line == "```") {
      inside = false;
      ++program.blocks;
      if (kind == " file")
        program.file_scope += block;
      else
        program.body += kind == " alone" ? "{\n" + block + "}\n" : block;
    } else if (inside) {
      block += line + "\n";
    }
  }
  BOOST_REQUIRE_MESSAGE(!inside, document << " ends inside a block of code");
  return program;
}

/// How this very file was compiled, up to its output: the compiler and its flags, for a shell.
std::string compile_command() {
  const std::string all = read_text(std::filesystem::path(LUTRA_BINARY_DIR) / "compile_commands.json");
  const auto file = all.find("docs_tools_test.cpp\"");
  const auto begin = all.rfind("\"command\": \"", file);
  if (file == std::string::npos || begin == std::string::npos) return {};
  std::string command;
  for (std::size_t i = begin + 12; i < all.size() && all[i] != '"'; ++i) command += all[i] == '\\' ? all[++i] : all[i];
  command = command.substr(0, command.find(" -o "));
  // Without any optimization, g++'s AVX-512 intrinsics are macros that xsimd's vectors do not fit into.
  return command.find(" -O") == std::string::npos ? command + " -O1" : command;
}

/// Runs a shell command and returns what it said; "" where it ended well.
std::string complaint(const std::string& command, const std::filesystem::path& log) {
  const int status = std::system(("{ " + command + "; } >'" + log.string() + "' 2>&1 </dev/null").c_str());
  return status == 0 ? "" : command + "\n" + read_text(log) + "exit status " + std::to_string(status);
}

void check_document(const std::string& document, std::size_t least_blocks) {
  const std::string command = compile_command();
  if (command.empty()) {
    BOOST_TEST_MESSAGE("left out: this build writes no compile_commands.json");
    return;
  }
  const Program program = program_of(document);
  BOOST_TEST(program.blocks >= least_blocks);
  const lutra::test::TemporaryFolder folder;
  const auto file = folder.file("document.cpp", program.text());
  // A sample may name a value and leave it at that.
  BOOST_TEST(complaint(command +
                           " -fsyntax-only -Wall -Wextra -Werror -Wno-unused-variable -Wno-unused-but-set-variable '" +
                           file.string() + "'",
                       folder.path() / "log") == "");
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_program_of_the_readme_compiles_runs_and_writes_what_it_says) {
  const std::string command = compile_command();
  if (command.empty()) {
    BOOST_TEST_MESSAGE("left out: this build writes no compile_commands.json");
    return;
  }
  const Program program = program_of("README.md");
  BOOST_TEST(program.blocks == 1U);
  BOOST_TEST(program.body == "");
  const lutra::test::TemporaryFolder folder;
  const auto path = [&](const char* name) { return "'" + (folder.path() / name).string() + "'"; };
  const auto file = folder.file("readme.cpp", program.text());
  BOOST_TEST(complaint(command + " -Wall -Wextra -Werror -o " + path("readme") + " '" + file.string() + "' -lz",
                       folder.path() / "log") == "");
  // It reads its data from where it stands and writes there.
  std::filesystem::create_directory_symlink(source_dir / "examples", folder.path() / "examples");
  BOOST_TEST(complaint("cd '" + folder.path().string() + "' && ./readme", folder.path() / "log") == "");
  BOOST_TEST_MESSAGE(read_text(folder.path() / "log"));
  BOOST_TEST(read_text(folder.path() / "log").find(" % of ") != std::string::npos);
  BOOST_TEST(read_text(folder.path() / "out" / "digits" / "digits.v").find("module digits (") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_code_of_the_tutorial_compiles) { check_document("docs/tutorial.md", 20); }

BOOST_AUTO_TEST_CASE(the_code_of_the_layer_reference_compiles) { check_document("docs/layers.md", 8); }

BOOST_AUTO_TEST_CASE(the_code_of_the_export_page_compiles) { check_document("docs/export.md", 5); }
