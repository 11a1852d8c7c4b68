#include "analysis/semantics/top_level.h"

#include <string_view>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

bool is_statement(Kind kind) {
  switch (kind) {
    case Kind::assert_statement:
    case Kind::break_statement:
    case Kind::class_definition:
    case Kind::continue_statement:
    case Kind::decorated_definition:
    case Kind::delete_statement:
    case Kind::exec_statement:
    case Kind::expression_statement:
    case Kind::for_statement:
    case Kind::function_definition:
    case Kind::future_import_statement:
    case Kind::global_statement:
    case Kind::if_statement:
    case Kind::import_from_statement:
    case Kind::import_statement:
    case Kind::match_statement:
    case Kind::nonlocal_statement:
    case Kind::pass_statement:
    case Kind::print_statement:
    case Kind::raise_statement:
    case Kind::return_statement:
    case Kind::try_statement:
    case Kind::type_alias_statement:
    case Kind::while_statement:
    case Kind::with_statement:
      return true;
    default:
      return false;
  }
}

}  // namespace

void add_statements(const SyntaxTree& tree, std::uint32_t shift, std::vector<TopLevel>& statements) {
  const std::string_view text = tree.text().bytes();
  const bool is_broken = tree.root().has_error();
  std::vector<TopLevel> open{{.node = tree.root(), .shift = shift, .is_in_broken_tree = is_broken}};
  while (!open.empty()) {
    const TopLevel place = open.back();
    open.pop_back();
    const Kind kind = place.node.kind();
    const TextRange range = place.node.range();
    if (is_statement(kind) || (kind == Kind::comment && is_directive(text.substr(range.begin, range.size())))) {
      statements.push_back(place);
    } else if (kind == Kind::module || kind == Kind::error || kind == Kind::block) {
      const std::vector<Node> children = children_of(place.node);
      for (auto child = children.rbegin(); child != children.rend(); ++child) {
        open.push_back({.node = *child,
                        .shift = shift,
                        .is_in_broken_tree = is_broken,
                        .is_in_error = place.is_in_error || kind == Kind::error});
      }
    }
  }
}

}  // namespace analysis::lowering
