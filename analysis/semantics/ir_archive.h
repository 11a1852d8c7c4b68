// The members of the intermediate representation, for archives: one list for both directions.
#pragma once

#include "analysis/semantics/compact_archive.h"
#include "analysis/semantics/ir.h"

namespace analysis {

/// One more than the index, so that none is 0.
template <class Archive, class Tag>
void serialize(Archive& archive, Id<Tag>& id) {
  std::uint32_t number = id.index + 1;
  archive(number);
  if constexpr (!is_output<Archive>) id.index = number - 1;
}

template <class Archive>
void serialize(Archive& archive, TextRange& range) {
  std::uint32_t size = range.end - range.begin;
  archive(range.begin, size);
  if constexpr (!is_output<Archive>) range.end = range.begin + size;
}

namespace ir {

template <class Archive>
void serialize(Archive& archive, Segment& segment) {
  archive(segment.kind, segment.name);
}

template <class Archive>
void serialize(Archive& archive, Place& place) {
  sparse(archive, place, &Place::root, &Place::segment_count, &Place::first_segment, &Place::root_call,
         &Place::is_global_lookup, &Place::range);
}

template <class Archive>
void serialize(Archive& archive, Value& value) {
  sparse(archive, value, &Value::kind, &Value::place, &Value::call, &Value::is_empty, &Value::is_comprehension,
         &Value::range, &Value::function, &Value::class_index, &Value::import);
}

template <class Archive>
void serialize(Archive& archive, Argument& argument) {
  sparse(archive, argument, &Argument::keyword, &Argument::is_splat, &Argument::value);
}

template <class Archive>
void serialize(Archive& archive, Call& call) {
  sparse(archive, call, &Call::callee, &Call::first_argument, &Call::argument_count, &Call::range);
}

template <class Archive>
void serialize(Archive& archive, Test& test) {
  sparse(archive, test, &Test::kind, &Test::unset_when_true, &Test::place, &Test::key, &Test::range);
}

template <class Archive>
void serialize(Archive& archive, Op& op) {
  sparse(archive, op, &Op::kind, &Op::range, &Op::place, &Op::value, &Op::call, &Op::end, &Op::block, &Op::first_test,
         &Op::test_count, &Op::function, &Op::class_index, &Op::is_expression, &Op::is_await_context);
}

template <class Archive>
void serialize(Archive& archive, Parameter& parameter) {
  sparse(archive, parameter, &Parameter::name, &Parameter::default_value, &Parameter::kind, &Parameter::range);
}

template <class Archive>
void serialize(Archive& archive, Import& import) {
  sparse(archive, import, &Import::module, &Import::member, &Import::alias, &Import::level, &Import::range);
}

template <class Archive>
void serialize(Archive& archive, Directive& directive) {
  archive(directive.range, directive.is_own_line, directive.text);
}

template <class Archive>
void serialize(Archive& archive, Function& function) {
  archive(function.kind, function.is_async, function.is_generator, function.mentions_threads,
          function.says_lock_is_held, function.name, function.parent, function.owner, function.parameters,
          function.globals, function.nonlocals, function.decorators, function.range, function.name_range, function.body,
          function.ops);
}

template <class Archive>
void serialize(Archive& archive, Class& class_) {
  archive(class_.mentions_threads, class_.name, class_.parent, class_.body, class_.bases, class_.decorators,
          class_.metaclass, class_.range, class_.name_range);
}

/// The names first: see PackedStatements.
template <class Archive>
void serialize(Archive& archive, StatementFacts& facts) {
  archive(facts.names, facts.key, facts.has_error, facts.is_in_broken_tree, facts.mentions_threads, facts.size,
          facts.places, facts.segments, facts.values, facts.arguments, facts.calls, facts.tests, facts.exceptions,
          facts.functions, facts.classes, facts.imports, facts.directives);
}

}  // namespace ir
}  // namespace analysis
