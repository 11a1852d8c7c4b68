#include "analysis/review/class_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/rules/rule.h"

namespace analysis {
namespace {

using ir::OpKind;

/// A place that leads through the class of what a name holds.
struct ThroughClass {
  std::string object;   // `self`
  std::string name;     // of the attribute
  ClassId of;           // none: not known, or not of this module
  TextRange range;      // absolute
  bool is_all = false;  // nothing follows the attribute
  TextRange statement;  // absolute: of the operation
  bool is_set = false;  // the operation binds or removes it, or something in its object
};

bool is_in_function(const FunctionSymbol& function) {
  return function.code->kind == ir::FunctionKind::function || function.code->kind == ir::FunctionKind::lambda;
}

bool is_bound(OpKind kind) { return kind == OpKind::bind || kind == OpKind::augment || kind == OpKind::remove; }

std::optional<ThroughClass> through_class(const ConcurrencyModel& model, FunctionId in, const ir::Place& place,
                                          const ir::Op& op) {
  const FunctionSymbol& function = model.function(in);
  if (place.segment_count < 2 || !place.root) return {};
  const auto segment = [&](std::uint32_t at) {
    return model.symbols.text(function, function.facts->segments[place.first_segment + at].name);
  };
  if (segment(0) != "__class__" || segment(1).empty()) return {};
  const Name root = model.symbols.name(function, place.root);
  return ThroughClass{.object = std::string(model.symbols.names.text(root)),
                      .name = std::string(segment(1)),
                      .of = receiver_of(model.symbols, look_up(model.symbols, in, root)).class_id,
                      .range = function.absolute(place.range),
                      .is_all = place.segment_count == 2,
                      .statement = function.absolute(op.range),
                      .is_set = is_bound(op.kind)};
}

/// The place that an operation is about: what it reads, binds or calls.
const ir::Place* place_of_op(const FunctionSymbol& function, const ir::Op& op) {
  const bool has_place = op.kind == OpKind::read || is_bound(op.kind);
  if (has_place && op.place) return &function.facts->places[op.place.index];
  return op.kind == OpKind::call ? &function.facts->places[function.facts->calls[op.call.index].callee.index] : nullptr;
}

std::string explanation(const ConcurrencyModel& model, const ThroughClass& access,
                        const std::vector<ReviewedCell>& attributes) {
  const auto has_name = [&](const std::string& class_name) {
    return std::ranges::find_if(attributes, [&](const ReviewedCell& cell) {
      return cell.class_name == class_name && cell.name == access.name;
    });
  };
  if (!access.of) {
    const auto set = has_name(access.object + ".__class__");
    if (set != attributes.end()) return fmt::format("kind {}: {}", set->kind, set->why);
    const std::string_view use = access.is_set ? "its object is changed here" : "not set here";
    return fmt::format("{}; the class of `{}` is not known", use, access.object);
  }
  const Name name = model.symbols.names.find(access.name);
  if (const FunctionId method = find_method(model.symbols, access.of, name)) {
    return fmt::format("the method `{}`", model.function(method).qualified_name);
  }
  for (const ClassId each : model.symbols.class_of(access.of).line) {
    const std::string& class_name = model.symbols.class_of(each).name;
    if (const auto cell = has_name(class_name); cell != attributes.end()) {
      return fmt::format("`{}.{}`, kind {}: {}", class_name, access.name, cell->kind, cell->why);
    }
    if (!model.cells.bindings_of_attribute(each, name).empty()) {
      return fmt::format("`{}.{}`, which nothing changes here", class_name, access.name);
    }
  }
  return fmt::format("not in the text of `{}`: its metaclass, a decorator, another module or `setattr` sets it",
                     model.symbols.class_of(access.of).name);
}

bool is_dunder(std::string_view name) { return name.starts_with("__") && name.ends_with("__"); }

/// Calls `use` with each place of a function of this module that leads through a class, in order.
template <class Use>
void for_each_access(const RuleContext& context, Use use) {
  const ConcurrencyModel& model = context.model;
  for (std::uint32_t i = 0; i < model.symbols.functions.size(); ++i) {
    const FunctionSymbol& function = model.symbols.functions[i];
    if (!is_in_function(function) || !is_in_module(context, function.absolute(function.code->range))) continue;
    for (const ir::Op& op : function.code->ops) {
      const ir::Place* place = place_of_op(function, op);
      if (place == nullptr) continue;
      if (const auto access = through_class(model, FunctionId{i}, *place, op)) use(function, *access);
    }
  }
}

}  // namespace

void add_foreign_class_attributes(const RuleContext& context, Inventory& inventory) {
  for_each_access(context, [&](const FunctionSymbol& function, const ThroughClass& access) {
    if (!access.is_set || !access.is_all || access.of) return;
    ReviewedCell cell;
    cell.class_name = access.object + ".__class__";
    cell.name = access.name;
    cell.symbol = context.module_name + "." + cell.class_name + "." + cell.name;
    cell.range = access.statement;
    cell.kind = 3;
    cell.writers.push_back({{}, function.qualified_name, cell.range, "rebind", {}, false});
    cell.why = "`" + function.qualified_name + "` rebinds an attribute of a class that it does not own";
    for (const Finding& finding : inventory.findings) {
      if (!finding.range.overlaps(cell.range)) continue;
      cell.rules.push_back(finding.rule->info.name);
      cell.symbol = finding.symbol;
    }
    inventory.class_attributes.push_back(std::move(cell));
  });
}

std::vector<ClassAccess> accesses_through_class(const RuleContext& context,
                                                const std::vector<ReviewedCell>& attributes) {
  std::vector<ClassAccess> found;
  for_each_access(context, [&](const FunctionSymbol& function, const ThroughClass& access) {
    if (is_dunder(access.name)) return;
    const std::string text = access.object + ".__class__." + access.name;
    found.push_back({text, function.qualified_name, access.range, explanation(context.model, access, attributes)});
  });
  const auto place = [](const ClassAccess& access) { return access.range.begin; };
  std::ranges::stable_sort(found, {}, place);
  // `x.__class__.n += 1` reads and binds one place.
  const auto same = std::ranges::unique(found, {}, place);
  found.erase(same.begin(), same.end());
  return found;
}

}  // namespace analysis
