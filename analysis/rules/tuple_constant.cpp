#include "analysis/rules/tuple_constant.h"

#include <fmt/format.h>

#include "analysis/syntax/node.h"

namespace analysis {

Fix make_tuple_constant(const RuleContext& context, const SyntaxTree& tree, const Finding& finding) {
  const std::string name(context.text.slice(finding.range));
  Fix fix;
  fix.title = fmt::format("make `{}` a tuple", name);
  fix.applicability = name.starts_with('_') ? Applicability::safe : Applicability::review;
  Node assignment = tree.root().smallest_named_at(finding.range);
  while (assignment && assignment.kind() != Kind::assignment) assignment = assignment.parent();
  const Node list = assignment ? assignment.field(Field::right) : Node{};
  if (!list || list.kind() != Kind::list) {
    fix.disabled_reason = "it is not assigned one list";
    return fix;
  }
  std::uint32_t elements = 0;
  std::uint32_t last = list.range().begin + 1;
  bool has_comma = false;
  for (std::uint32_t i = 1; i + 1 < list.child_count(); ++i) {
    const Node child = list.child(i);
    if (child.kind() == Kind::comment) continue;
    has_comma = !child.is_named();
    if (has_comma) continue;
    ++elements;
    last = child.range().end;
  }
  const TextRange range = list.range();
  fix.edits.push_back({{range.begin, range.begin + 1}, "("});
  // One element needs its comma.
  if (elements == 1 && !has_comma) fix.edits.push_back({{last, last}, ","});
  fix.edits.push_back({{range.end - 1, range.end}, ")"});
  fix.is_preferred = fix.applicability == Applicability::safe;
  return fix;
}

}  // namespace analysis
