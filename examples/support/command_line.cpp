#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <type_traits>

namespace examples {

struct CommandLine::Parser {
  explicit Parser(const std::string& about) : app(about) {}
  CLI::App app;
};

CommandLine::CommandLine(const std::string& about) : parser_(std::make_unique<Parser>(about)) {}
CommandLine::~CommandLine() = default;

CommandLine& CommandLine::add(const std::string& name, Target target, const std::string& meaning,
                              const OptionRules& rules) {
  CLI::App& app = parser_->app;
  CLI::Option* option = std::visit(
      [&](auto* value) {
        using Value = std::remove_pointer_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>)
          return app.add_flag(name, *value, meaning);
        else if constexpr (requires { value->empty(); })
          return value->empty() ? app.add_option(name, *value, meaning)
                                : app.add_option(name, *value, meaning)->capture_default_str();
        else
          return app.add_option(name, *value, meaning)->capture_default_str();
      },
      target);
  if (rules.required) option->required();
  if (!rules.needs.empty()) option->needs(app.get_option(rules.needs));
  if (!rules.excludes.empty()) option->excludes(app.get_option(rules.excludes));
  if (!rules.one_of.empty()) option->check(CLI::IsMember(rules.one_of));
  return *this;
}

std::optional<int> CommandLine::parse(int argc, char** argv) {
  try {
    parser_->app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return parser_->app.exit(error);
  }
}

}  // namespace examples
