#include "analysis/syntax/string_literal.h"

namespace analysis {
namespace {

bool has_three(std::string_view code, std::size_t at) {
  return at + 2 < code.size() && code[at + 1] == code[at] && code[at + 2] == code[at];
}

/// From behind its first quotes. Searches for what may end it: most of a text may be in such strings.
StringEnd end_of_long_string(std::string_view code, std::size_t at, char quote) {
  std::size_t next = code.find(quote, at);
  while (next != std::string_view::npos) {
    const std::size_t backslash = code.substr(at, next - at).find('\\');
    if (backslash == std::string_view::npos && has_three(code, next)) return {next + 3, true};
    at = backslash == std::string_view::npos ? next + 1 : at + backslash + 2;
    if (next < at) next = code.find(quote, at);
  }
  return {code.size(), false};
}

}  // namespace

StringEnd end_of_string(std::string_view code, std::size_t begin) {
  const char quote = code[begin];
  if (has_three(code, begin)) return end_of_long_string(code, begin + 3, quote);
  std::size_t at = begin + 1;
  while (at < code.size()) {
    const char c = code[at];
    if (c == quote) return {at + 1, true};
    if (c == '\n' || c == '\r') return {at, false};
    at += c == '\\' ? 2 : 1;
  }
  return {code.size(), false};
}

}  // namespace analysis
