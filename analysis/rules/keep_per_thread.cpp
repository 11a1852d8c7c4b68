#include "analysis/rules/keep_per_thread.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/cell_uses.h"
#include "analysis/rules/local_names.h"
#include "analysis/rules/python_layout.h"
#include "analysis/rules/rewrite.h"
#include "analysis/rules/threading_import.h"
#include "analysis/syntax/indexed_tree.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

bool is_constant(Kind kind) {
  static constexpr std::array kinds{Kind::none, Kind::true_, Kind::false_, Kind::integer, Kind::float_, Kind::string};
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// `name = 0` or `self.name = None` as a statement of its own.
struct FirstValue {
  TextRange statement;
  std::string value;
};

/// Nothing unless the range is an assignment of a constant that has its line for itself.
std::optional<FirstValue> first_value(const IndexedTree& tree, TextRange range) {
  const Index assignment = tree.find(range, Kind::assignment);
  if (assignment == IndexedTree::none) return {};
  const Index right = tree.child(assignment, Field::right);
  const bool has_type = tree.child(assignment, Field::type) != IndexedTree::none;
  const SourceText& text = tree.source();
  const bool is_alone = is_first_on_line(text, range.begin) && is_last_on_line(text, range.end);
  if (right == IndexedTree::none || !is_constant(tree.kind(right)) || has_type || !is_alone) return {};
  return FirstValue{range, std::string(tree.text(right))};
}

/// A class whose objects give each thread `name`, which begins as `value`.
std::string local_class(const std::string& name, std::string_view base, std::string_view attribute,
                        std::string_view value, std::string_view line_break) {
  return fmt::format("class {}({}):{}    {} = {}", name, base, line_break, attribute, value);
}

std::string unused(const IndexedTree& tree, std::string_view wanted) {
  std::vector<std::string> attributes;
  for (Index at = 0; at < tree.size(); ++at) {
    if (tree.kind(at) == Kind::identifier && tree.is_field(at, Field::attribute))
      attributes.emplace_back(tree.text(at));
  }
  return unused_name(tree, {0}, wanted, attributes);
}

/// Whether every place where the module's code is known to use the cell is one of those that are rewritten.
bool are_all_uses(const RuleContext& context, CellId cell, const std::set<std::uint32_t>& rewritten) {
  for (const Trace& body : context.model.bodies) {
    for (const Access& access : body.accesses) {
      if (access.cell != cell || access.is_indirect) continue;
      if (!is_in_module(context, access.range)) return false;
      const auto at = rewritten.lower_bound(access.range.begin);
      if (at == rewritten.end() || access.range.end <= *at) return false;
    }
  }
  return true;
}

// Attributes.

/// The statement before which the first line of a block can be put; `none` when there is no room.
Index first_statement(const IndexedTree& tree, Index block) {
  for (const Index statement : tree.children(block)) {
    const bool is_docstring =
        tree.kind(statement) == Kind::expression_statement && tree.kind(statement + 1) == Kind::string;
    if (is_docstring) continue;
    return is_first_on_line(tree.source(), tree.range(statement).begin) ? statement : IndexedTree::none;
  }
  return IndexedTree::none;
}

Index constructor_of(const IndexedTree& tree, Index class_body) {
  for (const Index statement : tree.children(class_body)) {
    if (tree.kind(statement) == Kind::function_definition &&
        tree.text(tree.child(statement, Field::name)) == "__init__")
      return statement;
  }
  return IndexedTree::none;
}

Rewrite move_attribute(const RuleContext& context, const IndexedTree& tree, CellId id, std::string_view name) {
  const SymbolTable& symbols = context.model.symbols;
  std::set<std::uint32_t> rewritten;
  Index owner = IndexedTree::none;
  std::vector<TextRange> uses;
  for (std::uint32_t i = 0; i < symbols.functions.size(); ++i) {
    const FunctionSymbol& function = symbols.functions[i];
    const TextRange range = function.absolute(function.code->range);
    if (function.receiver != Receiver::instance || !is_in_module(context, range)) continue;
    const std::string spelled = fmt::format("{}.{}", symbols.names.text(function.receiver_name), name);
    const Index node = tree.find(range, Kind::function_definition);
    const std::vector<CellUse> found =
        node == IndexedTree::none ? std::vector<CellUse>{} : uses_of(tree, node, spelled);
    const Index around = node == IndexedTree::none ? node : tree.enclosing(node, Kind::class_definition);
    if (found.empty() || around == IndexedTree::none) continue;
    if (owner != IndexedTree::none && owner != around) return {{}, "several classes use it"};
    owner = around;
    for (const CellUse& use : found) {
      const std::uint32_t end = use.range.begin + static_cast<std::uint32_t>(spelled.size());
      uses.push_back({end - static_cast<std::uint32_t>(name.size()), end});
      rewritten.insert(use.range.begin);
    }
  }
  if (owner == IndexedTree::none || !are_all_uses(context, id, rewritten))
    return {{}, "it is also used under another name"};

  Rewrite rewrite;
  const auto local = name_from_threading(tree, "local", rewrite.edits);
  if (!local) return {{}, "there is no room for `import threading`"};
  const SourceText& text = tree.source();
  const std::string holder = unused(tree, "_local");
  const Index body = tree.child(owner, Field::body);
  const Index constructor = constructor_of(tree, body);
  std::optional<FirstValue> first;
  for (const CellTable::Binding& binding : bindings_of(context.model, id)) {
    const FunctionSymbol& function = context.model.function(binding.function);
    const bool is_method = function.code->kind == ir::FunctionKind::function;
    if (is_method && symbols.text(function, function.code->name) != "__init__") continue;
    const auto value = first_value(tree, function.absolute(binding.op->range));
    if (!value || first || !is_method) return {{}, "other threads would miss its first value"};
    first = value;
  }
  if (first) {
    const std::uint32_t begin = tree.range(owner).begin;
    const std::uint32_t top =
        tree.kind(tree.parent(owner)) == Kind::decorated_definition ? tree.range(tree.parent(owner)).begin : begin;
    if (!is_first_on_line(text, top)) return {{}, "there is no room for a class"};
    const std::string line_break = std::string(line_ending_at(text, top)).append(indentation_at(text, top));
    const std::string type = unused(tree, fmt::format("_{}Local", tree.text(tree.child(owner, Field::name))));
    rewrite.edits.push_back(
        line_above(text, top, local_class(type, *local, name, first->value, line_break) + line_break + line_break));
    const std::string_view assignment = text.slice(first->statement);
    const std::string_view receiver = assignment.substr(0, assignment.find('.'));
    rewrite.edits.push_back({first->statement, fmt::format("{}.{} = {}()", receiver, holder, type)});
    std::erase_if(uses, [&](TextRange use) { return first->statement.contains(use); });
  } else if (constructor != IndexedTree::none) {
    const Index before = first_statement(tree, tree.child(constructor, Field::body));
    const std::vector<Index> parameters = tree.children(tree.child(constructor, Field::parameters));
    if (before == IndexedTree::none || parameters.empty()) return {{}, "`__init__` has no room for it"};
    rewrite.edits.push_back(line_before(text, tree.range(before).begin,
                                        fmt::format("{}.{} = {}()", tree.text(parameters.front()), holder, *local)));
  } else {
    const Index before = first_statement(tree, body);
    if (before == IndexedTree::none) return {{}, "the class has no room for it"};
    const std::uint32_t begin = tree.range(before).begin;
    const std::string_view gap = line_ending_at(text, begin);
    rewrite.edits.push_back(line_before(text, begin, fmt::format("{} = {}(){}", holder, *local, gap)));
  }
  for (const TextRange use : uses) rewrite.edits.push_back({{use.begin, use.begin}, holder + "."});
  return rewrite;
}

// Globals.

/// Takes the name out of a `global` statement, which goes when it has no other.
TextEdit without_name(const IndexedTree& tree, Index statement, Index name) {
  const SourceText& text = tree.source();
  const std::vector<Index> names = tree.children(statement);
  const TextRange range = tree.range(statement);
  if (names.size() == 1) {
    const bool has_line = is_first_on_line(text, range.begin) && is_last_on_line(text, range.end);
    return has_line ? TextEdit{full_line_at(text, range.begin), ""} : TextEdit{range, "pass"};
  }
  const auto at = std::ranges::find(names, name);
  const bool is_first = at == names.begin();
  return is_first ? TextEdit{{tree.range(name).begin, tree.range(*(at + 1)).begin}, ""}
                  : TextEdit{{tree.range(*(at - 1)).end, tree.range(name).end}, ""};
}

Rewrite move_global(const RuleContext& context, const IndexedTree& tree, CellId id, std::string_view name) {
  if (context.project.is_imported(context.module_name, name) || context.project.is_mutated(context.module_name, name))
    return {{}, "other modules use it as well"};
  std::optional<FirstValue> first;
  for (const CellTable::Binding& binding : bindings_of(context.model, id)) {
    const FunctionSymbol& function = context.model.function(binding.function);
    if (function.code->kind == ir::FunctionKind::function) continue;
    const auto value = first_value(tree, function.absolute(binding.op->range));
    if (!value || first) return {{}, "other threads would miss its first value"};
    first = value;
  }
  if (!first) return {{}, "it has no first value"};
  Rewrite rewrite;
  const auto local = name_from_threading(tree, "local", rewrite.edits);
  if (!local) return {{}, "there is no room for `import threading`"};
  const SourceText& text = tree.source();
  const std::string holder = unused(tree, "_local");
  const std::string type = unused(tree, "_Local");
  const std::string line_break(line_ending_at(text, first->statement.begin));
  rewrite.edits.push_back({first->statement, local_class(type, *local, name, first->value, line_break) + line_break +
                                                 line_break + line_break + holder + " = " + type + "()"});
  std::set<std::uint32_t> rewritten{first->statement.begin};
  for (Index at = 0; at < tree.size(); ++at) {
    const bool is_outermost = tree.kind(at) == Kind::function_definition &&
                              tree.enclosing(at, Kind::function_definition) == IndexedTree::none;
    if (!is_outermost) continue;
    for (const CellUse& use : uses_of(tree, at, name)) {
      if (use.kind == UseKind::foreign) return {{}, "it is bound in a way that cannot be moved"};
      rewrite.edits.push_back({{use.range.begin, use.range.begin}, holder + "."});
      rewritten.insert(use.range.begin);
    }
  }
  for (Index at = 0; at < tree.size(); ++at) {
    if (tree.kind(at) != Kind::identifier || tree.text(at) != name) continue;
    const Index parent = tree.parent(at);
    if (tree.kind(parent) == Kind::global_statement) rewrite.edits.push_back(without_name(tree, parent, at));
    const bool is_at_top = tree.enclosing(at, Kind::function_definition) == IndexedTree::none;
    if (is_at_top && !first->statement.contains(tree.range(at)) && !tree.is_field(at, Field::attribute))
      return {{}, "the module uses it while it is imported"};
  }
  if (!are_all_uses(context, id, rewritten)) return {{}, "it is also used under another name"};
  return rewrite;
}

}  // namespace

std::optional<Fix> keep_per_thread(const RuleContext& context, const SyntaxTree& tree, CellId id) {
  const Cell& cell = context.model.cells.cell(id);
  const bool is_global = cell.kind == CellKind::global;
  if (!is_global && cell.kind != CellKind::instance_attribute) return {};
  const IndexedTree flat(tree);
  const std::string_view name = context.model.symbols.names.text(cell.name);
  return as_fix(fmt::format("keep `{}` once per thread", context.model.name_of(id)),
                is_global ? move_global(context, flat, id, name) : move_attribute(context, flat, id, name));
}

}  // namespace analysis
