// The statements of a module that nobody edits, in a fifth of the memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/semantics/ir.h"

namespace analysis {

/// Constant; may be shared between threads.
class PackedStatements {
 public:
  explicit PackedStatements(const std::vector<ir::PlacedStatement>& statements);

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  /// Made anew each time.
  [[nodiscard]] ir::PlacedStatement operator[](std::size_t index) const;
  /// False: certainly none of the statement's names is `name`. Far quicker than to unpack it.
  [[nodiscard]] bool may_name(std::size_t index, std::string_view name) const;

 private:
  struct Place {
    std::uint32_t begin = 0;  // of the statement
    std::uint32_t bytes = 0;  // where its facts begin
  };
  [[nodiscard]] std::string_view packed(std::size_t index) const;

  std::vector<Place> places_;
  std::string bytes_;
};

}  // namespace analysis
