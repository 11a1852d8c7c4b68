// What other modules may know of a module.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace analysis {

/// A use of another module's name. `module` is as far as it can be told from this module alone: absolute and dotted.
struct ForeignUse {
  std::string module;
  std::string name;          // "*" for a star import
  bool is_mutation = false;  // the object is changed in place, or the module's attribute is rebound
  friend auto operator<=>(const ForeignUse&, const ForeignUse&) = default;
};

/// Equal digests: no other module needs another look.
struct ModuleSummary {
  std::string name;              // dotted: `shop.codecs`
  std::vector<ForeignUse> uses;  // sorted, without doubles
  std::uint64_t digest = 0;
};

}  // namespace analysis
