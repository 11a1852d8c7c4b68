#include "server/check/text_style.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace server {
namespace {

constexpr auto escapes = std::to_array<std::string_view>({
    "",            // plain
    "\x1b[1m",     // bold
    "\x1b[2m",     // dim
    "\x1b[1;31m",  // error
    "\x1b[1;33m",  // warning
    "\x1b[1;34m",  // information
    "\x1b[1;36m",  // hint
    "\x1b[2;34m",  // line number
    "\x1b[36m",    // first thread
    "\x1b[35m",    // second thread
    "\x1b[1;32m",  // help
    "\x1b[32m",    // added
    "\x1b[31m",    // removed
});

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool is_set(const char* name) { return !variable(name).empty(); }
bool is_on(const char* name) { return is_set(name) && variable(name) != "0"; }

}  // namespace

std::string painted(const TextStyle& style, Ink ink, std::string_view text) {
  if (!style.is_colored || text.empty() || ink == Ink::plain) return std::string(text);
  std::string result(escapes.at(static_cast<std::size_t>(ink)));
  result.append(text).append("\x1b[0m");
  return result;
}

Ink ink_of(analysis::Severity severity) {
  switch (severity) {
    case analysis::Severity::error:
      return Ink::error;
    case analysis::Severity::warning:
      return Ink::warning;
    case analysis::Severity::information:
      return Ink::information;
    case analysis::Severity::hint:
      return Ink::hint;
  }
  return Ink::plain;
}

TextStyle style_of(int descriptor, ColorChoice choice) {
  if (choice != ColorChoice::automatic) return {choice == ColorChoice::always};
  if (is_set("NO_COLOR")) return {false};
  if (is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE")) return {true};
  if (variable("CLICOLOR") == "0" || variable("TERM") == "dumb") return {false};
  return {::isatty(descriptor) == 1};
}

TextStyle style_of_file(ColorChoice choice) { return {choice == ColorChoice::always}; }

}  // namespace server
