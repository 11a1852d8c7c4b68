// Finds lists of the module that nobody changes, which a tuple would say.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/rules/rule_context.h"

namespace analysis {

extern const Rule constant_should_be_immutable;

namespace {

bool is_word(char c) {
  return c == '_' || ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// `_private` or `IN_CAPITALS`: names of constants. Others may be meant to be changed by whoever imports them.
bool is_constant_name(std::string_view name) {
  if (name.starts_with("__")) return false;
  return name.starts_with('_') || std::ranges::none_of(name, [](char c) {
           return ('a' <= c && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0;
         });
}

/// Functions that take a tuple where they take a list.
bool takes_any_sequence(std::string_view function) {
  using namespace std::string_view_literals;
  static constexpr std::array names{"len"sv,  "tuple"sv, "set"sv,  "frozenset"sv, "sorted"sv, "list"sv, "enumerate"sv,
                                    "any"sv,  "all"sv,   "max"sv,  "min"sv,       "sum"sv,    "iter"sv, "reversed"sv,
                                    "join"sv, "zip"sv,   "dict"sv, "choice"sv,    "sample"sv};
  return std::ranges::find(names, function) != names.end();
}

std::string_view word_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (0 < begin && is_word(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

/// Whether a tuple does as well at `[begin, end)`, where the name stands: `in X`, `X[i]`, `len(X)`.
bool suits_tuple(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::string_view blank = " \t\r\n\\";
  const std::size_t after = std::min(text.find_first_not_of(blank, end), text.size());
  const char next = after < text.size() ? text[after] : '\n';
  const std::size_t last = begin == 0 ? std::string_view::npos : text.find_last_not_of(blank, begin - 1);
  if (last == std::string_view::npos || text[last] == '.') return false;
  if (next == '[') {
    // A slice of a tuple is no list.
    const std::size_t close = text.find(']', after);
    const std::string_view index = text.substr(after + 1, close == std::string_view::npos ? 0 : close - after - 1);
    return !index.empty() && index.find_first_of(":[") == std::string_view::npos;
  }
  if (text[last] == '(') return (next == ')' || next == ',') && takes_any_sequence(word_before(text, last));
  const bool ends =
      is_word(next) || std::string_view(":)]},").find(next) != std::string_view::npos || after == text.size();
  return ends && word_before(text, last + 1) == "in";
}

/// Whether the module uses the name, and only where a tuple does as well. Whatever else spells it, in a string too, is
/// taken for a use that wants a list.
bool is_used_as_sequence(const RuleContext& context, std::string_view name, std::uint32_t binding) {
  const std::string_view text = context.text.bytes();
  int uses = 0;
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
    const std::size_t end = at + name.size();
    const bool is_part = (0 < at && is_word(text[at - 1])) || (end < text.size() && is_word(text[end]));
    if (is_part || at == binding) continue;
    if (!suits_tuple(text, at, end)) return false;
    ++uses;
  }
  return 0 < uses;
}

bool is_changed(const RuleContext& context, CellId cell) {
  return std::ranges::any_of(context.model.bodies, [&](const Trace& body) {
    return std::ranges::any_of(body.accesses, [&](const Access& access) {
      return access.cell == cell && is_write(access.kind) && access.kind != AccessKind::rebind;
    });
  });
}

/// `NAME = [ … ]`: no annotation, which would say list, no second target and nothing behind the list.
bool is_plain_assignment(const RuleContext& context, TextRange statement, std::string_view name, TextRange value) {
  const std::string_view head = context.text.slice({statement.begin, value.begin});
  if (!head.starts_with(name) || value.end != statement.end) return false;
  const std::string_view rest = head.substr(name.size());
  return std::ranges::count(rest, '=') == 1 && rest.find_first_not_of(" \t=") == std::string_view::npos;
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.model.cells.size(); ++i) {
    const Cell& cell = context.model.cells.cell(CellId{i});
    const std::string_view name = context.model.symbols.names.text(cell.name);
    if (cell.kind != CellKind::global || !is_constant_name(name)) continue;
    const auto& bindings = context.model.cells.bindings_of(cell.name);
    if (bindings.size() != 1 || bindings.front().op->kind != ir::OpKind::bind || !bindings.front().op->value) continue;
    const FunctionSymbol& function = context.model.function(bindings.front().function);
    const ir::Value& value = function.facts->values[bindings.front().op->value.index];
    if (function.code->kind != ir::FunctionKind::module || value.kind != ir::ValueKind::list) continue;
    if (value.is_empty || value.is_comprehension) continue;
    const TextRange statement = function.absolute(bindings.front().op->range);
    if (!is_in_module(context, statement)) continue;
    if (!is_plain_assignment(context, statement, name, function.absolute(value.range))) continue;
    if (context.project.is_imported(context.module_name, name) || context.project.is_mutated(context.module_name, name))
      continue;
    if (is_changed(context, CellId{i}) || !is_used_as_sequence(context, name, statement.begin)) continue;
    findings.push_back(
        {.rule = &constant_should_be_immutable,
         .severity = Severity::hint,
         .effect = Effect::none,
         .breaks_on = BreaksOn::never,
         .range = {statement.begin, statement.begin + static_cast<std::uint32_t>(name.size())},
         .message = fmt::format("`{}` is never changed: a tuple says so, and no thread can change it by mistake", name),
         .evidence = {},
         .symbol = symbol_of(context, CellId{i}),
         .interleaving = {},
         .fixes = {},
         .fingerprint = 0});
  }
}

}  // namespace

const Rule constant_should_be_immutable{
    .info = {.name = "constant-should-be-immutable",
             .severity = Severity::hint,
             .is_preview = false,
             .summary = "a list of the module is never changed and could be a tuple",
             .why = "A reader who looks for shared state must find out of each list whether somebody changes it. A "
                    "tuple says that nobody does, and keeps it so. Reported are lists with private names or names in "
                    "capitals that the module only goes through, searches or takes elements from, and that no other "
                    "module of the project imports or changes.",
             .bad = R"py(_SUFFIXES = [".py", ".pyi"]

def is_python(path):
    return any(path.endswith(suffix) for suffix in _SUFFIXES)
)py",
             .good = R"py(_SUFFIXES = (".py", ".pyi")

def is_python(path):
    return any(path.endswith(suffix) for suffix in _SUFFIXES)
)py",
             .repair = "Replaces the brackets of the list by parentheses. For names in capitals, which code outside of "
                       "the project may use as a list, the repair is for review."},
    .check = check,
};

}  // namespace analysis
