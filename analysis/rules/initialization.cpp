#include "analysis/rules/initialization.h"

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/concurrency/shared_state.h"
#include "analysis/rules/conflict.h"

namespace analysis {
namespace {

using ir::TestKind;

bool asks_for_content(TestKind kind) {
  return kind == TestKind::truth || kind == TestKind::length || kind == TestKind::empty;
}

/// Whether a test that asks for content still finds the cell unset when it holds this value.
bool is_falsy(const ir::StatementFacts& facts, const ir::Value& value) {
  switch (value.kind) {
    case ir::ValueKind::none:
      return true;
    case ir::ValueKind::boolean:
    case ir::ValueKind::number:
    case ir::ValueKind::string:
    case ir::ValueKind::list:
    case ir::ValueKind::dict:
    case ir::ValueKind::set:
    case ir::ValueKind::tuple:
      return value.is_empty && !value.is_comprehension;
    case ir::ValueKind::call:
      // `dict()`, `set()`, `defaultdict(list)`: the makers whose arguments, if any, bring no elements.
      return container_made_by(maker_of(facts, value)) != ContainerType::none &&
             (facts.calls[value.call.index].argument_count == 0 || maker_of(facts, value) == "defaultdict");
    default:
      return false;
  }
}

bool publishes(const ConcurrencyModel& model, const Access& access, const Guard& guard) {
  if (binds_part(access, guard.part)) {
    if (access.value == nullptr) return true;
    const ir::StatementFacts& facts = *model.function(access.function).facts;
    if (asks_for_content(guard.kind)) return !is_falsy(facts, *access.value);
    return access.value->kind != ir::ValueKind::none || guard.kind == TestKind::exists ||
           guard.kind == TestKind::contains;
  }
  if (!asks_for_content(guard.kind)) return false;
  const bool grows = access.mutation == Mutation::add || access.mutation == Mutation::extend;
  if (!grows) return false;
  const std::uint32_t depth = depth_below(access, guard.part);
  return (access.kind == AccessKind::mutate && depth == 0) || (access.kind == AccessKind::item_write && depth == 1);
}

/// Whether the published value can be completed by calling its methods: an object that a call made, and no container.
bool is_made_object(const ConcurrencyModel& model, const Access& publish) {
  if (publish.value == nullptr || publish.value->kind != ir::ValueKind::call) return false;
  const std::string_view maker = maker_of(*model.function(publish.function).facts, *publish.value);
  return container_made_by(maker) == ContainerType::none && !makes_synchronised(model.symbols.added, maker);
}

/// `X = tuple(X)`: the new value is made of the published one.
bool is_made_of_itself(const Trace& trace, const Access& rebind) {
  return std::ranges::any_of(trace.accesses, [&](const Access& other) {
    return other.cell == rebind.cell && other.function == rebind.function && !is_write(other.kind) &&
           (other.kind == AccessKind::escape || other.kind == AccessKind::iterate) &&
           rebind.range.contains(other.range);
  });
}

/// `del X`, and for a part with a key `del X[key]` and `X.pop(key)`: the end of what was published, not its completion.
bool unbinds_part(const Access& access, const CellPart& part) {
  if (access.kind == AccessKind::unbind) return true;
  if (!part.key) return false;
  const bool is_removal = access.kind == AccessKind::mutate && access.depth == 0 && access.mutation == Mutation::remove;
  return is_removal || (access.kind == AccessKind::item_delete && access.depth == 1);
}

bool completes(const ConcurrencyModel& model, const Trace& trace, const Access& access, const Access& publish,
               const CellPart& part) {
  if (binds_part(access, part)) return is_made_of_itself(trace, access);
  if (access.kind == AccessKind::call_on) {
    return depth_below(access, part) == 0 && is_made_object(model, publish) &&
           completes_object(model.symbols.names.text(access.method));
  }
  return is_write(access.kind) && !unbinds_part(access, part);
}

LockSet common_locks(const Initialization& initialization) {
  LockSet locks = initialization.publish->locks;
  for (const Access* access : initialization.completions) locks = intersection(locks, access->locks);
  return locks;
}

/// Whether the outcome of the test matters to the function that asks: it goes on to use the cell, or has it
/// initialised. One that only says whether there is anything is not misled by a part of it.
bool relies_on_test(const ConcurrencyModel& model, const Trace& body, const Guard& guard,
                    const Initialization& initialization) {
  const bool initialises = std::ranges::any_of(model.functions[guard.function.index].calls, [&](const CallSite& site) {
    return site.callee == initialization.trace->root;
  });
  return initialises || std::ranges::any_of(body.accesses, [&](const Access& access) {
           return is_use(access.kind) && concerns(access, guard.part) && guard.test.end <= access.range.begin;
         });
}

const Guard* find_observer(const ConcurrencyModel& model, const Initialization& initialization) {
  const auto passes = [&](const Guard& guard) {
    return guard.part == initialization.guard->part && intersection(guard.locks, initialization.write_locks).empty();
  };
  if (passes(*initialization.guard)) return initialization.guard;
  for (const Guard& guard : initialization.trace->guards) {
    if (initialization.trace->contexts[guard.region.index].depth == 0 && passes(guard)) return &guard;
  }
  for (const Trace& body : model.bodies) {
    for (const Guard& guard : body.guards) {
      if (passes(guard) && relies_on_test(model, body, guard, initialization)) return &guard;
    }
  }
  return nullptr;
}

}  // namespace

bool is_use(AccessKind kind) {
  return kind == AccessKind::read || kind == AccessKind::iterate || kind == AccessKind::escape ||
         kind == AccessKind::give_back || kind == AccessKind::call_on || kind == AccessKind::mutate;
}

bool concerns(const Access& access, const CellPart& part) {
  return access.cell == part.cell && (!part.key || access.key == part.key);
}

std::size_t first_after_test(const Initialization& initialization) {
  const std::vector<Access>& accesses = initialization.trace->accesses;
  for (std::size_t i = initialization.guard->first_access; 0 < i--;) {
    if (initialization.guard->test.contains(accesses[i].range)) return i + 1;
  }
  return initialization.guard->first_access;
}

std::uint32_t depth_below(const Access& access, const CellPart& part) {
  return part.key ? access.depth - std::min(access.depth, 1U) : access.depth;
}

bool binds_part(const Access& access, const CellPart& part) {
  if (part.key) {
    const bool is_mark = access.kind == AccessKind::mutate && access.depth == 0 && access.mutation == Mutation::add;
    return is_mark || (access.kind == AccessKind::item_write && access.depth == 1);
  }
  return access.kind == AccessKind::rebind && access.depth == 0;
}

BreaksOn breaks_before(const RuleContext& context, const Initialization& initialization, const Access& write) {
  const Guard& guard = *initialization.guard;
  // Calls lie between them where they are in two functions.
  if (guard.function != write.function) return BreaksOn::every_build;
  if (context.model.function(write.function).code->is_async) return BreaksOn::await;
  // `getattr` and `hasattr` are calls, after which every build may switch, though a model shows what they read.
  if (text_of(context, guard.test).find("attr(") != std::string_view::npos) return BreaksOn::every_build;
  return breaks_until(context.model, guard.test.begin, write);
}

TextRange last_write(const Initialization& initialization) {
  return initialization.completions.empty() ? initialization.publish->range : initialization.completions.back()->range;
}

std::string part_name(const ConcurrencyModel& model, const CellPart& part) {
  std::string name = model.name_of(part.cell);
  if (part.key) name += "[" + std::string(model.symbols.names.text(part.key)) + "]";
  return name;
}

std::string finds_unset(const Guard& guard) {
  switch (guard.kind) {
    case TestKind::none:
      return "finds it `None`";
    case TestKind::truth:
    case TestKind::length:
    case TestKind::empty:
      return "finds it empty";
    case TestKind::contains:
    case TestKind::exists:
      return "finds it missing";
    default:
      return "finds it unset";
  }
}

Initialization initialization_at(const ConcurrencyModel& model, const Trace& trace, const Guard& guard) {
  Initialization result;
  result.trace = &trace;
  result.guard = &guard;
  for (std::size_t i = guard.first_access; i < trace.accesses.size(); ++i) {
    const Access& access = trace.accesses[i];
    if (!concerns(access, guard.part) || !is_within(trace, access.context, guard.region)) continue;
    if (!is_write(access.kind) && access.kind != AccessKind::call_on) continue;
    if (is_write(access.kind)) result.writes.push_back(&access);
    if (result.first_binding == nullptr && binds_part(access, guard.part)) result.first_binding = &access;
    if (result.publish == nullptr) {
      if (publishes(model, access, guard)) result.publish = &access;
      continue;
    }
    if (are_exclusive(trace, access.context, result.publish->context)) continue;
    if (completes(model, trace, access, *result.publish, guard.part)) result.completions.push_back(&access);
  }
  if (result.publish == nullptr) return result;
  const bool is_growth = !binds_part(*result.publish, guard.part);
  result.is_filled_in_loop =
      is_growth && (result.publish->is_stepwise || loop_within(trace, result.publish->context, guard.region));
  result.write_locks = common_locks(result);
  result.observer = find_observer(model, result);
  return result;
}

std::vector<Initialization> find_initializations(const ConcurrencyModel& model) {
  std::vector<Initialization> found;
  for (const Trace& trace : model.initializations) {
    bool is_phase_known = false;
    bool is_running = false;
    for (const Guard& guard : trace.guards) {
      // Only the root's own guards start a finding: those of a callee belong to another call site's story.
      if (trace.contexts[guard.region.index].depth != 0) continue;
      if (is_thread_local(model, guard.part.cell)) continue;
      Initialization initialization = initialization_at(model, trace, guard);
      if (initialization.writes.empty()) continue;
      if (!is_phase_known) is_running = phase_of(model, trace.root) == Phase::run;
      is_phase_known = true;
      if (is_running) found.push_back(std::move(initialization));
    }
  }
  // Of several classes that run one initialization the one that is known to be shared tells the story.
  std::ranges::stable_partition(found, [&](const Initialization& initialization) {
    const ClassId owner = model.function(initialization.trace->root).owner;
    return owner && is_shared_by_framework(model.symbols.class_of(owner).name);
  });
  return found;
}

}  // namespace analysis
