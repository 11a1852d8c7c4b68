#include "analysis/semantics/place_names.h"

namespace analysis {

std::string_view last_name(const ir::StatementFacts& facts, const ir::Place& place) {
  if (place.segment_count == 0)
    return place.root ? std::string_view(facts.names[place.root.index]) : std::string_view();
  const ir::Segment& last = facts.segments[place.first_segment + place.segment_count - 1];
  if (last.kind != ir::Segment::Kind::attribute || !last.name) return {};
  return facts.names[last.name.index];
}

std::string_view maker_of(const ir::StatementFacts& facts, const ir::Value& value) {
  if (!value.call || (value.kind != ir::ValueKind::call && value.kind != ir::ValueKind::either)) return {};
  return last_name(facts, facts.places[facts.calls[value.call.index].callee.index]);
}

}  // namespace analysis
