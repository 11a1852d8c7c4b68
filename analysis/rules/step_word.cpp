#include "analysis/rules/step_word.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace analysis {
namespace {

/// What an assignment assigns to, without operators; nothing where the text is none.
std::optional<std::string_view> target_of(std::string_view text) {
  int depth = 0;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\\') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      --depth;
    } else if (c == '=' && depth == 0) {
      const bool is_comparison = i + 1 < text.size() && text[i + 1] == '=';
      if (is_comparison || (0 < i && std::string_view("=!<>:").find(text[i - 1]) != std::string_view::npos)) return {};
      std::string_view target = text.substr(0, i);
      const std::size_t last = target.find_last_not_of(" \t+-*/%&|^@");
      return target.substr(0, last + 1);
    }
  }
  return {};
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || text[word.size()] == ' ');
}

/// `X[k]`, `self.x[k]`, `X[k].a`; no list.
bool looks_up(std::string_view text) {
  const bool begins_with_name = !text.empty() && (std::isalpha(static_cast<unsigned char>(text.front())) != 0 ||
                                                  text.front() == '_' || text.front() == '(');
  const std::size_t item = text.find('[');
  return begins_with_name && (text.ends_with(']') || item < text.find_first_of("( "));
}

}  // namespace

StepAccess word_for(StepAccess wanted, std::string_view text) {
  const bool has_call = text.find('(') != std::string_view::npos;
  const std::optional<std::string_view> target = begins_with_word(text, "del") ? std::optional(text) : target_of(text);
  const auto written = [&] { return target->ends_with(']') ? StepAccess::item_write : StepAccess::write; };
  switch (wanted) {
    case StepAccess::write:
    case StepAccess::item_write:
      if (target) return written();
      return has_call && text.ends_with(')') ? StepAccess::call : wanted;
    case StepAccess::call:
      if (has_call) return wanted;
      if (begins_with_word(text, "return") || begins_with_word(text, "yield")) return StepAccess::return_;
      return target ? written() : wanted;
    case StepAccess::item_read:
      if (text.find('[') != std::string_view::npos) return wanted;
      return has_call ? StepAccess::call : StepAccess::read;
    case StepAccess::return_:
      // The look-up fails before anything is returned.
      return looks_up(text) ? StepAccess::item_read : wanted;
    default:
      return wanted;
  }
}

}  // namespace analysis
