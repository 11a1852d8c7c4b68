#include "analysis/rules/iterate_over_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/syntax/node.h"

namespace analysis {
namespace {

/// Builtins that walk through their last argument while the loop runs.
bool walks_lazily(std::string_view function) {
  static constexpr std::array names{"enumerate", "filter", "iter", "map", "reversed"};
  return std::ranges::find(names, function) != names.end();
}

/// `X`, `X.items()`, `X[k]`: what `list` copies in one step. Null when the loop walks through anything else.
Node walked_container(const SourceText& text, Node iterated) {
  while (iterated.kind() == Kind::call) {
    const Node function = iterated.field(Field::function);
    const Node arguments = iterated.field(Field::arguments);
    if (function.kind() == Kind::attribute) return arguments.named_child_count() == 0 ? iterated : Node();
    if (!walks_lazily(text.slice(function.range()))) return {};
    const std::uint32_t first = text.slice(function.range()) == "enumerate" ? 0 : arguments.named_child_count() - 1;
    iterated = arguments.named_child(first);
  }
  const bool is_place =
      iterated.kind() == Kind::identifier || iterated.kind() == Kind::attribute || iterated.kind() == Kind::subscript;
  return is_place ? iterated : Node();
}

/// Whether the code of the loop changes the container, as far as its function shows.
bool is_changed_by_loop(const RuleContext& context, const Trace& body, const Access& walk) {
  if (body.root != walk.function) return true;
  return std::ranges::any_of(body.accesses, [&](const Access& access) {
    const ContextId loop = loop_within(body, access.context, {});
    if (access.cell != walk.cell || !is_write(access.kind) || !loop) return false;
    const ir::Op* op = body.contexts[loop.index].op;
    return op == nullptr || context.model.function(access.function).absolute(op->range).overlaps(walk.range);
  });
}

/// Functions that the walking one calls and that change the container.
bool is_changed_by_calls(const RuleContext& context, const Access& walk) {
  return std::ranges::any_of(context.model.functions[walk.function.index].calls, [&](const CallSite& site) {
    if (!site.callee) return false;
    return std::ranges::binary_search(context.model.functions[site.callee.index].writes, walk.cell);
  });
}

Applicability applicability_of(const RuleContext& context, const Finding& finding) {
  for (const Trace& body : context.model.bodies) {
    for (const Access& access : body.accesses) {
      if (access.kind != AccessKind::iterate || access.range != finding.range) continue;
      const bool is_changed = is_changed_by_loop(context, body, access) || is_changed_by_calls(context, access);
      return is_changed ? Applicability::review : Applicability::safe;
    }
  }
  return Applicability::safe;  // a table of the interpreter
}

}  // namespace

Fix iterate_over_copy(const RuleContext& context, const SyntaxTree& tree, const Finding& finding) {
  Fix fix;
  fix.title = "iterate over a copy";
  const Node container = walked_container(context.text, tree.root().smallest_named_at(finding.range));
  if (!container || !finding.range.contains(container.range())) {
    fix.disabled_reason = "what the loop walks through is no plain name";
    return fix;
  }
  const TextRange range = container.range();
  fix.title = fmt::format("iterate over a copy: `list({})`", context.text.slice(range));
  fix.applicability = applicability_of(context, finding);
  fix.is_preferred = fix.applicability == Applicability::safe;
  fix.edits = {{{range.begin, range.begin}, "list("}, {{range.end, range.end}, ")"}};
  return fix;
}

}  // namespace analysis
