#include "analysis/semantics/packed_statements.h"

#include <memory>
#include <utility>

#include "analysis/semantics/ir_archive.h"

namespace analysis {

PackedStatements::PackedStatements(const std::vector<ir::PlacedStatement>& statements) {
  places_.reserve(statements.size());
  CompactOutput archive(bytes_);
  for (const ir::PlacedStatement& statement : statements) {
    places_.push_back({statement.begin, static_cast<std::uint32_t>(bytes_.size())});
    archive(*statement.facts);
  }
  bytes_.shrink_to_fit();
}

std::string_view PackedStatements::packed(std::size_t index) const {
  const std::size_t end = index + 1 < places_.size() ? places_[index + 1].bytes : bytes_.size();
  return std::string_view(bytes_).substr(places_[index].bytes, end - places_[index].bytes);
}

ir::PlacedStatement PackedStatements::operator[](std::size_t index) const {
  auto facts = std::make_shared<ir::StatementFacts>();
  CompactInput archive(packed(index));
  archive(*facts);
  return {places_[index].begin, std::move(facts)};
}

bool PackedStatements::may_name(std::size_t index, std::string_view name) const {
  // As the archive writes it: its length, then its letters.
  std::string written;
  CompactOutput(written).append_number(name.size());
  return packed(index).find(written.append(name)) != std::string_view::npos;
}

}  // namespace analysis
