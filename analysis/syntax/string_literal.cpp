#include "analysis/syntax/string_literal.h"

namespace analysis {

StringEnd end_of_string(std::string_view code, std::size_t begin) {
  const char quote = code[begin];
  const auto has_three = [&](std::size_t at) {
    return at + 2 < code.size() && code[at] == quote && code[at + 1] == quote && code[at + 2] == quote;
  };
  const bool is_triple = has_three(begin);
  const std::size_t size = is_triple ? 3 : 1;
  std::size_t at = begin + size;
  while (at < code.size()) {
    const char c = code[at];
    if (c == quote && (!is_triple || has_three(at))) return {at + size, true};
    if (!is_triple && (c == '\n' || c == '\r')) return {at, false};
    at += c == '\\' ? 2 : 1;
  }
  return {code.size(), false};
}

}  // namespace analysis
