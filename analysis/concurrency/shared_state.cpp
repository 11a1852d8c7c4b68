#include "analysis/concurrency/shared_state.h"

#include "analysis/concurrency/cell_protection.h"

#include <algorithm>
#include <array>
#include <vector>

#include "analysis/semantics/class_hierarchy.h"
#include "analysis/semantics/framework_knowledge.h"

namespace analysis {
namespace {

using ir::FunctionKind;

bool is_main_guard(const FunctionSymbol& function, const ir::Op& branch) {
  for (std::uint32_t i = 0; i < branch.test_count; ++i) {
    const ir::Test& test = function.facts->tests[branch.first_test + i];
    if (!test.place) continue;
    const ir::Place& place = function.facts->places[test.place.index];
    if (place.root && function.facts->names[place.root.index] == "__name__") return true;
  }
  return false;
}

bool is_under_main_guard(const ConcurrencyModel& model, const Trace& body, ContextId innermost) {
  for (ContextId at = innermost; at; at = body.contexts[at.index].parent) {
    const Context& context = body.contexts[at.index];
    if (context.kind != Context::Kind::branch || context.op == nullptr) continue;
    if (is_main_guard(model.function(body.root), *context.op)) return true;
  }
  return false;
}

bool is_under_main_guard(const ConcurrencyModel& model, const CallSite& site) {
  return is_under_main_guard(model, model.bodies[site.caller.index], site.context);
}

/// Whether a global is bound only where the module is run as a script.
bool is_of_script(const ConcurrencyModel& model, Name global) {
  const auto& bindings = model.cells.bindings_of(global);
  return std::ranges::all_of(bindings, [&](const CellTable::Binding& binding) {
    const Trace& body = model.bodies[binding.function.index];
    return std::ranges::any_of(body.accesses, [&](const Access& access) {
      return access.range == model.function(binding.function).absolute(binding.op->range) &&
             is_under_main_guard(model, body, access.context);
    });
  });
}

bool is_module_level(const ConcurrencyModel& model, FunctionId id) {
  const FunctionKind kind = model.function(id).code->kind;
  return kind == FunctionKind::module || kind == FunctionKind::class_body;
}

bool is_private_name(const ConcurrencyModel& model, FunctionId id) {
  const FunctionSymbol& function = model.function(id);
  const std::string_view name = model.symbols.text(function, function.code->name);
  return name.starts_with('_') && !name.ends_with("__");
}

bool imports_module(const ConcurrencyModel& model, bool (*is_wanted)(std::string_view)) {
  return std::ranges::any_of(model.symbols.functions, [&](const FunctionSymbol& function) {
    // Each statement's imports are asked once, with its first function.
    if (function.code->kind != FunctionKind::module) return false;
    return std::ranges::any_of(function.facts->imports, [&](const ir::Import& import) {
      return import.module && is_wanted(function.facts->names[import.module.index]);
    });
  });
}

/// Whether a function keeps what it makes for all its callers.
bool is_memoised(const ConcurrencyModel& model, const FunctionSymbol& function) {
  const bool is_decorated = std::ranges::any_of(function.code->decorators, [&](ir::PlaceId decorator) {
    return memoises(last_name(*function.facts, function.facts->places[decorator.index]));
  });
  if (is_decorated) return true;
  const Name name = model.symbols.name(function, function.code->name);
  return std::ranges::any_of(model.cells.bindings_of(name),
                             [&](const CellTable::Binding& binding) { return memoises(maker_of(model, binding)); });
}

struct ClassEvidence {
  std::vector<std::string> strong;
  std::vector<std::string> weak;
  bool is_certain = false;
};

/// A class and all that derive from it: whose objects may run its methods.
std::vector<ClassId> family_of(const ConcurrencyModel& model, ClassId id) {
  std::vector<ClassId> family{id};
  for (std::uint32_t i = 0; i < model.symbols.classes.size(); ++i) {
    const std::vector<ClassId>& bases = model.symbols.classes[i].bases;
    const bool is_derived =
        std::ranges::any_of(bases, [&](ClassId base) { return std::ranges::find(family, base) != family.end(); });
    if (is_derived && ClassId{i} != id) family.push_back(ClassId{i});
  }
  return family;
}

bool touches(const ConcurrencyModel& model, FunctionId function, CellId cell) {
  const FunctionFacts& facts = model.functions[function.index];
  return std::ranges::binary_search(facts.reads, cell) || std::ranges::binary_search(facts.writes, cell);
}

/// What the thread runs must touch the cell: a method that copies bytes on a thread says nothing about other
/// attributes.
void add_thread_evidence(const ConcurrencyModel& model, ClassId id, CellId cell, ClassEvidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  if (std::ranges::any_of(symbol.base_names, [](const std::string& base) { return is_thread_class(base); })) {
    evidence.strong.push_back("`" + symbol.name + "` is a thread");
    return;
  }
  for (const FunctionId method : symbol.methods) {
    if (!model.functions[method.index].is_thread_entry || !touches(model, method, cell)) continue;
    evidence.strong.push_back("`" + model.function(method).qualified_name + "` is handed to a thread");
    return;
  }
}

void add_lock_evidence(const ConcurrencyModel& model, ClassId id, ClassEvidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  for (std::uint32_t i = 0; i < model.cells.size(); ++i) {
    const Cell& cell = model.cells.cell(CellId{i});
    if (cell.owner != id || cell.kind == CellKind::global) continue;
    const auto& bindings = model.cells.bindings_of_attribute(id, cell.name);
    if (std::ranges::any_of(bindings, [&](const auto& binding) { return makes_lock(maker_of(model, binding)); })) {
      evidence.strong.push_back("`" + symbol.name + "` owns the lock `" +
                                std::string(model.symbols.names.text(cell.name)) + "`");
      return;
    }
  }
}

void add_singleton_evidence(const ConcurrencyModel& model, ClassId id, ClassEvidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  for (const FunctionId method : symbol.methods) {
    const FunctionSymbol& function = model.function(method);
    const std::string_view name = model.symbols.text(function, function.code->name);
    const bool is_accessor = function.receiver == Receiver::class_ && (name == "instance" || name == "get_instance" ||
                                                                       name == "getInstance" || name == "getSingleton");
    const bool writes_class = name == "__new__" && !model.functions[method.index].writes.empty();
    if (!is_accessor && !writes_class) continue;
    evidence.strong.push_back("`" + symbol.name + "` is a singleton");
    evidence.is_certain = true;
    return;
  }
}

/// Whether an operation binds an object of the class that it makes.
bool binds_new(const ConcurrencyModel& model, const CellTable::Binding& binding, ClassId id) {
  if (!binding.op->value) return false;
  const ir::StatementFacts& facts = *model.function(binding.function).facts;
  const ir::Value& value = facts.values[binding.op->value.index];
  if (value.kind != ir::ValueKind::call) return false;
  const ir::Place& callee = facts.places[facts.calls[value.call.index].callee.index];
  if (!callee.root) return false;
  const Origin origin = origin_of(model.symbols, binding.function, callee);
  return origin.segments == callee.segment_count && class_named(model.symbols, origin.variable) == id;
}

/// Whether something outside of construction uses what an attribute holds, and holds no lock.
bool is_used_unlocked(const ConcurrencyModel& model, CellId cell) {
  return std::ranges::any_of(model.bodies, [&](const Trace& body) {
    if (model.functions[body.root.index].is_construction) return false;
    return std::ranges::any_of(body.accesses, [&](const Access& access) {
      return access.cell == cell && access.locks.empty() &&
             (access.kind == AccessKind::call_on || access.kind == AccessKind::mutate);
    });
  });
}

/// An object that a shared one keeps is as shared, unless its owner locks what it does with it.
void add_owner_evidence(const ConcurrencyModel& model, ClassId id, ClassEvidence& evidence) {
  for (std::uint32_t i = 0; i < model.cells.size(); ++i) {
    const Cell& cell = model.cells.cell(CellId{i});
    if (cell.kind != CellKind::instance_attribute || !cell.owner || cell.owner == id) continue;
    const auto& bindings = model.cells.bindings_of_attribute(cell.owner, cell.name);
    if (std::ranges::none_of(bindings, [&](const auto& binding) { return binds_new(model, binding, id); })) continue;
    ClassEvidence of_owner;
    add_lock_evidence(model, cell.owner, of_owner);
    add_singleton_evidence(model, cell.owner, of_owner);
    if (of_owner.strong.empty() || !is_used_unlocked(model, CellId{i})) continue;
    evidence.strong.push_back("`" + model.name_of(CellId{i}) + "` holds one, and " + of_owner.strong.front());
    return;
  }
}

void add_holder_evidence(const ConcurrencyModel& model, ClassId id, ClassEvidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  bool is_made_in_functions = false;
  FunctionId keeper;
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) {
    for (const CallSite& site : model.functions[i].calls) {
      if (site.constructed != id || is_module_level(model, FunctionId{i})) continue;
      if (is_memoised(model, model.symbols.functions[i])) {
        keeper = FunctionId{i};
      } else {
        is_made_in_functions = true;
      }
    }
  }
  if (keeper) {
    evidence.strong.push_back("`" + model.function(keeper).qualified_name + "` hands one `" + symbol.name +
                              "` to all callers");
  }
  if (is_made_in_functions) return;
  for (const Name global : model.symbols.globals) {
    if (model.cells.class_of_global(global) != id || is_of_script(model, global)) continue;
    evidence.strong.push_back("the module holds one `" + symbol.name + "` in `" +
                              std::string(model.symbols.names.text(global)) + "`");
    evidence.is_certain = true;
    return;
  }
}

/// The classes that a class derives from, itself left out.
std::vector<ClassId> ancestors_of(const ConcurrencyModel& model, ClassId id) {
  std::vector<ClassId> line = line_of_descent(model.symbols, id);
  line.erase(line.begin());
  return line;
}

ClassEvidence evidence_for(const ConcurrencyModel& model, CellId cell, ClassId by) {
  ClassEvidence evidence;
  std::vector<ClassId> members = family_of(model, by);
  const std::size_t family_size = members.size();
  const std::vector<ClassId> ancestors = ancestors_of(model, by);
  members.insert(members.end(), ancestors.begin(), ancestors.end());
  for (std::size_t i = 0; i < members.size(); ++i) {
    const ClassId member = members[i];
    const ClassSymbol& symbol = model.symbols.class_of(member);
    add_thread_evidence(model, member, cell, evidence);
    add_lock_evidence(model, member, evidence);
    if (i < family_size) {
      add_singleton_evidence(model, member, evidence);
      add_holder_evidence(model, member, evidence);
      add_owner_evidence(model, member, evidence);
    }
    const bool is_of_framework =
        is_shared_by_framework(symbol.name) ||
        std::ranges::any_of(symbol.base_names, [](const auto& base) { return is_shared_by_framework(base); });
    if (is_of_framework) evidence.strong.push_back("a framework shares one `" + symbol.name + "` between threads");
    evidence.is_certain = evidence.is_certain || serves_every_request(symbol.name) ||
                          std::ranges::any_of(symbol.base_names, serves_every_request);
    const bool mentions = symbol.code->mentions_threads || std::ranges::any_of(symbol.methods, [&](FunctionId method) {
                            return model.function(method).code->mentions_threads;
                          });
    if (mentions) evidence.weak.push_back("the text of `" + symbol.name + "` speaks of threads");
    if (suggests_sharing(symbol.name)) evidence.weak.push_back("`" + symbol.name + "` is named like a shared object");
  }
  if (imports_module(model, is_threading_module)) evidence.weak.emplace_back("the module imports `threading`");
  return evidence;
}

/// What the name of a class alone makes one suspect: that its objects are made to be shared.
Sharing suspicion_of(const ConcurrencyModel& model, ClassId id) {
  const std::string& name = model.symbols.class_of(id).name;
  if (!outlives_calls(name)) return {};
  Sharing sharing;
  sharing.evidence = "`" + name + "` is named like a shared object";
  return sharing;
}

/// The functions in which some access of the cell holds a lock, which says that their author expects threads.
std::vector<FunctionId> lockers_of(const ConcurrencyModel& model, CellId cell) {
  std::vector<FunctionId> found;
  for (const Trace& body : model.bodies) {
    const bool locks = std::ranges::any_of(
        body.accesses, [&](const Access& access) { return access.cell == cell && !access.locks.empty(); });
    if (locks) found.push_back(body.root);
  }
  return found;
}

bool runs_on_thread(const ConcurrencyModel& model, FunctionId id) {
  std::vector<FunctionId> open{id};
  std::vector<bool> seen(model.functions.size(), false);
  while (!open.empty()) {
    const FunctionId at = open.back();
    open.pop_back();
    if (seen[at.index]) continue;
    seen[at.index] = true;
    if (model.functions[at.index].is_thread_entry) return true;
    open.insert(open.end(), model.functions[at.index].callers.begin(), model.functions[at.index].callers.end());
  }
  return false;
}

}  // namespace

bool may_be_one_object(const ConcurrencyModel& model, ClassId left, ClassId right) {
  if (left == right) return true;
  const std::vector<ClassId> others = family_of(model, right);
  return std::ranges::any_of(family_of(model, left),
                             [&](ClassId each) { return std::ranges::find(others, each) != others.end(); });
}

bool is_event_loop_code(const ConcurrencyModel& model) { return imports_module(model, is_event_loop_module); }

Phase phase_of(const ConcurrencyModel& model, FunctionId id) {
  // A function is as early as the latest of those that call it.
  std::vector<FunctionId> open{id};
  std::vector<bool> seen(model.functions.size(), false);
  bool is_called_by_main = false;
  bool is_public = false;
  while (!open.empty()) {
    const FunctionId at = open.back();
    open.pop_back();
    if (seen[at.index]) continue;
    seen[at.index] = true;
    const FunctionFacts& function = model.functions[at.index];
    if (function.is_address_taken || function.callers.empty()) return Phase::run;
    is_public = is_public || !is_private_name(model, at);
    for (const FunctionId caller : function.callers) {
      if (!is_module_level(model, caller)) {
        open.push_back(caller);
        continue;
      }
      is_called_by_main =
          is_called_by_main || std::ranges::any_of(model.functions[caller.index].calls, [&](const CallSite& site) {
            return site.callee == at && is_under_main_guard(model, site);
          });
    }
  }
  // All of its callers lead to module-level code.
  if (is_called_by_main) return imports_module(model, is_threading_module) ? Phase::run : Phase::setup;
  // Other modules may call what is public at any time.
  return is_public ? Phase::run : Phase::import;
}

Sharing sharing_of(const ConcurrencyModel& model, CellId id, FunctionId by) {
  const Cell& cell = model.cells.cell(id);
  if (cell.kind != CellKind::instance_attribute) {
    std::string evidence = cell.kind == CellKind::class_attribute ? "class attributes are shared by all threads"
                           : cell.kind == CellKind::global        ? "module globals are shared by all threads"
                                                                  : "the module holds the object for all threads";
    if (imports_module(model, is_threading_module)) evidence = "the module imports `threading`";
    for (const Trace& trace : model.initializations) {
      const bool tests = std::ranges::any_of(trace.guards, [&](const Guard& guard) { return guard.part.cell == id; });
      if (tests && runs_on_thread(model, trace.root)) {
        evidence = "`" + model.function(trace.root).qualified_name + "` runs on threads that this module starts";
      }
    }
    return {2, true, std::move(evidence)};
  }
  const ClassId owner = by && model.function(by).owner ? model.function(by).owner : cell.owner;
  ClassEvidence evidence = evidence_for(model, id, owner);
  if (const std::vector<FunctionId> lockers = lockers_of(model, id); !lockers.empty()) {
    evidence.strong.push_back("`" + model.name_of(id) + "` is locked elsewhere");
    // A subclass may live by other rules than the base class that locks.
    const std::vector<ClassId> ancestors = ancestors_of(model, owner);
    evidence.is_certain = evidence.is_certain || std::ranges::any_of(lockers, [&](FunctionId locker) {
                            return std::ranges::find(ancestors, model.function(locker).owner) == ancestors.end();
                          });
  }
  if (evidence.strong.empty()) return suspicion_of(model, owner);
  Sharing sharing;
  sharing.pieces = static_cast<int>(evidence.strong.size() + evidence.weak.size());
  sharing.is_certain = evidence.is_certain;
  sharing.evidence = evidence.strong.front();
  if (1 < evidence.strong.size()) {
    sharing.evidence += " and " + evidence.strong[1];
  } else if (!evidence.weak.empty()) {
    sharing.evidence += " and " + evidence.weak.front();
  }
  return sharing;
}

}  // namespace analysis
