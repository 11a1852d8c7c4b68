#include "analysis/concurrency/cell.h"

#include <algorithm>

#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::OpKind;
using ir::Segment;

const ir::Segment& segment(const FunctionSymbol& function, const ir::Place& place, std::uint32_t index) {
  return function.facts->segments[place.first_segment + index];
}

bool binds(const ir::Op& op) {
  return op.kind == OpKind::bind || op.kind == OpKind::augment || (op.kind == OpKind::with && op.place);
}

/// The class whose attribute the first segments of a place name, and how it is reached.
struct AttributePath {
  ClassId of;
  bool is_through_instance = false;
  std::uint32_t attribute = 0;  // index of the segment that is the attribute's name
};

/// Nothing (`!of`) when the place, which begins at `origin`, is no attribute of a class of this module.
AttributePath attribute_path(const SymbolTable& symbols, const CellTable& cells, FunctionId in, const ir::Place& place,
                             const Origin& origin) {
  if (place.segment_count == 0) return {};
  const FunctionSymbol& function = symbols.function(in);
  const auto& [variable, first] = origin;
  AttributePath path;
  path.attribute = first;
  const ReceiverOf receiver = receiver_of(symbols, variable);
  if (receiver.class_id) {
    path.of = receiver.class_id;
    path.is_through_instance = receiver.receiver == Receiver::instance;
  } else if (const ClassId named = class_named(symbols, variable)) {
    path.of = named;
  } else if (!variable.owner) {
    path.of = cells.class_of_global(variable.name);
    path.is_through_instance = true;
  }
  if (!path.of) return {};
  while (path.attribute < place.segment_count) {
    const Segment& here = segment(function, place, path.attribute);
    if (here.kind != Segment::Kind::attribute) return {};
    const std::string_view name = symbols.text(function, here.name);
    if (name == "__class__") {
      path.is_through_instance = false;
    } else if (name != "super") {
      return path;
    }
    ++path.attribute;
  }
  return {};
}

AttributePath attribute_path(const SymbolTable& symbols, const CellTable& cells, FunctionId in,
                             const ir::Place& place) {
  if (!place.root || place.segment_count == 0) return {};
  return attribute_path(symbols, cells, in, place, origin_of(symbols, in, place));
}

}  // namespace

std::vector<NamedAttribute> attributes_named_in(const SymbolTable& symbols, const CellTable& cells, FunctionId in) {
  std::vector<NamedAttribute> named;
  const FunctionSymbol& function = symbols.function(in);
  const ir::StatementFacts& facts = *function.facts;
  const bool is_class_body = function.code->kind == ir::FunctionKind::class_body;
  for (const ir::Op& op : function.code->ops) {
    const bool is_call = op.kind == OpKind::call;
    if (!is_call && !op.place) continue;
    const ir::Place& place = facts.places[is_call ? facts.calls[op.call.index].callee.index : op.place.index];
    if (is_class_body && place.segment_count == 0 && !is_call && binds(op) && place.root) {
      // What a field's factory makes belongs to each object, though the class body says so.
      const bool is_of_object = op.value && !field_factory(facts, facts.values[op.value.index]).empty();
      named.push_back({function.owner, symbols.name(function, place.root),
                       is_of_object ? AttributeMention::on_instance : AttributeMention::in_body, &op});
      continue;
    }
    const AttributePath path = attribute_path(symbols, cells, in, place);
    if (!path.of || (is_call && place.segment_count <= path.attribute + 1)) continue;
    NamedAttribute& each =
        named.emplace_back(path.of, symbols.name(function, segment(function, place, path.attribute).name));
    if (is_call || !binds(op) || path.attribute + 1 != place.segment_count) continue;
    each.how = path.is_through_instance ? AttributeMention::on_instance : AttributeMention::on_class;
    each.op = &op;
  }
  return named;
}

CellTable::CellTable(const SymbolTable& symbols) : symbols_(symbols) {
  learn({0, static_cast<std::uint32_t>(symbols.functions.size())});
}

void CellTable::learn(FunctionRange functions) {
  known_.clear();
  collect_globals(functions);
  collect_attributes(functions);
  collect_aliases();
}

void CellTable::forget(FunctionRange functions) {
  const auto is_theirs = [&](const Binding& binding) { return functions.contains(binding.function); };
  for (std::uint32_t i = functions.begin; i < functions.end; ++i) {
    for (const NamedAttribute& named : attributes_named_in(symbols_, *this, FunctionId{i})) {
      const auto use = attributes_.find(key_of(named.of.index, named.name));
      --use->second.counts[static_cast<std::size_t>(named.how)];
      if (use->second.counts == AttributeUse{}.counts) attributes_.erase(use);
    }
  }
  for (auto& [attribute, bindings] : attribute_bindings_) std::erase_if(bindings, is_theirs);
  for (auto& [global, bindings] : global_bindings_) std::erase_if(bindings, is_theirs);
}

void CellTable::add(std::vector<Binding>& bindings, Binding binding) const {
  const auto rank = [&](const Binding& each) {
    const bool is_module_level = symbols_.function(each.function).code->kind == ir::FunctionKind::module;
    return std::pair(!is_module_level, each.function.index);
  };
  bindings.insert(std::ranges::upper_bound(bindings, rank(binding), {}, rank), binding);
}

CellId CellTable::intern(const Cell& cell) {
  const std::uint32_t holder = cell.kind == CellKind::object_attribute ? cell.object.index : cell.owner.index;
  auto& ids = ids_[static_cast<std::size_t>(cell.kind)];
  const auto [entry, is_new] =
      ids.try_emplace(key_of(holder, cell.name), CellId{static_cast<std::uint32_t>(cells_.size())});
  if (is_new) cells_.push_back(cell);
  return entry->second;
}

void CellTable::collect_globals(FunctionRange functions) {
  for (std::uint32_t i = functions.begin; i < functions.end; ++i) {
    const FunctionSymbol& function = symbols_.functions[i];
    const bool is_module_level = function.code->kind == ir::FunctionKind::module;
    if (!is_module_level && function.code->globals.empty()) continue;
    for (const ir::Op& op : function.code->ops) {
      if (!binds(op)) continue;
      const ir::Place& place = function.facts->places[op.place.index];
      if (place.segment_count != 0 || !place.root) continue;
      const Name name = symbols_.name(function, place.root);
      const bool is_here = is_module_level || place.is_global_lookup || !look_up(symbols_, FunctionId{i}, name).owner;
      const bool is_linked_import = op.value &&
                                    std::ranges::binary_search(symbols_.module_of(function).imported, name) &&
                                    function.facts->values[op.value.index].kind == ir::ValueKind::import;
      if (is_here && !is_linked_import)
        add(global_bindings_[global_name(symbols_, function, name).index], {FunctionId{i}, &op});
    }
  }
}

void CellTable::collect_attributes(FunctionRange functions) {
  for (std::uint32_t i = functions.begin; i < functions.end; ++i) {
    for (const NamedAttribute& named : attributes_named_in(symbols_, *this, FunctionId{i})) {
      const std::uint64_t key = key_of(named.of.index, named.name);
      ++attributes_[key].counts[static_cast<std::size_t>(named.how)];
      if (named.op != nullptr) add(attribute_bindings_[key], {FunctionId{i}, named.op});
    }
  }
}

bool CellTable::is_definition(Name global) const {
  const std::vector<Binding>& bindings = bindings_of(global);
  // A name that `global` declares and nothing here binds comes from code that we do not see.
  if (bindings.empty()) return false;
  return std::ranges::all_of(bindings, [&](const Binding& binding) {
    if (!binding.op->value) return false;
    const ir::ValueKind kind = symbols_.function(binding.function).facts->values[binding.op->value.index].kind;
    return kind == ir::ValueKind::import || kind == ir::ValueKind::function || kind == ir::ValueKind::class_;
  });
}

const AttributeUse* CellTable::use_of(ClassId in, Name name) const {
  const auto found = attributes_.find(key_of(in.index, name));
  return found == attributes_.end() ? nullptr : &found->second;
}

CellId CellTable::attribute(ClassId in, Name name, bool is_through_instance) {
  // A test in a subclass and the write in the base must meet, so the owner is the topmost class that mentions the name.
  ClassId owner = in;
  AttributeUse all;
  for (const ClassId at : symbols_.class_of(in).line) {
    const AttributeUse* const use = use_of(at, name);
    if (use == nullptr) continue;
    owner = at;
    for (std::size_t i = 0; i < all.counts.size(); ++i) all.counts[i] += use->counts[i];
  }
  const bool is_class_level =
      !is_through_instance || (!all.has(AttributeMention::on_instance) &&
                               (all.has(AttributeMention::in_body) || all.has(AttributeMention::on_class)));
  return intern({is_class_level ? CellKind::class_attribute : CellKind::instance_attribute, owner, {}, name});
}

ClassId CellTable::class_of_global(Name name) const {
  ClassId result;
  for (const Binding& binding : bindings_of(name)) {
    if (!binding.op->value) return {};
    const FunctionSymbol& function = symbols_.function(binding.function);
    const ir::Value& value = function.facts->values[binding.op->value.index];
    if (value.kind == ir::ValueKind::none) continue;
    if (value.kind != ir::ValueKind::call) return {};
    const ir::Place& callee = function.facts->places[function.facts->calls[value.call.index].callee.index];
    if (!callee.root) return {};
    const Origin origin = origin_of(symbols_, binding.function, callee);
    if (origin.segments != callee.segment_count) return {};
    const ClassId made = class_named(symbols_, origin.variable);
    if (!made || (result && result != made)) return {};
    result = made;
  }
  return result;
}

const std::vector<CellTable::Binding>& CellTable::bindings_of(Name global) const {
  static const std::vector<Binding> none;
  const auto found = global_bindings_.find(global.index);
  return found == global_bindings_.end() ? none : found->second;
}

const std::vector<CellTable::Binding>& CellTable::bindings_of_attribute(ClassId owner, Name name) const {
  static const std::vector<Binding> none;
  const auto found = attribute_bindings_.find(key_of(owner.index, name));
  return found == attribute_bindings_.end() ? none : found->second;
}

CellTable::KnownPlace& CellTable::known(FunctionId in, const ir::Place& place) {
  const FunctionSymbol& function = symbols_.function(in);
  const std::vector<ir::Place>& places = function.facts->places;
  if (known_.size() <= function.statement) known_.resize(symbols_.statement_names.size());
  std::vector<KnownPlace>& of_statement = known_[function.statement];
  of_statement.resize(places.size());
  KnownPlace& known = of_statement[static_cast<std::size_t>(&place - places.data())];
  if (known.in != in)
    known = {.in = in, .is_resolved = false, .origin = origin_of(symbols_, in, place), .resolution = {}};
  return known;
}

Origin CellTable::origin(FunctionId in, const ir::Place& place) { return known(in, place).origin; }

Resolution CellTable::resolve(FunctionId in, const ir::Place& place) {
  if (!place.root) return {};
  KnownPlace& known = this->known(in, place);
  if (!known.is_resolved) {
    known.resolution = resolve_from(known.origin, in, place);
    known.is_resolved = true;
  }
  return known.resolution;
}

Resolution CellTable::resolve_from(const Origin& origin, FunctionId in, const ir::Place& place) {
  const FunctionSymbol& function = symbols_.function(in);
  const auto& [variable, first] = origin;
  Resolution result;
  if (const AttributePath path = attribute_path(symbols_, *this, in, place, origin); path.of) {
    const Name name = symbols_.name(function, segment(function, place, path.attribute).name);
    result.kind = Resolution::Kind::cell;
    result.cell = attribute(path.of, name, path.is_through_instance);
    result.consumed = path.attribute + 1;
    return result;
  }
  if (variable.owner) {
    result.kind = Resolution::Kind::variable;
    result.variable = variable;
    if (place.segment_count == 0) result.receiver_class = receiver_of(symbols_, variable).class_id;
    // In a class body, the names that it binds are class attributes.
    const FunctionSymbol& owner = symbols_.function(variable.owner);
    if (owner.code->kind == ir::FunctionKind::class_body) {
      result.kind = Resolution::Kind::cell;
      result.cell = attribute(owner.owner, variable.name, false);
    }
    return result;
  }
  if (!is_global(symbols_, variable.name)) return {};
  const bool is_ours = function_named(symbols_, variable) || class_named(symbols_, variable);
  if (is_ours && first < place.segment_count && segment(function, place, first).kind == Segment::Kind::attribute) {
    result.kind = Resolution::Kind::cell;
    result.cell = intern(
        {CellKind::object_attribute, {}, variable.name, symbols_.name(function, segment(function, place, first).name)});
    result.consumed = first + 1;
    return result;
  }
  if (is_definition(variable.name)) return {};
  result.kind = Resolution::Kind::cell;
  result.cell = intern({CellKind::global, {}, {}, variable.name});
  result.consumed = first;
  return result;
}

std::string display_name(const SymbolTable& symbols, const Cell& cell) {
  const std::string name(symbols.names.text(cell.name));
  if (cell.kind == CellKind::instance_attribute && !cell.name) return symbols.class_of(cell.owner).name;
  switch (cell.kind) {
    case CellKind::global:
      return display_name(symbols, cell.name);
    case CellKind::class_attribute:
    case CellKind::instance_attribute:
      return symbols.class_of(cell.owner).name + "." + name;
    case CellKind::object_attribute:
      return display_name(symbols, cell.object) + "." + name;
  }
  return name;
}

}  // namespace analysis
