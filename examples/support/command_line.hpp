#pragma once
// The command line of an example. What reads it, CLI11, takes longer to compile than the examples themselves: it stays
// in command_line.cpp, which is compiled once for all of them.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace examples {

struct OptionRules {
  bool required = false;
  std::string needs = {}, excludes = {};  ///< another option, added before
  std::vector<std::string> one_of = {};   ///< the values there are
};

class CommandLine {
 public:
  /// Where an option's value goes; a bool is a flag without a value.
  using Target = std::variant<bool*, int*, std::uint32_t*, std::uint64_t*, float*, std::string*,
                              std::vector<std::string>*, std::filesystem::path*>;

  /// `about` is a sentence on the program, for --help.
  explicit CommandLine(const std::string& about);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// An option such as "--epochs", or a value without a name such as "data". Its default, shown by --help, is what the
  /// target holds.
  CommandLine& add(const std::string& name, Target target, const std::string& meaning, const OptionRules& rules = {});

  /// The program's exit code where there is nothing more to do: after --help, and after what is no such command line.
  [[nodiscard]] std::optional<int> parse(int argc, char** argv);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace examples
