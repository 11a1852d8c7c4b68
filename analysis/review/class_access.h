// What functions reach through the class of an object: `x.__class__.name`, which may be any class.
#pragma once

#include <vector>

#include "analysis/review/inventory.h"

namespace analysis {

/// Adds `request.__class__.user = …`: attributes that functions set on a class that is not of this module. Needs the
/// findings.
void add_foreign_class_attributes(const RuleContext& context, Inventory& inventory);

/// `attributes` are those of the module.
[[nodiscard]] std::vector<ClassAccess> accesses_through_class(const RuleContext& context,
                                                              const std::vector<ReviewedCell>& attributes);

}  // namespace analysis
