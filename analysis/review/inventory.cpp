#include "analysis/review/inventory.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/review/cell_history.h"
#include "analysis/review/class_access.h"
#include "analysis/review/verdict.h"
#include "analysis/rules/rule.h"

namespace analysis {
namespace {

using ir::FunctionKind;
using ir::OpKind;
using ir::ValueKind;
using Bindings = std::vector<CellTable::Binding>;

std::string_view how(const CellEvent& event) {
  static constexpr auto words =
      std::to_array<std::string_view>({"read", "rebind", "delete", "mutate", "item-write", "item-delete",
                                       "attribute-write", "call", "iterate", "test", "pass", "return"});
  if (event.is_binding && event.kind == AccessKind::mutate) return "rebind";
  return words.at(static_cast<std::size_t>(event.kind));
}

bool is_dunder(std::string_view name) { return name.starts_with("__") && name.ends_with("__"); }

bool is_module_level(const ConcurrencyModel& model, FunctionId function) {
  const FunctionKind kind = model.function(function).code->kind;
  return kind == FunctionKind::module || kind == FunctionKind::class_body;
}

/// Whether a value is a function, a class or a module.
bool is_definition(const ConcurrencyModel& model, const CellTable::Binding& binding) {
  if (!binding.op->value) return false;
  const ValueKind kind = model.function(binding.function).facts->values[binding.op->value.index].kind;
  return kind == ValueKind::import || kind == ValueKind::function || kind == ValueKind::class_;
}

class InventoryTaker {
 public:
  InventoryTaker(const RuleContext& context, Inventory& inventory, const std::stop_token& stop)
      : context_(context), model_(context.model), inventory_(inventory), histories_(context.model, stop) {}

  void take_globals();
  void take_class_attributes();
  void take_instance_attributes();

 private:
  void take_function_attributes();
  void take_class_attribute(ClassId of, Name name, TextRange range, const Bindings& bindings);
  /// Fills in what follows from the events; `events` are those of `id`.
  void complete(ReviewedCell& cell, CellId id, const std::vector<CellEvent>& events);
  void add_users(ReviewedCell& cell, const std::vector<CellEvent>& events);
  [[nodiscard]] std::vector<CellEvent> events_of_object(ClassId made) const;
  [[nodiscard]] std::vector<ClassId> with_bases(ClassId of) const;
  [[nodiscard]] Bindings instance_bindings(ClassId of, Name name) const;
  [[nodiscard]] TextRange range_of(const CellTable::Binding& binding) const {
    const FunctionSymbol& function = model_.function(binding.function);
    return function.absolute(function.facts->places[binding.op->place.index].range);
  }

  /// Whether a range of the program is in the module that is reviewed.
  [[nodiscard]] bool is_own(TextRange range) const { return is_in_module(context_, range); }
  [[nodiscard]] bool is_own_class(ClassId id) const { return id && is_own(class_range(id)); }
  [[nodiscard]] TextRange class_range(ClassId id) const {
    const ClassSymbol& symbol = model_.symbols.class_of(id);
    return model_.function(symbol.body).absolute(symbol.code->name_range);
  }

  const RuleContext& context_;
  const ConcurrencyModel& model_;
  Inventory& inventory_;
  CellHistories histories_;
};

void InventoryTaker::add_users(ReviewedCell& cell, const std::vector<CellEvent>& events) {
  for (const CellEvent& event : events) {
    const bool is_first_binding = event.is_binding && event.is_module_level;
    if (is_first_binding) continue;
    std::vector<CellUser>& users = is_write(event.kind) ? cell.writers : cell.readers;
    const ProgramPlace place = place_of(context_, event.range);
    CellUser user;
    user.module = place.module;
    if (!event.is_module_level) user.function = model_.function(event.function).qualified_name;
    user.range = place.range;
    user.how = how(event);
    user.runs_at_import = event.phase == Phase::import;
    for (const LockId lock : event.locks.locks()) user.locks.push_back(histories_.locks().name(lock));
    const bool is_known = std::ranges::any_of(users, [&](const CellUser& other) {
      return other.module == user.module && other.function == user.function &&
             place.text.row(other.range.begin) == place.text.row(user.range.begin) &&
             (!is_write(event.kind) || other.how == user.how);
    });
    if (!is_known) users.push_back(std::move(user));
  }
}

void InventoryTaker::complete(ReviewedCell& cell, CellId id, const std::vector<CellEvent>& events) {
  judge_initialization(context_, histories_, id, inventory_.findings, cell);
  cell.protection = protection_of(model_, histories_.locks(), id, cell, events);
  add_users(cell, events);
  std::set<std::string_view> rules;
  for (const Finding& finding : inventory_.findings) {
    if (finding.symbol == cell.symbol) rules.insert(finding.rule->info.name);
  }
  cell.rules.assign(rules.begin(), rules.end());
  cell.why = reason_for(model_, histories_.locks(), cell, events, inventory_.findings);
}

/// A class, then its bases in this module, each once.
std::vector<ClassId> InventoryTaker::with_bases(ClassId of) const {
  std::vector<ClassId> family{of};
  for (std::size_t i = 0; i < family.size(); ++i) {
    for (const ClassId base : model_.symbols.class_of(family[i]).bases) {
      if (std::ranges::find(family, base) == family.end()) family.push_back(base);
    }
  }
  return family;
}

/// What methods do to the attributes of objects of a class, once these are made.
std::vector<CellEvent> InventoryTaker::events_of_object(ClassId made) const {
  const std::vector<ClassId> family = with_bases(made);
  std::vector<CellEvent> result;
  for (std::uint32_t i = 0; i < model_.cells.size(); ++i) {
    const Cell& cell = model_.cells.cell(CellId{i});
    if (cell.kind != CellKind::instance_attribute || std::ranges::find(family, cell.owner) == family.end()) continue;
    for (CellEvent event : histories_.of(CellId{i})) {
      if (!is_write(event.kind)) continue;
      // To replace an attribute is to change the object in place.
      if (event.is_binding) event.kind = AccessKind::attribute_write;
      event.is_binding = false;
      result.push_back(std::move(event));
    }
  }
  return result;
}

void InventoryTaker::take_globals() {
  for (const Name name : model_.symbols.globals) {
    const std::string text(model_.symbols.names.text(name));
    // A leading dot: the variable of a comprehension. A colon: a global of another module.
    if (text.starts_with('.') || text.find(':') != std::string::npos) continue;
    const Bindings& bindings = model_.cells.bindings_of(name);
    const auto first = std::ranges::find_if(bindings, [&](const auto& each) { return is_own(range_of(each)); });
    if (first == bindings.end()) continue;
    const CellId id = histories_.global(name);
    std::vector<CellEvent> events = histories_.of(id);
    const bool is_definition_only = model_.cells.is_definition(name);
    if (is_definition_only) {
      // These have no accesses: only what binds them is known.
      for (const CellTable::Binding& binding : bindings) {
        CellEvent event;
        event.kind = AccessKind::rebind;
        event.function = binding.function;
        event.range = range_of(binding);
        event.is_module_level = is_module_level(model_, binding.function);
        event.phase = event.is_module_level ? Phase::import : Phase::run;
        event.is_binding = true;
        events.push_back(std::move(event));
      }
    }
    if (const ClassId made = model_.cells.class_of_global(name)) {
      const std::vector<CellEvent> of_object = events_of_object(made);
      events.insert(events.end(), of_object.begin(), of_object.end());
    }
    ReviewedCell cell;
    cell.name = text;
    cell.symbol = context_.module_name + "." + text;
    cell.range = range_of(*first);
    cell.kind = kind_of_global(events);
    const bool defines = std::ranges::any_of(bindings, [&](const auto& each) { return is_definition(model_, each); });
    if (cell.kind == 1 && defines) continue;
    if (cell.kind <= 2 && is_dunder(text)) continue;
    if (!is_dunder(text) && context_.project.is_mutated(context_.module_name, text)) {
      cell.is_changed_elsewhere = true;
      cell.kind = std::max(cell.kind, 3);
    }
    cell.value = value_of(model_, bindings);
    cell.should_be_tuple = cell.kind == 1 && cell.value == CellValue::list;
    complete(cell, id, events);
    inventory_.globals.push_back(std::move(cell));
  }
  take_function_attributes();
  std::ranges::stable_sort(inventory_.globals, {}, &ReviewedCell::range);
}

/// `f.cache = {}`: state of the module in an attribute of a function, as far as functions change it.
void InventoryTaker::take_function_attributes() {
  for (std::uint32_t i = 0; i < model_.cells.size(); ++i) {
    if (model_.cells.cell(CellId{i}).kind != CellKind::object_attribute) continue;
    const std::vector<CellEvent>& events = histories_.of(CellId{i});
    if (kind_of_attribute(events) == 1 || !is_own(events.front().range)) continue;
    ReviewedCell cell;
    cell.name = model_.name_of(CellId{i});
    cell.symbol = symbol_of(context_, CellId{i});
    cell.range = events.front().range;
    cell.kind = 3;
    complete(cell, CellId{i}, events);
    inventory_.globals.push_back(std::move(cell));
  }
}

void InventoryTaker::take_class_attributes() {
  for (std::uint32_t i = 0; i < model_.symbols.classes.size(); ++i) {
    if (!is_own_class(ClassId{i})) continue;
    const FunctionSymbol& body = model_.function(model_.symbols.classes[i].body);
    std::vector<Name> names;
    for (const ir::Op& op : body.code->ops) {
      const bool binds = op.kind == OpKind::bind || op.kind == OpKind::augment;
      if (!binds || !op.place) continue;
      const ir::Place& place = body.facts->places[op.place.index];
      const Name name = model_.symbols.name(body, place.root);
      if (place.segment_count != 0 || !name || std::ranges::find(names, name) != names.end()) continue;
      names.push_back(name);
      take_class_attribute(ClassId{i}, name, body.absolute(place.range),
                           model_.cells.bindings_of_attribute(ClassId{i}, name));
    }
  }
  // Those that only methods set: `cls._instance = …`.
  for (std::uint32_t i = 0; i < model_.cells.size(); ++i) {
    const Cell& cell = model_.cells.cell(CellId{i});
    if (cell.kind != CellKind::class_attribute) continue;
    const AttributeUse* use = model_.cells.use_of(cell.owner, cell.name);
    const std::vector<CellEvent>& events = histories_.of(CellId{i});
    const auto first = std::ranges::find_if(
        events, [&](const CellEvent& event) { return is_write(event.kind) && is_own(event.range); });
    if (first == events.end() || !is_own_class(cell.owner) || (use != nullptr && use->has(AttributeMention::in_body)))
      continue;
    take_class_attribute(cell.owner, cell.name, first->range,
                         model_.cells.bindings_of_attribute(cell.owner, cell.name));
  }
  add_foreign_class_attributes(context_, inventory_);
  std::ranges::stable_sort(inventory_.class_attributes, {}, &ReviewedCell::range);
  inventory_.class_accesses = accesses_through_class(context_, inventory_.class_attributes);
}

/// Where methods bind the attribute on an instance of the class, those of its bases among them.
Bindings InventoryTaker::instance_bindings(ClassId of, Name name) const {
  Bindings result;
  for (const ClassId each : with_bases(of)) {
    for (const CellTable::Binding& binding : model_.cells.bindings_of_attribute(each, name)) {
      const FunctionSymbol& function = model_.function(binding.function);
      const ir::Place& place = function.facts->places[binding.op->place.index];
      const bool is_through_class = place.segment_count != 1 || function.receiver != Receiver::instance ||
                                    model_.symbols.name(function, place.root) != function.receiver_name;
      if (!is_through_class) result.push_back(binding);
    }
  }
  return result;
}

void InventoryTaker::take_class_attribute(ClassId of, Name name, TextRange range, const Bindings& bindings) {
  const std::string text(model_.symbols.names.text(name));
  // What is reached through a property is of the instance.
  const bool is_property =
      std::ranges::any_of(bindings, [&](const auto& each) { return maker_of(model_, each) == "property"; });
  if (text.starts_with('.') || is_property) return;
  const CellId id = histories_.attribute(of, name, /*is_through_instance=*/false);
  const CellId on_instance = histories_.attribute(of, name, /*is_through_instance=*/true);
  std::vector<CellEvent> events = histories_.of(id);
  ReviewedCell cell;
  bool is_set_when_made = false;
  cell.value = value_of(model_, bindings);
  if (on_instance != id) {
    for (const CellTable::Binding& binding : instance_bindings(of, name)) {
      const FunctionSymbol& function = model_.function(binding.function);
      const ProgramPlace place = place_of(context_, function.absolute(binding.op->range));
      cell.is_hidden = true;
      is_set_when_made = is_set_when_made || model_.functions[binding.function.index].is_construction;
      cell.writers.push_back({std::string(place.module), function.qualified_name, place.range, "hide", {}, false});
    }
    // An object that has not hidden the class's attribute yet changes what all of them share.
    Bindings in_body = bindings;
    std::erase_if(in_body, [&](const auto& each) { return !is_module_level(model_, each.function); });
    const CellValue original = value_of(model_, in_body);
    const bool can_be_changed = original != CellValue::constant && original != CellValue::tuple;
    for (const CellEvent& event : histories_.of(on_instance)) {
      const bool is_change = is_write(event.kind) && !event.is_binding;
      if (can_be_changed && !is_set_when_made && is_change) events.push_back(event);
    }
  }
  cell.class_name = model_.symbols.class_of(of).name;
  cell.name = text;
  cell.symbol = context_.module_name + "." + cell.class_name + "." + text;
  cell.range = range;
  cell.kind = kind_of_attribute(events);
  const bool defines = std::ranges::any_of(bindings, [&](const auto& each) { return is_definition(model_, each); });
  const FunctionId parent = model_.symbols.class_of(of).parent;
  const bool is_of_local_class = parent && !is_module_level(model_, parent);
  if (cell.kind == 1 && (defines || is_dunder(text) || is_of_local_class)) return;
  complete(cell, id, events);
  inventory_.class_attributes.push_back(std::move(cell));
}

void InventoryTaker::take_instance_attributes() {
  for (std::uint32_t i = 0; i < model_.cells.size(); ++i) {
    const Cell& attribute = model_.cells.cell(CellId{i});
    if (attribute.kind != CellKind::instance_attribute || !is_own_class(attribute.owner)) continue;
    const std::vector<CellEvent>& events = histories_.of(CellId{i});
    ReviewedCell cell;
    cell.kind = kind_of_attribute(events);
    if (cell.kind == 1) continue;
    const Sharing sharing = sharing_of(model_, CellId{i});
    if (sharing.pieces == 0) continue;
    const Bindings& bindings = bindings_of(model_, CellId{i});
    cell.class_name = model_.symbols.class_of(attribute.owner).name;
    cell.name = model_.symbols.names.text(attribute.name);
    cell.symbol = symbol_of(context_, CellId{i});
    const auto first = std::ranges::find_if(bindings, [&](const auto& each) { return is_own(range_of(each)); });
    cell.range = first == bindings.end() ? class_range(attribute.owner) : range_of(*first);
    cell.value = value_of(model_, bindings);
    complete(cell, CellId{i}, events);
    cell.why += " (" + sharing.evidence + ")";
    inventory_.instance_attributes.push_back(std::move(cell));
  }
  std::ranges::stable_sort(inventory_.instance_attributes, {}, &ReviewedCell::range);
}

}  // namespace

Inventory take_inventory(const RuleContext& context, std::vector<Finding> findings, const std::stop_token& stop) {
  Inventory inventory;
  inventory.findings = std::move(findings);
  InventoryTaker taker(context, inventory, stop);
  if (stop.stop_requested()) return {};
  taker.take_globals();
  taker.take_class_attributes();
  taker.take_instance_attributes();
  inventory.calls = call_graph_of(context);
  return inventory;
}

bool is_problem(const Inventory& inventory, const ReviewedCell& cell) {
  if (cell.incomplete == IncompleteInitialization::problem) return true;
  return std::ranges::any_of(inventory.findings, [&](const Finding& finding) {
    return finding.symbol == cell.symbol && finding.severity != Severity::hint;
  });
}

std::string_view word(CellValue value) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"list", "dict", "set", "tuple", "instance", "function", "lock", "constant", "other"});
  return words.at(static_cast<std::size_t>(value));
}

std::string_view word(IncompleteInitialization verdict) {
  static constexpr auto words = std::to_array<std::string_view>({"none", "ok", "problem"});
  return words.at(static_cast<std::size_t>(verdict));
}

std::string_view word(DuplicateInitialization verdict) {
  return verdict == DuplicateInitialization::none ? "none" : "possible";
}

}  // namespace analysis
