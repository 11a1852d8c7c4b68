#include "analysis/semantics/names.h"

namespace analysis {

Name NameTable::intern(std::string_view text) {
  const auto [entry, is_new] = numbers_.try_emplace(text, Name{static_cast<std::uint32_t>(texts_.size())});
  if (is_new) texts_.push_back(text);
  return entry->second;
}

Name NameTable::intern_copy(const std::string& text) {
  if (const Name known = find(text)) return known;
  return intern(copies_.emplace_back(text));
}

Name NameTable::find(std::string_view text) const {
  const auto entry = numbers_.find(text);
  return entry == numbers_.end() ? Name{} : entry->second;
}

}  // namespace analysis
