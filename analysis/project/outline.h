// What a module defines at its top, for modules that import from it.
#pragma once

#include <cstdint>
#include <string_view>

#include "analysis/project/module_summary.h"
#include "analysis/semantics/ir.h"

namespace analysis {

/// Adds what a statement defines to `definitions`, `classes` and `held_objects`. `index` is that of the statement.
void outline(const ir::StatementFacts& facts, std::uint32_t index, ModuleSummary& summary);

/// Whether a statement binds `name` to a value of a kind.
[[nodiscard]] bool defines(const ir::StatementFacts& facts, std::string_view name, ir::ValueKind kind);

/// Whether a statement defines `name` as a function that changes only what it makes: no argument, captured variable or
/// global. Other modules never need its body.
[[nodiscard]] bool is_self_contained_function(const ir::StatementFacts& facts, std::string_view name);

/// Whether a function or lambda in a statement changes what a variable of that name holds, or rebinds it as a global.
[[nodiscard]] bool changes_variable(const ir::StatementFacts& facts, std::string_view name);

/// Whether code of a statement calls `name`.
[[nodiscard]] bool calls(const ir::StatementFacts& facts, std::string_view name);

}  // namespace analysis
