#include "analysis/syntax/pieces.h"

#include <cstdint>
#include <optional>

#include "analysis/syntax/outer_lines.h"

namespace analysis {
namespace {

/// Lines that begin so are not inside brackets, whatever stands above them.
bool begins_definition(std::string_view line) {
  if (line.empty() || std::string_view("dcaif@").find(line.front()) == std::string_view::npos) return false;
  for (const std::string_view word : {"def ", "class ", "async def ", "@", "import ", "from "}) {
    if (line.starts_with(word)) return true;
  }
  return false;
}

/// The borders in order. Nothing when a string of three quotes is not closed and strings were to be trusted.
std::optional<std::vector<std::uint32_t>> borders(std::string_view code, StringTrust trust) {
  std::vector<std::uint32_t> places;
  bool follows_decorator = false;
  const bool is_complete = visit_outer_lines(code, trust, begins_definition, [&](std::size_t line) {
    if (!begins_definition(code.substr(line))) return true;
    if (!follows_decorator) places.push_back(static_cast<std::uint32_t>(line));
    follows_decorator = code[line] == '@';
    return true;
  });
  if (!is_complete) return {};
  return places;
}

}  // namespace

std::vector<TextRange> pieces_of(std::string_view code) {
  auto places = borders(code, StringTrust::trusted);
  if (!places) places = borders(code, StringTrust::doubted);
  if (places->empty() || places->front() != 0) places->insert(places->begin(), 0);
  places->push_back(static_cast<std::uint32_t>(code.size()));
  std::vector<TextRange> pieces;
  for (std::size_t i = 1; i < places->size(); ++i) pieces.push_back({(*places)[i - 1], (*places)[i]});
  return pieces;
}

}  // namespace analysis
