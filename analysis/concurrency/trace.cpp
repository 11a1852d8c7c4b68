#include "analysis/concurrency/trace.h"

#include "analysis/concurrency/trace_state.h"

namespace analysis {
namespace {

using ir::OpKind;

constexpr std::size_t access_limit = 1500;

bool is_block(OpKind kind) {
  return kind == OpKind::branch || kind == OpKind::loop || kind == OpKind::try_ || kind == OpKind::with;
}

/// Whether an op belongs to the block around it rather than to the code in it.
bool is_border(OpKind kind) {
  return kind == OpKind::otherwise || kind == OpKind::handler || kind == OpKind::finally || kind == OpKind::end;
}

}  // namespace

Tracer::Tracer(TraceTables& tables, FunctionId root, FollowCalls follow) : tables_(tables), follow_(follow) {
  trace_.root = root;
  context_ = add_context(Context::Kind::root, {}, 0, false, nullptr);
  trace_.contexts.front().function = root;
  locks_ = tables_.functions[root.index].entry_locks;
  Frame frame;
  frame.function = root;
  frame.outside = context_;
  const FunctionSymbol& function = tables_.symbols.function(root);
  frame.is_receiver_private = tables_.functions[root.index].is_construction ||
                              is_private_phase(tables_.symbols.text(function, function.code->name));
  for (const ir::Parameter& parameter : function.code->parameters) {
    // Callers that pass nothing share the default.
    const CellId global = tables_.cells.global_in_default(root, parameter);
    if (global) frame.locals.emplace_back(tables_.symbols.name(function, parameter.name), alias_of({global, {}, 0}));
  }
  frames_.push_back(std::move(frame));
}

Trace Tracer::run() {
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    const std::vector<ir::Op>& ops = symbol(frame).code->ops;
    if (ops.size() <= frame.next || access_limit <= trace_.accesses.size()) {
      trace_.is_cut = trace_.is_cut || access_limit <= trace_.accesses.size();
      context_ = frame.outside;
      if (1 < frames_.size()) release_all_but(frame.locks_outside);
      frames_.pop_back();
      continue;
    }
    const ir::Op& op = ops[frame.next++];
    if (frame.is_left && !is_border(op.kind)) {
      if (is_block(op.kind)) frame.next = op.end + 1;
      continue;
    }
    step(frame, op);
  }
  return std::move(trace_);
}

ContextId Tracer::add_context(Context::Kind kind, ContextId parent, std::uint32_t visit, bool is_true_side,
                              const ir::Op* op) {
  const FunctionId function = frames_.empty() ? trace_.root : frames_.back().function;
  const auto depth = static_cast<std::uint32_t>(frames_.empty() ? 0 : frames_.size() - 1);
  trace_.contexts.push_back({kind, parent, visit, is_true_side, function, op, depth});
  return ContextId{static_cast<std::uint32_t>(trace_.contexts.size() - 1)};
}

void Tracer::step(Frame& frame, const ir::Op& op) {
  switch (op.kind) {
    case OpKind::read: {
      const ir::Place& place = facts(frame).places[op.place.index];
      if (const auto at = locate(frame, place)) add_access(frame, AccessKind::read, *at, op.range);
      note_value_use(frame, op.place, nullptr);
      break;
    }
    case OpKind::iterate:
      iterate(frame, op);
      break;
    case OpKind::bind:
      bind(frame, op);
      break;
    case OpKind::augment:
      augment(frame, op);
      break;
    case OpKind::remove:
      remove(frame, op);
      break;
    case OpKind::call:
      call(frame, op);
      break;
    case OpKind::yield:
      if (follow_ == FollowCalls::no) tables_.functions[frame.function.index].yield_locks = locks_;
      break;
    case OpKind::return_: {
      if (op.value) {
        const ir::Value& value = facts(frame).values[op.value.index];
        if (value.kind == ir::ValueKind::place) {
          if (const auto at = locate(frame, value.place)) add_access(frame, AccessKind::give_back, *at, op.range);
        }
      }
      frame.is_left = true;
      frame.is_raised = false;
      break;
    }
    case OpKind::raise:
    case OpKind::break_:
    case OpKind::continue_:
      frame.is_left = true;
      frame.is_raised = op.kind == OpKind::raise;
      break;
    case OpKind::branch:
      enter_branch(frame, op);
      break;
    case OpKind::loop:
      enter_block(frame, op);
      context_ = add_context(Context::Kind::loop, context_, visits_, true, &op);
      // Only what the loop finds set is a guard: `while not ready` waits for others, it does not initialise for them.
      add_guards(frame, op, frame.blocks.back().outside, context_, true, op.block);
      break;
    case OpKind::try_:
      enter_block(frame, op);
      break;
    case OpKind::with:
      enter_block(frame, op);
      if (op.value) locks_ = united(locks_, locks_of_manager(frame, op.value));
      if (op.place) bind(frame, op);
      context_ = add_context(Context::Kind::with, context_, visits_, true, &op);
      break;
    case OpKind::otherwise:
      enter_otherwise(frame, op);
      break;
    case OpKind::handler:
      enter_handler(frame, op);
      break;
    case OpKind::finally:
      enter_finally(frame);
      break;
    case OpKind::end:
      leave_block(frame);
      break;
    case OpKind::define:
      enter_closure(frame, op);
      break;
    case OpKind::await:
      break;
  }
}

int Tracer::decided(const Frame& frame, const ir::Op& op) {
  if (op.test_count != 1) return 0;
  const ir::Test& test = facts(frame).tests[op.first_test];
  if (!test.place || (test.kind != ir::TestKind::none && test.kind != ir::TestKind::truth)) return 0;
  const ir::Place& place = facts(frame).places[test.place.index];
  if (place.segment_count != 0 || !place.root || frames_.size() == 1) return 0;
  const LocalBinding* known =
      local(frame, look_up(tables_.symbols, frame.function, tables_.symbols.name(symbol(frame), place.root)));
  if (known == nullptr || known->kind == LocalBinding::Kind::unknown) return 0;
  if (known->kind == LocalBinding::Kind::none) return test.unset_when_true ? 1 : -1;
  // An object that is not None may still be false: only tests for None are decided by it.
  if (test.kind == ir::TestKind::truth) return 0;
  return test.unset_when_true ? -1 : 1;
}

void Tracer::enter_block(Frame& frame, const ir::Op& op) {
  Block block;
  block.op = &op;
  block.outside = context_;
  block.locks = locks_;
  block.visit = ++visits_;
  block.body_begin = frame.next;
  block.first_access = trace_.accesses.size();
  frame.blocks.push_back(std::move(block));
}

void Tracer::enter_branch(Frame& frame, const ir::Op& op) {
  for (std::uint32_t i = 0; i < op.test_count; ++i) {
    const ir::Test& test = facts(frame).tests[op.first_test + i];
    if (!test.place) continue;
    if (const auto at = locate(frame, test.place)) add_access(frame, AccessKind::test, *at, test.range);
  }
  enter_block(frame, op);
  Block& block = frame.blocks.back();
  const int decision = decided(frame, op);
  block.is_one_sided = decision != 0;
  if (decision < 0) {
    const std::vector<ir::Op>& ops = symbol(frame).code->ops;
    while (frame.next < op.end && ops[frame.next].kind != OpKind::otherwise) {
      frame.next = is_block(ops[frame.next].kind) ? ops[frame.next].end + 1 : frame.next + 1;
    }
    return;
  }
  context_ = add_context(Context::Kind::branch, context_, block.visit, true, &op);
  if (decision == 0) add_guards(frame, op, block.outside, context_, true, op.block);
}

void Tracer::close_phase(Frame& frame, Block& block, Block::Phase next) {
  switch (block.phase) {
    case Block::Phase::body:
      block.body_end = context_;
      block.is_body_left = frame.is_left;
      block.is_body_raised = frame.is_left && frame.is_raised;
      break;
    case Block::Phase::handler:
      block.are_others_left = block.are_others_left && frame.is_left;
      break;
    case Block::Phase::otherwise:
      if (block.op->kind == OpKind::try_) {
        block.is_body_left = block.is_body_left || frame.is_left;
      } else {
        block.are_others_left = frame.is_left;
      }
      break;
    case Block::Phase::finally:
      block.is_finally_left = frame.is_left;
      break;
  }
  block.phase = next;
  frame.is_left = false;
}

void Tracer::enter_otherwise(Frame& frame, const ir::Op& op) {
  if (frame.blocks.empty()) return;
  Block& block = frame.blocks.back();
  close_phase(frame, block, Block::Phase::otherwise);
  context_ = block.outside;
  if (block.op->kind == OpKind::try_) {
    frame.is_left = block.is_body_left;  // the else block goes on where the body ended
    return;
  }
  block.has_others = true;
  if (block.op->kind != OpKind::branch) return;
  locks_ = block.locks;
  if (0 < decided(frame, *block.op)) {
    frame.is_left = true;  // this side can not run
    return;
  }
  context_ = add_context(Context::Kind::branch, block.outside, block.visit, false, block.op);
  if (!block.is_one_sided) add_guards(frame, *block.op, block.outside, context_, false, op.block);
}

void Tracer::enter_handler(Frame& frame, const ir::Op& op) {
  if (frame.blocks.empty()) return;
  Block& block = frame.blocks.back();
  close_phase(frame, block, Block::Phase::handler);
  block.has_others = true;
  block.last_handler = &op;
  context_ = add_context(Context::Kind::handler, block.outside, block.visit, false, &op);
  add_handler_guards(frame, block, op, context_, false);
}

void Tracer::enter_finally(Frame& frame) {
  if (frame.blocks.empty()) return;
  Block& block = frame.blocks.back();
  close_phase(frame, block, Block::Phase::finally);
  context_ = block.outside;
}

void Tracer::leave_block(Frame& frame) {
  if (frame.blocks.empty()) return;
  Block block = std::move(frame.blocks.back());
  frame.blocks.pop_back();
  close_phase(frame, block, Block::Phase::finally);
  context_ = block.outside;
  if (block.op->kind == OpKind::branch) leave_branch(frame, block);
  if (block.op->kind == OpKind::try_) leave_try(frame, block);
  if (block.op->kind == OpKind::with) leave_with(frame, block);
}

void Tracer::release_all_but(const LockSet& kept) {
  for (const LockId lock : locks_.locks()) {
    if (!kept.contains(lock)) note_release(lock);
  }
  locks_ = kept;
}

void Tracer::leave_with(Frame& frame, const Block& block) {
  release_all_but(block.locks);
  frame.is_left = block.is_body_left;
  if (frame.is_left) return;
  // What the body found set is what the code behind it goes by: `with lock: if k not in X: return`.
  std::vector<ContextId> sides;
  for (ContextId at = block.body_end; at && trace_.contexts[at.index].op != block.op;
       at = trace_.contexts[at.index].parent) {
    if (trace_.contexts[at.index].kind == Context::Kind::branch) sides.push_back(at);
  }
  for (auto side = sides.rbegin(); side != sides.rend(); ++side) {
    const Context inside = trace_.contexts[side->index];
    context_ = add_context(Context::Kind::branch, context_, inside.visit, inside.is_true_side, inside.op);
    const std::size_t count = trace_.presences.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (trace_.presences[i].region != *side) continue;
      Guard guard = trace_.presences[i];
      guard.region = context_;
      trace_.presences.push_back(std::move(guard));
    }
  }
}

void Tracer::leave_branch(Frame& frame, const Block& block) {
  const bool is_false_left = block.has_others && block.are_others_left;
  if (block.is_one_sided) {
    // Skipping the true side leaves `is_body_left` false; skipping the false side marks it as left.
    frame.is_left = block.is_body_left || (is_false_left && decided(frame, *block.op) < 0);
    return;
  }
  frame.is_left = block.is_body_left && is_false_left;
  if (block.is_body_left == is_false_left) return;
  // What follows in this block runs on one side only, as if it stood in an else.
  if (block.is_body_left) locks_ = block.locks;
  context_ = add_context(Context::Kind::branch, block.outside, block.visit, !block.is_body_left, block.op);
  // `if X: raise` lets nobody go on with what it finds set.
  if (block.is_body_raised) return;
  add_guards(frame, *block.op, block.outside, context_, !block.is_body_left, block.op->block, true);
}

void Tracer::leave_try(Frame& frame, const Block& block) {
  const bool is_left = block.is_body_left && (!block.has_others || block.are_others_left);
  frame.is_left = is_left || block.is_finally_left;
  // Without handlers what follows runs when the body came to its end.
  if (!frame.is_left && !block.has_others) context_ = block.body_end;
  if (frame.is_left || !block.is_body_left || block.last_handler == nullptr) return;
  // Only a handler leads on: what follows runs when the body failed.
  context_ = add_context(Context::Kind::handler, block.outside, block.visit, false, block.last_handler);
  add_handler_guards(frame, block, *block.last_handler, context_, true);
}

void Tracer::enter_closure(const Frame& frame, const ir::Op& op) {
  if (follow_ != FollowCalls::into_closures || frames_.size() == 1 || !op.function) return;
  Frame inner;
  inner.function = tables_.symbols.id_of(symbol(frame), op.function);
  inner.outside = context_;
  inner.locks_outside = locks_;
  frames_.push_back(std::move(inner));
}

Trace trace_body(TraceTables& tables, FunctionId root) { return Tracer(tables, root, FollowCalls::no).run(); }

Trace trace_with_calls(TraceTables& tables, FunctionId root) { return Tracer(tables, root, FollowCalls::yes).run(); }

Trace trace_with_closures(TraceTables& tables, FunctionId root) {
  return Tracer(tables, root, FollowCalls::into_closures).run();
}

}  // namespace analysis
