// Which cell a place of the code means, given what the locals hold, and which lock.

#include <algorithm>
#include <string>

#include "analysis/concurrency/trace_state.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::Segment;

const Segment& segment(const ir::StatementFacts& facts, const ir::Place& place, std::uint32_t index) {
  return facts.segments[place.first_segment + index];
}

}  // namespace

std::string_view Tracer::last_name(const Frame& frame, const ir::Place& place) const {
  return analysis::last_name(facts(frame), place);
}

const LocalBinding* Tracer::local(const Frame& frame, const Variable& variable) const {
  if (!variable.owner) return nullptr;
  const Frame* holder = &frame;
  if (variable.owner != frame.function) {
    // A closure: the innermost running call of the function that owns the variable.
    const auto found = std::ranges::find(frames_.rbegin(), frames_.rend(), variable.owner, &Frame::function);
    if (found == frames_.rend()) return nullptr;
    holder = &*found;
  }
  const auto entry = std::ranges::find(holder->locals, variable.name, &std::pair<Name, LocalBinding>::first);
  return entry == holder->locals.end() ? nullptr : &entry->second;
}

bool Tracer::is_thread_key(const Frame& frame, Name key) const {
  if (is_thread_identity(tables_.symbols.names.text(key))) return true;
  const LocalBinding* known = local(frame, look_up(tables_.symbols, frame.function, key));
  return known != nullptr && known->kind == LocalBinding::Kind::thread_id;
}

std::optional<Located> Tracer::locate(const Frame& frame, const ir::Place& place, std::uint32_t without_last) {
  const std::uint32_t count = place.segment_count - without_last;
  const Resolution at = tables_.cells.resolve(frame.function, place);
  Located located;
  std::uint32_t consumed = at.consumed;
  if (place.root_call) {
    // `listeners().append(x)`, where `listeners` returns a cell.
    // … or `X.setdefault(k, []).append(x)`.
    const ir::Call& call = facts(frame).calls[place.root_call.index];
    auto returned = looked_up_by(frame, call);
    if (!returned) returned = returned_cell(resolve_call(frame, call).callee);
    if (!returned) return {};
    located = *returned;
    located.is_indirect = true;
    located.since = trace_.accesses.size();
  } else if (at.kind == Resolution::Kind::variable) {
    const LocalBinding* binding = local(frame, at.variable);
    if (binding == nullptr) return locate_elements(frame, place, count);
    if (binding->kind == LocalBinding::Kind::receiver) {
      if (count == 0 || segment(facts(frame), place, 0).kind != Segment::Kind::attribute) return {};
      const Name name = tables_.symbols.name(symbol(frame), segment(facts(frame), place, 0).name);
      located.cell = tables_.cells.attribute(binding->class_id, name, binding->is_instance);
      consumed = 1;
    } else if (binding->kind == LocalBinding::Kind::cell) {
      located = {binding->cell, binding->key, binding->depth, true, binding->since};
    } else {
      return {};
    }
  } else if (at.kind == Resolution::Kind::cell) {
    if (count < consumed) return locate_elements(frame, place, count);
    located.cell = at.cell;
    if (frame.is_receiver_private && tables_.cells.cell(at.cell).kind == CellKind::instance_attribute) return {};
    if (const CellId global = tables_.cells.global_in(at.cell)) located = {global, {}, 0, true};
  } else {
    return {};
  }
  return locate_below(frame, place, located, consumed, count);
}

std::optional<Located> Tracer::locate_elements(const Frame& frame, const ir::Place& place, std::uint32_t count) {
  if (frame.is_receiver_private) return {};
  const Variable variable = tables_.cells.origin(frame.function, place).variable;
  const ReceiverOf receiver = receiver_of(tables_.symbols, variable);
  if (!receiver.class_id || receiver.receiver != Receiver::instance) return {};
  std::uint32_t first = 0;
  while (first < count && tables_.symbols.text(symbol(frame), segment(facts(frame), place, first).name) == "super")
    ++first;
  if (first < count && segment(facts(frame), place, first).kind != Segment::Kind::item) return {};
  const CellId elements = tables_.cells.elements_of(receiver.class_id);
  if (!elements) return {};
  return locate_below(frame, place, {elements, {}, 0, false}, first, count);
}

std::optional<Located> Tracer::locate_below(const Frame& frame, const ir::Place& place, Located located,
                                            std::uint32_t consumed, std::uint32_t count) {
  for (; consumed < count; ++consumed) {
    const Segment& step = segment(facts(frame), place, consumed);
    if (located.depth == 0 && step.kind == Segment::Kind::item && step.name) {
      located.key = tables_.symbols.name(symbol(frame), step.name);
      if (is_thread_key(frame, located.key)) {
        trace_.own_elements.push_back({located.cell, frame.function, symbol(frame).absolute(place.range)});
        return {};
      }
    }
    ++located.depth;
  }
  return located;
}

bool Tracer::is_receiver(const Frame& frame, const ir::Place& place) {
  if (!place.root) return false;
  const Variable variable = tables_.cells.origin(frame.function, place).variable;
  return static_cast<bool>(receiver_of(tables_.symbols, variable).class_id);
}

LocalBinding Tracer::evaluate(const Frame& frame, ir::ValueId id) {
  if (!id) return {};
  const ir::Value& value = facts(frame).values[id.index];
  LocalBinding result;
  const auto alias = [&](const std::optional<Located>& at) {
    if (!at) return;
    result = alias_of(*at);
  };
  switch (value.kind) {
    case ir::ValueKind::none:
      result.kind = LocalBinding::Kind::none;
      break;
    case ir::ValueKind::place: {
      const ir::Place& place = facts(frame).places[value.place.index];
      if (place.segment_count != 0 || !is_receiver(frame, place)) alias(locate(frame, place));
      if (result.kind != LocalBinding::Kind::unknown || 1 < place.segment_count || !place.root) break;
      const Origin origin = tables_.cells.origin(frame.function, place);
      const Variable variable = origin.variable;
      const ReceiverOf receiver = receiver_of(tables_.symbols, variable);
      if (receiver.class_id) {
        const bool is_class = place.segment_count == 1 && last_name(frame, place) == "__class__";
        if (place.segment_count == 1 && !is_class) break;
        result.kind = LocalBinding::Kind::receiver;
        result.class_id = receiver.class_id;
        result.is_instance = !is_class && receiver.receiver == Receiver::instance;
        break;
      }
      const LocalBinding* known = place.segment_count == 0 ? local(frame, variable) : nullptr;
      if (known != nullptr) result = *known;
      if (origin.segments == place.segment_count && !origin.variable.owner) result.global = origin.variable.name;
      break;
    }
    case ir::ValueKind::call: {
      const ir::Call& call = facts(frame).calls[value.call.index];
      const ir::Place& callee = facts(frame).places[call.callee.index];
      const std::string_view method = last_name(frame, callee);
      if (identifies_thread(method)) {
        result.kind = LocalBinding::Kind::thread_id;
        break;
      }
      if (const auto at = looked_up_by(frame, call)) {
        alias(at);
        break;
      }
      if (const auto at = returned_cell(resolve_call(frame, call).callee)) {
        alias(at);
        break;
      }
      result.kind = LocalBinding::Kind::fresh;
      result.object = ++objects_;
      result.is_container = container_made_by(method) != ContainerType::none;
      result.copy_of = copied_by(frame, call);
      break;
    }
    case ir::ValueKind::list:
    case ir::ValueKind::dict:
    case ir::ValueKind::set:
      result.kind = LocalBinding::Kind::fresh;
      result.object = ++objects_;
      result.is_container = true;
      break;
    case ir::ValueKind::boolean:
    case ir::ValueKind::number:
    case ir::ValueKind::string:
    case ir::ValueKind::tuple:
    case ir::ValueKind::lambda:
      result.kind = LocalBinding::Kind::not_none;
      result.is_container = value.kind == ir::ValueKind::tuple;
      break;
    default:
      break;
  }
  return result;
}

CellId Tracer::copied_by(const Frame& frame, const ir::Call& call) {
  const ir::Place& callee = facts(frame).places[call.callee.index];
  const std::string_view name = last_name(frame, callee);
  const bool is_method = name == "copy" && 0 < callee.segment_count && call.argument_count == 0;
  std::optional<Located> source = is_method ? locate(frame, callee, 1) : std::nullopt;
  const bool copies = name == "copy" || name == "deepcopy" || container_made_by(name) != ContainerType::none;
  if (!is_method && copies && 0 < call.argument_count) {
    const ir::Value& value = facts(frame).values[facts(frame).arguments[call.first_argument].value.index];
    if (value.kind == ir::ValueKind::place) source = locate(frame, value.place);
  }
  return source && source->depth == 0 ? source->cell : CellId{};
}

std::optional<Tracer::CalledObject> Tracer::called_object(const Frame& frame, const ir::Call& call) {
  const ir::Place& callee = facts(frame).places[call.callee.index];
  if (callee.segment_count == 0) return {};
  if (const auto at = locate(frame, callee, 1)) {
    const bool is_self = !tables_.cells.cell(at->cell).name;
    if (is_self && resolve_call(frame, call).callee) return {};
    return CalledObject{*at, 0};
  }
  const bool is_unbound = callee.root && callee.segment_count == 1 && call.argument_count != 0 &&
                          container_made_by(tables_.symbols.text(symbol(frame), callee.root)) != ContainerType::none;
  if (!is_unbound) return {};
  const ir::Value& first = facts(frame).values[facts(frame).arguments[call.first_argument].value.index];
  if (first.kind != ir::ValueKind::place || !is_receiver(frame, facts(frame).places[first.place.index])) return {};
  const auto at = locate(frame, first.place);
  return at ? std::optional(CalledObject{*at, 1}) : std::nullopt;
}

std::optional<Located> Tracer::looked_up_by(const Frame& frame, const ir::Call& call) {
  const ir::Place& callee = facts(frame).places[call.callee.index];
  const std::string_view method = last_name(frame, callee);
  if (callee.segment_count == 0 || call.argument_count == 0) return {};
  if (method != "get" && method != "setdefault") return {};
  const std::optional<CalledObject> called = called_object(frame, call);
  if (!called || called->at.depth != 0 || call.argument_count <= called->first_argument) return {};
  std::optional<Located> at = called->at;
  const ir::Value& key =
      facts(frame).values[facts(frame).arguments[call.first_argument + called->first_argument].value.index];
  if (identifies_thread(maker_of(facts(frame), key))) return {};
  const ir::Place* place = key.place ? &facts(frame).places[key.place.index] : nullptr;
  if (place != nullptr && place->segment_count == 0 && place->root) {
    at->key = tables_.symbols.name(symbol(frame), place->root);
  }
  if (is_thread_key(frame, at->key)) return {};
  ++at->depth;
  return at;
}

std::optional<Located> Tracer::returned_cell(FunctionId getter) {
  if (!getter) return {};
  const FunctionSymbol& function = tables_.symbols.function(getter);
  std::optional<Located> result;
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != ir::OpKind::return_ || !op.value) continue;
    const ir::Value& value = function.facts->values[op.value.index];
    if (value.kind != ir::ValueKind::place) return {};
    const ir::Place& place = function.facts->places[value.place.index];
    const Resolution at = tables_.cells.resolve(getter, place);
    if (at.kind != Resolution::Kind::cell || at.consumed != place.segment_count) return {};
    if (tables_.cells.cell(at.cell).kind == CellKind::instance_attribute) return {};
    if (result && result->cell != at.cell) return {};
    result = Located{at.cell, {}, 0};
  }
  return result;
}

std::optional<LockId> Tracer::lock_of(const Frame& frame, const ir::Place& place, std::uint32_t without_last) {
  const std::uint32_t count = place.segment_count - without_last;
  const FunctionSymbol& function = symbol(frame);
  if (const auto at = locate(frame, place, without_last)) {
    const Cell& cell = tables_.cells.cell(at->cell);
    std::string name = display_name(tables_.symbols, cell);
    if (at->depth != 0) {
      if (!is_lock_name(tables_.symbols.names.text(cell.name))) return {};
      return tables_.locks.intern(name + "[" + std::string(tables_.symbols.names.text(at->key)) + "]");
    }
    const auto& bindings = cell.kind == CellKind::global ? tables_.cells.bindings_of(cell.name)
                                                         : tables_.cells.bindings_of_attribute(cell.owner, cell.name);
    const bool is_made_as_lock = std::ranges::any_of(bindings, [&](const CellTable::Binding& binding) {
      if (!binding.op->value) return false;
      const ir::StatementFacts& there = *tables_.symbols.function(binding.function).facts;
      return makes_lock(tables_.symbols.added, maker_of(there, there.values[binding.op->value.index]));
    });
    if (!is_made_as_lock && !is_lock_name(tables_.symbols.names.text(cell.name))) return {};
    return tables_.locks.intern(name);
  }
  if (!place.root) return {};
  // A lock that comes from elsewhere: a parameter, an import, an attribute of an unknown object. Its spelling is its
  // identity.
  std::string name(tables_.symbols.text(function, place.root));
  std::string_view last = tables_.symbols.text(function, place.root);
  for (std::uint32_t i = 0; i < count; ++i) {
    last = tables_.symbols.text(function, segment(facts(frame), place, i).name);
    name.append(".").append(last);
  }
  if (!is_lock_name(last)) return {};
  const Variable variable = look_up(tables_.symbols, frame.function, tables_.symbols.name(function, place.root));
  if (variable.owner && !receiver_of(tables_.symbols, variable).class_id) {
    name = tables_.symbols.function(variable.owner).qualified_name + ":" + name;
  }
  return tables_.locks.intern(name);
}

LockSet Tracer::locks_of_manager(const Frame& frame, ir::ValueId manager) {
  LockSet held;
  const ir::Value& value = facts(frame).values[manager.index];
  if (value.kind == ir::ValueKind::place) {
    if (const auto lock = lock_of(frame, facts(frame).places[value.place.index])) held.insert(*lock);
    return held;
  }
  if (value.kind != ir::ValueKind::call) return held;
  const ir::Call& call = facts(frame).calls[value.call.index];
  const ir::Place& callee = facts(frame).places[call.callee.index];
  const std::string_view name = last_name(frame, callee);
  if (makes_lock(tables_.symbols.added, name)) return held;  // a lock of one's own protects nothing
  if (const CallSite site = resolve_call(frame, call); site.callee) {
    const LockSet& yielded = tables_.functions[site.callee.index].yield_locks;
    if (!yielded.empty()) return yielded;
  }
  if (0 < callee.segment_count) {
    // `with rw_lock.reading():`
    if (const auto lock = lock_of(frame, callee, 1)) {
      held.insert(*lock);
      return held;
    }
  }
  if (const auto lock = lock_of(frame, callee)) held.insert(*lock);
  return held;
}

std::string_view Tracer::called_name(const Frame& frame, const ir::Place& callee) {
  if (callee.segment_count != 0 || !callee.root) return last_name(frame, callee);
  const LocalBinding* known = local(frame, tables_.cells.origin(frame.function, callee).variable);
  if (known == nullptr || !known->global) return last_name(frame, callee);
  const std::string_view name = tables_.symbols.names.text(known->global);
  return name.substr(name.find_last_of(".:") + 1);
}

CallSite Tracer::resolve_call(const Frame& frame, const ir::Call& call) {
  CallSite site;
  site.caller = frame.function;
  site.call = &call;
  site.range = symbol(frame).absolute(call.range);
  site.context = context_;
  site.locks = locks_;
  const ir::Place& callee = facts(frame).places[call.callee.index];
  if (!callee.root) return site;
  auto [variable, first] = tables_.cells.origin(frame.function, callee);
  if (const LocalBinding* known = local(frame, variable); known != nullptr && known->global) {
    variable = {.owner = {}, .name = known->global};
  }
  if (callee.segment_count == first) {
    site.callee = function_named(tables_.symbols, variable);
    if (site.callee) return site;
    site.constructed = class_named(tables_.symbols, variable);
    if (site.constructed) {
      site.callee = find_method(tables_.symbols, site.constructed, tables_.symbols.names.find("__init__"));
    }
    return site;
  }
  ClassId in = receiver_of(tables_.symbols, variable).class_id;
  if (!in) in = class_named(tables_.symbols, variable);
  if (!in && !variable.owner) in = tables_.cells.class_of_global(variable.name);
  if (!in) return site;
  std::uint32_t at = first;
  while (at + 1 < callee.segment_count) {
    const std::string_view step = tables_.symbols.text(symbol(frame), segment(facts(frame), callee, at).name);
    if (step != "__class__" && step != "super") return site;
    ++at;
  }
  const Segment& last = segment(facts(frame), callee, at);
  if (last.kind != Segment::Kind::attribute) return site;
  const bool is_super =
      first < at && tables_.symbols.text(symbol(frame), segment(facts(frame), callee, at - 1).name) == "super";
  const Name method = tables_.symbols.name(symbol(frame), last.name);
  if (!is_super) {
    site.callee = find_method(tables_.symbols, in, method);
    return site;
  }
  for (const ClassId base : tables_.symbols.class_of(in).bases) {
    site.callee = find_method(tables_.symbols, base, method);
    if (site.callee) break;
  }
  return site;
}

}  // namespace analysis
