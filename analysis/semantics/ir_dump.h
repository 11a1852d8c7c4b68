// The intermediate representation as text, for tests and for people.
#pragma once

#include <string>

#include "analysis/semantics/ir.h"

namespace analysis {

/// One line per operation, indented by blocks; functions in order, each under a line with its kind and name. Ends in a
/// newline.
///
///     module
///       bind cache = dict{}
///     function get(key)
///       read cache
///       branch {truth cache: unset when false}
///         call load(key)
///       end
[[nodiscard]] std::string dump(const ir::StatementFacts& facts);

/// A place as it would be written: `self._cache["x"]`. The result of a call as root is `load()`, any other root `…`.
[[nodiscard]] std::string dump_place(const ir::StatementFacts& facts, ir::PlaceId place);

}  // namespace analysis
