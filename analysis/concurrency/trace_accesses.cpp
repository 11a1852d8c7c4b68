// What single operations do with cells: bindings, deletions, calls.

#include <algorithm>
#include <cctype>
#include <string>

#include "analysis/concurrency/trace_state.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::Segment;

constexpr std::size_t deepest_call = 4;

/// `_acquireLock()` and `release_cache_lock()`: free functions that stand for one lock.
bool is_about_lock(std::string_view function, std::string_view verb) {
  if (function.size() < verb.size() + std::string_view("lock").size()) return false;
  std::string word(function);
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word.find(verb) != std::string::npos && word.find("lock") != std::string::npos;
}

/// Functions that change their first argument in place.
bool changes_first_argument(std::string_view function) {
  return function == "heappush" || function == "insort" || function == "insort_left" || function == "insort_right";
}

}  // namespace

void Tracer::add_access(const Frame& frame, AccessKind kind, const Located& at, TextRange range, const ir::Value* value,
                        Mutation mutation, Name method) {
  Access access;
  access.kind = kind;
  access.cell = at.cell;
  access.key = at.key;
  access.depth = at.depth;
  access.is_indirect = at.is_indirect;
  access.since = at.since;
  access.mutation = mutation;
  access.method = method;
  access.value = value;
  access.function = frame.function;
  access.range = symbol(frame).absolute(range);
  access.context = context_;
  access.locks = locks_;
  trace_.accesses.push_back(std::move(access));
}

LocalBinding alias_of(const Located& at) {
  LocalBinding alias;
  alias.kind = LocalBinding::Kind::cell;
  alias.cell = at.cell;
  alias.key = at.key;
  alias.depth = at.depth;
  return alias;
}

void Tracer::publish(std::uint32_t object, const Located& at) {
  for (Frame& frame : frames_) {
    for (auto& [name, binding] : frame.locals) {
      if (binding.kind != LocalBinding::Kind::fresh || binding.object != object) continue;
      binding = alias_of(at);
    }
  }
}

void Tracer::iterate(const Frame& frame, const ir::Op& op) {
  if (!op.value) return;
  const ir::Value* value = &facts(frame).values[op.value.index];
  Name view;
  // `enumerate(X.items())`: what walks through the values of its first argument while the loop runs.
  while (value->kind == ir::ValueKind::call) {
    const ir::Call& call = facts(frame).calls[value->call.index];
    const ir::Place& callee = facts(frame).places[call.callee.index];
    const std::string_view name = last_name(frame, callee);
    if (0 < callee.segment_count && call.argument_count == 0 && makes_view(name)) {
      const Segment& last = facts(frame).segments[callee.first_segment + callee.segment_count - 1];
      view = tables_.symbols.name(symbol(frame), last.name);
      if (const auto called = called_object(frame, call)) {
        add_access(frame, AccessKind::iterate, called->at, op.range, nullptr, Mutation::none, view);
      }
      return;
    }
    const bool is_given_view = call.argument_count == 1 && makes_view(name);  // `six.iteritems(X)`
    const bool is_wrapped = callee.segment_count == 0 && 0 < call.argument_count && iterates_argument(name);
    if (!is_given_view && !is_wrapped) return;
    value = &facts(frame).values[facts(frame).arguments[call.first_argument].value.index];
  }
  if (value->kind != ir::ValueKind::place) return;
  const auto at = locate(frame, value->place);
  if (!at) return;
  // `for x in self` runs `__iter__`, which may do anything.
  const Cell& cell = tables_.cells.cell(at->cell);
  const Name own = cell.name ? Name{} : tables_.symbols.names.find("__iter__");
  if (own && find_method(tables_.symbols, cell.owner, own)) return;
  add_access(frame, AccessKind::iterate, *at, op.range);
}

/// `from m import X` in a function binds a local name, by which the program knows the global X of m.
bool Tracer::binds_import(const Frame& frame, const ir::Op& op) const {
  if (!op.value || facts(frame).values[op.value.index].kind != ir::ValueKind::import) return false;
  const ir::Function& code = *symbol(frame).code;
  const ir::NameId root = facts(frame).places[op.place.index].root;
  return code.kind == ir::FunctionKind::function && std::ranges::find(code.globals, root) == code.globals.end();
}

void Tracer::bind(Frame& frame, const ir::Op& op) {
  if (!op.place) return;
  const ir::Place& place = facts(frame).places[op.place.index];
  const ir::Value* value = op.value && op.kind == ir::OpKind::bind ? &facts(frame).values[op.value.index] : nullptr;
  const bool is_chained = value != nullptr && frame.last_value == op.value;
  LocalBinding holds = is_chained ? frame.last_binding : value == nullptr ? LocalBinding{} : evaluate(frame, op.value);

  const Resolution target = tables_.cells.resolve(frame.function, place);
  const bool is_local = target.kind == Resolution::Kind::variable && place.segment_count == 0;
  if (is_local) {
    const FunctionSymbol& owner = tables_.symbols.function(target.variable.owner);
    const bool is_own = target.variable.owner == frame.function || owner.code->kind == ir::FunctionKind::lambda;
    if (is_own) {
      holds.since = trace_.accesses.size();
      const auto entry = std::ranges::find(frame.locals, target.variable.name, &std::pair<Name, LocalBinding>::first);
      if (entry == frame.locals.end()) {
        frame.locals.emplace_back(target.variable.name, holds);
      } else {
        entry->second = holds;
      }
    }
  } else if (const auto at = binds_import(frame, op) ? std::nullopt : locate(frame, place)) {
    const std::uint32_t count = place.segment_count;
    const bool is_item =
        0 < count && facts(frame).segments[place.first_segment + count - 1].kind == Segment::Kind::item;
    const AccessKind kind = at->depth == 0 ? AccessKind::rebind
                            : is_item      ? AccessKind::item_write
                                           : AccessKind::attribute_write;
    const ContextId before = context_;
    if (value != nullptr && value->kind == ir::ValueKind::either && at->depth == 0)
      assign_unless_set(frame, *value, *at);
    add_access(frame, kind, *at, op.range, value, at->depth == 0 ? Mutation::none : Mutation::add);
    trace_.accesses.back().is_container = holds.is_container;
    if (value != nullptr) note_old_value(frame, *value, holds);
    context_ = before;
    add_holder_access(frame, place, op);
    if (holds.kind == LocalBinding::Kind::fresh) {
      publish(holds.object, *at);
      holds = alias_of(*at);
    }
  }
  frame.last_value = op.value;
  frame.last_binding = holds;
}

void Tracer::assign_unless_set(const Frame& frame, const ir::Value& value, const Located& at) {
  // `X = X or make()` is `if not X: X = make()`.
  if (!value.place) return;
  const auto first = locate(frame, value.place);
  if (!first || first->cell != at.cell || first->depth != at.depth) return;
  Guard guard;
  guard.part = {at.cell, {}};
  guard.test = symbol(frame).absolute(facts(frame).places[value.place.index].range);
  guard.function = frame.function;
  guard.outside = context_;
  context_ = add_context(Context::Kind::branch, context_, ++visits_, false, nullptr);
  guard.region = context_;
  guard.block = symbol(frame).absolute(value.range);
  guard.first_access = trace_.accesses.size();
  guard.locks = locks_;
  trace_.guards.push_back(std::move(guard));
}

void Tracer::note_old_value(const Frame& frame, const ir::Value& value, const LocalBinding& holds) {
  Access& write = trace_.accesses.back();
  // A local that began as a copy: who copies means to change it.
  if (write.kind == AccessKind::rebind && value.kind == ir::ValueKind::place && holds.copy_of == write.cell) {
    write.is_rebuild = true;
    write.since = holds.since;
    return;
  }
  // `{**X, k: v}` and `[x for x in X if x != y]`.
  const bool is_display =
      value.kind == ir::ValueKind::list || value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set;
  // `X + n`, but neither `[X, n]` nor `f(X)`, which may well give the same for every call.
  if (!is_display && (value.kind != ir::ValueKind::other || value.is_comprehension)) return;
  const TextRange range = symbol(frame).absolute(value.range);
  const Name get = tables_.symbols.names.find("get");
  for (std::size_t i = trace_.accesses.size() - 1; 0 < i--;) {
    const Access& access = trace_.accesses[i];
    if (!range.contains(access.range)) return;
    if (access.cell != write.cell) continue;
    const bool is_read = access.kind == AccessKind::read && access.depth == write.depth && access.key == write.key;
    // `d.get(k, 0) + 1` for `d[k]`
    const bool is_lookup =
        access.kind == AccessKind::call_on && access.method == get && access.depth + 1 == write.depth;
    const bool is_copied = access.kind == AccessKind::iterate && access.depth == 0 && write.kind == AccessKind::rebind;
    if (is_display ? !is_copied : !is_read && !is_lookup) continue;
    (is_display ? write.is_rebuild : write.is_update) = true;
    write.since = access.is_indirect ? access.since : i;
    return;
  }
}

void Tracer::add_holder_access(const Frame& frame, const ir::Place& place, const ir::Op& op) {
  // `X.path = p`, where X is a global that holds an object of this module: it changes what is in X, too.
  if (place.segment_count == 0 || !place.root) return;
  const auto [variable, first] = tables_.cells.origin(frame.function, place);
  if (variable.owner || place.segment_count == first || !tables_.cells.class_of_global(variable.name)) return;
  const Located holder{
      tables_.cells.intern({CellKind::global, {}, {}, variable.name}), {}, place.segment_count - first};
  add_access(frame, AccessKind::attribute_write, holder, op.range, nullptr, Mutation::add);
}

void Tracer::augment(Frame& frame, const ir::Op& op) {
  const ir::Place& place = facts(frame).places[op.place.index];
  const auto at = locate(frame, place);
  if (!at) return;
  const ir::Value* value = op.value ? &facts(frame).values[op.value.index] : nullptr;
  const bool is_container =
      value != nullptr && (value->kind == ir::ValueKind::list || value->kind == ir::ValueKind::dict ||
                           value->kind == ir::ValueKind::set || value->kind == ir::ValueKind::tuple);
  const Resolution target = tables_.cells.resolve(frame.function, place);
  if (target.kind == Resolution::Kind::variable && place.segment_count == 0 && !is_container) {
    // `n = X` then `n += 1` makes a new object for the local: the cell is not touched.
    const auto entry = std::ranges::find(frame.locals, target.variable.name, &std::pair<Name, LocalBinding>::first);
    if (entry != frame.locals.end()) entry->second = {};
    return;
  }
  const bool is_number =
      value != nullptr && (value->kind == ir::ValueKind::number || value->kind == ir::ValueKind::string);
  const AccessKind kind = 0 < at->depth ? AccessKind::item_write : is_number ? AccessKind::rebind : AccessKind::mutate;
  add_access(frame, kind, *at, op.range, value, Mutation::extend);
  trace_.accesses.back().is_update = !is_container;
  if (!at->is_indirect) trace_.accesses.back().since = trace_.accesses.size() - 1;
}

void Tracer::remove(Frame& frame, const ir::Op& op) {
  const auto at = locate(frame, op.place);
  if (!at) return;
  add_access(frame, at->depth == 0 ? AccessKind::unbind : AccessKind::item_delete, *at, op.range, nullptr,
             at->depth == 0 ? Mutation::none : Mutation::remove);
}

void Tracer::note_value_use(const Frame& frame, ir::PlaceId place, const ir::Call* passed_to) {
  if (follow_ != FollowCalls::no) return;
  ir::Call as_call;
  as_call.callee = place;
  const CallSite used = resolve_call(frame, as_call);
  if (!used.callee || used.constructed) return;
  const bool starts =
      passed_to != nullptr && starts_thread(last_name(frame, facts(frame).places[passed_to->callee.index]));
  tables_.functions[frame.function.index].value_uses.push_back({used.callee, starts});
}

bool Tracer::call_on_cell(Frame& frame, const ir::Op& op, const ir::Call& call) {
  const ir::Place& callee = facts(frame).places[call.callee.index];
  if (callee.segment_count == 0) return false;
  const Segment& last = facts(frame).segments[callee.first_segment + callee.segment_count - 1];
  if (last.kind != Segment::Kind::attribute || !last.name) return false;
  const std::string_view method = tables_.symbols.text(symbol(frame), last.name);
  if (acquires(method) || releases(method)) {
    if (const auto lock = lock_of(frame, callee, 1)) {
      if (acquires(method)) locks_.insert(*lock);
      if (releases(method)) note_release(*lock);
      if (releases(method)) locks_.erase(*lock);
      return true;
    }
  }
  if (method == "wait" || method == "wait_for") {
    if (const auto lock = lock_of(frame, callee, 1)) note_release(*lock);  // while it waits
  }
  const auto called = called_object(frame, call);
  if (!called) return false;
  const Mutation mutation = mutation_by(method);
  Located target = called->at;
  const bool is_of_object = mutation != Mutation::none;
  const std::uint32_t first = call.first_argument + called->first_argument;
  const ir::Value* argument = call.argument_count <= called->first_argument
                                  ? nullptr
                                  : &facts(frame).values[facts(frame).arguments[first].value.index];
  const bool is_by_key = method == "setdefault" || method == "pop" || method == "add" || method == "discard";
  bool is_own = is_of_object && is_by_key && argument != nullptr && target.depth == 0 &&
                identifies_thread(maker_of(facts(frame), *argument));
  if (is_of_object && is_by_key && argument != nullptr && argument->kind == ir::ValueKind::place && target.depth == 0) {
    const ir::Place& key = facts(frame).places[argument->place.index];
    if (key.segment_count == 0) target.key = tables_.symbols.name(symbol(frame), key.root);
    is_own = target.key && is_thread_key(frame, target.key);
  }
  if (is_own) {
    trace_.own_elements.push_back({target.cell, frame.function, symbol(frame).absolute(callee.range)});
    return true;
  }
  add_access(frame, is_of_object ? AccessKind::mutate : AccessKind::call_on, target, op.range, nullptr, mutation,
             tables_.symbols.name(symbol(frame), last.name));
  trace_.accesses.back().is_stepwise = mutation == Mutation::extend && argument != nullptr &&
                                       argument->kind == ir::ValueKind::other && argument->is_comprehension;
  return is_of_object;
}

void Tracer::call(Frame& frame, const ir::Op& op) {
  const ir::Call& call = facts(frame).calls[op.call.index];
  const ir::Place& callee = facts(frame).places[call.callee.index];
  const std::string_view name = last_name(frame, callee);
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Argument& argument = facts(frame).arguments[call.first_argument + i];
    const ir::Value& value = facts(frame).values[argument.value.index];
    if (value.kind != ir::ValueKind::place) continue;
    const ir::Place& place = facts(frame).places[value.place.index];
    note_value_use(frame, value.place, &call);
    const auto at = locate(frame, place);
    if (!at || at->depth != 0) continue;
    if (i == 0 && changes_first_argument(name)) {
      add_access(frame, AccessKind::mutate, *at, op.range, nullptr, Mutation::add);
    } else {
      add_access(frame, AccessKind::escape, *at, value.range);
    }
  }
  if (call_on_cell(frame, op, call)) return;
  const std::string_view called = called_name(frame, callee);
  const bool takes = is_about_lock(called, "acquire");
  const bool gives = is_about_lock(called, "release");
  if (takes) locks_.insert(tables_.locks.intern(hidden_lock));
  if (gives) note_release(tables_.locks.intern(hidden_lock));
  if (gives) locks_.erase(tables_.locks.intern(hidden_lock));
  if (takes || gives) return;
  const CallSite site = resolve_call(frame, call);
  if (!site.callee && !site.constructed) return;
  if (follow_ == FollowCalls::no) {
    FunctionFacts& caller = tables_.functions[frame.function.index];
    caller.calls.push_back(site);
    return;
  }
  if (site.callee) follow(frame, op, site);
}

void Tracer::follow(Frame& frame, const ir::Op& op, const CallSite& site) {
  const FunctionFacts& known = tables_.functions[site.callee.index];
  const ir::Call& call = *site.call;
  bool passes_cell = false;
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const LocalBinding passed = evaluate(frame, facts(frame).arguments[call.first_argument + i].value);
    passes_cell = passes_cell || passed.kind == LocalBinding::Kind::cell;
  }
  if (known.reads.empty() && known.writes.empty() && !passes_cell) return;
  if (deepest_call < frames_.size()) return;
  const bool is_running = std::ranges::find(frames_, site.callee, &Frame::function) != frames_.end();
  if (is_running) return;  // recursion brings nothing that is not there already
  const FunctionSymbol& callee = tables_.symbols.function(site.callee);
  if (callee.code->is_generator || (callee.code->is_async && !symbol(frame).code->is_async)) return;

  Frame inner;
  inner.function = site.callee;
  inner.outside = context_;
  inner.locks_outside = locks_;
  inner.is_receiver_private = site.constructed || (frame.is_receiver_private && callee.receiver == Receiver::instance);

  const std::vector<ir::Parameter>& parameters = callee.code->parameters;
  std::uint32_t position = callee.receiver == Receiver::none || !callee.owner ? 0 : 1;
  // `Class.method(obj)` passes the receiver itself.
  const ir::Place& place = facts(frame).places[call.callee.index];
  const Variable root = tables_.cells.origin(frame.function, place).variable;
  if (callee.receiver == Receiver::instance && class_named(tables_.symbols, root) && !site.constructed) position = 0;
  std::vector<bool> is_given(parameters.size(), false);
  bool is_unclear = false;
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Argument& argument = facts(frame).arguments[call.first_argument + i];
    if (argument.is_splat) {
      is_unclear = true;
      continue;
    }
    std::uint32_t index = position;
    if (argument.keyword) {
      const Name keyword = tables_.symbols.name(symbol(frame), argument.keyword);
      index = 0;
      while (index < parameters.size() && tables_.symbols.name(callee, parameters[index].name) != keyword) ++index;
    } else {
      ++position;
    }
    if (parameters.size() <= index || parameters[index].kind > ir::Parameter::Kind::keyword_only) continue;
    is_given[index] = true;
    inner.locals.emplace_back(tables_.symbols.name(callee, parameters[index].name), evaluate(frame, argument.value));
  }
  for (std::size_t i = 0; i < parameters.size() && !is_unclear; ++i) {
    const ir::Parameter& parameter = parameters[i];
    if (is_given[i] || !parameter.default_value || !parameter.name) continue;
    const ir::Value& value = callee.facts->values[parameter.default_value.index];
    LocalBinding holds;
    if (value.kind == ir::ValueKind::none) holds.kind = LocalBinding::Kind::none;
    if (value.kind == ir::ValueKind::boolean && !value.is_empty) holds.kind = LocalBinding::Kind::not_none;
    inner.locals.emplace_back(tables_.symbols.name(callee, parameter.name), holds);
  }
  frames_.push_back(std::move(inner));
  context_ = add_context(Context::Kind::call, context_, 0, false, &op);
}

}  // namespace analysis
