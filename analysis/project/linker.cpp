#include "analysis/project/linker.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <unordered_set>

#include "analysis/project/outline.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::OpKind;
using ir::StatementFacts;

/// How many modules away from the first one statements are fetched.
constexpr int farthest = 3;
/// Statements of other modules, so that no hub of imports makes a module many times its size.
constexpr std::size_t most_statements = 200;

bool have_common(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  return std::ranges::any_of(left, [&](const auto& name) { return std::ranges::binary_search(right, name); });
}

/// Whether one of two related classes asks for what the other writes.
bool share_state(const ClassOutline& left, const ClassOutline& right) {
  return have_common(left.tested, right.written) || have_common(left.written, right.tested);
}

/// Whether code outside of the function may get hold of the value of an operation: it is returned, or bound to what
/// is no variable of the function alone.
bool hands_on(const StatementFacts& facts, const ir::Function& function, const ir::Op& op) {
  if (op.kind == OpKind::return_) return true;
  if (op.kind != OpKind::bind || !op.place) return false;
  const ir::Place& place = facts.places[op.place.index];
  const bool is_late = function.kind == ir::FunctionKind::function || function.kind == ir::FunctionKind::lambda;
  return !is_late || place.segment_count != 0 || place.is_global_lookup ||
         std::ranges::find(function.globals, place.root) != function.globals.end();
}

/// Names that begin with an underscore do not.
bool may_come_by_star(const ModuleSummary& summary, const std::string& name) {
  return !summary.star_imports.empty() && !name.starts_with('_') && !summary.definitions.contains(name);
}

bool comes_from_elsewhere(const ModuleSummary& summary, const std::string& name) {
  return summary.imports.contains(name) || may_come_by_star(summary, name);
}

const ClassOutline* find_class(const ModuleSummary& summary, const std::string& name) {
  const auto found = std::ranges::find(summary.classes, name, &ClassOutline::name);
  return found == summary.classes.end() ? nullptr : &*found;
}

class Linker {
 public:
  Linker(const ProjectModule& module, const ProjectIndex& project) : project_(project) {
    modules_.push_back(&module);
    program_.modules.push_back({.name = module.summary->name, .begin = 0, .imports = {}});
    program_.statements = module.statements();
    program_.modules_of_statements.assign(program_.statements.size(), 0);
    for (std::uint32_t i = 0; i < program_.statements.size(); ++i) {
      fetched_.emplace(std::pair(&module, i), program_.statements[i]);
      open_.push_back({0, i, 0});
    }
  }

  Program run() {
    if (!project_.is_linked(*modules_.front())) return std::move(program_);
    for (const auto& [name, where] : modules_.front()->summary->definitions) {
      add_changers({modules_.front(), name});
    }
    while (!open_.empty()) {
      const Open next = open_.front();
      open_.pop_front();
      visit(next);
    }
    name_imports();
    for (const ProjectModule* module : asked_) program_.asked.push_back(module->summary->name);
    std::ranges::sort(program_.asked);
    return std::move(program_);
  }

 private:
  struct Open {
    std::uint32_t module = 0;     // of the program
    std::uint32_t statement = 0;  // of the module
    int distance = 0;             // in modules
  };

  /// What the code does with a place.
  struct Use {
    bool is_called = false;
    /// What others do with the same object matters to the first module: its code uses it, or may get hold of it, since
    /// what another module binds or returns may be the object. What that does with it for itself does not matter.
    bool is_seen = true;
  };

  void visit(const Open& at) {
    const ProjectModule& module = *modules_[at.module];
    const StatementFacts& facts = facts_of(module, at.statement);
    if (facts.functions.empty()) return;
    add_relatives(module, at);
    if (farthest <= at.distance) return;
    // Most names are the statement's own. Each is asked for once.
    struct Asked {
      std::optional<bool> leads_away;
      std::array<bool, 4> is_added{};  // the name without more, for each way to use it
    };
    std::vector<Asked> names(facts.names.size());
    const auto add_place = [&](const ir::Place& place, Use use) {
      if (!place.root) return;
      Asked& name = names[place.root.index];
      if (!name.leads_away)
        name.leads_away = at.module != 0 || comes_from_elsewhere(*module.summary, facts.names[place.root.index]);
      bool& is_added = name.is_added[(use.is_called ? 1U : 0U) + (use.is_seen ? 2U : 0U)];
      const bool is_known = place.segment_count == 0 && is_added;
      if (!*name.leads_away || is_known) return;
      is_added = is_added || place.segment_count == 0;
      add_named(at, facts, place, use);
    };
    const auto callee = [&](ir::CallId call) { return facts.places[facts.calls[call.index].callee.index]; };
    const bool is_seen = at.module == 0;
    for (const ir::Function& function : facts.functions) {
      for (const ir::Op& op : function.ops) {
        if (op.kind == OpKind::call) add_place(callee(op.call), {.is_called = true, .is_seen = is_seen});
        const bool is_import = op.value && facts.values[op.value.index].kind == ir::ValueKind::import;
        if (op.place) add_place(facts.places[op.place.index], {.is_called = false, .is_seen = is_seen && !is_import});
        if (!op.value) continue;
        const ir::Value& value = facts.values[op.value.index];
        const bool is_handed_on = !is_seen && hands_on(facts, function, op);
        // Iterated are `X` and `X.items()`.
        const bool is_iterated = op.kind == OpKind::iterate;
        if ((is_handed_on || is_iterated) && value.place)
          add_place(facts.places[value.place.index], {.is_called = false, .is_seen = is_seen || is_handed_on});
        if (is_iterated && value.call) add_place(callee(value.call), {.is_called = false, .is_seen = is_seen});
      }
    }
    for (const ir::Test& test : facts.tests) {
      if (test.place) add_place(facts.places[test.place.index], {.is_called = false, .is_seen = is_seen});
    }
  }

  /// Bases and subclasses of the statement's classes that share attributes with them, and who holds their objects.
  void add_relatives(const ProjectModule& module, const Open& at) {
    for (const ClassOutline& outline : module.summary->classes) {
      if (outline.statement != at.statement) continue;
      for (const std::string& base : outline.bases) {
        const auto found = project_.resolve_in(module, base);
        if (!found || found->module == &module || found->name.empty()) continue;
        ask(*found->module);
        const ClassOutline* const other = find_class(*found->module->summary, found->name);
        if (other != nullptr && share_state(outline, *other)) add(*found->module, other->statement, at.distance + 1);
      }
      for (const ProjectIndex::Place& holder : project_.holders_of(module.summary->name, outline.name)) {
        add(*holder.module, holder.statement, at.distance + 1);
      }
      for (const ProjectIndex::Subclass& derived : project_.subclasses_of(module.summary->name, outline.name)) {
        ask(*derived.module);
        if (share_state(outline, *derived.outline)) add(*derived.module, derived.outline->statement, at.distance + 1);
      }
    }
  }

  /// Of a module of the program.
  const ImportTargets& imports_of(std::size_t module) {
    if (imports_.size() <= module) imports_.resize(module + 1);
    if (imports_[module] == nullptr) imports_[module] = project_.imports_of(*modules_[module]);
    return *imports_[module];
  }

  /// What a place's first names mean, if that is worth having.
  void add_named(const Open& at, const StatementFacts& facts, const ir::Place& place, Use use) {
    if (!place.root) return;
    const ProjectModule& module = *modules_[at.module];
    const std::string& root = facts.names[place.root.index];
    std::optional<Definition> found;
    if (module.summary->imports.contains(root)) {
      const auto imported = imports_of(at.module).find(root);
      if (imported == imports_of(at.module).end()) return;
      found = project_.definition(imported->second);
    } else if (may_come_by_star(*module.summary, root)) {
      found = project_.resolve(module.summary->name, root);
      if (found) star_names_.emplace(at.module, root);
    } else {
      // A name of its own module. The first module is there as a whole.
      if (at.module != 0) add_definition({&module, root}, at.distance, use);
      return;
    }
    for (std::uint32_t i = 0; found && found->name.empty() && i < place.segment_count; ++i) {
      const ir::Segment& segment = facts.segments[place.first_segment + i];
      if (segment.kind != ir::Segment::Kind::attribute || !segment.name) return;
      found = project_.resolve(found->module->summary->name, facts.names[segment.name.index]);
    }
    if (found && !found->name.empty()) add_definition(*found, at.distance + 1, use);
  }

  void add_definition(const Definition& definition, int distance, Use use) {
    ask(*definition.module);
    const auto where = definition.module->summary->definitions.find(definition.name);
    if (where == definition.module->summary->definitions.end()) return;
    const std::vector<std::uint32_t>& closed = definition.module->summary->closed;
    for (const std::uint32_t index : where->second) {
      if (std::ranges::binary_search(closed, index)) continue;
      const StatementFacts& facts = facts_of(*definition.module, index);
      if (defines(facts, definition.name, ir::ValueKind::class_)) continue;  // classes are added for their relatives
      if (is_self_contained_function(facts, definition.name)) continue;
      if (!use.is_called && defines(facts, definition.name, ir::ValueKind::function)) continue;
      add(*definition.module, index, distance);
      if (use.is_seen && !defines(facts, definition.name, ir::ValueKind::function)) add_changers(definition);
    }
  }

  /// The functions of all modules that change what a global holds, the locks that they take, and who calls the private
  /// ones: when these run, and under which locks, is told by their callers. The first module's own are there already.
  void add_changers(const Definition& global) {
    if (!changed_.emplace(global.module, global.name).second) return;
    ask(*global.module);
    const ModuleSummary& home = *global.module->summary;
    if (global.module != modules_.front()) {
      for (const std::uint32_t i : global.module->changers_of(global.name)) add_changer(*global.module, i);
    }
    for (const ProjectIndex::Place& changer : project_.changers_of(home.name, global.name)) {
      add_changer(*changer.module, changer.statement);
    }
  }

  void add_changer(const ProjectModule& module, std::uint32_t statement) {
    add(module, statement, farthest);
    add_locks(module, statement);
    for (const auto& [name, where] : module.summary->definitions) {
      if (!name.starts_with('_') || std::ranges::find(where, statement) == where.end()) continue;
      for (std::uint32_t i = 0; i < module.statement_count(); ++i) {
        if (i == statement || !module.may_name(i, name) || !calls(facts_of(module, i), name)) continue;
        add(module, i, farthest);
        add_locks(module, i);
      }
    }
  }

  /// The locks that a statement of the program takes by name.
  void add_locks(const ProjectModule& module, std::uint32_t statement) {
    const auto known = std::ranges::find(modules_, &module);
    if (known == modules_.end()) return;
    const Open at{static_cast<std::uint32_t>(known - modules_.begin()), statement, farthest - 1};
    const StatementFacts& facts = facts_of(module, statement);
    for (const ir::Function& function : facts.functions) {
      for (const ir::Op& op : function.ops) {
        if (op.kind == OpKind::with && op.value && facts.values[op.value.index].place)
          add_named(at, facts, facts.places[facts.values[op.value.index].place.index], {});
        if (op.kind != OpKind::call) continue;
        const ir::Place& callee = facts.places[facts.calls[op.call.index].callee.index];
        if (last_name(facts, callee) == "acquire") add_named(at, facts, callee, {});
      }
    }
  }

  /// Each is unpacked once.
  const ir::PlacedStatement& fetched(const ProjectModule& module, std::uint32_t statement) {
    ir::PlacedStatement& placed = fetched_[{&module, statement}];
    if (placed.facts == nullptr) placed = module.statement(statement);
    return placed;
  }
  const StatementFacts& facts_of(const ProjectModule& module, std::uint32_t statement) {
    return *fetched(module, statement).facts;
  }

  void ask(const ProjectModule& module) {
    if (&module != modules_.front()) asked_.insert(&module);
  }

  void add(const ProjectModule& module, std::uint32_t statement, int distance) {
    ask(module);
    if (&module == modules_.front() || module.summary->name == modules_.front()->summary->name) return;
    if (farthest < distance || most_statements <= added_.size()) return;
    if (!added_.emplace(&module, statement).second) return;
    const auto known = std::ranges::find(modules_, &module);
    const auto index = static_cast<std::uint32_t>(known - modules_.begin());
    if (known == modules_.end()) {
      const Program::Module& last = program_.modules.back();
      // One byte more than its text, so that a range at its end is still its own.
      const std::uint32_t end = last.begin + static_cast<std::uint32_t>(modules_.back()->text()->bytes().size()) + 1;
      modules_.push_back(&module);
      program_.modules.push_back({.name = module.summary->name, .begin = end, .imports = {}});
    }
    ir::PlacedStatement placed = fetched(module, statement);
    placed.begin += program_.modules[index].begin;
    program_.statements.push_back(std::move(placed));
    program_.modules_of_statements.push_back(index);
    open_.push_back({index, statement, distance});
  }

  /// Imports of what the program has now.
  void name_imports() {
    if (added_.empty()) return;
    for (std::size_t i = 0; i < modules_.size(); ++i) {
      for (const auto& [alias, target] : imports_of(i)) name_import(i, alias, project_.definition(target));
    }
    for (const auto& [index, name] : star_names_) {
      if (const auto found = project_.resolve(modules_[index]->summary->name, name)) name_import(index, name, *found);
    }
  }

  void name_import(std::size_t index, const std::string& alias, const Definition& found) {
    const std::string& module = found.module->summary->name;
    const bool is_module = found.name.empty();
    if (module == modules_.front()->summary->name) {
      // The first module's names are known without its name.
      if (index != 0) program_.modules[index].imports[alias] = is_module ? ":" : found.name;
    } else if (is_module ? is_part(found.module) : is_defined_here(found)) {
      program_.modules[index].imports[alias] = module + ":" + found.name;
    }
  }

  [[nodiscard]] bool is_part(const ProjectModule* module) const {
    return std::find(modules_.begin() + 1, modules_.end(), module) != modules_.end();
  }

  [[nodiscard]] bool is_defined_here(const Definition& definition) const {
    const auto where = definition.module->summary->definitions.find(definition.name);
    return where != definition.module->summary->definitions.end() &&
           std::ranges::any_of(where->second, [&](std::uint32_t index) {
             return added_.contains({definition.module, index});
           });
  }

  const ProjectIndex& project_;
  Program program_;
  std::vector<const ProjectModule*> modules_;  // those of the program, in its order
  std::map<std::pair<const ProjectModule*, std::uint32_t>, ir::PlacedStatement> fetched_;
  std::set<std::pair<const ProjectModule*, std::uint32_t>> added_;
  std::unordered_set<const ProjectModule*> asked_;
  std::set<std::pair<std::uint32_t, std::string>> star_names_;      // names that star imports bring, by module
  std::set<std::pair<const ProjectModule*, std::string>> changed_;  // globals whose changers are added
  std::vector<std::shared_ptr<const ImportTargets>> imports_;       // by module; null: not asked for yet
  std::deque<Open> open_;
};

}  // namespace

Program link(const ProjectModule& module, const ProjectIndex& project) { return Linker(module, project).run(); }

}  // namespace analysis
