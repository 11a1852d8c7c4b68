// Values that are the same in every call.
#pragma once

#include "analysis/semantics/ir.h"

namespace analysis {

/// `None`, a boolean, a number or a string, as written.
[[nodiscard]] inline bool is_constant(const ir::Value& value) {
  return value.kind == ir::ValueKind::none || value.kind == ir::ValueKind::boolean ||
         value.kind == ir::ValueKind::number || value.kind == ir::ValueKind::string;
}

}  // namespace analysis
