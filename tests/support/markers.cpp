#include "tests/support/markers.h"

#include <algorithm>
#include <optional>

namespace tests {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// `error[rule]: text`, `rule: text` or `rule`.
void read_words(std::string_view words, Mark& mark) {
  const std::size_t colon = std::min(words.find(':'), words.size());
  std::string_view name = trimmed(words.substr(0, colon));
  mark.message = trimmed(words.substr(std::min(colon + 1, words.size())));
  if (const std::size_t bracket = name.find('['); bracket != std::string_view::npos && name.ends_with(']')) {
    mark.severity = name.substr(0, bracket);
    name = name.substr(bracket + 1, name.size() - bracket - 2);
  }
  mark.rule = name;
}

/// The expectation in a line; nothing if the line is code. Its row is not set.
std::optional<Mark> read_mark(std::string_view line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string_view::npos || line[hash] != '#') return std::nullopt;
  const std::size_t carets = line.find_first_not_of(" \t", hash + 1);
  if (carets == std::string_view::npos || line[carets] != '^') return std::nullopt;
  const std::size_t end = std::min(line.find_first_not_of('^', carets), line.size());
  Mark mark;
  mark.column = (carets == hash + 1 ? hash : carets) + 1;
  mark.end_column = end + 1;
  read_words(trimmed(line.substr(end)), mark);
  return mark;
}

std::string spelled(const Mark& mark) {
  // The `#` stands in the first column. A range that begins there has it as its first caret.
  const std::size_t first = std::max<std::size_t>(mark.column, 2);
  const std::size_t carets = std::max(mark.end_column, first + 1) - first;
  return "#" + std::string(first - 2, ' ') + std::string(carets, '^') + " " + mark.severity + "[" + mark.rule +
         "]: " + mark.message + "\n";
}

}  // namespace

MarkedText read_marks(std::string_view code) {
  MarkedText result;
  std::size_t row = 0;
  for (const std::string_view line : lines_of(code)) {
    if (auto mark = read_mark(line)) {
      mark->row = row;
      result.marks.push_back(*std::move(mark));
    } else {
      result.text += line;
      ++row;
    }
  }
  return result;
}

bool agrees(const Mark& expected, const Mark& seen) {
  return expected.row == seen.row && expected.column == seen.column && expected.end_column == seen.end_column &&
         !expected.rule.empty() && expected.rule == seen.rule &&
         (expected.severity.empty() || expected.severity == seen.severity) &&
         seen.message.find(expected.message) != std::string::npos;
}

std::string with_marks(std::string_view code, std::vector<Mark> seen) {
  std::ranges::sort(seen);
  std::string result;
  std::size_t row = 0;
  const auto add_missing = [&] {  // of the row that ends here
    std::erase_if(seen, [&](const Mark& mark) {
      if (mark.row != row) return false;
      result += spelled(mark);
      return true;
    });
  };
  for (const std::string_view line : lines_of(code)) {
    auto mark = read_mark(line);
    if (!mark) {
      add_missing();
      result += line;
      ++row;
      continue;
    }
    mark->row = row;
    const auto match = std::ranges::find_if(seen, [&](const Mark& other) { return agrees(*mark, other); });
    if (match == seen.end()) continue;
    result += line;
    seen.erase(match);
  }
  add_missing();
  return result;
}

}  // namespace tests
