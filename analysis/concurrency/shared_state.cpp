#include "analysis/concurrency/shared_state.h"

#include <algorithm>
#include <array>
#include <vector>

#include "analysis/concurrency/evidence.h"
#include "analysis/concurrency/main_guard.h"
#include "analysis/semantics/class_hierarchy.h"
#include "analysis/semantics/framework_knowledge.h"

namespace analysis {
namespace {

using ir::FunctionKind;

bool is_module_level(const ConcurrencyModel& model, FunctionId id) {
  const FunctionKind kind = model.function(id).code->kind;
  return kind == FunctionKind::module || kind == FunctionKind::class_body;
}

/// What names alone make one suspect: that an object, or what an attribute holds, is made to be shared.
Sharing suspicion_of(const ConcurrencyModel& model, ClassId id, const Cell& cell) {
  const std::string& name = model.symbols.class_of(id).name;
  const std::string_view attribute = model.symbols.names.text(cell.name);
  Sharing sharing;
  if (suggests_sharing(name) || outlives_calls(name)) {
    sharing.evidence = "`" + name + "` is named like a shared object";
  } else if (names_shared_container(attribute)) {
    sharing.evidence = "`" + name + "." + std::string(attribute) + "` is named like something shared";
  }
  return sharing;
}

Sharing sharing_by(const ConcurrencyModel& model, const Evidence& evidence, ClassId id, const Cell& cell) {
  // Words and names alone say little, however many they are.
  if (!evidence.is_strong()) return suspicion_of(model, id, cell);
  Sharing sharing;
  sharing.pieces = static_cast<int>(evidence.pieces.size());
  sharing.is_certain = evidence.is_certain;
  sharing.is_on_thread = evidence.is_on_thread;
  sharing.evidence = evidence.pieces[0].text;
  if (1 < evidence.pieces.size()) sharing.evidence += " and " + evidence.pieces[1].text;
  return sharing;
}

bool has_unknown_base(const SymbolTable& symbols, ClassId id) {
  const std::vector<ClassId>& line = symbols.class_of(id).line;
  return std::ranges::any_of(line, [&](ClassId each) {
    const ClassSymbol& symbol = symbols.class_of(each);
    return symbol.bases.size() < symbol.base_names.size() && symbol.base_names != std::vector<std::string>{"object"};
  });
}

/// The function that threads begin with when they come to `id`; none if nothing shows one.
FunctionId thread_entry_of(const ConcurrencyModel& model, FunctionId id) {
  std::vector<FunctionId> open{id};
  std::vector<bool> seen(model.functions.size(), false);
  while (!open.empty()) {
    const FunctionId at = open.back();
    open.pop_back();
    if (seen[at.index]) continue;
    seen[at.index] = true;
    if (model.functions[at.index].is_thread_entry) return at;
    open.insert(open.end(), model.functions[at.index].callers.begin(), model.functions[at.index].callers.end());
  }
  return {};
}

}  // namespace

bool may_be_one_object(const ConcurrencyModel& model, ClassId left, ClassId right) {
  if (left == right) return true;
  if (model.symbols.class_of(left).derived.empty() && model.symbols.class_of(right).derived.empty()) return false;
  const std::vector<ClassId> others = family_of(model.symbols, right);
  return std::ranges::any_of(family_of(model.symbols, left),
                             [&](ClassId each) { return std::ranges::find(others, each) != others.end(); });
}

namespace {

Phase find_phase(const ConcurrencyModel& model, FunctionId id) {
  const FunctionFacts& facts = model.functions[id.index];
  if (!facts.runs_at_definition && (facts.is_address_taken || facts.callers.empty())) return Phase::run;
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
    if (function.runs_at_definition) continue;
    if (function.is_address_taken || function.callers.empty()) return Phase::run;
    is_public = is_public || !is_private_name(model.symbols, model.function(at));
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
  if (is_called_by_main) return model.thread_import.empty() ? Phase::setup : Phase::run;
  // Other modules may call what is public at any time.
  return is_public ? Phase::run : Phase::import;
}

}  // namespace

std::vector<Phase> find_phases(const ConcurrencyModel& model) {
  std::vector<Phase> phases;
  phases.reserve(model.functions.size());
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) phases.push_back(find_phase(model, FunctionId{i}));
  return phases;
}

bool is_called_nowhere(const ConcurrencyModel& model, FunctionId id) {
  std::vector<FunctionId> open{id};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const FunctionFacts& function = model.functions[open[i].index];
    const FunctionSymbol& symbol = model.function(open[i]);
    if (function.is_address_taken || !is_private_name(model.symbols, symbol)) return false;
    // Code of a base that is not seen may call it.
    if (symbol.owner && has_unknown_base(model.symbols, symbol.owner)) return false;
    for (const FunctionId caller : function.callers) {
      if (std::ranges::find(open, caller) == open.end()) open.push_back(caller);
    }
  }
  return true;
}

Sharing sharing_of(const ConcurrencyModel& model, CellId id, FunctionId by) {
  const Cell& cell = model.cells.cell(id);
  if (cell.kind != CellKind::instance_attribute) {
    std::string evidence = cell.kind == CellKind::class_attribute ? "class attributes are shared by all threads"
                           : cell.kind == CellKind::global        ? "module globals are shared by all threads"
                                                                  : "the module holds the object for all threads";
    if (!model.thread_import.empty()) evidence = model.thread_import;
    for (const FunctionId tester : model.testers_of(id)) {
      const FunctionId entry = thread_entry_of(model, tester);
      if (!entry) continue;
      evidence = "`" + model.function(tester).qualified_name +
                 (model.functions[entry.index].is_declared_entry ? "` runs on threads, as settings say"
                                                                 : "` runs on threads that this module starts");
    }
    return {.pieces = 2, .is_certain = true, .evidence = std::move(evidence)};
  }
  const ClassId owner = by && model.function(by).owner ? model.function(by).owner : cell.owner;
  const Evidence evidence = evidence_for(model, id, owner);
  // What one thread made it alone may use, or an exception says so.
  if (!evidence.has(Evidence::Kind::locked_cell) && is_owned_by_thread(model, owner)) return {};
  return sharing_by(model, evidence, owner, cell);
}

Sharing sharing_of_objects(const ConcurrencyModel& model, ClassId id) {
  return sharing_by(model, evidence_for(model, {}, id), id, {});
}

}  // namespace analysis
