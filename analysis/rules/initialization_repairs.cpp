#include "analysis/rules/initialization_repairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/build_then_assign.h"
#include "analysis/rules/guarded_region.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/move_flag_last.h"
#include "analysis/rules/repeat_test.h"
#include "analysis/rules/rule_context.h"

namespace analysis {
namespace {

/// The calls of a trace that lead to a context, outermost first.
std::vector<ContextId> calls_to(const Trace& trace, ContextId context) {
  std::vector<ContextId> calls;
  for (ContextId at = context; at; at = trace.contexts[at.index].parent) {
    if (trace.contexts[at.index].kind == Context::Kind::call) calls.push_back(at);
  }
  std::ranges::reverse(calls);
  return calls;
}

/// How many calls deep the code lies that all decisive writes have in common: 0 is the function with the test.
std::size_t common_depth(const Initialization& initialization) {
  const Trace& trace = *initialization.trace;
  std::vector<ContextId> common = calls_to(trace, initialization.publish->context);
  for (const Access* write : initialization.completions) {
    const std::vector<ContextId> calls = calls_to(trace, write->context);
    const auto differ = std::ranges::mismatch(common, calls);
    common.erase(differ.in1, common.end());
  }
  if (!initialization.is_filled_in_loop) return common.size();
  const ContextId loop = loop_within(trace, initialization.publish->context, initialization.guard->region);
  return std::min(common.size(), calls_to(trace, loop).size());
}

/// How `function` spells a cell; empty when it does not name it.
std::string spelling(const RuleContext& context, FunctionId id, CellId cell_id) {
  const Cell& cell = context.model.cells.cell(cell_id);
  const FunctionSymbol& function = context.model.function(id);
  const SymbolTable& symbols = context.model.symbols;
  const std::string name(symbols.names.text(cell.name));
  if (cell.kind == CellKind::global) return name;
  std::vector<std::string> objects;
  if (cell.kind == CellKind::object_attribute) objects.emplace_back(symbols.names.text(cell.object));
  for (FunctionId at = id; at; at = symbols.function(at).parent) {
    if (symbols.function(at).receiver == Receiver::none) continue;
    const std::string receiver(symbols.names.text(symbols.function(at).receiver_name));
    objects.insert(objects.end(), {receiver, receiver + ".__class__", "type(" + receiver + ")"});
  }
  for (const ClassSymbol& symbol : symbols.classes) objects.push_back(symbol.name);
  for (const Name global : symbols.globals) {
    if (context.model.cells.class_of_global(global)) objects.emplace_back(symbols.names.text(global));
  }
  const std::string_view text = text_of(context, function.absolute(function.code->range));
  for (const std::string& object : objects) {
    std::string spelled = object + "." + name;
    for (std::size_t at = text.find(spelled); at != std::string_view::npos; at = text.find(spelled, at + 1)) {
      const std::size_t end = at + spelled.size();
      const auto continues_word = [&](std::size_t i) {
        return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) != 0 || text[i] == '_');
      };
      if (!continues_word(end) && (at == 0 || (!continues_word(at - 1) && text[at - 1] != '.'))) return spelled;
    }
  }
  return {};
}

ContainerKind container_kind(const ir::StatementFacts& facts, const ir::Value& value) {
  switch (value.kind) {
    case ir::ValueKind::list:
      return ContainerKind::list;
    case ir::ValueKind::dict:
      return ContainerKind::dict;
    case ir::ValueKind::set:
      return ContainerKind::set;
    case ir::ValueKind::call:
      switch (container_made_by(maker_of(facts, value))) {
        case ContainerType::list:
          return ContainerKind::list;
        case ContainerType::dict:
          return ContainerKind::dict;
        case ContainerType::set:
          return ContainerKind::set;
        default:
          return ContainerKind::object;
      }
    default:
      return ContainerKind::unknown;
  }
}

/// What the cell holds before anyone fills it, and an expression that makes another such object when that is not plain.
void set_container(const RuleContext& context, CellId cell, LazyInitialization& lazy) {
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    if (!binding.op->value) continue;
    const FunctionSymbol& function = context.model.function(binding.function);
    const ir::Value& value = function.facts->values[binding.op->value.index];
    const ContainerKind kind = container_kind(*function.facts, value);
    if (kind == ContainerKind::unknown) continue;
    lazy.container = kind;
    if (value.kind == ir::ValueKind::call)
      lazy.empty_value = std::string(text_of(context, function.absolute(value.range)));
    return;
  }
}

/// Whether a list can become a tuple once it is filled: nobody changes it later, or asks of it what tuples do not have.
bool may_be_tuple(const RuleContext& context, const Initialization& initialization, TextRange region) {
  const CellId cell = initialization.guard->part.cell;
  if (initialization.guard->part.key || initialization.guard->kind == ir::TestKind::empty) return false;
  const std::string& module = context.module_name;
  if (context.project.is_mutated(module, context.model.name_of(cell))) return false;
  const std::set<TextRange> own = [&] {
    std::set<TextRange> ranges;
    for (const Access* write : initialization.writes) ranges.insert(write->range);
    return ranges;
  }();
  for (std::size_t i = 0; i < context.model.bodies.size(); ++i) {
    for (const Access& access : context.model.bodies[i].accesses) {
      if (access.cell != cell || region.contains(access.range) || own.contains(access.range)) continue;
      const bool changes =
          is_write(access.kind) && access.kind != AccessKind::rebind && access.kind != AccessKind::unbind;
      const std::string_view method = context.model.symbols.names.text(access.method);
      const bool asks_for_list =
          access.kind == AccessKind::call_on && method != "index" && method != "count" && access.depth == 0;
      if ((changes && access.depth <= 1) || asks_for_list) return false;
    }
  }
  return true;
}

void add_helpers(const RuleContext& context, const Initialization& initialization, std::size_t depth,
                 LazyInitialization& lazy) {
  const Trace& trace = *initialization.trace;
  std::set<TextRange> known;
  for (const Access* write : initialization.writes) {
    const std::vector<ContextId> calls = calls_to(trace, write->context);
    for (std::size_t i = depth; i < calls.size(); ++i) {
      const Context& call = trace.contexts[calls[i].index];
      const FunctionId caller = i == 0 ? trace.root : trace.contexts[calls[i - 1].index].function;
      const TextRange range = context.model.function(caller).absolute(call.op->range);
      if (!known.insert(range).second) continue;
      const FunctionSymbol& helper = context.model.function(call.function);
      lazy.helpers.push_back(
          {range, helper.absolute(helper.code->range), spelling(context, call.function, write->cell)});
    }
  }
}

void add_readers(const RuleContext& context, FunctionId function, LazyInitialization& lazy, CellId cell) {
  for (const CallSite& site : context.model.functions[function.index].calls) {
    if (!site.callee || !lazy.region.contains(site.range)) continue;
    const bool is_helper =
        std::ranges::any_of(lazy.helpers, [&](const HelperFill& helper) { return helper.call == site.range; });
    const FunctionFacts& callee = context.model.functions[site.callee.index];
    if (!is_helper && std::ranges::binary_search(callee.reads, cell)) lazy.readers.push_back(site.range);
  }
}

/// Nothing when the code that fills the cell is no block of statements.
std::optional<LazyInitialization> describe(const RuleContext& context, const SyntaxTree& tree,
                                           const Initialization& initialization) {
  const Guard& guard = *initialization.guard;
  const Trace& trace = *initialization.trace;
  const std::size_t depth = common_depth(initialization);
  FunctionId filler = trace.root;
  if (0 < depth) filler = trace.contexts[calls_to(trace, initialization.publish->context)[depth - 1].index].function;
  const FunctionSymbol& function = context.model.function(filler);
  const bool is_all_here = is_in_module(context, function.absolute(function.code->range)) &&
                           std::ranges::all_of(initialization.writes, [&](const Access* write) {
                             return is_in_module(context, write->range);
                           });
  if (!is_all_here) return {};
  LazyInitialization lazy;
  const CellId cell = guard.part.cell;
  lazy.cell = spelling(context, filler, cell);
  if (lazy.cell.empty()) lazy.cell = spelling(context, trace.root, cell);
  if (guard.part.key) lazy.cell += "[" + std::string(context.model.symbols.names.text(guard.part.key)) + "]";
  lazy.is_global = context.model.cells.cell(cell).kind == CellKind::global && !guard.part.key;
  lazy.function = function.absolute(function.code->range);
  // A test in another module is out of the way of all edits.
  lazy.test = is_in_module(context, guard.test) ? guard.test : TextRange{};
  const std::optional<TextRange> region = depth == 0 ? region_of(tree, guard) : function.absolute(function.code->body);
  if (!region) return {};
  lazy.region = *region;
  lazy.publish = initialization.publish->range;
  if (!guard.part.key) set_container(context, cell, lazy);
  lazy.starts_empty = guard.kind != ir::TestKind::sentinel;
  add_helpers(context, initialization, depth, lazy);
  add_readers(context, filler, lazy, cell);
  lazy.may_be_tuple = may_be_tuple(context, initialization, lazy.region);
  const Cell& kind = context.model.cells.cell(cell);
  const std::string receiver(context.model.symbols.names.text(function.receiver_name));
  if (kind.kind == CellKind::class_attribute && function.receiver == Receiver::instance &&
      lazy.cell.starts_with(receiver + ".") && !lazy.cell.starts_with(receiver + ".__class__")) {
    lazy.owner = context.model.symbols.class_of(kind.owner).name + "." +
                 std::string(context.model.symbols.names.text(kind.name));
  }
  return lazy;
}

/// Cells that the region binds and then fills next to the one it tests: readers take them for ready together.
std::vector<LazyInitialization> filled_along(const RuleContext& context, const Initialization& initialization,
                                             const LazyInitialization& main) {
  std::vector<LazyInitialization> found;
  const Trace& trace = *initialization.trace;
  const CellId tested = initialization.guard->part.cell;
  for (std::size_t i = initialization.guard->first_access; i < trace.accesses.size(); ++i) {
    const Access& bind = trace.accesses[i];
    if (bind.kind != AccessKind::rebind || bind.cell == tested || !bind.is_container ||
        !main.region.contains(bind.range))
      continue;
    const bool is_filled = std::any_of(trace.accesses.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                       trace.accesses.end(), [&](const Access& later) {
                                         return later.cell == bind.cell && is_write(later.kind) &&
                                                later.kind != AccessKind::rebind && main.region.contains(later.range);
                                       });
    const bool is_known = std::ranges::any_of(found, [&](const auto& cell) { return cell.publish == bind.range; });
    LazyInitialization cell;
    cell.cell = spelling(context, bind.function, bind.cell);
    if (!is_filled || is_known || cell.cell.empty()) continue;
    cell.is_global = context.model.cells.cell(bind.cell).kind == CellKind::global;
    cell.function = main.function;
    cell.test = main.test;
    cell.region = main.region;
    cell.publish = bind.range;
    cell.starts_empty = true;
    found.push_back(std::move(cell));
  }
  return found;
}

/// Whether other names, of importers or of module-level code, keep the object that is filled today and would not see
/// the new one.
bool has_aliases(const RuleContext& context, const Initialization& initialization) {
  // What was bound before the region is out of date after it as it stands.
  if (initialization.first_binding != nullptr && initialization.first_binding <= initialization.publish) return false;
  const CellId cell = initialization.guard->part.cell;
  const Cell& kind = context.model.cells.cell(cell);
  if (kind.kind == CellKind::global &&
      context.project.is_imported(context.module_name, context.model.symbols.names.text(kind.name))) {
    return true;
  }
  for (std::size_t i = 0; i < context.model.bodies.size(); ++i) {
    if (context.model.symbols.functions[i].code->kind == ir::FunctionKind::function) continue;
    const bool keeps = std::ranges::any_of(context.model.bodies[i].accesses, [&](const Access& access) {
      return access.cell == cell && (access.kind == AccessKind::escape || access.kind == AccessKind::read) &&
             access.depth == 0;
    });
    if (keeps) return true;
  }
  return false;
}

/// The initialization that a finding of another rule speaks of; null when there is none.
const Initialization* find_reported(const RuleContext& context, const Finding& finding) {
  const auto found = std::ranges::find_if(context.initializations, [&](const Initialization& initialization) {
    return initialization.publish != nullptr && initialization.publish->range == finding.range &&
           symbol_of(context, initialization.guard->part.cell) == finding.symbol;
  });
  return found == context.initializations.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Fix> repair_early_publication(const RuleContext& context, const SyntaxTree& tree, const Finding& finding) {
  const auto found = std::ranges::find_if(context.initializations, [&](const Initialization& initialization) {
    return is_published_early(initialization) && initialization.publish->range == finding.range &&
           symbol_of(context, initialization.guard->part.cell) == finding.symbol;
  });
  if (found == context.initializations.end()) return {};
  const std::string name = part_name(context.model, found->guard->part);
  Fix fix;
  fix.title = fmt::format("build `{}` first and assign it when it is complete", name);
  const std::optional<LazyInitialization> lazy = describe(context, tree, *found);
  if (!lazy) {
    const bool is_elsewhere =
        std::ranges::any_of(found->writes, [&](const Access* write) { return !is_in_module(context, write->range); });
    fix.disabled_reason =
        "the code that fills `" + name + "` is " + (is_elsewhere ? "in several modules" : "part of an expression");
    return {fix};
  }
  std::vector<LazyInitialization> cells{*lazy};
  bool is_kept = has_aliases(context, *found);
  for (const Initialization& other : context.initializations) {
    // Cells that the same code fills are rewritten together.
    if (other.trace != found->trace || !is_published_early(other) || other.guard->part == found->guard->part) continue;
    if (other.guard->region != found->guard->region) continue;
    const std::optional<LazyInitialization> also = describe(context, tree, other);
    if (!also || also->function != lazy->function || also->region != lazy->region) continue;
    if (std::ranges::any_of(cells, [&](const auto& cell) { return cell.cell == also->cell; })) continue;
    cells.push_back(*also);
    is_kept = is_kept || has_aliases(context, other);
  }
  for (LazyInitialization& also : filled_along(context, *found, *lazy)) {
    if (std::ranges::none_of(cells, [&](const auto& cell) { return cell.cell == also.cell; }))
      cells.push_back(std::move(also));
  }
  Rewrite rewrite = build_then_assign(tree, cells);
  fix.edits = std::move(rewrite.edits);
  fix.disabled_reason = std::move(rewrite.refusal);
  fix.applicability = is_kept ? Applicability::review : Applicability::safe;
  fix.is_preferred = fix.disabled_reason.empty() && !is_kept;
  if (is_kept && fix.disabled_reason.empty()) fix.title += "; other names keep the old object";
  return {fix};
}

std::vector<Fix> repair_early_flag(const RuleContext& context, const SyntaxTree& tree, const Finding& finding) {
  const Initialization* found = find_reported(context, finding);
  if (found == nullptr) return {};
  std::string title = fmt::format("set `{}` when the work is done", part_name(context.model, found->guard->part));
  const FunctionSymbol& function = context.model.function(found->publish->function);
  const std::optional<TextRange> region = region_of(tree, *found->guard);
  if (!region || found->publish->function != found->trace->root) {
    return {as_fix(std::move(title), {.edits = {}, .refusal = "test and flag stand in different functions"})};
  }
  EarlyReadyFlag early;
  early.flag = spelling(context, found->publish->function, found->guard->part.cell);
  early.function = function.absolute(function.code->range);
  early.region = *region;
  early.assignment = found->publish->range;
  for (const CallSite& site : context.model.functions[found->publish->function.index].calls) {
    if (!site.callee || !region->contains(site.range)) continue;
    const FunctionFacts& callee = context.model.functions[site.callee.index];
    if (std::ranges::binary_search(callee.reads, found->guard->part.cell)) early.readers.push_back(site.range);
  }
  return {as_fix(std::move(title), move_flag_last(tree, early))};
}

std::vector<Fix> repair_missing_test(const RuleContext& context, const SyntaxTree& tree, const Finding& finding) {
  const Initialization* found = find_reported(context, finding);
  if (found == nullptr) return {};
  const std::string name = part_name(context.model, found->guard->part);
  const FunctionSymbol& function = context.model.function(found->publish->function);
  MissingSecondTest missing;
  missing.cell = spelling(context, found->publish->function, found->guard->part.cell);
  missing.function = function.absolute(function.code->range);
  missing.test = found->guard->test;
  missing.unset_when = found->guard->is_rest_of_block ? UnsetWhen::false_ : UnsetWhen::true_;
  missing.locked = locked_block(tree, found->publish->range);
  if (missing.locked.empty() || found->guard->part.key || found->publish->function != found->trace->root)
    return {as_fix("test again under the lock", {.edits = {}, .refusal = "the code under the lock is not one block"})};
  return {as_fix(fmt::format("ask for `{}` again under the lock", name), repeat_test(tree, missing))};
}

}  // namespace analysis
