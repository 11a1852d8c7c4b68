// Context managers that are decorators too: one object is entered by all calls of the function that it decorates.
#pragma once

#include <vector>

#include "analysis/concurrency/access.h"

namespace analysis {

struct RuleContext;

/// What `__enter__` keeps on the object for `__exit__`.
struct KeptForExit {
  ClassId class_id;
  const Access* write = nullptr;   // by `__enter__`, or what it calls
  const Access* reader = nullptr;  // by `__exit__`, or what it calls
};

/// In the order of the classes. Empty for those of which each call gets an object of its own.
[[nodiscard]] std::vector<KeptForExit> find_kept_for_exit(const RuleContext& context);

}  // namespace analysis
