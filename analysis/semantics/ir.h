// The intermediate representation: what one top-level statement does, lowered from its syntax tree into flat tables
// that need no tree. All analysis above works on it, so a statement whose text did not change is never looked at again.
//
// Offsets are relative to the statement's first byte and names index the statement's own table: equal text gives an
// equal `StatementFacts` wherever it stands, which is what makes it a cache entry.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/semantics/ids.h"
#include "analysis/text/text_range.h"

namespace analysis::ir {

using NameId = Id<struct NameTag>;             // StatementFacts::names
using PlaceId = Id<struct PlaceTag>;           // StatementFacts::places
using ValueId = Id<struct ValueTag>;           // StatementFacts::values
using CallId = Id<struct CallTag>;             // StatementFacts::calls
using FunctionIndex = Id<struct FunctionTag>;  // StatementFacts::functions
using ClassIndex = Id<struct ClassTag>;        // StatementFacts::classes
using ImportId = Id<struct ImportTag>;         // StatementFacts::imports

/// A step from an object to one of its parts: `.name` or `[key]`. An item's name is the text of a key that is a
/// constant, a dotted name or a call that tells threads apart, as written; any other key has no name.
struct Segment {
  enum class Kind : std::uint8_t { attribute, item } kind;
  NameId name{};
  friend bool operator==(const Segment&, const Segment&) = default;
};

/// Something that can be read or written: a name, and the path from it. `self._cache[key]` is the name `self` and two
/// segments. Each occurrence in the text is a place of its own.
///
/// `type(x).a` and `x.__class__.a` both have root `x` and a first segment `.__class__`, and `type(x)` alone is the
/// place `x.__class__`; `getattr(x, "a")` with a constant name, with or without default, is the place `x.a`;
/// `globals()["X"]` and `globals().get("X")` are the place `X` with `is_global_lookup`; `vars(x)["a"]` and
/// `x.__dict__["a"]` are `x.a`. `super()` is the place `self.super`, self being the first parameter of the function
/// around it (`super(C, obj)`: obj). None of these is a call. A root that is a call's result has `root_call` and no
/// name; a root that is neither (a literal, an arithmetic expression) has neither.
///
/// Variables of comprehensions are in a scope of their own: they appear in the function around as names with a leading
/// dot, `.x` for x, which collide with nothing.
struct Place {
  NameId root{};
  CallId root_call{};
  std::uint32_t first_segment = 0;
  std::uint32_t segment_count = 0;
  bool is_global_lookup = false;
  TextRange range{};
  friend bool operator==(const Place&, const Place&) = default;
};

enum class ValueKind : std::uint8_t {
  other,
  none,
  boolean,  // `is_empty` for False
  number,   // `is_empty` for 0
  string,   // `is_empty` for ""
  list,     // displays and comprehensions; `is_empty` for displays without elements. What `*rest` takes when unpacking
  dict,
  set,
  tuple,
  lambda,    // `function`
  place,     // what `place` holds: makes an alias
  call,      // the result of `call`, awaited or not
  element,   // one element of what `place` holds or `call` returned, or a part of it: loop targets, unpacking, patterns
  either,    // one of several: `a or b`, `a if t else b`. `place` is the first alternative if that is a place, `call`
             // the last one that is a call
  import,    // a module or a name of one: `import`
  function,  // a function defined here: `function`
  class_,    // a class defined here: `class_index`
};

struct Value {
  ValueKind kind = ValueKind::other;
  bool is_empty = false;
  bool is_comprehension = false;  // with kind `other`: a generator expression, which counts as consumed where it stands
  PlaceId place{};
  CallId call{};
  FunctionIndex function{};
  ClassIndex class_index{};
  ImportId import{};
  TextRange range{};
  friend bool operator==(const Value&, const Value&) = default;
};

struct Argument {
  NameId keyword{};       // none: positional
  bool is_splat = false;  // `*x` and `**x`
  ValueId value{};
  friend bool operator==(const Argument&, const Argument&) = default;
};

struct Call {
  PlaceId callee{};
  std::uint32_t first_argument = 0;
  std::uint32_t argument_count = 0;
  TextRange range{};  // the whole call expression
  friend bool operator==(const Call&, const Call&) = default;
};

/// How a condition asks whether a place has been set. The place was read before the branch: by the condition itself, or
/// by a read added for `o.x` of `exists` and for `C[k]`, which is the place of `C.get(k)` and `C.get(k, None)`.
enum class TestKind : std::uint8_t {
  truth,     // `if X`, `if not X`, `X == True`
  none,      // `X is None`, `X == None`, `None is X`
  length,    // `len(X) == 0`, `not len(X)`, `len(X) < 1`, `len(X) > 0`
  empty,     // `X == []`, `X != {}`, `X == ()`, `X == ""`, `X == set()`, `X == dict()`
  sentinel,  // `X is MISSING`, `X == -1`, `X is False`: compared with a name in capitals, with a leading underscore, or
             // a constant
  contains,  // `k in X`, `k in X.keys()`, `X.has_key(k)`: `key` is the text of k
  exists,    // `hasattr(o, "x")`, `"x" in o.__dict__`, `"X" in globals()`
  call,      // `if f():`, `f() is None`, `f() == 0` — `place` is the callee
  other,     // any other condition that reads the place; `unset_when_true` says nothing
};

/// One leaf of a condition. `not`, `and`, `or` are dissolved: a leaf knows in which outcome of the whole condition its
/// place may be unset (None, empty, false, missing).
struct Test {
  TestKind kind = TestKind::other;
  bool unset_when_true = false;
  PlaceId place{};
  NameId key{};
  TextRange range{};  // the leaf's text: `X is None`, `not X`
  friend bool operator==(const Test&, const Test&) = default;
};

/// Operations in the order of evaluation. `range` is the statement for bind, augment, remove, return_ and raise (for
/// binds inside an expression, by `:=`, `setattr` and comprehensions, that expression or `for` clause; for `except …
/// as` the clause), the statement or clause for define, try_, otherwise, handler and finally, the expression elsewhere.
///
/// A block is opened by branch, loop, try_ or with, and closed by one `end`. `otherwise`, `handler` and `finally` open
/// nothing: they begin the next part of the innermost open block, as `else` does between `if` and `end`:
///
///     branch [truth X] …when true… otherwise …when false… end
///     try_ …body… handler [A] … handler [B] … otherwise … finally … end
///
/// `a and b` is: a, branch [tests of a] b end. `a or b` is `a if a else b`: a, branch [tests of a] otherwise b end.
/// These come before the branch of the `if` they are in, which has the tests of both. `elif` is a branch in
/// `otherwise`. A `for` in a comprehension is a loop, its `if` a branch with `is_expression`. In `match` the first case
/// is a branch, the others branches in its `otherwise`; their tests are those of the guard. What `assert` mentions is
/// evaluated, no branch.
enum class OpKind : std::uint8_t {
  // Accesses.
  read,     // `place` is evaluated. Emitted for the longest path only: `a.b.c` is one read. Not for a call's callee.
  bind,     // `place` = `value`: assignment, for target, `with … as`, import, def, class, except … as, `:=`
  augment,  // `place` op= `value`
  remove,   // `del place`
  call,     // `call`; its callee and arguments were evaluated before
  iterate,  // `value` is iterated: for statement, comprehension, `*x`, `**x`, `yield from`
  define,   // a nested function (`function`) or class (`class_index`); followed by the bind of its name
  await,
  yield,
  // Ways out.
  return_,  // `value` if it has one, and the tests of the returned expression as if it were a condition
  raise,
  break_,
  continue_,
  // Blocks and their parts. `Op::end` is the index of the block's `end`, for its parts too.
  branch,     // if, elif, `and`, `or`, conditional expression, case: tests, then what runs when true
  loop,       // for and while: `tests` of a while, evaluated before the loop and not again, then the body
  try_,       // the body
  with,       // `value` is the context manager, `place` the target if any; then the bind of it to `value`, and the body
  otherwise,  // inside branch: what runs when false. Inside loop and try_: the else block
  handler,    // inside try_: an except clause; `exceptions` names its types (none: catches all)
  finally,    // inside try_
  end,        // of the innermost block
};

struct Op {
  OpKind kind;
  bool is_await_context = false;  // `async for`, `async with`
  bool is_expression =
      false;          // branch: and otherwise: made by `and`, `or`, a conditional expression or a comprehension
  TextRange range{};  // branch, while: the condition; for: the iterated expression
  TextRange block{};  // branch, loop, try_, with, otherwise, handler, finally: the text of the body, for
                      // expressions the operand; for an `otherwise` that holds an `elif` or a case all of
                      // the statement from there
  PlaceId place{};
  ValueId value{};
  CallId call{};
  FunctionIndex function{};
  ClassIndex class_index{};
  std::uint32_t first_test =
      0;  // StatementFacts::tests; for handler: first of `exceptions` in StatementFacts::exceptions
  std::uint32_t test_count = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Op&, const Op&) = default;
};

enum class FunctionKind : std::uint8_t { module, class_body, function, lambda };

struct Parameter {
  NameId name{};            // none for Python 2's `def f((a, b))`, whose parts are bound where the function begins
  ValueId default_value{};  // evaluated where the function is defined
  enum class Kind : std::uint8_t { normal, keyword_only, splat, double_splat } kind = Kind::normal;
  TextRange range{};
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// A piece of code with a scope. Function 0 of a statement is its module-level code.
struct Function {
  FunctionKind kind = FunctionKind::module;
  bool is_async = false;
  bool is_generator = false;
  bool mentions_threads = false;   // its docstring or a comment in it speaks of threads, locks or races
  bool says_lock_is_held = false;  // its docstring says that the caller holds the lock
  NameId name{};
  FunctionIndex parent{};  // lexically; none for function 0
  ClassIndex owner{};      // the class whose body this is defined in, or whose body it is
  std::vector<Parameter> parameters;
  std::vector<NameId> globals;  // `global` statements
  std::vector<NameId> nonlocals;
  std::vector<PlaceId> decorators;  // the callee's place for `@f(…)`
  TextRange range{};                // `def` to the last byte of the body, without decorators
  TextRange name_range{};
  TextRange body{};  // the block
  std::vector<Op> ops;
  friend bool operator==(const Function&, const Function&) = default;
};

struct Class {
  bool mentions_threads = false;
  NameId name{};
  FunctionIndex parent{};  // the function in which it is defined
  FunctionIndex body{};
  std::vector<PlaceId> bases;
  std::vector<PlaceId> decorators;
  PlaceId metaclass{};
  TextRange range{};
  TextRange name_range{};
  friend bool operator==(const Class&, const Class&) = default;
};

/// `import a.b as c`: module a.b, alias c. `from ..m import x as y`: module m, level 2, member x, alias y. Star: member
/// `*`. Without `as`, alias is the name that is bound (`a` for `import a.b`). Each comes with the bind of its alias,
/// but a star.
struct Import {
  NameId module{};
  NameId member{};
  NameId alias{};
  std::uint32_t level = 0;
  TextRange range{};
  friend bool operator==(const Import&, const Import&) = default;
};

/// A comment that speaks to us: it contains `threadlint:` or `guarded by`.
struct Directive {
  TextRange range{};  // of the comment, `#` included
  bool is_own_line = false;
  NameId text{};
  friend bool operator==(const Directive&, const Directive&) = default;
};

/// What one top-level statement says. Immutable once made; shared between versions of a module.
struct StatementFacts {
  std::uint64_t key = 0;  // XXH3 of the text, mixed with whether it has errors, lies in one, and begins its line
  bool has_error = false;
  bool is_in_broken_tree = false;  // it may be healthy, but what was parsed together with it is not
  bool mentions_threads = false;   // a docstring or comment anywhere in it does
  std::uint32_t size = 0;
  std::vector<std::string> names;
  std::vector<Place> places;
  std::vector<Segment> segments;
  std::vector<Value> values;
  std::vector<Argument> arguments;
  std::vector<Call> calls;
  std::vector<Test> tests;
  std::vector<NameId>
      exceptions;  // last part of the name: `socket.error` is `error`; empty for a type that is computed
  std::vector<Function> functions;
  std::vector<Class> classes;
  std::vector<Import> imports;
  std::vector<Directive> directives;
  friend bool operator==(const StatementFacts&, const StatementFacts&) = default;
};

/// A statement and where it stands.
struct PlacedStatement {
  std::uint32_t begin = 0;
  std::shared_ptr<const StatementFacts> facts;
};

}  // namespace analysis::ir
