// Imports: each bound name is an `ir::Import` and a bind.
#include <algorithm>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

/// A dotted name as one word, whatever stands between its parts.
ir::NameId dotted_name(State& state, std::string_view text) {
  const auto belongs = [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\\'; };
  if (std::ranges::all_of(text, belongs)) return state.names.intern(text);
  std::string compact;
  std::ranges::copy_if(text, std::back_inserter(compact), belongs);
  return state.names.intern_copy(std::move(compact));
}

void bind_import(State& state, const ir::Import& import, TextRange name) {
  const ir::ImportId id{static_cast<std::uint32_t>(state.facts.imports.size())};
  state.facts.imports.push_back(import);
  if (state.names.text(import.alias) == "*") return;  // which names that binds is not known here
  const ir::PlaceId place = state.add_name(import.alias, name);
  const ir::ValueId value = state.add(ir::Value{.kind = ir::ValueKind::import, .import = id, .range = import.range});
  state.emit_bind(place, value, state.statement);
}

/// `name` and `alias` of `x` or `x as y`; the alias is 0 if there is none.
struct Imported {
  NodeIndex name = 0;
  NodeIndex alias = 0;
};
Imported parts(const State& state, NodeIndex node) {
  if (state.kind(node) == Kind::dotted_name) return {.name = node};
  if (state.kind(node) != Kind::aliased_import) return {};
  return {.name = state.operand(node, 0), .alias = state.operand(node, 1)};
}

}  // namespace

void lower_import(State& state, NodeIndex node) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    const auto [name, alias] = parts(state, child);
    if (name == 0) continue;
    ir::Import import;
    import.module = dotted_name(state, state.slice(name));
    import.range = state.range(child);
    if (alias != 0) {
      import.alias = state.names.intern(state.slice(alias));
      bind_import(state, import, state.range(alias));
      continue;
    }
    const std::string_view text = state.slice(name);
    const std::string_view first = text.substr(0, text.find_first_of(". \t\r\n\\"));
    import.alias = state.names.intern(first);
    const std::uint32_t begin = state.range(name).begin;
    bind_import(state, import, {begin, begin + static_cast<std::uint32_t>(first.size())});
  }
}

void lower_import_from(State& state, NodeIndex node) {
  ir::Import from;
  NodeIndex child = state.node(node).first_child;
  if (state.kind(node) == Kind::future_import_statement) {
    from.module = state.names.intern("__future__");
  } else {
    child = state.operand(node, 0);
    if (child == 0) return;
    std::string_view module = state.slice(child);
    while (!module.empty() && (module.front() == '.' || module.front() == ' ' || module.front() == '\t')) {
      if (module.front() == '.') ++from.level;
      module.remove_prefix(1);
    }
    from.module = dotted_name(state, module);
    child = state.node(child).next;
  }
  for (; child != 0; child = state.node(child).next) {
    ir::Import import = from;
    import.range = state.range(child);
    if (state.kind(child) == Kind::wildcard_import) {
      import.member = import.alias = state.names.intern("*");
      bind_import(state, import, state.range(child));
      continue;
    }
    const auto [name, alias] = parts(state, child);
    if (name == 0) continue;
    import.member = dotted_name(state, state.slice(name));
    const NodeIndex bound = alias != 0 ? alias : name;
    import.alias = dotted_name(state, state.slice(bound));
    bind_import(state, import, state.range(bound));
  }
}

}  // namespace analysis::lowering
