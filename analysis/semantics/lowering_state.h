// Internal to lowering: the statement in the making, and the functions that lower one kind of syntax each.
//
// Lowering calls itself for nested syntax. What real code nests without bound (chains of operators, calls, `elif`) is a
// loop and costs no depth. The rest stops at `max_depth`, and what lies deeper is left out: CPython takes no more than
// 200 nested brackets and 100 levels of indentation. Functions on that way are kept out of line where a compiler would
// inline them into one large frame: 128 KiB of stack are enough, 1 MiB with the address sanitizer.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/semantics/ir.h"
#include "analysis/syntax/flat_tree.h"

namespace analysis::lowering {

inline constexpr int max_depth = 200;

/// Numbers the distinct names of one statement. Views must live as long as the statement is being lowered.
class NameTable {
 public:
  NameTable() : slots_(256) {}
  void clear();
  [[nodiscard]] ir::NameId intern(std::string_view text);
  /// As `intern`, for text that lives nowhere else.
  [[nodiscard]] ir::NameId intern_copy(std::string text);
  [[nodiscard]] std::string_view text(ir::NameId name) const { return name ? names_[name.index] : std::string_view(); }
  [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }

 private:
  // A slot is in use if its generation is the current one, so clearing costs nothing.
  struct Slot {
    std::uint32_t generation = 0;
    std::uint32_t index = 0;
  };
  void grow();

  std::vector<Slot> slots_;
  std::uint32_t generation_ = 1;
  std::vector<std::string_view> names_;
  std::deque<std::string> copies_;
};

/// A function whose operations are being written.
struct Scope {
  ir::FunctionIndex function;
  ir::ClassIndex class_body;  // the class whose body this is
  ir::NameId first_parameter;
  std::vector<ir::Op> ops;
  std::vector<std::uint32_t> open;  // last part of each open block: its first op, `otherwise`, `handler`, `finally`
};

/// A name that means another one: the variable of a comprehension. `to` is `.x` for x.
struct Renaming {
  std::string_view from;
  ir::NameId to;
};

struct State {
  FlatTree tree;
  std::string_view text;  // of the statement
  NameTable names;
  ir::StatementFacts facts;
  std::vector<Scope> scopes;  // kept for their memory; `scope_count` are in use
  std::size_t scope_count = 0;
  TextRange statement;  // the innermost statement
  int depth = 0;
  std::vector<TextRange> thread_mentions;  // docstrings and comments that speak of threads

  // Stacks on which nested calls leave nothing.
  std::vector<Renaming> renamings;
  std::vector<ir::Segment> segments;
  std::vector<ir::Argument> arguments;
  std::vector<ir::Test> tests;
  std::vector<ir::Value> values;
  std::vector<NodeIndex> nodes;

  [[nodiscard]] Scope& scope() { return scopes[scope_count - 1]; }
  [[nodiscard]] const FlatNode& node(NodeIndex index) const { return tree[index]; }
  [[nodiscard]] Kind kind(NodeIndex index) const { return tree[index].kind; }
  [[nodiscard]] TextRange range(NodeIndex index) const { return tree[index].range; }
  [[nodiscard]] std::string_view slice(TextRange range) const { return text.substr(range.begin, range.size()); }
  [[nodiscard]] std::string_view slice(NodeIndex index) const { return slice(range(index)); }
  /// The named child of that number, errors and types not counted. 0 if there is none.
  [[nodiscard]] NodeIndex operand(NodeIndex parent, unsigned number) const;
  [[nodiscard]] NodeIndex child_of_kind(NodeIndex parent, Kind kind) const;

  ir::Op& emit(ir::OpKind kind, TextRange range);
  void emit_read(ir::PlaceId place);
  void emit_bind(ir::PlaceId place, ir::ValueId value, TextRange range);
  /// Opens a block; `close` ends the innermost one. `next_part` begins its `otherwise`, `handler` or `finally`.
  ir::Op& open(ir::OpKind kind, TextRange range, TextRange block);
  ir::Op& next_part(ir::OpKind kind, TextRange range, TextRange block);
  void close();

  [[nodiscard]] ir::ValueId add(const ir::Value& value);
  [[nodiscard]] ir::PlaceId add(const ir::Place& place);
  /// A place that is a name and nothing else.
  [[nodiscard]] ir::PlaceId add_name(ir::NameId name, TextRange range);
  [[nodiscard]] const ir::Place& place(ir::PlaceId id) const { return facts.places[id.index]; }
  /// What `name` is called here: comprehensions rename.
  [[nodiscard]] ir::NameId resolve(std::string_view name);
  /// Moves the tests from `mark` on to the statement and notes them in `op`.
  void take_tests(std::size_t mark, ir::Op& op);
  /// Copies the tests of `[mark, end)` to the statement and notes them in `op`.
  void copy_tests(std::size_t mark, std::size_t end, ir::Op& op);

  [[nodiscard]] ir::FunctionIndex begin_function(ir::FunctionKind kind, TextRange range);
  void end_function();

  /// Forgets the facts, so that those of another statement can be made.
  void clear();
  /// The facts that were made, without spare capacity. To be called once.
  [[nodiscard]] ir::StatementFacts finished();
};

/// Counts one level of nesting; tests false when there are too many.
class Descent {
 public:
  explicit Descent(State& state) : state_(state) { ++state_.depth; }
  ~Descent() { --state_.depth; }
  Descent(const Descent&) = delete;
  Descent& operator=(const Descent&) = delete;
  explicit operator bool() const { return state_.depth <= max_depth; }

 private:
  State& state_;
};

// lower_statement.cpp
void lower_statement(State& state, NodeIndex node);
void lower_block(State& state, NodeIndex block);
/// Whatever is whole in a node that did not parse.
void lower_error(State& state, NodeIndex node);
/// The same for what error recovery left between the parts of a statement.
void lower_errors_within(State& state, NodeIndex node);
// lower_compound.cpp
void lower_if(State& state, NodeIndex node);
void lower_for(State& state, NodeIndex node);
void lower_while(State& state, NodeIndex node);
void lower_try(State& state, NodeIndex node);
void lower_with(State& state, NodeIndex node);
// lower_match.cpp
void lower_match(State& state, NodeIndex node);
// lower_definition.cpp
void lower_function(State& state, NodeIndex node, NodeIndex decorated);
void lower_class(State& state, NodeIndex node, NodeIndex decorated);
/// A class whose body is being lowered.
struct OpenClass {
  ir::ClassIndex index;
  NodeIndex name = 0;
  NodeIndex block = 0;
};
/// Lowers what stands in front of the body, and the body's docstring; the statements of the block come next.
[[nodiscard]] OpenClass begin_class(State& state, NodeIndex node, NodeIndex decorated);
/// Ends the body, and defines the class, whose range is `range`.
void end_class(State& state, const OpenClass& open, TextRange range);
void lower_decorated(State& state, NodeIndex node);
[[nodiscard]] ir::Value lower_lambda(State& state, NodeIndex node);
// lower_import.cpp
void lower_import(State& state, NodeIndex node);
void lower_import_from(State& state, NodeIndex node);

// lower_expression.cpp
[[nodiscard]] ir::Value lower_expression(State& state, NodeIndex node);
void evaluate(State& state, NodeIndex node);
/// The elements of a display, in order, on `state.values`.
void lower_elements(State& state, NodeIndex node);
[[nodiscard]] NodeIndex without_parentheses(const State& state, NodeIndex node);
// lower_comprehension.cpp
[[nodiscard]] ir::Value lower_comprehension(State& state, NodeIndex node);
// lower_assignment.cpp
void lower_assignment(State& state, NodeIndex node);
void lower_augmented_assignment(State& state, NodeIndex node);
/// Binds every place in a target (a pattern or the expression used as one) to a part of `value`, a lone place to
/// `value`.
void bind_target(State& state, NodeIndex target, const ir::Value& value, TextRange range);
/// One element of what `value` is.
[[nodiscard]] ir::Value element_of(const ir::Value& value);
void remove_target(State& state, NodeIndex target);

// lower_place.cpp
/// A name, or a chain of attributes, subscripts and calls that begins anywhere, as a value: emits its reads and calls.
[[nodiscard]] ir::Value lower_chain(State& state, NodeIndex node);
/// The same chain as a place: what it takes to get there is evaluated, the place itself is not read. None if it is not
/// one.
[[nodiscard]] ir::PlaceId lower_place(State& state, NodeIndex node);
/// What is between the quotes of a string literal if that is an identifier, else empty.
[[nodiscard]] std::string_view identifier_in_string(std::string_view literal);
/// The name of the segment `[value]`.
[[nodiscard]] ir::NameId key_name(State& state, const ir::Value& value);
/// A copy of `place` with its last `dropped` segments replaced by `segment`.
[[nodiscard]] ir::PlaceId derived_place(State& state, ir::PlaceId place, std::uint32_t dropped, ir::Segment segment);

// lower_condition.cpp
/// Evaluates a condition and leaves its tests on `state.tests`.
ir::Value lower_condition(State& state, NodeIndex node);
[[nodiscard]] ir::Value lower_conditional_expression(State& state, NodeIndex node);
// classify_test.cpp
/// An expression and the value it was lowered to.
struct Evaluated {
  NodeIndex node = 0;
  ir::Value value;
};
/// Leaves the tests of a comparison, or of an expression that is tested for truth. `leaf` is the text of the test;
/// evaluating it began with operation `first_op`.
void add_comparison_tests(State& state, const Evaluated& left, std::string_view comparison, const Evaluated& right,
                          TextRange leaf, std::size_t first_op);
void add_truth_tests(State& state, const Evaluated& tested, TextRange leaf, std::size_t first_op);
/// A test of kind `other` for each place that was read since `first_op`.
void add_other_tests(State& state, TextRange leaf, std::size_t first_op);

// lower_comment.cpp
[[nodiscard]] bool is_directive(std::string_view comment);
/// The comments in `range`: directives, and which functions and classes speak of threads.
void lower_comments(State& state, TextRange range, bool begins_line);
/// Reads the docstring of the function or class whose body `block` is.
void lower_docstring(State& state, NodeIndex block, ir::FunctionIndex function);

}  // namespace analysis::lowering
