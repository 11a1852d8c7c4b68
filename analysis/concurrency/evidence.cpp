#include "analysis/concurrency/evidence.h"

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/concurrency/main_guard.h"
#include "analysis/semantics/class_hierarchy.h"
#include "analysis/semantics/framework_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::FunctionKind;
using Kind = Evidence::Kind;

void add(Evidence& evidence, Kind kind, std::string text) {
  if (!evidence.has(kind)) evidence.pieces.push_back({kind, std::move(text)});
}

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

bool is_module_level(const ConcurrencyModel& model, FunctionId id) {
  const FunctionKind kind = model.function(id).code->kind;
  return kind == FunctionKind::module || kind == FunctionKind::class_body;
}

std::string_view name_of(const ConcurrencyModel& model, FunctionId id) {
  const FunctionSymbol& function = model.function(id);
  return model.symbols.text(function, function.code->name);
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

bool touches(const ConcurrencyModel& model, FunctionId function, CellId cell) {
  const FunctionFacts& facts = model.functions[function.index];
  return std::ranges::binary_search(facts.reads, cell) || std::ranges::binary_search(facts.writes, cell);
}

/// What the thread runs must touch the cell: a method that copies bytes on a thread says nothing about other
/// attributes.
void add_thread(const ConcurrencyModel& model, ClassId id, CellId cell, Evidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  if (std::ranges::any_of(symbol.base_names, [](const std::string& base) { return is_thread_class(base); })) {
    add(evidence, Kind::thread, quoted(symbol.name) + " is a thread");
    return;
  }
  for (const FunctionId method : symbol.methods) {
    if (!model.functions[method.index].is_thread_entry || !touches(model, method, cell)) continue;
    add(evidence, Kind::thread,
        quoted(model.function(method).qualified_name) + (model.functions[method.index].is_declared_entry
                                                             ? " runs on threads, as settings say"
                                                             : " is handed to a thread"));
    evidence.is_on_thread = std::ranges::binary_search(model.functions[method.index].own_accesses, cell);
    return;
  }
}

/// `asyncio.Lock()`, or `Lock()` where that came from such a module: it makes tasks wait, not threads.
bool is_made_for_loop(const ConcurrencyModel& model, const CellTable::Binding& binding) {
  static constexpr std::array<std::string_view, 5> loops{"asyncio", "trio", "anyio", "curio", "tornado"};
  const ir::StatementFacts& facts = *model.function(binding.function).facts;
  const ir::Value& value = facts.values[binding.op->value.index];
  if (!value.call) return false;
  const ir::Place& maker = facts.places[facts.calls[value.call.index].callee.index];
  if (!maker.root) return false;
  const std::string_view root = facts.names[maker.root.index];
  return std::ranges::any_of(model.symbols.functions, [&](const FunctionSymbol& function) {
    if (function.code->kind != FunctionKind::module) return false;
    return std::ranges::any_of(function.facts->imports, [&](const ir::Import& import) {
      if (!import.module || !import.alias || function.facts->names[import.alias.index] != root) return false;
      const std::string_view module = function.facts->names[import.module.index];
      return std::ranges::find(loops, module.substr(0, module.find('.'))) != loops.end();
    });
  });
}

void add_lock(const ConcurrencyModel& model, ClassId id, Evidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  std::string signal;
  for (const CellId attribute : model.holders().attributes[id.index]) {
    const Cell& cell = model.cells.cell(attribute);
    for (const CellTable::Binding& binding : model.cells.bindings_of_attribute(id, cell.name)) {
      const std::string_view maker = maker_of(model, binding);
      const bool is_lock = makes_lock(model.symbols.added, maker);
      if ((!is_lock && maker != "Event") || is_made_for_loop(model, binding)) continue;
      const std::string name = quoted(model.symbols.names.text(cell.name));
      if (is_lock) return add(evidence, Kind::lock, quoted(symbol.name) + " owns the lock " + name);
      signal = "threads wait for " + name + " of " + quoted(symbol.name);
    }
  }
  if (!signal.empty()) add(evidence, Kind::lock, std::move(signal));
}

void add_singleton(const ConcurrencyModel& model, ClassId id, Evidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  for (const FunctionId method : symbol.methods) {
    const std::string_view name = name_of(model, method);
    const bool is_accessor =
        model.function(method).receiver == Receiver::class_ &&
        (name == "instance" || name == "get_instance" || name == "getInstance" || name == "getSingleton");
    const bool writes_class = name == "__new__" && !model.functions[method.index].writes.empty();
    if (!is_accessor && !writes_class) continue;
    add(evidence, Kind::singleton, quoted(symbol.name) + " is a singleton");
    evidence.is_certain = true;
    return;
  }
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
void add_owner(const ConcurrencyModel& model, ClassId id, Evidence& evidence) {
  for (const CellId keeper : model.holders().keepers[id.index]) {
    const Cell& cell = model.cells.cell(keeper);
    if (cell.kind != CellKind::instance_attribute || cell.owner == id) continue;
    Evidence of_owner;
    add_lock(model, cell.owner, of_owner);
    add_singleton(model, cell.owner, of_owner);
    if (of_owner.pieces.empty() || !is_used_unlocked(model, keeper)) continue;
    add(evidence, Kind::owner, quoted(model.name_of(keeper)) + " holds one, and " + of_owner.pieces.front().text);
    return;
  }
}

/// A global or class attribute that holds the one object there is; empty if there is none.
std::string holder_of(const ConcurrencyModel& model, ClassId id) {
  for (const Name global : model.holders().globals[id.index]) {
    if (!is_of_script(model, global))
      return "the module holds one " + quoted(model.symbols.class_of(id).name) + " in " +
             quoted(model.symbols.names.text(global));
  }
  for (const CellId keeper : model.holders().keepers[id.index]) {
    const Cell& cell = model.cells.cell(keeper);
    if (cell.kind == CellKind::class_attribute && cell.owner != id)
      return "all objects of a class share the one " + quoted(model.symbols.class_of(id).name) + " in " +
             quoted(model.name_of(keeper));
  }
  return {};
}

void add_holder(const ConcurrencyModel& model, ClassId id, Evidence& evidence) {
  bool is_made_in_functions = false;
  FunctionId keeper;
  for (const FunctionId maker : model.holders().makers[id.index]) {
    if (is_module_level(model, maker)) continue;
    if (is_memoised(model, model.function(maker))) {
      keeper = maker;
    } else {
      is_made_in_functions = true;
    }
  }
  if (keeper) {
    add(evidence, Kind::holder,
        quoted(model.function(keeper).qualified_name) + " hands one " + quoted(model.symbols.class_of(id).name) +
            " to all callers");
  }
  if (is_made_in_functions) return;
  if (std::string holder = holder_of(model, id); !holder.empty()) {
    add(evidence, Kind::holder, std::move(holder));
    evidence.is_certain = true;
  }
}

void add_words(const ConcurrencyModel& model, ClassId id, Evidence& evidence) {
  const ClassSymbol& symbol = model.symbols.class_of(id);
  const bool mentions = symbol.code->mentions_threads || std::ranges::any_of(symbol.methods, [&](FunctionId method) {
                          return model.function(method).code->mentions_threads;
                        });
  if (mentions) add(evidence, Kind::text, "the text of " + quoted(symbol.name) + " speaks of threads");
  if (suggests_sharing(symbol.name)) add(evidence, Kind::name, quoted(symbol.name) + " is named like a shared object");
}

/// The functions in which some access of the cell holds a lock, which says that their author expects threads.
std::vector<FunctionId> lockers_of(const ConcurrencyModel& model, CellId cell) {
  std::vector<FunctionId> found;
  for (const FunctionId id : model.accessors_of(cell)) {
    const bool locks = std::ranges::any_of(model.bodies[id.index].accesses, [&](const Access& access) {
      return access.cell == cell && !access.locks.empty();
    });
    if (locks) found.push_back(id);
  }
  return found;
}

void add_locked_cell(const ConcurrencyModel& model, CellId cell, const std::vector<ClassId>& line, Evidence& evidence) {
  const std::vector<FunctionId> lockers = lockers_of(model, cell);
  if (lockers.empty()) return;
  add(evidence, Kind::locked_cell, quoted(model.name_of(cell)) + " is locked elsewhere");
  // A subclass may live by other rules than the base class that locks.
  evidence.is_certain = evidence.is_certain || std::ranges::any_of(lockers, [&](FunctionId locker) {
                          return std::find(line.begin() + 1, line.end(), model.function(locker).owner) == line.end();
                        });
}

/// The attribute in which an object keeps the thread that made it; none if there is none.
bool keeps_thread(const ConcurrencyModel& model, CellId cell) {
  return std::ranges::any_of(bindings_of(model, cell), [&](const CellTable::Binding& binding) {
    return model.functions[binding.function.index].is_construction && identifies_thread(maker_of(model, binding));
  });
}

}  // namespace

bool Evidence::has(Kind kind) const { return std::ranges::find(pieces, kind, &Piece::kind) != pieces.end(); }

bool Evidence::is_strong() const {
  return std::ranges::any_of(pieces, [](const Piece& piece) { return piece.kind < Kind::text; });
}

Evidence evidence_for(const ConcurrencyModel& model, CellId cell, ClassId by) {
  Evidence evidence;
  const std::vector<ClassId> family = family_of(model.symbols, by);
  const std::vector<ClassId>& line = model.symbols.class_of(by).line;
  std::vector<ClassId> members = family;
  members.insert(members.end(), line.begin() + 1, line.end());
  for (const ClassId member : members) add_thread(model, member, cell, evidence);
  for (const ClassId member : members) add_lock(model, member, evidence);
  for (const ClassId member : family) {
    add_singleton(model, member, evidence);
    add_holder(model, member, evidence);
    add_owner(model, member, evidence);
  }
  for (const ClassId member : members) {
    const ClassSymbol& symbol = model.symbols.class_of(member);
    if (is_shared_by_framework(symbol.name) ||
        std::ranges::any_of(symbol.base_names, [](const auto& base) { return is_shared_by_framework(base); }))
      add(evidence, Kind::framework, "a framework shares one " + quoted(symbol.name) + " between threads");
    evidence.is_certain = evidence.is_certain || serves_every_request(symbol.name) ||
                          std::ranges::any_of(symbol.base_names, serves_every_request);
  }
  add_locked_cell(model, cell, line, evidence);
  for (const ClassId member : members) add_words(model, member, evidence);
  if (!model.thread_import.empty()) add(evidence, Kind::import, model.thread_import);
  return evidence;
}

bool is_threaded_beside_loop(const ConcurrencyModel& model, CellId cell, ClassId by) {
  const Evidence evidence = evidence_for(model, cell, by);
  if (evidence.has(Kind::lock) || evidence.has(Kind::locked_cell)) return true;
  const std::vector<FunctionId>& methods = model.symbols.class_of(by).methods;
  return evidence.has(Kind::thread) &&
         std::ranges::none_of(methods, [&](FunctionId method) { return model.function(method).code->is_async; });
}

bool is_owned_by_thread(const ConcurrencyModel& model, ClassId id) {
  const std::vector<ClassId>& line = model.symbols.class_of(id).line;
  return std::ranges::any_of(model.bodies, [&](const Trace& body) {
    const FunctionSymbol& function = model.function(body.root);
    if (std::ranges::find(line, function.owner) == line.end()) return false;
    const bool raises =
        std::ranges::find(function.code->ops, ir::OpKind::raise, &ir::Op::kind) != function.code->ops.end();
    return raises && std::ranges::any_of(body.accesses, [&](const Access& access) {
             return access.kind == AccessKind::test && keeps_thread(model, access.cell);
           });
  });
}

std::string find_thread_import(const SymbolTable& symbols) {
  static constexpr std::array<std::string_view, 3> exceptions{"Empty", "Full", "ShutDown"};
  for (const FunctionSymbol& function : symbols.functions) {
    // Each statement's imports are asked once, with its first function.
    if (function.code->kind != FunctionKind::module) continue;
    for (const ir::Import& import : function.facts->imports) {
      if (!import.module || !is_threading_module(function.facts->names[import.module.index])) continue;
      const std::string_view member =
          import.member ? std::string_view(function.facts->names[import.member.index]) : std::string_view();
      if (member.ends_with("Error") || std::ranges::find(exceptions, member) != exceptions.end()) continue;
      return "the module imports " + quoted(function.facts->names[import.module.index]);
    }
  }
  return {};
}

}  // namespace analysis
