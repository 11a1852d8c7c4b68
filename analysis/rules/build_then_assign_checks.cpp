// Reasons not to rewrite, and whether a tuple will do.
#include <algorithm>

#include "analysis/rules/build_then_assign_plan.h"
#include "analysis/rules/function_body.h"
#include "analysis/rules/local_names.h"
#include "analysis/rules/use_kind.h"

namespace analysis::build {
namespace {

bool is_word_in(std::string_view text, std::string_view word) {
  const auto is_name_byte = [](char c) {
    return c == '_' || ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
  };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_name_byte(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !is_name_byte(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

/// `getattr(self, "_x")`, `globals()["X"]`, Python 2's backticks, `f"{X=}"`.
std::string named_by_text(const IndexedTree& tree, Index node, std::string_view cell) {
  const std::string_view name = last_name(cell);
  const Kind kind = tree.kind(node);
  if (kind == Kind::interpolation) {
    const std::string_view text = tree.text(node);
    const std::size_t equals = text.find_last_of("=");
    const bool is_debug = equals != std::string_view::npos && 0 < equals &&
                          text.find_first_not_of(" }", equals + 1) == std::string_view::npos;
    return is_debug && is_word_in(text, name) ? quoted(text) + " prints the name of " + quoted(cell) : "";
  }
  if (kind != Kind::string) return {};
  const std::string_view text = tree.text(node);
  if (text.starts_with('`')) return is_word_in(text, name) ? quoted(cell) + " stands between backticks" : "";
  if (text.size() != name.size() + 2 || text.substr(1, name.size()) != name) return {};
  const Index parent = tree.parent(node);
  const bool is_key = tree.kind(parent) == Kind::subscript &&
                      (tree.text(parent + 1) == "globals()" || tree.text(parent + 1).ends_with("__dict__") ||
                       tree.text(parent + 1).starts_with("vars("));
  const bool is_argument =
      tree.kind(parent) == Kind::argument_list && tree.text(tree.parent(parent) + 1).ends_with("attr");
  return is_key || is_argument ? quoted(cell) + " is also reached by its name in a string" : "";
}

/// The same attribute reached through `self`, `cls`, `self.__class__`, `type(self)` or the class, but not as `cell`
/// spells it.
std::string other_spelling(const Plan& plan, const CellPlan& cell, Index node) {
  const IndexedTree& tree = plan.tree;
  const std::string& spelling = cell.given->cell;
  if (tree.kind(node) != Kind::attribute || spelling.find('.') == std::string::npos) return {};
  const Index attribute = tree.child(node, Field::attribute);
  if (attribute == IndexedTree::none || tree.text(attribute) != last_name(spelling)) return {};
  if (tree.text(node) == spelling) return {};  // in an inner scope, where `self` is another one
  if (std::ranges::any_of(cell.uses, [&](const CellUse& use) { return use.node == node; })) return {};
  const UseKind kind = use_at(tree, node).kind;
  if (plan.last < node && !tree.contains(plan.last, node) && (kind == UseKind::read || kind == UseKind::escape))
    return {};
  const std::string_view object = tree.text(node + 1);
  const std::string self(first_parameter(tree, plan.function));
  const Index owner = tree.enclosing(plan.function, Kind::class_definition);
  const bool is_class = owner != IndexedTree::none && object == name_of(tree, owner);
  const bool is_self =
      !self.empty() && (object == self || object == self + ".__class__" || object == "type(" + self + ")");
  if (!is_class && !is_self) return {};
  return quoted(spelling) + " is also spelled " + quoted(tree.text(node));
}

/// A lambda that is called by the call it is an argument of, and not kept: `key=lambda …`, `map(lambda …, x)`.
bool is_called_at_once(const IndexedTree& tree, Index lambda) {
  Index at = tree.parent(lambda);
  if (tree.kind(at) == Kind::keyword_argument)
    return tree.text(at).starts_with("key") && tree.kind(tree.parent(at)) == Kind::argument_list;
  if (tree.kind(at) != Kind::argument_list) return false;
  const std::string_view callee = tree.text(tree.parent(at) + 1);
  constexpr std::string_view callers[] = {"map", "filter", "sorted", "reduce", "functools.reduce",
                                          "min", "max",    "any",    "all"};
  return std::ranges::find(callers, callee) != std::end(callers) || callee.ends_with(".sort");
}

/// Whether the nested function is only called by name, all within the rewritten statements.
bool is_only_called(const Plan& plan, Index function, const std::vector<Index>& statements) {
  const IndexedTree& tree = plan.tree;
  if (tree.kind(tree.parent(function)) == Kind::decorated_definition) return false;
  const std::string_view name = name_of(tree, function);
  for (Index at = plan.function; at < tree.end(plan.function); ++at) {
    if (tree.kind(at) != Kind::identifier || tree.text(at) != name) continue;
    if (tree.parent(at) == function && tree.is_field(at, Field::name)) continue;
    const bool is_called = tree.kind(tree.parent(at)) == Kind::call && tree.is_field(at, Field::function);
    if (!is_called || !is_inside(tree, statements, at)) return false;
  }
  return true;
}

std::string nested_use(const Plan& plan, const CellPlan& cell, const CellUse& use,
                       const std::vector<Index>& statements) {
  const IndexedTree& tree = plan.tree;
  const bool is_helper = std::ranges::any_of(cell.given->helpers,
                                             [&](const HelperFill& fill) { return fill.function.contains(use.range); });
  if (is_helper) return {};
  const std::string_view spelling = cell.given->cell;
  if (!is_inside(tree, statements, use.nested)) {
    // Defined elsewhere in the function: it keeps the cell, so it must not run while the local is filled.
    const std::string_view name = name_of(tree, use.nested);
    for (const Index statement : statements) {
      for (Index at = statement; at < tree.end(statement); ++at) {
        if (tree.kind(at) == Kind::identifier && tree.text(at) == name)
          return quoted(name) + " uses " + quoted(spelling);
      }
    }
    return {};
  }
  if (use.kind == UseKind::bind || use.kind == UseKind::augment) return "a nested function rebinds " + quoted(spelling);
  if (tree.kind(use.nested) == Kind::lambda)
    return is_called_at_once(tree, use.nested) ? "" : "a lambda that may be called later uses " + quoted(spelling);
  if (tree.kind(use.nested) == Kind::function_definition && is_only_called(plan, use.nested, statements)) return {};
  return quoted(name_of(tree, use.nested)) + " uses " + quoted(spelling) + " and may outlive the region";
}

/// Something else than the cell would still be the old object after the rewrite.
std::string old_object_kept(const Plan& plan, const CellPlan& cell, const std::vector<Index>& statements) {
  if (cell.start != Start::init || cell.is_own_local) return {};
  for (const CellUse& use : cell.uses) {
    if (statements.front() <= use.node || use.is_element || use.kind == UseKind::bind) continue;
    for (const std::string& alias : use.aliases) {
      for (const CellUse& later : uses_of(plan.tree, plan.function, alias)) {
        if (statements.front() < later.node) return quoted(alias) + " is another name of " + quoted(cell.given->cell);
      }
    }
  }
  return {};
}

std::string early_reader(const Plan& plan, const CellPlan& cell, const std::vector<Index>& statements) {
  const BindingFlow flow = flow_of(plan, cell);
  for (const TextRange reader : cell.given->readers) {
    const Index call = plan.tree.find(reader, Kind::call);
    if (call == IndexedTree::none || !is_inside(plan.tree, statements, call)) continue;
    if (return_around(plan, call) != IndexedTree::none) continue;    // comes after the assignment
    if (bound_at(plan, cell, flow, call) == Bound::never) continue;  // finds it unset, as before
    return quoted(plan.tree.text(call + 1)) + " reads " + quoted(cell.given->cell) + " before it is complete";
  }
  return {};
}

/// An item is found missing while the local is filled, so nobody may look at the container; and its key must stay.
std::string container_use(const Plan& plan, const CellPlan& cell, const std::vector<Index>& statements) {
  const IndexedTree& tree = plan.tree;
  const std::string& spelling = cell.given->cell;
  if (!spelling.ends_with(']')) return {};
  const std::string container = spelling.substr(0, spelling.find('['));
  for (const CellUse& use : uses_of(tree, plan.function, container)) {
    if (!is_inside(tree, statements, use.node) || return_around(plan, use.node) != IndexedTree::none) continue;
    const bool is_item = tree.kind(tree.parent(use.node)) == Kind::subscript && tree.is_field(use.node, Field::value);
    if (!is_item) return quoted(container) + " is used while its item is made";
  }
  const std::string_view key = std::string_view(spelling).substr(container.size());
  for (const Index statement : statements) {
    for (Index at = statement; at < tree.end(statement); ++at) {
      if (tree.kind(at) != Kind::identifier || !is_word_in(key, tree.text(at)) || !is_bound_at(tree, at)) continue;
      return quoted(tree.text(at)) + " changes inside the region";
    }
  }
  return {};
}

/// A `return` assigns the cell; a `finally` that runs after it must not go on filling.
std::string changed_after_exit(const Plan& plan, const CellPlan& cell, const std::vector<Index>& statements) {
  const IndexedTree& tree = plan.tree;
  for (const Index exit : exits_of(tree, statements)) {
    for (Index at = tree.enclosing(exit, Kind::try_statement);
         at != IndexedTree::none && is_inside(tree, statements, at); at = tree.enclosing(at, Kind::try_statement)) {
      for (const Index change : cell.changes) {
        const Index clause = tree.enclosing(change, Kind::finally_clause);
        if (clause != IndexedTree::none && tree.parent(clause) == at && !tree.contains(clause, exit)) {
          return "a `finally` changes " + quoted(cell.given->cell) + " after the region is left";
        }
      }
    }
  }
  return {};
}

bool is_ordered_comparison(const IndexedTree& tree, Index comparison) {
  return tree.text(comparison).find_first_of("=<>!") != std::string_view::npos;
}

bool is_list_value(const IndexedTree& tree, Index value) {
  if (value == IndexedTree::none) return false;
  const Kind kind = tree.kind(value);
  if (kind == Kind::list || kind == Kind::list_comprehension) return true;
  return kind == Kind::call && (tree.text(value + 1) == "list" || tree.text(value + 1) == "sorted");
}

/// Whether a reader at `node` sees no difference between a list and a tuple.
bool suits_tuple(const IndexedTree& tree, Index node) {
  const Index parent = tree.parent(node);
  switch (tree.kind(parent)) {
    case Kind::binary_operator:
    case Kind::augmented_assignment:
    case Kind::interpolation:
    case Kind::print_statement:
      return false;
    case Kind::comparison_operator:
      return !is_ordered_comparison(tree, parent);
    case Kind::attribute: {
      const Index name = tree.child(parent, Field::attribute);
      return name == IndexedTree::none || tree.text(name) == "index" || tree.text(name) == "count";
    }
    case Kind::subscript:
      return tree.kind(tree.parent(parent)) != Kind::binary_operator;
    case Kind::argument_list: {
      const std::string_view callee = tree.text(tree.parent(parent) + 1);
      constexpr std::string_view telling[] = {"isinstance", "type", "str", "repr", "unicode", "print", "id"};
      return std::ranges::find(telling, callee) == std::end(telling);
    }
    default:
      return true;
  }
}

}  // namespace

std::string objection(const Plan& plan, const CellPlan& cell) {
  const IndexedTree& tree = plan.tree;
  const std::vector<Index> statements = rewritten_statements(plan);
  for (const Index statement : statements) {
    for (Index at = statement; at < tree.end(statement); ++at) {
      if (std::string reason = named_by_text(tree, at, cell.given->cell); !reason.empty()) return reason;
    }
  }
  for (const Index statement : plan.statements) {
    for (Index at = statement; at < tree.end(statement); ++at) {
      if (std::string reason = other_spelling(plan, cell, at); !reason.empty()) return reason;
    }
  }
  for (const CellUse& use : cell.uses) {
    if (use.nested == IndexedTree::none) continue;
    if (std::string reason = nested_use(plan, cell, use, statements); !reason.empty()) return reason;
  }
  const std::string maker = cell.initial.substr(0, cell.initial.find('('));
  if (!maker.empty() && binds_name(tree, plan.function, maker)) return quoted(maker) + " has another meaning here";
  if (std::string reason = old_object_kept(plan, cell, statements); !reason.empty()) return reason;
  if (std::string reason = early_reader(plan, cell, statements); !reason.empty()) return reason;
  if (std::string reason = container_use(plan, cell, statements); !reason.empty()) return reason;
  return changed_after_exit(plan, cell, statements);
}

bool can_be_tuple(const Plan& plan, const CellPlan& cell) {
  const IndexedTree& tree = plan.tree;
  if (!cell.given->helpers.empty()) return false;  // their other callers go on filling
  if (cell.start == Start::init &&
      (cell.given->container != ContainerKind::list || !cell.given->empty_value.empty() || cell.is_own_local))
    return false;
  const std::vector<Index> statements = rewritten_statements(plan);
  for (const CellUse& use : cell.uses) {
    if (!is_inside(tree, statements, use.node)) continue;
    if (use.kind == UseKind::bind) {
      const Index assignment = tree.parent(use.node);
      const bool is_list =
          tree.kind(assignment) == Kind::assignment && is_list_value(tree, tree.child(assignment, Field::right));
      if (!is_list && cell.start != Start::moved) return false;
    }
    // Whoever keeps the list would keep another object than the cell.
    const bool gets_name =
        !use.aliases.empty() && !use.is_element && tree.kind(tree.parent(use.node)) != Kind::for_statement;
    if (use.kind == UseKind::escape || (gets_name && !cell.is_own_local)) return false;
  }
  if (cell.is_own_local) {
    const std::vector<CellUse> uses = uses_of(tree, plan.function, cell.local);
    if (std::ranges::any_of(uses, [](const CellUse& use) { return use.kind == UseKind::escape; })) return false;
  }
  const std::string_view name = last_name(cell.given->cell);
  for (Index at = 0; at < tree.size(); ++at) {
    if (tree.kind(at) != Kind::identifier || tree.text(at) != name || is_inside(tree, statements, at)) continue;
    const Index parent = tree.parent(at);
    const bool is_attribute = tree.kind(parent) == Kind::attribute && tree.is_field(at, Field::attribute);
    if (is_attribute == cell.given->is_global) continue;
    if (!suits_tuple(tree, is_attribute ? parent : at)) return false;
  }
  return true;
}

}  // namespace analysis::build
