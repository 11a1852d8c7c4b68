#include "analysis/syntax/logical_lines.h"

#include <algorithm>

#include "analysis/syntax/string_literal.h"

namespace analysis {
std::vector<TextRange> logical_lines(std::string_view code) {
  std::vector<TextRange> lines;
  std::size_t begin = std::string_view::npos;  // of the line that is open; npos: none is
  std::size_t end = 0;
  std::size_t depth = 0;
  const auto close_line = [&] {
    if (begin != std::string_view::npos) {
      lines.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
    begin = std::string_view::npos;
  };
  for (std::size_t at = 0; at < code.size();) {
    const char c = code[at];
    if (c == '\n' || c == '\r') {
      if (depth == 0) close_line();
      ++at;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\f') {
      ++at;
      continue;
    }
    if (c == '#') {
      at = std::min(code.find_first_of("\r\n", at), code.size());
      continue;
    }
    begin = std::min(begin, at);
    if (c == '"' || c == '\'') {
      at = end_of_string(code, at).offset;
    } else if (c == '\\') {
      at += code.substr(at + 1).starts_with("\r\n") ? 3 : 2;
    } else {
      if (c == '(' || c == '[' || c == '{') ++depth;
      if ((c == ')' || c == ']' || c == '}') && 0 < depth) --depth;
      ++at;
    }
    at = std::min(at, code.size());
    end = at;
  }
  close_line();
  return lines;
}

}  // namespace analysis
