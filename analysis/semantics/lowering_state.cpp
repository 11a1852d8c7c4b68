#include "analysis/semantics/lowering_state.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace analysis::lowering {

void NameTable::clear() {
  names_.clear();
  copies_.clear();
  ++generation_;
}

ir::NameId NameTable::intern(std::string_view text) {
  if (slots_.size() < names_.size() * 2) grow();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = XXH3_64bits(text.data(), text.size()) & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.generation != generation_) {
      slot = {generation_, static_cast<std::uint32_t>(names_.size())};
      names_.push_back(text);
      return {slot.index};
    }
    if (names_[slot.index] == text) return {slot.index};
  }
}

ir::NameId NameTable::intern_copy(std::string text) { return intern(copies_.emplace_back(std::move(text))); }

void NameTable::grow() {
  slots_.assign(slots_.size() * 2, {});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    std::size_t at = XXH3_64bits(names_[i].data(), names_[i].size()) & mask;
    while (slots_[at].generation == generation_) at = (at + 1) & mask;
    slots_[at] = {generation_, i};
  }
}

NodeIndex State::operand(NodeIndex parent, unsigned number) const {
  for (NodeIndex child = tree[parent].first_child; child != 0; child = tree[child].next) {
    const FlatNode& node = tree[child];
    const bool counts = node.is_named && node.kind != Kind::error && node.kind != Kind::type;
    if (counts && number-- == 0) return child;
  }
  return 0;
}

NodeIndex State::child_of_kind(NodeIndex parent, Kind wanted) const {
  for (NodeIndex child = tree[parent].first_child; child != 0; child = tree[child].next) {
    if (kind(child) == wanted) return child;
  }
  return 0;
}

ir::Op& State::emit(ir::OpKind kind, TextRange range) {
  ir::Op& op = scope().ops.emplace_back();
  op.kind = kind;
  op.range = range;
  return op;
}

void State::emit_read(ir::PlaceId place) { emit(ir::OpKind::read, facts.places[place.index].range).place = place; }

void State::emit_bind(ir::PlaceId place, ir::ValueId value, TextRange range) {
  ir::Op& op = emit(ir::OpKind::bind, range);
  op.place = place;
  op.value = value;
}

namespace {

// Until its block is closed, each part of it keeps the index of the part before in `end`.
constexpr std::uint32_t no_part = 0xFFFFFFFF;

}  // namespace

ir::Op& State::open(ir::OpKind kind, TextRange range, TextRange block) {
  ir::Op& op = emit(kind, range);
  op.block = block;
  op.end = no_part;
  scope().open.push_back(static_cast<std::uint32_t>(scope().ops.size()) - 1);
  return op;
}

ir::Op& State::next_part(ir::OpKind kind, TextRange range, TextRange block) {
  ir::Op& op = emit(kind, range);
  op.block = block;
  op.end = scope().open.back();
  scope().open.back() = static_cast<std::uint32_t>(scope().ops.size()) - 1;
  return op;
}

void State::close() {
  Scope& current = scope();
  const auto end = static_cast<std::uint32_t>(current.ops.size());
  std::uint32_t part = current.open.back();
  current.open.pop_back();
  const std::uint32_t after = current.ops[part].block.end;
  emit(ir::OpKind::end, {after, after}).end = end;
  while (part != no_part) part = std::exchange(current.ops[part].end, end);
}

ir::ValueId State::add(const ir::Value& value) {
  facts.values.push_back(value);
  return {static_cast<std::uint32_t>(facts.values.size()) - 1};
}

ir::PlaceId State::add(const ir::Place& added) {
  facts.places.push_back(added);
  return {static_cast<std::uint32_t>(facts.places.size()) - 1};
}

ir::PlaceId State::add_name(ir::NameId name, TextRange range) {
  ir::Place added;
  added.root = name;
  added.first_segment = static_cast<std::uint32_t>(facts.segments.size());
  added.range = range;
  return add(added);
}

ir::NameId State::resolve(std::string_view name) {
  for (std::size_t i = renamings.size(); 0 < i; --i) {
    if (renamings[i - 1].from == name) return renamings[i - 1].to;
  }
  return names.intern(name);
}

void State::take_tests(std::size_t mark, ir::Op& op) {
  copy_tests(mark, tests.size(), op);
  tests.resize(mark);
}

void State::copy_tests(std::size_t mark, std::size_t end, ir::Op& op) {
  if (mark == end) return;
  op.first_test = static_cast<std::uint32_t>(facts.tests.size());
  op.test_count = static_cast<std::uint32_t>(end - mark);
  facts.tests.insert(facts.tests.end(), tests.begin() + static_cast<std::ptrdiff_t>(mark),
                     tests.begin() + static_cast<std::ptrdiff_t>(end));
}

ir::FunctionIndex State::begin_function(ir::FunctionKind kind, TextRange range) {
  const ir::FunctionIndex index{static_cast<std::uint32_t>(facts.functions.size())};
  ir::Function& function = facts.functions.emplace_back();
  function.kind = kind;
  function.range = range;
  if (0 < scope_count) {
    function.parent = scope().function;
    function.owner = scope().class_body;
  }
  if (scopes.size() == scope_count) scopes.emplace_back();
  ++scope_count;
  scope().function = index;
  scope().class_body = {};
  scope().first_parameter = {};
  return index;
}

void State::end_function() {
  Scope& done = scope();
  assert(done.open.empty() && "a block was opened and not closed");
  // A copy has no spare capacity: statements are kept, scopes are used again.
  facts.functions[done.function.index].ops = done.ops;
  done.ops.clear();
  --scope_count;
}

void State::clear() {
  names.clear();
  facts.key = 0;
  facts.has_error = false;
  facts.is_in_broken_tree = false;
  facts.mentions_threads = false;
  facts.size = 0;
  facts.places.clear();
  facts.segments.clear();
  facts.values.clear();
  facts.arguments.clear();
  facts.calls.clear();
  facts.tests.clear();
  facts.exceptions.clear();
  facts.functions.clear();
  facts.classes.clear();
  facts.imports.clear();
  facts.directives.clear();
  thread_mentions.clear();
}

ir::StatementFacts State::finished() {
  ir::StatementFacts result;
  result.key = facts.key;
  result.has_error = facts.has_error;
  result.is_in_broken_tree = facts.is_in_broken_tree;
  result.mentions_threads = facts.mentions_threads;
  result.size = facts.size;
  result.names.assign(names.names().begin(), names.names().end());
  result.places = facts.places;
  result.segments = facts.segments;
  result.values = facts.values;
  result.arguments = facts.arguments;
  result.calls = facts.calls;
  result.tests = facts.tests;
  result.exceptions = facts.exceptions;
  result.functions.assign(std::make_move_iterator(facts.functions.begin()),
                          std::make_move_iterator(facts.functions.end()));
  result.classes.assign(std::make_move_iterator(facts.classes.begin()), std::make_move_iterator(facts.classes.end()));
  result.imports = facts.imports;
  result.directives = facts.directives;
  return result;
}

}  // namespace analysis::lowering
