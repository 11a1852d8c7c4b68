#include "analysis/semantics/place_names.h"

#include <algorithm>
#include <array>

namespace analysis {

std::string_view last_name(const ir::StatementFacts& facts, const ir::Place& place) {
  if (place.segment_count == 0)
    return place.root ? std::string_view(facts.names[place.root.index]) : std::string_view();
  const ir::Segment& last = facts.segments[place.first_segment + place.segment_count - 1];
  if (last.kind != ir::Segment::Kind::attribute || !last.name) return {};
  return facts.names[last.name.index];
}

std::string_view field_factory(const ir::StatementFacts& facts, const ir::Value& value) {
  static constexpr std::array<std::string_view, 6> fields{"field", "Field", "ib", "attrib", "attr", "PrivateAttr"};
  if (value.kind != ir::ValueKind::call) return {};
  const ir::Call& call = facts.calls[value.call.index];
  if (std::ranges::find(fields, last_name(facts, facts.places[call.callee.index])) == fields.end()) return {};
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Argument& argument = facts.arguments[call.first_argument + i];
    if (!argument.keyword || !argument.value) continue;
    const std::string_view keyword = facts.names[argument.keyword.index];
    const ir::Value& factory = facts.values[argument.value.index];
    if ((keyword != "default_factory" && keyword != "factory") || !factory.place) continue;
    return last_name(facts, facts.places[factory.place.index]);
  }
  return {};
}

std::string_view maker_of(const ir::StatementFacts& facts, const ir::Value& value) {
  if (!value.call || (value.kind != ir::ValueKind::call && value.kind != ir::ValueKind::either)) return {};
  if (const std::string_view factory = field_factory(facts, value); !factory.empty()) return factory;
  return last_name(facts, facts.places[facts.calls[value.call.index].callee.index]);
}

}  // namespace analysis
