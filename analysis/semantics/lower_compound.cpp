// Statements that hold blocks, except definitions and `match`.
#include <algorithm>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;

bool is_async(const State& state, NodeIndex node) { return state.slice(node).starts_with("async"); }

/// The else block of a loop or a `try`.
void lower_else(State& state, NodeIndex clause) {
  const NodeIndex block = state.child_of_kind(clause, Kind::block);
  state.next_part(OpKind::otherwise, state.range(clause), state.range(block));
  lower_block(state, block);
}

/// The condition of an `if`, `elif` or `while`, then its block of kind `kind`.
[[gnu::noinline]] void open_conditional(State& state, NodeIndex node, OpKind kind) {
  const NodeIndex condition = state.operand(node, 0);
  const NodeIndex block = state.child_of_kind(node, Kind::block);
  const std::size_t mark = state.tests.size();
  TextRange range = state.range(node);
  if (condition != 0 && condition != block) {
    range = state.range(condition);
    lower_condition(state, condition);
  }
  ir::Op& op = state.open(kind, range, block != 0 ? state.range(block) : TextRange{range.end, range.end});
  state.take_tests(mark, op);
  lower_block(state, block);
}

/// Adds the types of an `except` clause, without evaluating them. Names are as in `StatementFacts::exceptions`.
[[gnu::noinline]] void add_exceptions(State& state, NodeIndex node) {
  node = without_parentheses(state, node);
  switch (state.kind(node)) {
    case Kind::identifier:
      state.facts.exceptions.push_back(state.names.intern(state.slice(node)));
      return;
    case Kind::attribute:
      if (const NodeIndex name = state.operand(node, 1)) {
        state.facts.exceptions.push_back(state.names.intern(state.slice(name)));
      }
      return;
    case Kind::tuple:
    case Kind::expression_list:
      for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
        if (const NodeIndex type = without_parentheses(state, child);
            state.kind(type) == Kind::identifier || state.kind(type) == Kind::attribute) {
          add_exceptions(state, type);
        }
      }
      return;
    default:
      // A type that is computed: not known, but the clause does not catch everything.
      state.facts.exceptions.push_back(state.names.intern(""));
  }
}

/// `except A, b:` of Python 2 binds b; `except A, B:` of Python 3.14 catches both.
bool is_python2_target(const State& state, NodeIndex value) {
  if (state.kind(value) != Kind::identifier) return false;
  return std::ranges::none_of(state.slice(value), [](char c) { return 'A' <= c && c <= 'Z'; });
}

[[gnu::noinline]] void lower_handler(State& state, NodeIndex clause) {
  const NodeIndex block = state.child_of_kind(clause, Kind::block);
  NodeIndex target = 0;
  const auto first_exception = static_cast<std::uint32_t>(state.facts.exceptions.size());
  unsigned number = 0;
  for (NodeIndex child = state.node(clause).first_child; child != 0; child = state.node(child).next) {
    if (child == block || state.kind(child) == Kind::error || !state.node(child).is_named) continue;
    if (state.kind(child) == Kind::as_pattern) {
      if (const NodeIndex type = state.operand(child, 0)) add_exceptions(state, type);
      target = state.operand(state.child_of_kind(child, Kind::as_pattern_target), 0);
    } else if (number == 1 && is_python2_target(state, child)) {
      target = child;
    } else {
      add_exceptions(state, child);
    }
    ++number;
  }
  ir::Op& handler = state.next_part(OpKind::handler, state.range(clause), state.range(block));
  handler.test_count = static_cast<std::uint32_t>(state.facts.exceptions.size()) - first_exception;
  if (handler.test_count != 0) handler.first_test = first_exception;
  if (target != 0) bind_target(state, target, ir::Value{.range = state.range(target)}, state.range(clause));
  lower_block(state, block);
}

[[gnu::noinline]] void lower_with_item(State& state, NodeIndex item, TextRange body, bool is_async_with) {
  NodeIndex manager = without_parentheses(state, state.operand(item, 0));
  NodeIndex target = 0;
  if (state.kind(manager) == Kind::as_pattern) {
    target = state.operand(state.child_of_kind(manager, Kind::as_pattern_target), 0);
    manager = state.operand(manager, 0);
  }
  ir::Value value;
  TextRange range = state.range(item);
  if (manager != 0) {
    range = state.range(manager);
    value = lower_expression(state, manager);
  }
  const ir::ValueId context = state.add(value);
  ir::PlaceId place;
  const NodeIndex lone_target = without_parentheses(state, target);
  const Kind kind = state.kind(lone_target);
  const bool is_place = kind == Kind::identifier || kind == Kind::attribute || kind == Kind::subscript;
  if (is_place) place = lower_place(state, lone_target);
  ir::Op& with = state.open(OpKind::with, range, body);
  with.value = context;
  with.place = place;
  with.is_await_context = is_async_with;
  if (place) {
    state.emit_bind(place, context, state.statement);
  } else if (target != 0) {
    bind_target(state, target, value, state.statement);
  }
}

}  // namespace

void lower_if(State& state, NodeIndex node) {
  open_conditional(state, node, OpKind::branch);
  int opened = 1;
  const std::uint32_t end = state.range(node).end;
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) == Kind::elif_clause) {
      const TextRange rest = {state.range(child).begin, end};
      state.next_part(OpKind::otherwise, rest, rest);
      open_conditional(state, child, OpKind::branch);
      ++opened;
    } else if (state.kind(child) == Kind::else_clause) {
      lower_else(state, child);
    }
  }
  for (; 0 < opened; --opened) state.close();
}

void lower_while(State& state, NodeIndex node) {
  open_conditional(state, node, OpKind::loop);
  if (const NodeIndex clause = state.child_of_kind(node, Kind::else_clause)) lower_else(state, clause);
  state.close();
}

void lower_for(State& state, NodeIndex node) {
  const NodeIndex target = state.operand(node, 0);
  const NodeIndex iterated = state.operand(node, 1);
  const NodeIndex block = state.child_of_kind(node, Kind::block);
  const bool is_await = is_async(state, node);
  TextRange range = state.range(node);
  ir::Value value;
  if (iterated != 0 && iterated != block) {
    range = state.range(iterated);
    value = lower_expression(state, iterated);
    const ir::ValueId id = state.add(value);
    ir::Op& op = state.emit(OpKind::iterate, range);
    op.value = id;
    op.is_await_context = is_await;
  }
  state.open(OpKind::loop, range, state.range(block)).is_await_context = is_await;
  if (target != 0 && target != block) bind_target(state, target, element_of(value), state.range(node));
  lower_block(state, block);
  if (const NodeIndex clause = state.child_of_kind(node, Kind::else_clause)) lower_else(state, clause);
  state.close();
}

void lower_try(State& state, NodeIndex node) {
  const NodeIndex body = state.child_of_kind(node, Kind::block);
  state.open(OpKind::try_, state.range(node), body != 0 ? state.range(body) : TextRange{});
  lower_block(state, body);
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) == Kind::except_clause) {
      lower_handler(state, child);
    } else if (state.kind(child) == Kind::else_clause) {
      lower_else(state, child);
    } else if (state.kind(child) == Kind::finally_clause) {
      const NodeIndex block = state.child_of_kind(child, Kind::block);
      state.next_part(OpKind::finally, state.range(child), state.range(block));
      lower_block(state, block);
    }
  }
  state.close();
}

void lower_with(State& state, NodeIndex node) {
  const NodeIndex block = state.child_of_kind(node, Kind::block);
  const TextRange body = state.range(block);
  const bool is_await = is_async(state, node);
  int opened = 0;
  if (const NodeIndex clause = state.child_of_kind(node, Kind::with_clause)) {
    for (NodeIndex item = state.node(clause).first_child; item != 0; item = state.node(item).next) {
      if (state.kind(item) != Kind::with_item) continue;
      lower_with_item(state, item, body, is_await);
      ++opened;
    }
  }
  lower_block(state, block);
  for (; 0 < opened; --opened) state.close();
}

}  // namespace analysis::lowering
