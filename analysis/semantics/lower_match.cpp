// `match`: a chain of branches, and what patterns read and bind.
#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;

/// The names that a pattern reads: classes, constants with a dot, keys. A lone name is bound instead.
enum class PatternPart : std::uint8_t { reads, binds };

struct Pattern {
  PatternPart part;
  ir::Value element;
  TextRange range;
};

void bind_capture(State& state, const Pattern& pattern, NodeIndex name) {
  if (pattern.part != PatternPart::binds || name == 0 || state.slice(name) == "_") return;
  const ir::PlaceId place = state.add_name(state.resolve(state.slice(name)), state.range(name));
  state.emit_bind(place, state.add(pattern.element), pattern.range);
}

void read_dotted(State& state, const Pattern& pattern, NodeIndex node) {
  if (pattern.part != PatternPart::reads) return;
  std::string_view rest = state.slice(node);
  ir::Place place;
  place.range = state.range(node);
  place.first_segment = static_cast<std::uint32_t>(state.facts.segments.size());
  place.root = state.resolve(rest.substr(0, rest.find('.')));
  for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    rest.remove_prefix(dot + 1);
    const ir::NameId name = state.names.intern(rest.substr(0, rest.find('.')));
    state.facts.segments.push_back({ir::Segment::Kind::attribute, name});
    ++place.segment_count;
  }
  state.emit_read(state.add(place));
}

void lower_pattern(State& state, const Pattern& pattern, NodeIndex node) {
  const Descent descent(state);
  if (!descent) return;
  NodeIndex child = state.node(node).first_child;
  switch (state.kind(node)) {
    case Kind::dotted_name:
      if (state.slice(node).find('.') == std::string_view::npos) return bind_capture(state, pattern, node);
      return read_dotted(state, pattern, node);
    case Kind::splat_pattern:
      return bind_capture(state, pattern, state.operand(node, 0));
    case Kind::as_pattern:
      lower_pattern(state, pattern, state.operand(node, 0));
      return bind_capture(state, pattern, state.operand(node, 1));
    case Kind::class_pattern:
      if (state.kind(child) == Kind::dotted_name) {
        read_dotted(state, pattern, child);
        child = state.node(child).next;
      }
      break;
    case Kind::keyword_pattern:
      child = state.node(child).next;
      break;  // the attribute's name
    case Kind::string:
      return;
    default:
      break;
  }
  for (; child != 0; child = state.node(child).next) lower_pattern(state, pattern, child);
}

void lower_patterns(State& state, const Pattern& pattern, NodeIndex clause) {
  for (NodeIndex child = state.node(clause).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) == Kind::case_pattern) lower_pattern(state, pattern, child);
  }
}

/// From the first pattern to the end of the guard.
TextRange condition_range(const State& state, NodeIndex clause) {
  TextRange range = state.range(state.child_of_kind(clause, Kind::case_pattern));
  for (NodeIndex child = state.node(clause).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) == Kind::case_pattern || state.kind(child) == Kind::if_clause)
      range.end = state.range(child).end;
  }
  return range;
}

void open_case(State& state, const ir::Value& element, NodeIndex clause) {
  const NodeIndex block = state.child_of_kind(clause, Kind::block);
  const NodeIndex guard = state.operand(state.child_of_kind(clause, Kind::if_clause), 0);
  const TextRange range = condition_range(state, clause);
  const Pattern bound{PatternPart::binds, element, state.range(clause)};
  lower_patterns(state, {PatternPart::reads, element, state.range(clause)}, clause);
  const std::size_t mark = state.tests.size();
  // The guard sees what the pattern bound, so with a guard that happens before the branch.
  if (guard != 0) {
    lower_patterns(state, bound, clause);
    lower_condition(state, guard);
  }
  ir::Op& branch = state.open(OpKind::branch, range, state.range(block));
  state.take_tests(mark, branch);
  if (guard == 0) lower_patterns(state, bound, clause);
  lower_block(state, block);
}

}  // namespace

void lower_match(State& state, NodeIndex node) {
  const NodeIndex body = state.child_of_kind(node, Kind::block);
  ir::Value element{.kind = ir::ValueKind::element};
  unsigned subjects = 0;
  for (NodeIndex child = state.node(node).first_child; child != 0 && child != body; child = state.node(child).next) {
    const ir::Value value = lower_expression(state, child);
    element = 0 < subjects++ ? ir::Value{.kind = ir::ValueKind::element} : element_of(value);
  }
  const std::uint32_t end = state.range(node).end;
  int opened = 0;
  for (NodeIndex clause = state.node(body).first_child; clause != 0; clause = state.node(clause).next) {
    if (state.kind(clause) != Kind::case_clause) {
      lower_statement(state, clause);
      continue;
    }
    if (0 < opened) {
      const TextRange rest = {state.range(clause).begin, end};
      state.next_part(OpKind::otherwise, rest, rest);
    }
    open_case(state, element, clause);
    ++opened;
  }
  for (; 0 < opened; --opened) state.close();
}

}  // namespace analysis::lowering
