// One number for each name of a module, so that names of different statements can be compared.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/semantics/ids.h"

namespace analysis {

using Name = Id<struct ModuleNameTag>;

/// Views into the statements that were interned: valid as long as these.
class NameTable {
 public:
  Name intern(std::string_view text);
  /// For a text that is in none of the statements.
  Name intern_copy(const std::string& text);
  /// Nothing when the module never uses that name.
  [[nodiscard]] Name find(std::string_view text) const;
  [[nodiscard]] std::size_t size() const { return texts_.size(); }
  /// Empty for no name.
  [[nodiscard]] std::string_view text(Name name) const { return name ? texts_[name.index] : std::string_view(); }

 private:
  std::deque<std::string> copies_;
  std::vector<std::string_view> texts_;
  std::unordered_map<std::string_view, Name> numbers_;
};

}  // namespace analysis
