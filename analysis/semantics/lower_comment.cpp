// What comments and docstrings say: directives to us, and whether the author thought of threads.
#include <algorithm>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

char lower_case(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return 'a' <= lower_case(c) && lower_case(c) <= 'z'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

bool begins_with(std::string_view text, std::size_t at, std::string_view word) {
  if (text.size() < at + word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower_case(text[at + i]) != word[i]) return false;
  }
  return true;
}

/// `lock` or `locks` with no letter before or behind: `_lock` is one, `block` is not.
bool is_lock_at(std::string_view text, std::size_t at) {
  if (!begins_with(text, at, "lock") || (0 < at && is_letter(text[at - 1]))) return false;
  std::size_t end = at + 4;
  if (end < text.size() && lower_case(text[end]) == 's') ++end;
  return end == text.size() || !is_letter(text[end]);
}

bool names_lock(std::string_view text) {
  for (std::size_t i = text.find_first_of("lL"); i != std::string_view::npos; i = text.find_first_of("lL", i + 1)) {
    if (is_lock_at(text, i)) return true;
  }
  return false;
}

/// "not thread-safe", "isn't thread safe", "non-threadsafe": `at` is where "thread" begins.
bool is_disclaimer_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 6;
  while (end < text.size() && (text[end] == '-' || is_space(text[end]))) ++end;
  if (!begins_with(text, end, "safe")) return false;
  constexpr std::size_t reach = 12;
  const std::size_t begin = at < reach ? 0 : at - reach;
  for (std::size_t i = begin; i < at; ++i) {
    if (begins_with(text, i, "not ") || begins_with(text, i, "n't ") || begins_with(text, i, "non")) return true;
  }
  return false;
}

bool is_mention_at(std::string_view text, std::size_t at) {
  switch (lower_case(text[at])) {
    case 't':
      return begins_with(text, at, "thread");
    case 'r':
      return begins_with(text, at, "race condition");
    case 'm':
      return begins_with(text, at, "mutex");
    case 'c':
      return begins_with(text, at, "concurren");
    case 'l':
      return is_lock_at(text, at);
    default:
      return false;
  }
}

/// Where the next word begins that speaks of threads; npos if none does.
std::size_t next_mention(std::string_view text, std::size_t from) {
  while (from < text.size() && !is_mention_at(text, from)) ++from;
  return from < text.size() ? from : std::string_view::npos;
}

bool mentions_threads(std::string_view text) { return next_mention(text, 0) != std::string_view::npos; }

/// A docstring that only says what its reader must not do with threads promises nothing.
bool promises_threads(std::string_view docstring) {
  for (std::size_t i = next_mention(docstring, 0); i != std::string_view::npos; i = next_mention(docstring, i + 1)) {
    if (!begins_with(docstring, i, "thread") || !is_disclaimer_at(docstring, i)) return true;
  }
  return false;
}

bool has(std::string_view text, std::string_view words) { return text.find(words) != std::string_view::npos; }

/// One sentence in lower case with single spaces: does it demand that the caller holds a lock?
bool demands_lock(std::string_view sentence) {
  if (!names_lock(sentence) || has(sentence, "not ") || has(sentence, "n't ") || has(sentence, "without") ||
      has(sentence, "never"))
    return false;
  if (has(sentence, "lock held") || has(sentence, "locks held")) return true;
  const bool is_demand = has(sentence, "must") || has(sentence, "should") || has(sentence, "caller") ||
                         has(sentence, "call") || has(sentence, "assum") || has(sentence, "requires");
  return is_demand && (has(sentence, "hold") || has(sentence, "held"));
}

bool says_lock_is_held(std::string_view docstring) {
  if (!names_lock(docstring)) return false;
  std::string sentence;
  for (std::size_t i = 0; i < docstring.size(); ++i) {
    const bool ends = docstring[i] == '.' && (i + 1 == docstring.size() || is_space(docstring[i + 1]));
    if (ends && demands_lock(sentence)) return true;
    if (ends) {
      sentence.clear();
    } else if (!is_space(docstring[i])) {
      sentence.push_back(lower_case(docstring[i]));
    } else if (!sentence.empty() && sentence.back() != ' ') {
      sentence.push_back(' ');
    }
  }
  return demands_lock(sentence);
}

bool is_first_on_line(std::string_view text, std::uint32_t offset, bool begins_line) {
  while (0 < offset) {
    const char before = text[--offset];
    if (before == '\n' || before == '\r') return true;
    if (!is_space(before)) return false;
  }
  return begins_line;
}

/// Whether a comment at `begin` is in `range`, or behind its last line.
bool holds(const State& state, TextRange range, std::uint32_t begin) {
  if (begin < range.begin) return false;
  if (begin < range.end) return true;
  return state.slice(TextRange{range.end, begin}).find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace

void lower_docstring(State& state, NodeIndex block, ir::FunctionIndex function) {
  const NodeIndex first = state.node(block).first_child;
  const NodeIndex string = state.node(first).first_child;
  if (state.kind(first) != Kind::expression_statement || state.node(string).next != 0) return;
  if (state.kind(string) != Kind::string && state.kind(string) != Kind::concatenated_string) return;
  const std::string_view text = state.slice(string);
  if (promises_threads(text)) state.thread_mentions.push_back(state.range(string));
  state.facts.functions[function.index].says_lock_is_held = says_lock_is_held(text);
}

void lower_comments(State& state, TextRange range, bool begins_line) {
  for (const TextRange comment : state.tree.comments) {
    if (!range.contains(comment)) continue;
    const std::string_view text = state.slice(comment);
    if (mentions_threads(text)) state.thread_mentions.push_back(comment);
    if (!is_directive(text)) continue;
    const bool is_own_line = is_first_on_line(state.text, comment.begin, begins_line);
    state.facts.directives.push_back({.range = comment, .is_own_line = is_own_line, .text = state.names.intern(text)});
  }
  for (const TextRange mention : state.thread_mentions) {
    state.facts.mentions_threads = true;
    for (ir::Function& function : state.facts.functions) {
      if (function.kind != ir::FunctionKind::module && holds(state, function.range, mention.begin))
        function.mentions_threads = true;
    }
    for (ir::Class& owner : state.facts.classes) {
      if (holds(state, owner.range, mention.begin)) owner.mentions_threads = true;
    }
  }
}

bool is_directive(std::string_view comment) { return has(comment, "threadlint:") || has(comment, "guarded by"); }

}  // namespace analysis::lowering
