// Names at the end of a place, which tables of library_knowledge.h are asked for.
#pragma once

#include <string_view>

#include "analysis/semantics/ir.h"

namespace analysis {

/// `c` of `a.b.c`, `a` of `a`; empty when the place ends in an item or has no name.
[[nodiscard]] std::string_view last_name(const ir::StatementFacts& facts, const ir::Place& place);

/// The last name of what makes each object's own value of a field: `dict` for `field(default_factory=dict)`, which
/// dataclasses and attrs call for every object. Empty when the value is something else.
[[nodiscard]] std::string_view field_factory(const ir::StatementFacts& facts, const ir::Value& value);

/// The last name of what makes a value: `Lock` for `threading.Lock()` and `field(default_factory=threading.Lock)`.
/// Empty when the value is no call.
[[nodiscard]] std::string_view maker_of(const ir::StatementFacts& facts, const ir::Value& value);

}  // namespace analysis
