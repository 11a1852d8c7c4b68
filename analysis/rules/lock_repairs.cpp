#include "analysis/rules/lock_repairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/acquire_to_with.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/declared_lock.h"
#include "analysis/rules/local_names.h"
#include "analysis/rules/lock_custom.h"
#include "analysis/rules/lock_origin.h"
#include "analysis/rules/lock_statements.h"
#include "analysis/rules/rule_context.h"

namespace analysis {
namespace {

CellId cell_of(const RuleContext& context, const Finding& finding) {
  for (std::uint32_t i = 0; i < context.model.cells.size(); ++i) {
    if (symbol_of(context, CellId{i}) == finding.symbol) return CellId{i};
  }
  return {};
}

/// How code of `function` spells an attribute or a global called `name` that belongs to what `cell` belongs to. Empty
/// where it has no name for the object.
std::string spelled_beside(const RuleContext& context, FunctionId function, const Cell& cell, std::string_view name) {
  const SymbolTable& symbols = context.model.symbols;
  if (cell.kind == CellKind::global) return std::string(name);
  if (cell.kind == CellKind::object_attribute) return {};
  for (FunctionId at = function; at; at = symbols.function(at).parent) {
    const FunctionSymbol& each = symbols.function(at);
    const bool is_of_class = each.receiver == Receiver::class_ && cell.kind == CellKind::class_attribute;
    if (each.receiver != Receiver::instance && !is_of_class) continue;
    return fmt::format("{}.{}", symbols.names.text(each.receiver_name), name);
  }
  if (cell.kind != CellKind::class_attribute || !cell.owner) return {};
  return fmt::format("{}.{}", symbols.class_of(cell.owner).name, name);
}

/// What has to hold the lock, and has not.
std::vector<const Access*> unlocked_accesses(const RuleContext& context, const Finding& finding, CellId cell,
                                             LockId lock) {
  const std::string_view rule = finding.rule->info.name;
  std::vector<const Access*> found;
  FunctionId reported;
  for (const Access* access : context.accesses[cell.index]) {
    if (access->range == finding.range) reported = access->function;
  }
  for (const Access* access : context.accesses[cell.index]) {
    if (access->range == finding.range) found.push_back(access);
    if (access->range == finding.range || rule == "guarded-by-violated") continue;
    if (!is_counted(*access) || (lock && access->locks.contains(lock))) continue;
    const bool is_wanted = rule != "inconsistent-lock" && !(lock && may_hold(context, access->function, lock));
    if (is_wanted || access->function == reported) found.push_back(access);
  }
  return found;
}

/// Whether calling `function` comes to code that takes `lock`, or to one of `others`, which are about to take it.
bool takes_lock(const RuleContext& context, FunctionId function, LockId lock, const std::vector<const Access*>& others,
                std::vector<FunctionId>& seen) {
  if (std::ranges::find(seen, function) != seen.end()) return false;
  seen.push_back(function);
  if (std::ranges::any_of(others, [&](const Access* access) { return access->function == function; })) return true;
  const auto holds = [&](const auto& each) { return lock && each.locks.contains(lock); };
  const FunctionFacts& facts = context.model.functions[function.index];
  if (std::ranges::any_of(context.model.bodies[function.index].accesses, holds)) return true;
  return std::ranges::any_of(facts.calls, [&](const CallSite& site) {
    return holds(site) || (site.callee && takes_lock(context, site.callee, lock, others, seen));
  });
}

/// The function that is called under the lock and would wait for it for ever; none if there is none.
FunctionId waits_for_itself(const RuleContext& context, TextRange code, FunctionId function, LockId lock,
                            const std::vector<const Access*>& others) {
  for (const CallSite& site : context.model.functions[function.index].calls) {
    if (!site.callee || !code.contains(site.range)) continue;
    std::vector<FunctionId> seen;
    if (takes_lock(context, site.callee, lock, others, seen)) return site.callee;
  }
  return {};
}

/// Where the code begins that must run in one go with the access: what the finding's decision asked, the reading of the
/// old value, or the `if` around the access that asks for the cell. Without a finding all uses get the lock.
TextRange first_under_lock(const RuleContext& context, const Finding* finding, const Access& access) {
  TextRange first = access.range;
  const bool is_of_finding = finding != nullptr && access.range == finding->range;
  const Step* test = !is_of_finding || finding->interleaving.empty() ? nullptr : &finding->interleaving.front();
  const bool is_decision = test != nullptr && finding->rule->info.name == "check-then-act";
  if (is_decision && test->module.empty()) first = test->range;
  const bool is_of_update = finding == nullptr || finding->rule->info.name == "unlocked-update";
  if (is_of_update && (access.is_update || access.is_rebuild) && reading_of(context, access).range.begin < first.begin)
    first = reading_of(context, access).range;
  const Trace& body = body_of(context.model, access);
  for (const std::vector<Guard>* guards : {&body.guards, &body.presences}) {
    for (const Guard& guard : *guards) {
      const bool is_about_it = guard.part.cell == access.cell && guard.test.begin < first.begin &&
                               body.contexts[guard.region.index].kind == Context::Kind::branch;
      if (is_about_it && is_within(body, access.context, guard.region)) first = guard.test;
    }
  }
  return first;
}

/// Where the code ends that must run in one go with an update: a plain reading of the new value on the next line, as in
/// `hits += 1` and `return hits`.
TextRange last_under_lock(const RuleContext& context, const Finding* finding, const Access& access) {
  if (finding == nullptr || finding->rule->info.name != "unlocked-update" || !access.is_update) return access.range;
  const FunctionSymbol& function = context.model.function(access.function);
  for (const Access& reading : body_of(context.model, access).accesses) {
    if (reading.cell != access.cell || is_write(reading.kind) || reading.range.begin < access.range.end) continue;
    if (context.text.row(reading.range.begin) != context.text.row(access.range.end) + 1) break;
    const TextRange between{access.range.end, reading.range.end};
    const bool has_call = std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
      return op.kind == ir::OpKind::call && between.overlaps(function.absolute(op.range));
    });
    return has_call ? access.range : reading.range;
  }
  return access.range;
}

/// The statement that first binds the cell: in the module, the class body or the constructor.
std::optional<TextRange> definition_of(const RuleContext& context, CellId cell) {
  const bool is_of_instance = context.model.cells.cell(cell).kind == CellKind::instance_attribute;
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    const FunctionSymbol& function = context.model.function(binding.function);
    const TextRange range = function.absolute(binding.op->range);
    const bool is_made_here = is_of_instance ? context.model.symbols.text(function, function.code->name) == "__init__"
                                             : function.code->kind != ir::FunctionKind::function;
    if (is_made_here && is_in_module(context, range)) return range;
  }
  return {};
}

/// A lock that exists, or, without `origin`, one that is to be made.
struct ChosenLock {
  LockId id;      // none where nobody is seen to hold it
  CellId origin;  // what holds the lock
};

/// The lock that most places hold. Nothing when no name leads to it.
std::optional<ChosenLock> usual_lock(const RuleContext& context, CellId id) {
  const LockId lock = custom_of(context, id).lock;
  if (!lock) return ChosenLock{};
  const CellId origin = origin_of(context.model, lock).cell;
  return origin ? std::optional(ChosenLock{lock, origin}) : std::nullopt;
}

/// The lock that a comment declares. Nothing when no name leads to it.
std::optional<ChosenLock> lock_of_comment(const RuleContext& context, CellId id) {
  const ConcurrencyModel& model = context.model;
  const std::string_view declared = declared_lock(context, id, declared_locks(context));
  const bool is_attribute = declared.find('.') != std::string_view::npos;
  for (std::uint32_t i = 0; i < model.cells.size(); ++i) {
    const Cell& cell = model.cells.cell(CellId{i});
    if (model.symbols.names.text(cell.name) != last_name(declared)) continue;
    if (is_attribute ? cell.owner != model.cells.cell(id).owner : cell.kind != CellKind::global) continue;
    ChosenLock chosen{.id = {}, .origin = CellId{i}};
    for (const Access* access : context.accesses[id.index]) {
      for (const LockId held : access->locks.locks()) {
        if (model.locks.name(held) == model.name_of(chosen.origin)) chosen.id = held;
      }
    }
    return chosen;
  }
  return {};
}

/// What has to stand in the `with`, or why that cannot be.
struct LockedPieces {
  std::vector<LockedCode> pieces;
  std::string refusal;
};

LockedPieces pieces_under(const RuleContext& context, const Finding* finding,
                          const std::vector<const Access*>& accesses, LockId lock, const Cell& beside,
                          std::string_view name) {
  LockedPieces result;
  for (const Access* access : accesses) {
    if (!is_in_module(context, access->range))
      return {{}, "other modules change it as well: " + line_of(context, access->range.begin)};
    const TextRange first = first_under_lock(context, finding, *access);
    const TextRange code{std::min(first.begin, access->range.begin), access->range.end};
    if (const FunctionId waits = waits_for_itself(context, code, access->function, lock, accesses)) {
      const std::string& callee = context.model.function(waits).qualified_name;
      return {{}, fmt::format("`{}`, which is called there, takes the lock as well", callee)};
    }
    std::string spelled = spelled_beside(context, access->function, beside, name);
    if (spelled.empty()) return {{}, "the object that has the lock has no name there"};
    result.pieces.push_back({first, last_under_lock(context, finding, *access), std::move(spelled)});
  }
  return result;
}

/// Puts the accesses of a cell under the lock. Nothing when there are none.
std::optional<Fix> hold_for(const RuleContext& context, const SyntaxTree& tree, CellId id, const ChosenLock& lock,
                            const Finding* finding, const std::vector<const Access*>& accesses) {
  const ConcurrencyModel& model = context.model;
  const bool is_new = !lock.origin;
  const bool is_everywhere = finding == nullptr;
  // The lock belongs to what it belongs to; a new one goes where the cell is.
  const Cell beside = model.cells.cell(is_new ? id : lock.origin);
  const std::string cell = model.name_of(id);
  const std::string name = is_new ? unused_lock_name(tree, cell) : std::string(last_name(model.name_of(lock.origin)));
  std::string title =
      is_new ? fmt::format("guard {}`{}` with a new lock `{}`", is_everywhere ? "every use of " : "", cell, name)
      : is_everywhere ? fmt::format("hold `{}` wherever `{}` is used", model.name_of(lock.origin), cell)
                      : fmt::format("hold `{}` here", model.name_of(lock.origin));
  LockedPieces code = pieces_under(context, finding, accesses, lock.id, beside, name);
  if (!code.refusal.empty()) return as_fix(std::move(title), {.edits = {}, .refusal = std::move(code.refusal)});
  if (code.pieces.empty()) return {};
  if (!is_new) return as_fix(std::move(title), lock_statements(tree, code.pieces, nullptr));
  const std::optional<TextRange> definition = definition_of(context, id);
  if (!definition) return as_fix(std::move(title), {.edits = {}, .refusal = "it is made in several places"});
  const NewLock made{beside.kind == CellKind::instance_attribute ? "self." + name : name, *definition};
  return as_fix(std::move(title), lock_statements(tree, code.pieces, &made));
}

/// Why a lock around the statement of an access would not help, or would do harm; empty if it is none of these.
std::string objection_to_lock_around(const SyntaxTree& tree, TextRange access) {
  Node inner = tree.root().smallest_named_at(access);
  for (Node at = inner.parent(); at && at.kind() != Kind::block; inner = at, at = at.parent()) {
    if (at.kind() == Kind::lambda || at.kind() == Kind::generator_expression)
      return "it is used later than it is named";
    // Whoever ends the loop would wait for the lock.
    if (at.kind() == Kind::while_statement && at.field(Field::condition) == inner) return "a loop asks for it";
  }
  return {};
}

}  // namespace

std::vector<Fix> hold_lock(const RuleContext& context, const SyntaxTree& tree, const Finding& finding) {
  const CellId id = cell_of(context, finding);
  // Who is hardly believed to share an object is not told to lock it.
  if (!id || finding.severity == Severity::hint) return {};
  const bool is_declared = finding.rule->info.name == "guarded-by-violated";
  const std::optional<ChosenLock> lock = is_declared ? lock_of_comment(context, id) : usual_lock(context, id);
  if (!lock) return {};
  const std::vector<const Access*> accesses = unlocked_accesses(context, finding, id, lock->id);
  auto fix = hold_for(context, tree, id, *lock, &finding, accesses);
  return fix ? std::vector{*std::move(fix)} : std::vector<Fix>{};
}

std::optional<Fix> hold_lock_everywhere(const RuleContext& context, const SyntaxTree& tree, CellId cell) {
  const std::optional<ChosenLock> lock = usual_lock(context, cell);
  const auto& accesses = context.accesses[cell.index];
  const bool is_changed = std::ranges::any_of(accesses, [](const Access* access) { return is_write(access->kind); });
  if (!lock || !is_changed) return {};
  std::vector<const Access*> unlocked;
  std::string objection;
  for (const Access* access : accesses) {
    if (lock->id && (access->locks.contains(lock->id) || may_hold(context, access->function, lock->id))) continue;
    unlocked.push_back(access);
    if (objection.empty() && is_in_module(context, access->range))
      objection = objection_to_lock_around(tree, access->range);
  }
  std::optional<Fix> fix = hold_for(context, tree, cell, *lock, nullptr, unlocked);
  if (!fix || !fix->disabled_reason.empty()) return fix;
  const std::string& module = context.module_name;
  if (context.project.is_mutated(module, context.model.name_of(cell))) objection = "other modules change it as well";
  if (!objection.empty()) {
    fix->edits.clear();
    fix->disabled_reason = std::move(objection);
  }
  return fix;
}

Fix hold_with(const SyntaxTree& tree, const Finding& finding) {
  return as_fix("hold the lock with `with`", acquire_to_with(tree, finding.range));
}

}  // namespace analysis
