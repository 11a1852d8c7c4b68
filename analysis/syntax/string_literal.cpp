#include "analysis/syntax/string_literal.h"

#include <string>

namespace analysis {

StringEnd end_of_string(std::string_view code, std::size_t begin) {
  const char quote = code[begin];
  const bool is_triple = code.substr(begin).starts_with(std::string(3, quote));
  const std::string close(is_triple ? 3 : 1, quote);
  std::size_t at = begin + close.size();
  while (at < code.size()) {
    if (code.substr(at).starts_with(close)) return {at + close.size(), true};
    if (!is_triple && (code[at] == '\n' || code[at] == '\r')) return {at, false};
    at += code[at] == '\\' ? 2 : 1;
  }
  return {code.size(), false};
}

}  // namespace analysis
