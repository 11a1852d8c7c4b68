#include "analysis/syntax/pieces.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "analysis/syntax/string_literal.h"

namespace analysis {
namespace {

/// Characters that end the plain run of code: for which `find_first_of` would search each time.
constexpr auto is_mark = [] {
  std::array<bool, 256> marks{};
  for (const char mark : {'\n', '#', '"', '\'', '\\'}) marks[static_cast<unsigned char>(mark)] = true;
  return marks;
}();

/// Lines that begin so are not inside brackets, whatever stands above them.
bool begins_definition(std::string_view line) {
  if (line.empty() || std::string_view("dcaif@").find(line.front()) == std::string_view::npos) return false;
  for (const std::string_view word : {"def ", "class ", "async def ", "@", "import ", "from "}) {
    if (line.starts_with(word)) return true;
  }
  return false;
}

/// The first border behind a line's end in [begin, end); `end` if there is none.
std::size_t first_border(std::string_view code, std::size_t begin, std::size_t end) {
  for (std::size_t newline = code.find('\n', begin); newline < end; newline = code.find('\n', newline + 1)) {
    if (newline + 1 < end && begins_definition(code.substr(newline + 1))) return newline + 1;
  }
  return end;
}

/// The borders in order. Nothing when a string of three quotes is not closed and strings were to be trusted.
std::optional<std::vector<std::uint32_t>> borders(std::string_view code, bool trusts_strings) {
  std::vector<std::uint32_t> places;
  bool begins_line = true;
  bool follows_decorator = false;
  for (std::size_t at = 0; at < code.size();) {
    if (begins_line && begins_definition(code.substr(at))) {
      if (!follows_decorator) places.push_back(static_cast<std::uint32_t>(at));
      follows_decorator = code[at] == '@';
    }
    while (at < code.size() && !is_mark[static_cast<unsigned char>(code[at])]) ++at;
    if (at == code.size()) break;
    begins_line = code[at] == '\n';
    if (code[at] == '#') {
      at = std::min(code.find('\n', at), code.size());
    } else if (code[at] == '\\') {
      at += 2;
      // `raise A \` goes on with `from b`.
      begins_line = at <= code.size() && code[at - 1] == '\n' && !code.substr(at).starts_with("from ");
    } else if (code[at] == '\n') {
      ++at;
    } else {
      const StringEnd end = end_of_string(code, at);
      const bool is_long = end.offset == code.size() && !end.is_closed;
      if (is_long && trusts_strings) return {};
      at = trusts_strings ? end.offset : first_border(code, at, end.offset);
      begins_line = at < end.offset;
    }
  }
  return places;
}

}  // namespace

std::vector<TextRange> pieces_of(std::string_view code) {
  auto places = borders(code, true);
  if (!places) places = borders(code, false);
  if (places->empty() || places->front() != 0) places->insert(places->begin(), 0);
  places->push_back(static_cast<std::uint32_t>(code.size()));
  std::vector<TextRange> pieces;
  for (std::size_t i = 1; i < places->size(); ++i) pieces.push_back({(*places)[i - 1], (*places)[i]});
  return pieces;
}

}  // namespace analysis
