#include "analysis/rules/helper_parameter.h"

#include <algorithm>
#include <string_view>

#include "analysis/rules/cell_uses.h"
#include "analysis/rules/function_body.h"
#include "analysis/rules/local_names.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

struct Helper {
  Index function;
  std::string cell;  // as the helper spells it
};

/// `self._items` seen from a method whose first parameter has another name.
std::string spelling_in(const IndexedTree& tree, Index function, Index helper, std::string_view cell) {
  const std::size_t dot = cell.find('.');
  const std::string_view receiver = first_parameter(tree, function);
  const std::string_view other = first_parameter(tree, helper);
  const bool is_own = dot != std::string_view::npos && !receiver.empty() && cell.substr(0, dot) == receiver;
  if (!is_own || other.empty() || class_of_method(tree, helper) == IndexedTree::none) return std::string(cell);
  return std::string(other) + std::string(cell.substr(dot));
}

bool has_odd_decorator(const IndexedTree& tree, Index function) {
  const Index holder = tree.parent(function);
  if (tree.kind(holder) != Kind::decorated_definition) return false;
  return std::ranges::any_of(tree.children(holder), [&](Index child) {
    if (tree.kind(child) != Kind::decorator) return false;
    const std::string_view name = tree.text(child + 1);
    return name != "staticmethod" && name != "classmethod";
  });
}

/// Why the calls of the helper may reach another function, or a caller may rely on its signature; empty if neither.
std::string doubt_about_callers(const IndexedTree& tree, Index helper) {
  const std::string_view name = name_of(tree, helper);
  const bool is_method = class_of_method(tree, helper) != IndexedTree::none;
  for (Index at = 0; at < tree.size(); ++at) {
    if (tree.kind(at) != Kind::identifier || tree.text(at) != name) continue;
    const Index parent = tree.parent(at);
    const Kind kind = tree.kind(parent);
    const bool is_definition = kind == Kind::function_definition && tree.is_field(at, Field::name);
    if (parent == helper && is_definition) continue;
    if (kind == Kind::keyword_argument && tree.is_field(at, Field::name)) continue;
    const bool is_attribute = kind == Kind::attribute && tree.is_field(at, Field::attribute);
    if (is_definition) {
      if ((class_of_method(tree, parent) != IndexedTree::none) != is_method) continue;
      return quoted(name) + (is_method ? " is defined in another class too" : " is defined twice");
    }
    if (is_attribute != is_method) continue;
    const Index callee = is_attribute ? parent : at;
    if (is_bound_at(tree, callee)) return quoted(name) + " is bound to something else, too";
    const bool is_called = tree.kind(tree.parent(callee)) == Kind::call && tree.is_field(callee, Field::function);
    if (!is_called) return quoted(name) + " is also used as a value";
  }
  return {};
}

/// What stands between the last of a list, or what another cell's rewrite put at `place`, and one more.
std::string separator(Index last, std::uint32_t place, const std::vector<TextEdit>& edits) {
  const bool is_first =
      last == IndexedTree::none && std::ranges::find(edits, TextRange{place, place}, &TextEdit::range) == edits.end();
  return is_first ? "" : ", ";
}

/// Puts `name=None` last among the parameters, before `**` ones.
std::string add_parameter(const IndexedTree& tree, Index helper, const std::string& name,
                          std::vector<TextEdit>& edits) {
  const Index parameters = tree.child(helper, Field::parameters);
  if (parameters == IndexedTree::none) return quoted(name_of(tree, helper)) + " does not parse";
  Index last = IndexedTree::none;
  for (const Index parameter : tree.children(parameters)) {
    Index inner = parameter;
    if (tree.kind(inner) == Kind::typed_parameter) ++inner;
    if (tree.kind(inner) == Kind::list_splat_pattern) {
      return quoted(name_of(tree, helper)) + " takes any number of arguments";
    }
    if (tree.kind(inner) == Kind::dictionary_splat_pattern) {
      const std::uint32_t before = tree.range(parameter).begin;
      edits.push_back({{before, before}, name + "=None, "});
      return {};
    }
    last = parameter;
  }
  const std::uint32_t after = last == IndexedTree::none ? tree.range(parameters).begin + 1 : tree.range(last).end;
  edits.push_back({{after, after}, separator(last, after, edits) + name + "=None"});
  return {};
}

/// Passes `value` as keyword argument `name`.
std::string add_argument(const IndexedTree& tree, Index call, const std::string& name, std::string_view value,
                         std::vector<TextEdit>& edits) {
  const Index arguments = tree.child(call, Field::arguments);
  if (arguments == IndexedTree::none || tree.kind(arguments) != Kind::argument_list) {
    return "a generator expression is the only argument of " + quoted(tree.text(call + 1));
  }
  const std::string argument = name + "=" + std::string(value);
  Index last = IndexedTree::none;
  for (const Index child : tree.children(arguments)) {
    if (tree.kind(child) == Kind::dictionary_splat) {
      const std::uint32_t before = tree.range(child).begin;
      edits.push_back({{before, before}, argument + ", "});
      return {};
    }
    last = child;
  }
  const std::uint32_t after = last == IndexedTree::none ? tree.range(arguments).begin + 1 : tree.range(last).end;
  edits.push_back({{after, after}, separator(last, after, edits) + argument});
  return {};
}

/// Lets the helper work on its parameter, which is the cell when the caller passes nothing.
std::string use_parameter(const IndexedTree& tree, const Helper& helper, const std::string& name,
                          ContainerKind container, std::vector<TextEdit>& edits) {
  const std::string_view function = name_of(tree, helper.function);
  const std::vector<CellUse> uses = uses_of(tree, helper.function, helper.cell);
  if (uses.empty()) return quoted(function) + " fills " + quoted(helper.cell) + " under another name";
  for (const CellUse& use : uses) {
    const bool is_in_place =
        use.kind == UseKind::augment && container != ContainerKind::unknown && container != ContainerKind::object;
    const bool rebinds =
        use.kind == UseKind::bind || use.kind == UseKind::foreign || (use.kind == UseKind::augment && !is_in_place);
    if (rebinds) return quoted(function) + " rebinds " + quoted(helper.cell);
    if (use.nested != IndexedTree::none)
      return "a function inside " + quoted(function) + " uses " + quoted(helper.cell);
    edits.push_back({use.range, name});
  }
  const auto fallback =
      lines_at_body_start(tree, helper.function, {"if " + name + " is None:", "\t" + name + " = " + helper.cell});
  if (!fallback) return quoted(function) + " is written on one line";
  edits.push_back(*fallback);
  return {};
}

}  // namespace

std::string pass_to_helpers(const IndexedTree& tree, Index function, const LazyInitialization& cell,
                            const std::string& local, std::vector<TextEdit>& edits) {
  std::vector<Helper> helpers;
  std::vector<Index> functions;
  for (const HelperFill& fill : cell.helpers) {
    const Index helper = tree.find(fill.function, Kind::function_definition);
    if (helper == IndexedTree::none || tree.find(fill.call, Kind::call) == IndexedTree::none)
      return "a helper is not in this module";
    if (helper == function) return quoted(name_of(tree, function)) + " calls itself";
    if (std::ranges::find(functions, helper) != functions.end()) continue;
    if (tree.node(helper).has_error()) return quoted(name_of(tree, helper)) + " does not parse";
    if (has_odd_decorator(tree, helper)) return quoted(name_of(tree, helper)) + " is decorated";
    if (std::string doubt = doubt_about_callers(tree, helper); !doubt.empty()) return doubt;
    functions.push_back(helper);
    helpers.push_back({helper, fill.cell.empty() ? spelling_in(tree, function, helper, cell.cell) : fill.cell});
  }
  if (helpers.empty()) return {};

  const std::string bare = bare_name(cell.cell);
  const std::string name = unused_name(tree, functions, bare == cell.cell ? "new_" + bare : bare, {});
  for (const HelperFill& fill : cell.helpers) {
    const Index call = tree.find(fill.call, Kind::call);
    const bool is_in_helper = std::ranges::any_of(functions, [&](Index helper) { return tree.contains(helper, call); });
    if (std::string refusal = add_argument(tree, call, name, is_in_helper ? name : local, edits); !refusal.empty())
      return refusal;
  }
  for (const Helper& helper : helpers) {
    if (std::string refusal = add_parameter(tree, helper.function, name, edits); !refusal.empty()) return refusal;
    // A helper that only passes the object on leaves the choice to the one that it calls.
    const bool passes_on = std::ranges::any_of(
        cell.helpers, [&](const HelperFill& fill) { return tree.range(helper.function).contains(fill.call); });
    if (passes_on && uses_of(tree, helper.function, helper.cell).empty()) continue;
    std::string refusal = use_parameter(tree, helper, name, cell.container, edits);
    if (!refusal.empty()) return refusal;
  }
  return {};
}

}  // namespace analysis
