#include "analysis/project/outline.h"

#include <algorithm>
#include <string_view>

#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::OpKind;
using ir::StatementFacts;

/// The attribute of `self` or `cls` that a place names or leads through; empty if it does neither.
std::string_view own_attribute(const StatementFacts& facts, const ir::Place& place) {
  if (!place.root || place.segment_count == 0) return {};
  const std::string& root = facts.names[place.root.index];
  if (root != "self" && root != "cls") return {};
  for (std::uint32_t i = 0; i < place.segment_count; ++i) {
    const ir::Segment& segment = facts.segments[place.first_segment + i];
    if (segment.kind != ir::Segment::Kind::attribute || !segment.name) return {};
    const std::string& name = facts.names[segment.name.index];
    if (name != "__class__") return name;
  }
  return {};
}

/// Sorted, without doubles and empty ones.
std::vector<std::string> distinct(std::vector<std::string_view> names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (!names.empty() && names.front().empty()) names.erase(names.begin());
  return {names.begin(), names.end()};
}

/// Statements hold one class at their top as a rule; what nested ones do is counted in.
void add_attributes(const StatementFacts& facts, ClassOutline& outline) {
  std::vector<std::string_view> tested;
  std::vector<std::string_view> written;
  for (const ir::Test& test : facts.tests) {
    if (test.place) tested.push_back(own_attribute(facts, facts.places[test.place.index]));
  }
  for (const ir::Function& function : facts.functions) {
    for (const ir::Op& op : function.ops) {
      if (op.kind == OpKind::bind || op.kind == OpKind::augment || op.kind == OpKind::remove) {
        if (op.place) written.push_back(own_attribute(facts, facts.places[op.place.index]));
      } else if (op.kind == OpKind::call) {
        const ir::Place& callee = facts.places[facts.calls[op.call.index].callee.index];
        const bool mutates = 1 < callee.segment_count && mutation_by(last_name(facts, callee)) != Mutation::none;
        if (mutates) written.push_back(own_attribute(facts, callee));
      }
    }
  }
  outline.tested = distinct(std::move(tested));
  outline.written = distinct(std::move(written));
}

std::string dotted(const StatementFacts& facts, const ir::Place& place) {
  if (!place.root) return {};
  std::string name = facts.names[place.root.index];
  for (std::uint32_t i = 0; i < place.segment_count; ++i) {
    const ir::Segment& segment = facts.segments[place.first_segment + i];
    if (segment.kind != ir::Segment::Kind::attribute || !segment.name) return {};
    name += "." + facts.names[segment.name.index];
  }
  return name;
}

void add_classes(const StatementFacts& facts, std::uint32_t index, ModuleSummary& summary) {
  for (const ir::Class& each : facts.classes) {
    // Function 0 is the statement's own code: classes of functions cannot be imported.
    if (!each.name || (each.parent && each.parent.index != 0)) continue;
    ClassOutline outline;
    outline.name = facts.names[each.name.index];
    outline.statement = index;
    for (const ir::PlaceId base : each.bases) outline.bases.push_back(dotted(facts, facts.places[base.index]));
    add_attributes(facts, outline);
    summary.classes.push_back(std::move(outline));
  }
}

/// The place into which an operation reaches to change something; null if it changes nothing but a variable.
const ir::Place* changed_by(const StatementFacts& facts, const ir::Op& op) {
  if (op.kind == OpKind::bind || op.kind == OpKind::augment || op.kind == OpKind::remove) {
    if (!op.place) return nullptr;
    const ir::Place& place = facts.places[op.place.index];
    return 0 < place.segment_count ? &place : nullptr;
  }
  if (op.kind != OpKind::call) return nullptr;
  const ir::Place& callee = facts.places[facts.calls[op.call.index].callee.index];
  const bool is_change = 0 < callee.segment_count && mutation_by(last_name(facts, callee)) != Mutation::none;
  return is_change ? &callee : nullptr;
}

/// Whether a statement holds code that changes what it did not make: an argument, a captured variable, a global.
bool changes_things(const StatementFacts& facts) {
  return std::ranges::any_of(facts.functions, [&](const ir::Function& function) {
    if (function.kind == ir::FunctionKind::module) return false;
    if (!function.globals.empty()) return true;
    return std::ranges::any_of(function.ops, [&](const ir::Op& op) { return changed_by(facts, op) != nullptr; });
  });
}

/// None where the statement does not say the name.
ir::NameId find_name(const StatementFacts& facts, std::string_view name) {
  const auto found = std::ranges::find(facts.names, name);
  return found == facts.names.end() ? ir::NameId{}
                                    : ir::NameId{static_cast<std::uint32_t>(found - facts.names.begin())};
}

}  // namespace

bool defines(const StatementFacts& facts, std::string_view name, ir::ValueKind kind) {
  const ir::NameId wanted = find_name(facts, name);
  return wanted && std::ranges::any_of(facts.functions.front().ops, [&](const ir::Op& op) {
           if (op.kind != OpKind::bind || !op.place || !op.value || facts.values[op.value.index].kind != kind)
             return false;
           const ir::Place& place = facts.places[op.place.index];
           return place.segment_count == 0 && place.root == wanted;
         });
}

bool is_self_contained_function(const StatementFacts& facts, std::string_view name) {
  return defines(facts, name, ir::ValueKind::function) && !changes_things(facts);
}

bool changes_variable(const StatementFacts& facts, std::string_view name) {
  const ir::NameId wanted = find_name(facts, name);
  if (!wanted) return false;
  const auto is_it = [&](ir::NameId id) { return id == wanted; };
  return std::ranges::any_of(facts.functions, [&](const ir::Function& function) {
    if (function.kind != ir::FunctionKind::function && function.kind != ir::FunctionKind::lambda) return false;
    if (std::ranges::any_of(function.globals, is_it)) return true;
    return std::ranges::any_of(function.ops, [&](const ir::Op& op) {
      const ir::Place* const place = changed_by(facts, op);
      return place != nullptr && is_it(place->root);
    });
  });
}

bool calls(const StatementFacts& facts, std::string_view name) {
  const ir::NameId wanted = find_name(facts, name);
  return wanted && std::ranges::any_of(facts.calls, [&](const ir::Call& call) {
           const ir::Place& callee = facts.places[call.callee.index];
           return callee.segment_count == 0 && callee.root == wanted;
         });
}

void outline(const StatementFacts& facts, std::uint32_t index, ModuleSummary& summary) {
  if (facts.functions.empty()) return;
  for (const ir::Op& op : facts.functions.front().ops) {
    if (op.kind != OpKind::bind || !op.place) continue;
    const ir::Place& place = facts.places[op.place.index];
    if (place.segment_count != 0 || !place.root) continue;
    const ir::Value* const value = op.value ? &facts.values[op.value.index] : nullptr;
    if (value != nullptr && value->kind == ir::ValueKind::import) continue;
    if (value != nullptr && value->kind == ir::ValueKind::call) {
      const std::string maker = dotted(facts, facts.places[facts.calls[value->call.index].callee.index]);
      if (!maker.empty()) summary.held_objects.push_back({maker, index});
    }
    std::vector<std::uint32_t>& where = summary.definitions[facts.names[place.root.index]];
    if (where.empty() || where.back() != index) where.push_back(index);
  }
  add_classes(facts, index, summary);
}

}  // namespace analysis
