#include "analysis/syntax/class_body.h"

#include <algorithm>

#include "analysis/syntax/outer_lines.h"

namespace analysis {
namespace {

bool begins_definition(std::string_view code) {
  if (code.empty() || std::string_view("dca@").find(code.front()) == std::string_view::npos) return false;
  for (const std::string_view word : {"def ", "class ", "async def ", "@"}) {
    if (code.starts_with(word)) return true;
  }
  return false;
}

std::string_view indentation_of(std::string_view line) {
  return line.substr(0, std::min(line.find_first_not_of(" \t\r\f"), line.size()));
}

/// In columns, as the parser counts them.
std::size_t width_of(std::string_view indentation) {
  std::size_t width = 0;
  for (const char blank : indentation) {
    const bool begins_again = blank == '\r' || blank == '\f';
    width = begins_again ? 0 : width + (blank == '\t' ? 8 : 1);
  }
  return width;
}

/// Whether a line is in a class and begins a definition.
bool begins_inner_definition(std::string_view line) {
  const std::string_view indentation = indentation_of(line);
  return !indentation.empty() && begins_definition(line.substr(indentation.size()));
}

/// Whether a line without indentation ends the class above it. What is blank, a comment, or the end of brackets does
/// not.
bool begins_statement(std::string_view line) {
  return !line.empty() && std::string_view(" \t\r\n\f#)]}").find(line.front()) == std::string_view::npos;
}

/// What is known of a class whose lines are read one after the other.
struct Reading {
  bool is_in_class = false;  // its own line was read
  bool follows_decorator = false;
  ClassBody body;

  /// False when the class ends in front of the line.
  bool add(std::string_view text, std::size_t place) {
    const std::string_view line = text.substr(place);
    if (!is_in_class) {
      is_in_class = line.starts_with("class ");
      return is_in_class || line.starts_with('@') || place != 0;
    }
    if (begins_statement(line)) {
      body.end = static_cast<std::uint32_t>(place);
      return false;
    }
    if (!begins_inner_definition(line)) return true;
    const std::string_view indentation = indentation_of(line);
    // What is indented more is in a block of the body.
    if (body.parts.empty() || width_of(indentation) < width_of(body.indentation)) {
      body.parts.clear();
      body.indentation = indentation;
    }
    // A parser does not mind where the decorator stands.
    const bool begins_part = indentation == body.indentation && !follows_decorator;
    if (begins_part) body.parts.push_back({static_cast<std::uint32_t>(place), 0});
    follows_decorator = line[indentation.size()] == '@';
    return true;
  }
};

}  // namespace

ClassBody class_body_of(std::string_view text) {
  Reading reading;
  for (const StringTrust trust : {StringTrust::trusted, StringTrust::doubted}) {
    reading = {};
    reading.body.end = static_cast<std::uint32_t>(text.size());
    const auto add = [&](std::size_t place) { return reading.add(text, place); };
    if (visit_outer_lines(text, trust, begins_inner_definition, add)) break;
  }
  std::vector<TextRange>& parts = reading.body.parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].end = i + 1 < parts.size() ? parts[i + 1].begin : reading.body.end;
  }
  return std::move(reading.body);
}

}  // namespace analysis
