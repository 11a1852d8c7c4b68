#include "tests/bench/keystroke.h"

#include <algorithm>
#include <cctype>
#include <random>

#include "analysis/syntax/syntax_tree.h"
#include "tests/bench/editor.h"
#include "tests/bench/parse.h"
#include "tests/bench/statistics.h"

namespace bench {
namespace {

constexpr const char* new_function = R"py(
def collect_totals(rows, limit=100):
    """Add up the amounts of the rows by name.

    Rows that say "no amount" are left out.
    """
    totals = {}
    for row in rows[:limit]:
        if row.amount is None:
            continue
        totals[row.name] = totals.get(row.name, 0) + row.amount
    return sorted(totals.items(), key=lambda item: (-item[1], item[0]))

)py";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Places with a letter of a word on both sides: code, comments and strings alike.
std::vector<std::size_t> places_inside_words(const std::string& text) {
  std::vector<std::size_t> places;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (is_word(text[i - 1]) && is_word(text[i])) places.push_back(i);
  }
  return places;
}

/// A top-level definition in the middle of the text.
std::size_t middle_definition(const std::string& text) {
  const std::size_t found = text.find("\ndef ", text.size() / 2);
  return found == std::string::npos ? text.size() : found + 1;
}

bool is_healthy(const std::string& text) {
  return analysis::parse_without_errors(analysis::make_source_text(text)) != nullptr;
}

void add_parses(const std::string& text, std::vector<double>& samples) {
  for (int i = 0; i < 15; ++i) samples.push_back(parse_time({text}, 1));
}

}  // namespace

std::optional<KeystrokeReport> measure_keystrokes(const std::string& text, std::size_t count) {
  KeystrokeReport report;
  report.lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  report.bytes = text.size();
  std::vector<double> parses;  // before, between and after, so that a slow phase of the machine shows in both
  add_parses(text, parses);

  Editor editor(text);
  const std::vector<std::size_t> places = places_inside_words(text);
  std::mt19937 random(1);
  std::uniform_int_distribution<std::size_t> any(0, places.size() - 1);
  while (report.word_edits.size() < count) {
    const std::size_t place = places[any(random)];
    if (!is_healthy(std::string(text).insert(place, "q"))) continue;
    const auto elapsed = editor.replace(place, 0, "q");
    if (!elapsed || !editor.replace(place, 1, "")) return std::nullopt;  // only the letter that was typed is counted
    report.word_edits.push_back(*elapsed);
  }
  add_parses(text, parses);

  std::size_t place = middle_definition(text);
  for (const char letter : std::string_view(new_function).substr(0, count)) {
    const auto elapsed = editor.replace(place++, 0, std::string(1, letter));
    if (!elapsed) return std::nullopt;
    report.typing.push_back(*elapsed);
  }
  add_parses(text, parses);
  report.parse = median(parses);

  report.burst = 200;
  std::vector<double> bursts, analyses;
  for (int i = 0; i < 7; ++i) {
    const auto burst = editor.burst(places[places.size() / 2], report.burst);
    if (!burst) return std::nullopt;
    bursts.push_back(burst->elapsed);
    analyses.push_back(static_cast<double>(burst->analyses));
  }
  report.burst_elapsed = median(bursts);
  report.burst_analyses = median(analyses);
  for (int i = 0; i < 2000; ++i) {
    const auto elapsed = editor.round_trip();
    if (!elapsed) return std::nullopt;
    report.round_trips.push_back(*elapsed);
  }
  return report;
}

}  // namespace bench
