// What code does with shared cells: accesses in the order of execution, each with its locks and its place in the
// control flow.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/concurrency/cell.h"
#include "analysis/concurrency/lock_set.h"
#include "analysis/semantics/library_knowledge.h"

namespace analysis {

enum class AccessKind : std::uint8_t {
  read,
  rebind,           // the binding is replaced: `X = v`, `self.x = v`
  unbind,           // `del X`
  mutate,           // the object is changed in place: a mutating method, `X += v`
  item_write,       // `X[k] = v`, `X[k] += v`
  item_delete,      // `del X[k]`
  attribute_write,  // `X.a = v`
  call_on,          // another method of the object is called: `X.connect()`
  iterate,
  test,       // a condition asks for it
  escape,     // passed to a call
  give_back,  // returned
};

using ContextId = Id<struct ContextTag>;

/// A node of the tree of control-flow contexts of a trace. Each access points to its innermost one.
struct Context {
  enum class Kind : std::uint8_t { root, call, branch, loop, handler, with } kind = Kind::root;
  ContextId parent;
  std::uint32_t visit = 0;    // one number for both sides of one execution of a branch
  bool is_true_side = false;  // of a branch
  FunctionId function;        // whose code this is
  const ir::Op* op = nullptr;
  std::uint32_t depth = 0;  // how many calls deep: 0 is the root function
};

/// A part of a cell that is treated as a cell of its own: all of it, or the element under one key.
struct CellPart {
  CellId cell;
  Name key;  // none: the cell itself
  friend auto operator<=>(const CellPart&, const CellPart&) = default;
};

struct Access {
  AccessKind kind = AccessKind::read;
  CellId cell;
  Name key;                 // of the first item on the way into the object, when it has a name
  std::uint32_t depth = 0;  // segments from the cell to what is accessed: 0 is the binding or the object itself
  Mutation mutation = Mutation::none;
  Name method;               // of mutate and call_on, and of iterate the view: `items`
  bool is_stepwise = false;  // of mutate: a call that runs Python code between its additions: `extend(f(x) for …)`
  bool is_update = false;    // of writes: the new value is computed from the old one: `X += n`, `X = X + n`
  bool is_rebuild = false;   // of rebinds: the new value is a changed copy of the old one: `n = X.copy()`, …, `X = n`
  const ir::Value* value = nullptr;  // of rebind, item_write and attribute_write
  bool is_container = false;         // the value is a list, dict, set or tuple that this code made
  bool is_indirect = false;  // through a local variable or a call's result: what leads from the cell is not read again
  std::size_t since = 0;  // with is_indirect: when the local got it; with is_update and is_rebuild: when the old value
                          // was read. Index of the access of the trace that came next
  FunctionId function;
  TextRange range;  // absolute; the statement for writes, the expression otherwise
  ContextId context;
  LockSet locks;
};

/// A condition that lets code run only when a cell may be unset or, in `Trace::presences`, only when it is set.
struct Guard {
  CellPart part;
  ir::TestKind kind = ir::TestKind::truth;
  TextRange test;  // absolute
  FunctionId function;
  ContextId outside;         // where the condition is evaluated
  ContextId region;          // what runs only then
  TextRange block;           // absolute: the text of the region; with `is_rest_of_block` that of the block before it
  bool is_indirect = false;  // the test asks a local variable: see Access
  bool is_rest_of_block = false;  // the region is what follows in the block, after a branch that left early
  std::size_t first_access = 0;   // accesses from here on may lie in the region
  LockSet locks;                  // held at the test
};

/// A place under a key that belongs to the running thread: `state[get_ident()]`. It races with nobody, so it is no
/// access.
struct OwnElement {
  CellId cell;
  FunctionId function;
  TextRange range;  // absolute: of the place
};

/// Where a lock is given back while the trace goes on.
struct Release {
  LockId lock;
  std::size_t access = 0;  // before the trace's access with this index
  ContextId context;
};

/// What running one function does, calls followed or not.
struct Trace {
  FunctionId root;
  std::vector<Context> contexts;
  std::vector<Access> accesses;
  std::vector<Guard> guards;     // the code they guard runs when a cell may be unset
  std::vector<Guard> presences;  // … when a cell is set; calls of predicates are not looked into
  std::vector<OwnElement> own_elements;
  std::vector<Release> releases;
  bool is_cut = false;  // the limit of accesses was reached
};

/// Whether `inner` lies in `outer`.
[[nodiscard]] bool is_within(const Trace& trace, ContextId inner, ContextId outer);
/// Whether the two can not both run in one execution: they lie on different sides of one branch.
[[nodiscard]] bool are_exclusive(const Trace& trace, ContextId left, ContextId right);
/// The innermost loop around `inner` that lies in `outer`; none if there is none.
[[nodiscard]] ContextId loop_within(const Trace& trace, ContextId inner, ContextId outer);

/// Where an access of the trace stands in it.
[[nodiscard]] inline std::size_t index_of(const Trace& trace, const Access& access) {
  return static_cast<std::size_t>(&access - trace.accesses.data());
}

/// Those of `locks`, held where access `first` comes next, that stay held until `last`: two holds of one lock exclude
/// nobody from what lies between them.
[[nodiscard]] LockSet held_throughout(const Trace& trace, LockSet locks, std::size_t first, std::size_t last);

[[nodiscard]] bool is_write(AccessKind kind);

}  // namespace analysis
