// Which statements of other modules a module cannot be understood without.
#pragma once

#include "analysis/project/project_index.h"
#include "analysis/semantics/program.h"

namespace analysis {

/// The module and what it needs of others: classes that share attributes with its own as bases or subclasses, functions
/// that it calls and that change what they are given or what their module holds, and globals that it changes.
/// `module` need not be the one that the index knows by that name, but a newer text of it.
[[nodiscard]] Program link(const ProjectModule& module, const ProjectIndex& project);

}  // namespace analysis
