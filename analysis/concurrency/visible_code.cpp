#include "analysis/concurrency/visible_code.h"

#include <algorithm>
#include <tuple>

#include "analysis/text/digest.h"

namespace analysis {
namespace {

using ir::FunctionKind;
using ir::OpKind;

/// Calls in calls in calls: what is deeper is compared by where it is kept, which is never equal.
constexpr int deepest_value = 30;

/// Digests parts of one statement, by the text of their names.
class StatementDigest {
 public:
  explicit StatementDigest(const ir::StatementFacts& facts) : facts_(facts) {}

  template <class T>
  requires std::is_enum_v<T>
  void add(T kind) { digest_.add(static_cast<std::uint64_t>(kind)); }
  template <class Tag>
  void add(Id<Tag> id) {
    digest_.add(std::uint64_t{id.index});
  }
  void add(std::uint64_t number) { digest_.add(number); }
  void add(ir::NameId name) {
    digest_.add(std::uint64_t{static_cast<bool>(name)});
    if (name) digest_.add(std::string_view(facts_.names[name.index]));
  }
  template <class T>
  void add(const std::vector<T>& items) {
    digest_.add(std::uint64_t{items.size()});
    for (const T& item : items) add(item);
  }
  void add(ir::PlaceId id) { add_place(id, 0); }
  void add(ir::ValueId id) { add_value(id, 0); }

  void add(const ir::Parameter& parameter) {
    add(parameter.name);
    add(parameter.kind);
    add(parameter.default_value);
  }
  void add(const ir::Import& import) {
    add(import.module);
    add(import.member);
    add(import.alias);
    digest_.add(std::uint64_t{import.level});
  }
  void add(const ir::Class& each) {
    add(each.name);
    add(each.parent);
    add(each.body);
    add(each.bases);
    add(each.decorators);
    add(each.metaclass);
  }
  /// Without what it does.
  void add(const ir::Function& function) {
    add(function.kind);
    add(std::uint64_t{function.is_async});
    add(std::uint64_t{function.is_generator});
    add(std::uint64_t{function.says_lock_is_held});
    add(function.name);
    add(function.parent);
    add(function.owner);
    add(function.parameters);
    add(function.globals);
    add(function.nonlocals);
    add(function.decorators);
  }
  void add(const ir::Op& op) {
    add(op.kind);
    add(op.place);
    add(op.value);
    if (op.call) add_call(op.call, 0);
    add(op.function);
    add(op.class_index);
  }

  [[nodiscard]] std::uint64_t value() const { return digest_.value(); }

 private:
  void add_place(ir::PlaceId id, int depth) {
    digest_.add(std::uint64_t{static_cast<bool>(id)});
    if (!id) return;
    const ir::Place& place = facts_.places[id.index];
    add(place.root);
    if (place.root_call) add_call(place.root_call, depth + 1);
    digest_.add(std::uint64_t{place.is_global_lookup});
    digest_.add(std::uint64_t{place.segment_count});
    for (std::uint32_t i = 0; i < place.segment_count; ++i) {
      const ir::Segment& segment = facts_.segments[place.first_segment + i];
      add(segment.kind);
      add(segment.name);
    }
  }
  void add_value(ir::ValueId id, int depth) {
    digest_.add(std::uint64_t{static_cast<bool>(id)});
    if (!id) return;
    if (deepest_value < depth) return digest_.add(reinterpret_cast<std::uintptr_t>(&facts_));
    const ir::Value& value = facts_.values[id.index];
    add(value.kind);
    digest_.add(std::uint64_t{value.is_empty});
    digest_.add(std::uint64_t{value.is_comprehension});
    add_place(value.place, depth + 1);
    if (value.call) add_call(value.call, depth + 1);
    add(value.function);
    add(value.class_index);
    if (value.import) add(facts_.imports[value.import.index]);
  }
  void add_call(ir::CallId id, int depth) {
    if (deepest_value < depth) return digest_.add(reinterpret_cast<std::uintptr_t>(&facts_));
    const ir::Call& call = facts_.calls[id.index];
    add_place(call.callee, depth + 1);
    digest_.add(std::uint64_t{call.argument_count});
    for (std::uint32_t i = 0; i < call.argument_count; ++i) {
      const ir::Argument& argument = facts_.arguments[call.first_argument + i];
      add(argument.keyword);
      digest_.add(std::uint64_t{argument.is_splat});
      add_value(argument.value, depth + 1);
    }
  }

  const ir::StatementFacts& facts_;
  Digest digest_;
};

/// Whether an operation in a function binds a global.
bool binds_global(const ir::StatementFacts& facts, const ir::Function& function, const ir::Op& op) {
  const bool binds =
      op.kind == OpKind::bind || op.kind == OpKind::augment || op.kind == OpKind::remove || op.kind == OpKind::with;
  if (!binds || !op.place) return false;
  const ir::Place& place = facts.places[op.place.index];
  if (place.segment_count != 0 || !place.root) return false;
  return place.is_global_lookup || std::ranges::find(function.globals, place.root) != function.globals.end();
}

/// The place, and whose variable it begins with.
void add_resolved(StatementDigest& digest, const SymbolTable& symbols, FunctionId in, ir::PlaceId id) {
  const FunctionSymbol& function = symbols.function(in);
  const ir::Place& place = function.facts->places[id.index];
  digest.add(id);
  if (place.root) digest.add(look_up(symbols, in, symbols.name(function, place.root)).owner);
}

/// A getter's callers look through it; of other values they only see that they are others.
void add_returned(StatementDigest& digest, const SymbolTable& symbols, FunctionId in, const ir::Op& op) {
  if (!op.value) return;
  const FunctionSymbol& function = symbols.function(in);
  const ir::Value& value = function.facts->values[op.value.index];
  bool may_be_cell = value.kind == ir::ValueKind::place;
  if (may_be_cell && function.facts->places[value.place.index].segment_count == 0) {
    const Name root = symbols.name(function, function.facts->places[value.place.index].root);
    const Variable variable = look_up(symbols, in, root);
    may_be_cell = !variable.owner && is_global(symbols, variable.name);
  }
  digest.add(std::uint64_t{may_be_cell});
  if (may_be_cell) add_resolved(digest, symbols, in, value.place);
}

}  // namespace

std::vector<std::uint32_t> count_name_uses(const SymbolTable& symbols) {
  std::vector<std::uint32_t> uses(symbols.names.size());
  for (const std::vector<Name>& names : symbols.statement_names) {
    for (const Name name : names) ++uses[name.index];
  }
  return uses;
}

std::uint64_t visible_code(const SymbolTable& symbols, const CellTable& cells, std::uint32_t statement,
                           const std::vector<std::uint32_t>& name_uses) {
  const std::vector<FunctionId>& functions = symbols.statement_functions[statement];
  const ir::StatementFacts& facts = *symbols.function(functions.front()).facts;
  StatementDigest digest(facts);
  digest.add(facts.imports);
  digest.add(facts.classes);
  digest.add(facts.functions);
  for (const ClassId id : symbols.statement_classes[statement]) {
    const ClassSymbol& each = symbols.class_of(id);
    for (const ir::PlaceId base : each.code->bases) add_resolved(digest, symbols, each.parent, base);
  }
  std::vector<std::tuple<ClassId, Name, AttributeMention>> mentions;
  for (const FunctionId id : functions) {
    const ir::Function& code = *symbols.function(id).code;
    const bool is_definition = code.kind == FunctionKind::module || code.kind == FunctionKind::class_body;
    for (const ir::Op& op : code.ops) {
      if (is_definition) {
        digest.add(op);
      } else if (op.kind == OpKind::return_) {
        add_returned(digest, symbols, id, op);
      } else if (binds_global(facts, code, op)) {
        digest.add(op);
      }
    }
    for (const NamedAttribute& named : attributes_named_in(symbols, cells, id)) {
      const bool is_elsewhere = 1 < name_uses[named.name.index];
      if (!is_elsewhere) continue;
      mentions.emplace_back(named.of, named.name, named.how);
      if (named.op == nullptr) continue;
      digest.add(named.of);
      digest.add(named.name);
      digest.add(named.op->kind);
      digest.add(named.op->value);
    }
  }
  std::ranges::sort(mentions);
  mentions.erase(std::unique(mentions.begin(), mentions.end()), mentions.end());
  for (const auto& [of, name, how] : mentions) {
    digest.add(of);
    digest.add(name);
    digest.add(how);
  }
  return digest.value();
}

}  // namespace analysis
