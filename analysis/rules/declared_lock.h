// Locks that comments declare: `# guarded by: self._lock`.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "analysis/rules/rule_context.h"

namespace analysis {

/// A module (empty: that of the context) and a 1-based row in it.
using ProgramLine = std::pair<std::string_view, std::uint32_t>;

/// The lines whose bindings a comment speaks for, and the lock it names.
using LockDeclarations = std::map<ProgramLine, std::string_view>;

[[nodiscard]] LockDeclarations declared_locks(const RuleContext& context);

/// The lock that is declared where the cell is bound, as the comment spells it. Empty when none is.
[[nodiscard]] std::string_view declared_lock(const RuleContext& context, CellId cell, const LockDeclarations& declared);

}  // namespace analysis
