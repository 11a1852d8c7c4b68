// The working state of one trace; internal to trace*.cpp.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "analysis/concurrency/trace.h"

namespace analysis {

/// What a local variable holds, as far as it matters.
struct LocalBinding {
  enum class Kind : std::uint8_t { unknown, cell, fresh, none, not_none, receiver, thread_id } kind = Kind::unknown;
  CellId cell;  // of kind cell: an alias of the object in it, or of a part of that
  Name key;
  std::uint32_t depth = 0;
  std::uint32_t object = 0;   // of kind fresh: which new object
  bool is_container = false;  // of kind fresh and not_none: a list, dict, set or tuple
  ClassId class_id{};         // of kind receiver: `me = self`, `cls = type(self)`
  bool is_instance = false;
  CellId copy_of{};       // of kind fresh: the cell of whose object it is a copy
  Name global;            // of kind unknown: the global it is another name of, such as a function
  std::size_t since = 0;  // of a local variable: see Access
};

/// A place as seen from the cells: which one, and how deep below.
struct Located {
  CellId cell;
  Name key;
  std::uint32_t depth = 0;
  bool is_indirect = false;  // see Access
  std::size_t since = 0;     // see Access
};

[[nodiscard]] LocalBinding alias_of(const Located& at);

struct Block {
  enum class Phase : std::uint8_t { body, handler, otherwise, finally };
  const ir::Op* op = nullptr;
  ContextId outside;
  LockSet locks;  // held before the block
  std::uint32_t visit = 0;
  std::uint32_t body_begin = 0;  // index of the first op of the body
  Phase phase = Phase::body;
  bool is_body_left = false;    // the body (of try: with its else) ends in return, raise, break or continue
  bool is_body_raised = false;  // … in raise
  bool are_others_left = true;  // all handlers, or the else side, end so
  bool has_others = false;      // there is a handler or an else side
  bool is_finally_left = false;
  ContextId body_end{};       // where the body ended
  bool is_one_sided = false;  // the other side of the branch can not run
  const ir::Op* last_handler = nullptr;
  std::size_t first_access = 0;  // of the trace when the block began
};

struct Frame {
  FunctionId function;
  std::uint32_t next = 0;
  ContextId outside;
  LockSet locks_outside;
  bool is_left = false;              // return, raise, break or continue was seen in this block
  bool is_raised = false;            // the last of these was raise
  bool is_receiver_private = false;  // the receiver was made by the caller: nobody else sees it
  std::vector<Block> blocks;
  std::vector<std::pair<Name, LocalBinding>> locals;
  ir::ValueId last_value;  // of the last bind, for `a = b = []`
  LocalBinding last_binding;
};

enum class FollowCalls : std::uint8_t { no, yes, into_closures };

class Tracer {
 public:
  Tracer(TraceTables& tables, FunctionId root, FollowCalls follow);
  Trace run();

 private:
  // trace.cpp: control flow
  void step(Frame& frame, const ir::Op& op);
  void enter_branch(Frame& frame, const ir::Op& op);
  void enter_block(Frame& frame, const ir::Op& op);
  void close_phase(Frame& frame, Block& block, Block::Phase next);
  void enter_otherwise(Frame& frame, const ir::Op& op);
  void enter_handler(Frame& frame, const ir::Op& op);
  void enter_finally(Frame& frame);
  void leave_block(Frame& frame);
  void leave_branch(Frame& frame, const Block& block);
  void leave_try(Frame& frame, const Block& block);
  void leave_with(Frame& frame, const Block& block);
  void note_release(LockId lock) { trace_.releases.push_back({lock, trace_.accesses.size(), context_}); }
  /// Those of `locks_` that `kept` has not.
  void release_all_but(const LockSet& kept);
  ContextId add_context(Context::Kind kind, ContextId parent, std::uint32_t visit, bool is_true_side, const ir::Op* op);
  /// -1: the condition is false, 1: true, 0: not known.
  [[nodiscard]] int decided(const Frame& frame, const ir::Op& op);

  // trace_guards.cpp
  /// `block` is the text of the region, relative to the statement.
  void add_guards(const Frame& frame, const ir::Op& op, ContextId outside, ContextId region, bool when_true,
                  TextRange block, bool is_rest = false);
  void add_handler_guards(const Frame& frame, const Block& block, const ir::Op& handler, ContextId region,
                          bool is_rest);
  void add_guard(const Frame& frame, const ir::Test& test, Guard guard, std::vector<Guard>& guards);
  void add_call_guards(const Frame& frame, const ir::Test& test, const Guard& like, bool when_true);

  // trace_accesses.cpp
  void bind(Frame& frame, const ir::Op& op);
  [[nodiscard]] bool binds_import(const Frame& frame, const ir::Op& op) const;
  void augment(Frame& frame, const ir::Op& op);
  void remove(Frame& frame, const ir::Op& op);
  void call(Frame& frame, const ir::Op& op);
  bool call_on_cell(Frame& frame, const ir::Op& op, const ir::Call& call);
  /// What a method is called on, none if it is a method of this program: `X` of `X.pop(k)`, and `self` of
  /// `dict.pop(self, k)`, which has one argument more.
  struct CalledObject {
    Located at;
    std::uint32_t first_argument = 0;
  };
  [[nodiscard]] std::optional<CalledObject> called_object(const Frame& frame, const ir::Call& call);
  void assign_unless_set(const Frame& frame, const ir::Value& value, const Located& at);
  /// Notes in the latest access, a write, whether its value was computed from what was there. The reads of the value
  /// are the accesses before it.
  void note_old_value(const Frame& frame, const ir::Value& value, const LocalBinding& holds);
  void add_holder_access(const Frame& frame, const ir::Place& place, const ir::Op& op);
  void follow(Frame& frame, const ir::Op& op, const CallSite& site);
  void enter_closure(const Frame& frame, const ir::Op& op);
  void iterate(const Frame& frame, const ir::Op& op);
  void note_value_use(const Frame& frame, ir::PlaceId place, const ir::Call* passed_to);
  void add_access(const Frame& frame, AccessKind kind, const Located& at, TextRange range,
                  const ir::Value* value = nullptr, Mutation mutation = Mutation::none, Name method = {});
  void publish(std::uint32_t object, const Located& at);

  // trace_places.cpp
  [[nodiscard]] std::optional<Located> locate(const Frame& frame, const ir::Place& place,
                                              std::uint32_t without_last = 0);
  [[nodiscard]] std::optional<Located> locate(const Frame& frame, ir::PlaceId place) {
    return locate(frame, facts(frame).places[place.index]);
  }
  /// The place, whose first `consumed` segments lead to `located`.
  [[nodiscard]] std::optional<Located> locate_below(const Frame& frame, const ir::Place& place, Located located,
                                                    std::uint32_t consumed, std::uint32_t count);
  [[nodiscard]] bool is_receiver(const Frame& frame, const ir::Place& place);
  /// `self` where it is a container itself, when the first `count` segments of the place say no more than that.
  [[nodiscard]] std::optional<Located> locate_elements(const Frame& frame, const ir::Place& place, std::uint32_t count);
  /// The element that `X.get(k)` or `X.setdefault(k, …)` gives. What `X.pop(k)` gives belongs to who called it.
  [[nodiscard]] std::optional<Located> looked_up_by(const Frame& frame, const ir::Call& call);
  /// Whether an element under that key belongs to the running thread alone.
  [[nodiscard]] bool is_thread_key(const Frame& frame, Name key) const;
  [[nodiscard]] const LocalBinding* local(const Frame& frame, const Variable& variable) const;
  [[nodiscard]] LocalBinding evaluate(const Frame& frame, ir::ValueId value);
  /// The cell whose object a call copies: `X.copy()`, `dict(X)`, `copy.copy(X)`. None for other calls.
  [[nodiscard]] CellId copied_by(const Frame& frame, const ir::Call& call);
  /// The cell that a function of this module returns, when it returns nothing else.
  [[nodiscard]] std::optional<Located> returned_cell(FunctionId getter);
  [[nodiscard]] std::optional<LockId> lock_of(const Frame& frame, const ir::Place& place,
                                              std::uint32_t without_last = 0);
  [[nodiscard]] LockSet locks_of_manager(const Frame& frame, ir::ValueId manager);
  [[nodiscard]] CallSite resolve_call(const Frame& frame, const ir::Call& call);
  /// The last name of what is called, as where it is defined: of `take()` after `take = m.acquire_lock`, the latter.
  [[nodiscard]] std::string_view called_name(const Frame& frame, const ir::Place& callee);

  [[nodiscard]] const FunctionSymbol& symbol(const Frame& frame) const {
    return tables_.symbols.function(frame.function);
  }
  [[nodiscard]] const ir::StatementFacts& facts(const Frame& frame) const { return *symbol(frame).facts; }
  [[nodiscard]] std::string_view last_name(const Frame& frame, const ir::Place& place) const;

  TraceTables& tables_;
  FollowCalls follow_;
  Trace trace_;
  std::vector<Frame> frames_;
  ContextId context_;
  LockSet locks_;
  std::uint32_t visits_ = 0;
  std::uint32_t objects_ = 0;
};

}  // namespace analysis
