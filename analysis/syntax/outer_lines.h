// The lines of code that begin outside of strings, told from the text alone.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "analysis/syntax/string_literal.h"

namespace analysis {

/// What is made of a string: it goes as far as its quotes say, or it ends where a line in it looks like code.
enum class StringTrust : std::uint8_t { trusted, doubted };

/// Characters that end the plain run of code: for which `find_first_of` would search each time.
inline constexpr auto ends_plain_code = [] {
  std::array<bool, 256> marks{};
  for (const char mark : {'\n', '#', '"', '\'', '\\'}) marks[static_cast<unsigned char>(mark)] = true;
  return marks;
}();

/// Calls `visit(place)` for each line that begins outside of strings, until it says false. `is_code(line)` tells a
/// line, with what follows it, at which a doubted string ends. False, and not all was visited, when strings were
/// trusted and one of three quotes is not closed.
template <class IsCode, class Visit>
bool visit_outer_lines(std::string_view text, StringTrust trust, const IsCode& is_code, const Visit& visit) {
  bool begins_line = true;
  for (std::size_t at = 0; at < text.size();) {
    if (begins_line && !visit(at)) return true;
    while (at < text.size() && !ends_plain_code[static_cast<unsigned char>(text[at])]) ++at;
    if (at == text.size()) break;
    begins_line = text[at] == '\n';
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (text[at] == '\\') {
      at += 2;
      // `raise A \` goes on with `from b`.
      begins_line = at <= text.size() && text[at - 1] == '\n' && !text.substr(at).starts_with("from ");
    } else if (text[at] == '\n') {
      ++at;
    } else {
      const StringEnd end = end_of_string(text, at);
      const bool is_open = end.offset == text.size() && !end.is_closed;
      if (is_open && trust == StringTrust::trusted) return false;
      std::size_t next = end.offset;
      if (trust == StringTrust::doubted) {
        for (std::size_t line = text.find('\n', at) + 1; line != 0 && line < next; line = text.find('\n', line) + 1) {
          if (is_code(text.substr(line))) next = line;
        }
      }
      begins_line = next < end.offset;
      at = next;
    }
  }
  return true;
}

}  // namespace analysis
