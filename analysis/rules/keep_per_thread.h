// Gives each thread its own value of what all threads share: `threading.local`.
#pragma once

#include <optional>

#include "analysis/rules/rule_context.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// For a global or an attribute that a thread sets for itself before it reads it. An attribute moves into a new one
/// that holds the `threading.local`, a global into a new global; a first value that is a constant is what every thread
/// begins with. With the reason when it cannot be done; nothing for attributes of classes and of foreign objects.
[[nodiscard]] std::optional<Fix> keep_per_thread(const RuleContext& context, const SyntaxTree& tree, CellId cell);

}  // namespace analysis
