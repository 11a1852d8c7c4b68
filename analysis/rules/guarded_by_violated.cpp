// Finds accesses without the lock that a comment declares: `# guarded by: self._lock`.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule guarded_by_violated;

namespace {

std::string_view last_part(std::string_view dotted) { return dotted.substr(dotted.find_last_of('.') + 1); }

/// The lock that a comment names, as it is spelled; empty when it names none. Without a colon, only what is spelled
/// like a lock counts: "guarded by the event loop" is prose.
std::string_view declared_lock(std::string_view comment) {
  constexpr std::string_view words = "guarded by";
  const std::size_t at = comment.find(words);
  if (at == std::string_view::npos) return {};
  std::string_view rest = comment.substr(at + words.size());
  const bool has_colon = rest.starts_with(':');
  if (has_colon) rest.remove_prefix(1);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t`"), rest.size()));
  const auto is_part = [](char c) {
    return c == '.' || c == '_' || ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
  };
  const auto end = std::ranges::find_if_not(rest, is_part);
  std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  while (name.ends_with('.')) name.remove_suffix(1);
  return has_colon || is_lock_name(last_part(name)) ? name : std::string_view();
}

/// A line of one of the modules.
using Line = std::pair<std::string_view, std::uint32_t>;

Line line_at(const RuleContext& context, std::uint32_t offset) {
  const ProgramPlace place = place_of(context, {offset, offset});
  return {place.module, place.text.row(place.range.begin)};
}

/// The lines whose bindings a comment speaks for, and the lock it names.
std::map<Line, std::string_view> declarations(const RuleContext& context) {
  std::map<Line, std::string_view> found;
  for (const FunctionSymbol& function : context.model.symbols.functions) {
    if (function.code->kind != ir::FunctionKind::module) continue;
    for (const ir::Directive& directive : function.facts->directives) {
      const std::string_view lock = declared_lock(function.facts->names[directive.text.index]);
      if (lock.empty()) continue;
      Line line = line_at(context, function.absolute(directive.range).begin);
      if (directive.is_own_line) ++line.second;
      found.emplace(line, lock);
    }
  }
  return found;
}

std::string_view lock_of(const RuleContext& context, CellId cell, const std::map<Line, std::string_view>& declared) {
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    const TextRange range = context.model.function(binding.function).absolute(binding.op->range);
    for (const std::uint32_t offset : {range.begin, range.end}) {
      const auto found = declared.find(line_at(context, offset));
      if (found != declared.end()) return found->second;
    }
  }
  return {};
}

bool holds(const RuleContext& context, const Access& access, std::string_view lock) {
  return std::ranges::any_of(access.locks.locks(), [&](LockId held) {
    const std::string& name = context.model.locks.name(held);
    return last_part(name) == last_part(lock) || name.starts_with('@') || name.find("caller's") != std::string::npos;
  });
}

std::vector<Step> steps(const RuleContext& context, const Access& access, const Access* guarded) {
  const Access& other = guarded == nullptr ? access : *guarded;
  const CellPart part{access.cell, access.key};
  const std::string with = guarded == nullptr ? "is here, too: no lock keeps it out" : "uses it under the lock";
  return {make_step(context, 1, step_access(other), other.function, {other.cell, other.key}, with, other.range),
          make_step(context, 2, step_access(access), access.function, part,
                    "does not wait for the lock and finds what thread 1 has half done", access.range)};
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const std::map<Line, std::string_view> declared = declarations(context);
  if (declared.empty()) return;
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    if (context.accesses[i].empty()) continue;
    const std::string_view lock = lock_of(context, CellId{i}, declared);
    if (lock.empty()) continue;
    const Access* guarded = nullptr;
    for (const Access* access : context.accesses[i]) {
      if (holds(context, *access, lock) && (guarded == nullptr || !is_write(guarded->kind))) guarded = access;
    }
    TextRange last;
    for (const Access* access : context.accesses[i]) {
      if (holds(context, *access, lock) || access->range.overlaps(last)) continue;
      if (!is_in_module(context, access->range)) continue;
      last = access->range;
      findings.push_back({.rule = &guarded_by_violated,
                          .severity = Severity::error,
                          .effect = Effect::no_protection,
                          .breaks_on = BreaksOn::every_build,
                          .range = access->range,
                          .message = fmt::format("`{}` is declared to be guarded by `{}`, which is not held here",
                                                 context.model.name_of(access->cell), lock),
                          .evidence = "a comment declares the lock",
                          .symbol = symbol_of(context, access->cell),
                          .interleaving = steps(context, *access, guarded),
                          .fixes = {},
                          .fingerprint = 0});
    }
  }
}

}  // namespace

const Rule guarded_by_violated{
    .info = {.name = "guarded-by-violated",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "the lock that a comment declares for a cell is not held",
             .why =
                 "`# guarded by: self._lock` behind the line that makes a cell, or above it, says that whoever uses "
                 "the cell holds that lock. Every use without it is reported, reading included, because the author "
                 "asked for it. Constructors need no lock, nor do functions that are only called with the lock held, "
                 "or whose name ends in `_locked`.",
             .bad = R"py(import threading

class Account:
    def __init__(self):
        self._lock = threading.Lock()
        self.balance = 0  # guarded by: self._lock

    def show(self):
        return self.balance
)py",
             .good = R"py(import threading

class Account:
    def __init__(self):
        self._lock = threading.Lock()
        self.balance = 0  # guarded by: self._lock

    def show(self):
        with self._lock:
            return self.balance
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
