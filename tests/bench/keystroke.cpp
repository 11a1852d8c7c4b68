#include "tests/bench/keystroke.h"

#include <algorithm>
#include <cctype>
#include <random>

#include "analysis/syntax/syntax_tree.h"
#include "tests/bench/editor.h"
#include "tests/bench/parse.h"
#include "tests/bench/statistics.h"
#include "tests/bench/typing_script.h"

namespace bench {
namespace {

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

  report.burst = 200;
  std::vector<double> bursts, analyses;
  for (int i = 0; i < 7; ++i) {
    const std::size_t place = places[places.size() / 2];
    const auto burst = editor.burst(place, report.burst);
    if (!burst || !editor.replace(place, report.burst, "")) return std::nullopt;
    bursts.push_back(burst->elapsed);
    analyses.push_back(static_cast<double>(burst->analyses));
  }
  report.burst_elapsed = median(bursts);
  report.burst_analyses = median(analyses);

  std::size_t place = middle_definition(text);
  for (const char letter : typing_script().substr(0, count)) {
    const bool is_deletion = letter == '\b';
    const auto elapsed = is_deletion ? editor.replace(--place, 1, "") : editor.replace(place++, 0, {letter});
    if (!elapsed) return std::nullopt;
    report.typing.push_back(*elapsed);
  }
  add_parses(text, parses);
  report.parse = median(parses);

  for (int i = 0; i < 2000; ++i) {
    const auto elapsed = editor.round_trip();
    if (!elapsed) return std::nullopt;
    report.round_trips.push_back(*elapsed);
  }
  return report;
}

}  // namespace bench
