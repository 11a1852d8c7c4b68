// What a leaf of a condition asks about which place.
#include <algorithm>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::Segment;
using ir::TestKind;
using ir::Value;
using ir::ValueKind;

void add_test(State& state, TestKind kind, bool unset_when_true, ir::PlaceId place, TextRange leaf,
              ir::NameId key = {}) {
  state.tests.push_back({.kind = kind, .unset_when_true = unset_when_true, .place = place, .key = key, .range = leaf});
}

// Calls that stand for something else.

const ir::Call& call_of(const State& state, const Value& value) { return state.facts.calls[value.call.index]; }

/// The callee's name if it is a plain name, else empty.
std::string_view function_name(const State& state, const ir::Call& call) {
  const ir::Place& callee = state.place(call.callee);
  return callee.segment_count == 0 && callee.root ? state.names.text(callee.root) : std::string_view();
}

/// The last attribute of a callee that has one, else empty.
std::string_view method_name(const State& state, const ir::Call& call) {
  const ir::Place& callee = state.place(call.callee);
  if (callee.segment_count == 0) return {};
  const Segment& last = state.facts.segments[callee.first_segment + callee.segment_count - 1];
  return last.kind == Segment::Kind::attribute ? state.names.text(last.name) : std::string_view();
}

const Value& argument(const State& state, const ir::Call& call, std::uint32_t number) {
  return state.facts.values[state.facts.arguments[call.first_argument + number].value.index];
}

bool has_plain_arguments(const State& state, const ir::Call& call) {
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Argument& given = state.facts.arguments[call.first_argument + i];
    if (given.keyword || given.is_splat) return false;
  }
  return true;
}

/// The first argument if it is a place.
ir::PlaceId first_place(const State& state, const ir::Call& call) {
  if (call.argument_count == 0 || !has_plain_arguments(state, call)) return {};
  const Value& value = argument(state, call, 0);
  return value.kind == ValueKind::place ? value.place : ir::PlaceId{};
}

/// `C` of a call `C.method(…)`.
ir::PlaceId receiver(State& state, const ir::Call& call) {
  ir::Place place = state.place(call.callee);
  place.segment_count -= 1;
  return state.add(place);
}

/// `o.x` of `"x"` and o, read.
ir::PlaceId read_attribute(State& state, ir::PlaceId object, std::uint32_t dropped, std::string_view name) {
  const ir::PlaceId place = derived_place(state, object, dropped, {Segment::Kind::attribute, state.names.intern(name)});
  state.emit_read(place);
  return place;
}

/// `C[k]` of `C.get(k)` and `C.get(k, None)`, read. None for other calls.
ir::PlaceId read_got_item(State& state, ir::Call call) {
  if (method_name(state, call) != "get" || call.argument_count == 0 || 2 < call.argument_count) return {};
  if (!has_plain_arguments(state, call)) return {};
  if (call.argument_count == 2 && argument(state, call, 1).kind != ValueKind::none) return {};
  const ir::NameId key = key_name(state, argument(state, call, 0));
  const ir::PlaceId place = derived_place(state, call.callee, 1, {Segment::Kind::item, key});
  state.facts.places[place.index].range = call.range;
  state.emit_read(place);
  return place;
}

/// What is asked about: a place, its length, or the result of a call.
struct Subject {
  enum class Kind : std::uint8_t { none, place, length, call } kind = Kind::none;
  ir::PlaceId place;
};

Subject subject_of(State& state, const Value& value) {
  if (value.kind == ValueKind::place) return {Subject::Kind::place, value.place};
  if (value.kind != ValueKind::call) return {};
  const ir::Call call = call_of(state, value);
  if (function_name(state, call) == "len" && call.argument_count == 1) {
    const ir::PlaceId measured = first_place(state, call);
    return measured ? Subject{Subject::Kind::length, measured} : Subject{};
  }
  if (const ir::PlaceId item = read_got_item(state, call)) return {Subject::Kind::place, item};
  return {Subject::Kind::call, call.callee};
}

/// The name of `(name := …)`, which is a subject too.
ir::PlaceId named_place(State& state, NodeIndex node) {
  node = without_parentheses(state, node);
  if (state.kind(node) != Kind::named_expression) return {};
  const NodeIndex name = state.operand(node, 0);
  return state.add_name(state.resolve(state.slice(name)), state.range(name));
}

// Constants that a subject is compared with.

/// `private_name` is one with a leading underscore: a sentinel on the right, but `_cache == other` asks about `_cache`.
enum class Constant : std::uint8_t { not_one, none, yes, no, number, empty, sentinel, private_name };

bool is_in_capitals(std::string_view name) {
  return 2 <= name.size() && std::ranges::any_of(name, [](char c) { return 'A' <= c && c <= 'Z'; }) &&
         std::ranges::none_of(name, [](char c) { return 'a' <= c && c <= 'z'; });
}

Constant constant_of_name(const State& state, const ir::Place& place) {
  if (place.segment_count == 0) {
    const std::string_view name = state.names.text(place.root);
    if (is_in_capitals(name)) return Constant::sentinel;
    return name.starts_with('_') ? Constant::private_name : Constant::not_one;
  }
  const Segment& last = state.facts.segments[place.first_segment + place.segment_count - 1];
  const bool is_sentinel = last.kind == Segment::Kind::attribute && is_in_capitals(state.names.text(last.name));
  return is_sentinel ? Constant::sentinel : Constant::not_one;
}

Constant constant_of(const State& state, const Value& value) {
  switch (value.kind) {
    case ValueKind::none:
      return Constant::none;
    case ValueKind::boolean:
      return value.is_empty ? Constant::no : Constant::yes;
    case ValueKind::number:
      return Constant::number;
    case ValueKind::string:
      return value.is_empty ? Constant::empty : Constant::sentinel;
    case ValueKind::list:
    case ValueKind::dict:
    case ValueKind::tuple:
      return value.is_empty ? Constant::empty : Constant::not_one;
    case ValueKind::place:
      return constant_of_name(state, state.place(value.place));
    case ValueKind::call: {
      const ir::Call& call = call_of(state, value);
      const std::string_view name = function_name(state, call);
      const bool makes_container =
          name == "set" || name == "dict" || name == "list" || name == "tuple" || name == "frozenset" || name == "str";
      return call.argument_count == 0 && makes_container ? Constant::empty : Constant::not_one;
    }
    default:
      return state.slice(value.range) == "..." ? Constant::sentinel : Constant::not_one;
  }
}

// Comparisons.

enum class Comparison : std::uint8_t { equal, different, less, less_or_equal, greater, greater_or_equal, in, not_in };

Comparison comparison_of(std::string_view text) {
  if (text == "==" || text == "is") return Comparison::equal;
  if (text == "in") return Comparison::in;
  if (text == "<") return Comparison::less;
  if (text == "<=") return Comparison::less_or_equal;
  if (text == ">") return Comparison::greater;
  if (text == ">=") return Comparison::greater_or_equal;
  if (text.starts_with("not")) return Comparison::not_in;
  return Comparison::different;  // `!=`, `<>`, `is not`
}

Comparison mirrored(Comparison comparison) {
  switch (comparison) {
    case Comparison::less:
      return Comparison::greater;
    case Comparison::less_or_equal:
      return Comparison::greater_or_equal;
    case Comparison::greater:
      return Comparison::less;
    case Comparison::greater_or_equal:
      return Comparison::less_or_equal;
    default:
      return comparison;
  }
}

/// Whether `len(X) <comparison> number` separates the empty from the rest.
bool asks_for_emptiness(std::string_view number, Comparison comparison) {
  using enum Comparison;
  if (number == "0")
    return comparison == equal || comparison == different || comparison == greater || comparison == less_or_equal;
  return number == "1" && (comparison == less || comparison == greater_or_equal);
}

bool holds_for_empty(Comparison comparison) {
  return comparison == Comparison::equal || comparison == Comparison::less || comparison == Comparison::less_or_equal;
}

/// Whether it was a comparison of a subject with a constant.
bool add_constant_test(State& state, const Subject& subject, Comparison comparison, const Value& value,
                       TextRange leaf) {
  const Constant constant = constant_of(state, value);
  if (subject.kind == Subject::Kind::length) {
    const bool is_known = constant == Constant::number && asks_for_emptiness(state.slice(value.range), comparison);
    const TestKind kind = is_known ? TestKind::length : TestKind::other;
    add_test(state, kind, is_known && holds_for_empty(comparison), subject.place, leaf);
    return true;
  }
  const bool is_equality = comparison == Comparison::equal || comparison == Comparison::different;
  if (!is_equality || constant == Constant::not_one) return false;
  const bool unset_when_true = (comparison == Comparison::equal) != (constant == Constant::yes);
  TestKind kind = TestKind::sentinel;
  if (constant == Constant::none) kind = TestKind::none;
  if (constant == Constant::yes) kind = TestKind::truth;
  if (constant == Constant::empty) kind = TestKind::empty;
  if (subject.kind == Subject::Kind::call) kind = TestKind::call;
  add_test(state, kind, unset_when_true, subject.place, leaf);
  return true;
}

[[gnu::noinline]] bool add_constant_tests(State& state, const Evaluated& tested, Comparison comparison,
                                          const Evaluated& constant, TextRange leaf) {
  bool is_done = false;
  if (const ir::PlaceId name = named_place(state, tested.node)) {
    is_done = add_constant_test(state, {Subject::Kind::place, name}, comparison, constant.value, leaf);
  }
  const Subject subject = subject_of(state, tested.value);
  if (subject.kind == Subject::Kind::none) return is_done;
  return add_constant_test(state, subject, comparison, constant.value, leaf) || is_done;
}

/// `"x" in o.__dict__`, `"x" in vars(o)`, `"x" in dir(o)`, `"X" in globals()`: the place that may not be there.
ir::PlaceId read_named_in(State& state, std::string_view name, const Value& container) {
  if (container.kind == ValueKind::place) {
    const ir::Place& place = state.place(container.place);
    if (place.segment_count == 0) return {};
    const Segment& last = state.facts.segments[place.first_segment + place.segment_count - 1];
    if (last.kind != Segment::Kind::attribute || state.names.text(last.name) != "__dict__") return {};
    return read_attribute(state, container.place, 1, name);
  }
  if (container.kind != ValueKind::call) return {};
  const ir::Call call = call_of(state, container);
  const std::string_view function = function_name(state, call);
  if (function == "globals" && call.argument_count == 0) {
    const ir::PlaceId place = state.add_name(state.names.intern(name), call.range);
    state.facts.places[place.index].is_global_lookup = true;
    state.emit_read(place);
    return place;
  }
  const ir::PlaceId object = first_place(state, call);
  if (!object || (function != "vars" && function != "dir")) return {};
  return read_attribute(state, object, 0, name);
}

[[gnu::noinline]] bool add_membership_test(State& state, const Value& key, const Value& container, bool unset_when_true,
                                           TextRange leaf) {
  if (const std::string_view name = identifier_in_string(state.slice(key.range));
      !name.empty() && key.kind == ValueKind::string) {
    if (const ir::PlaceId place = read_named_in(state, name, container)) {
      add_test(state, TestKind::exists, unset_when_true, place, leaf);
      return true;
    }
  }
  ir::PlaceId place;
  if (container.kind == ValueKind::place) place = container.place;
  if (container.kind == ValueKind::call) {
    const ir::Call call = call_of(state, container);
    if (method_name(state, call) == "keys") place = receiver(state, call);
  }
  if (!place) return false;
  add_test(state, TestKind::contains, unset_when_true, place, leaf, state.names.intern(state.slice(key.range)));
  if (key.kind == ValueKind::place) add_test(state, TestKind::other, false, key.place, leaf);
  return true;
}

/// Calls that ask about their argument or receiver.
[[gnu::noinline]] bool add_call_test(State& state, const Value& value, TextRange leaf) {
  const ir::Call call = call_of(state, value);
  const std::string_view function = function_name(state, call);
  const ir::PlaceId object = first_place(state, call);
  if (object && function == "hasattr" && call.argument_count == 2) {
    const std::string_view name = identifier_in_string(state.slice(argument(state, call, 1).range));
    if (name.empty()) return false;
    add_test(state, TestKind::exists, false, read_attribute(state, object, 0, name), leaf);
    return true;
  }
  if (object && (function == "callable" || function == "isinstance" || function == "issubclass")) {
    add_test(state, TestKind::other, false, object, leaf);
    return true;
  }
  if (object && function == "bool") {
    add_test(state, TestKind::truth, false, object, leaf);
    return true;
  }
  const std::string_view method = method_name(state, call);
  if ((method == "has_key" || method == "__contains__") && call.argument_count == 1) {
    const ir::NameId key = state.names.intern(state.slice(argument(state, call, 0).range));
    add_test(state, TestKind::contains, false, receiver(state, call), leaf, key);
    return true;
  }
  return false;
}

}  // namespace

void add_other_tests(State& state, TextRange leaf, std::size_t first_op) {
  const std::vector<ir::Op>& ops = state.scope().ops;
  for (std::size_t i = first_op; i < ops.size(); ++i) {
    if (ops[i].kind == ir::OpKind::read) add_test(state, TestKind::other, false, ops[i].place, leaf);
  }
}

void add_comparison_tests(State& state, const Evaluated& left, std::string_view comparison, const Evaluated& right,
                          TextRange leaf, std::size_t first_op) {
  const Comparison kind = comparison_of(comparison);
  if (kind == Comparison::in || kind == Comparison::not_in) {
    if (!add_membership_test(state, left.value, right.value, kind == Comparison::not_in, leaf)) {
      add_other_tests(state, leaf, first_op);
    }
    return;
  }
  if (add_constant_tests(state, left, kind, right, leaf)) return;
  const bool may_be_mirrored = constant_of(state, left.value) != Constant::private_name;
  if (may_be_mirrored && add_constant_tests(state, right, mirrored(kind), left, leaf)) return;
  add_other_tests(state, leaf, first_op);
}

void add_truth_tests(State& state, const Evaluated& tested, TextRange leaf, std::size_t first_op) {
  if (const ir::PlaceId name = named_place(state, tested.node)) add_test(state, TestKind::truth, false, name, leaf);
  if (tested.value.kind == ValueKind::call && add_call_test(state, tested.value, leaf)) return;
  const Subject subject = subject_of(state, tested.value);
  switch (subject.kind) {
    case Subject::Kind::place:
      add_test(state, TestKind::truth, false, subject.place, leaf);
      return;
    case Subject::Kind::length:
      add_test(state, TestKind::length, false, subject.place, leaf);
      return;
    case Subject::Kind::call:
      add_test(state, TestKind::call, false, subject.place, leaf);
      break;
    case Subject::Kind::none:
      break;
  }
  add_other_tests(state, leaf, first_op);
}

}  // namespace analysis::lowering
