#include "analysis/rules/declared_lock.h"

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/local_names.h"
#include "analysis/rules/lock_conflict.h"

namespace analysis {
namespace {

/// The lock that a comment names, as it is spelled; empty when it names none. Without a colon, only what is spelled
/// like a lock counts: "guarded by the event loop" is prose.
std::string_view named_lock(std::string_view comment) {
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
  return has_colon || is_lock_name(last_name(name)) ? name : std::string_view();
}

ProgramLine line_at(const RuleContext& context, std::uint32_t offset) {
  const ProgramPlace place = place_of(context, {offset, offset});
  return {place.module, place.text.row(place.range.begin)};
}

}  // namespace

LockDeclarations declared_locks(const RuleContext& context) {
  LockDeclarations found;
  for (const FunctionSymbol& function : context.model.symbols.functions) {
    if (function.code->kind != ir::FunctionKind::module) continue;
    for (const ir::Directive& directive : function.facts->directives) {
      const std::string_view lock = named_lock(function.facts->names[directive.text.index]);
      if (lock.empty()) continue;
      ProgramLine line = line_at(context, function.absolute(directive.range).begin);
      if (directive.is_own_line) ++line.second;
      found.emplace(line, lock);
    }
  }
  return found;
}

std::string_view declared_lock(const RuleContext& context, CellId cell, const LockDeclarations& declared) {
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    const TextRange range = context.model.function(binding.function).absolute(binding.op->range);
    for (const std::uint32_t offset : {range.begin, range.end}) {
      const auto found = declared.find(line_at(context, offset));
      if (found != declared.end()) return found->second;
    }
  }
  return {};
}

}  // namespace analysis
