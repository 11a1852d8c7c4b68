#include "analysis/syntax/pieces.h"

#include <algorithm>
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

/// `begin`, which is 0 or a border, and the borders behind it in order, up to the first one that is known. Nothing when
/// a string of three quotes is not closed and strings were to be trusted.
template <class IsKnown>
std::optional<std::vector<std::uint32_t>> borders(std::string_view code, std::uint32_t begin, StringTrust trust,
                                                  const IsKnown& is_known) {
  std::vector<std::uint32_t> places{begin};
  bool follows_decorator = false;
  const bool is_complete = visit_outer_lines(code.substr(begin), trust, begins_definition, [&](std::size_t line) {
    const auto place = static_cast<std::uint32_t>(begin + line);
    if (!begins_definition(code.substr(place))) return true;
    if (!follows_decorator && place != begin) places.push_back(place);
    const bool is_end = !follows_decorator && place != begin && is_known(place);
    follows_decorator = code[place] == '@';
    return !is_end;
  });
  if (!is_complete) return {};
  return places;
}

/// Up to the last of these borders.
void add_pieces(const std::vector<std::uint32_t>& borders, std::vector<TextRange>& pieces) {
  for (std::size_t i = 1; i < borders.size(); ++i) pieces.push_back({borders[i - 1], borders[i]});
}

}  // namespace

Pieces pieces_of(std::string_view code) {
  const auto is_known = [](std::uint32_t) { return false; };
  auto places = borders(code, 0, StringTrust::trusted, is_known);
  Pieces pieces{.ranges = {}, .are_certain = places.has_value()};
  if (!places) places = borders(code, 0, StringTrust::doubted, is_known);
  places->push_back(static_cast<std::uint32_t>(code.size()));
  add_pieces(*places, pieces.ranges);
  return pieces;
}

Pieces pieces_of(std::string_view code, const Pieces& before, std::size_t size_before, CommonEnds ends) {
  if (!before.are_certain) return pieces_of(code);
  const std::vector<TextRange>& old = before.ranges;
  // The piece in front of the first that is edited stays, but may go on: what is edited may have been its end.
  auto first = std::ranges::upper_bound(old, ends.front, {}, &TextRange::end);
  if (first != old.begin()) --first;
  // Where an old border behind the edit is met again, the rest is what it was.
  const auto shift = static_cast<std::uint32_t>(code.size() - size_before);  // wraps where the code became shorter
  const auto old_piece_at = [&](std::uint32_t place) {
    const auto found = std::ranges::lower_bound(old, place - shift, {}, &TextRange::begin);
    const bool is_known = code.size() - ends.back <= place && found != old.end() && found->begin == place - shift;
    return is_known ? found : old.end();
  };
  auto places = borders(code, first->begin, StringTrust::trusted,
                        [&](std::uint32_t place) { return old_piece_at(place) != old.end(); });
  if (!places) return pieces_of(code);
  Pieces pieces{.ranges = {old.begin(), first}, .are_certain = true};
  auto rest = places->size() == 1 ? old.end() : old_piece_at(places->back());
  if (rest == old.end()) places->push_back(static_cast<std::uint32_t>(code.size()));
  add_pieces(*places, pieces.ranges);
  for (; rest != old.end(); ++rest) pieces.ranges.push_back({rest->begin + shift, rest->end + shift});
  return pieces;
}

}  // namespace analysis
