// What the project itself passes to a function, where that can be said again in a test.
#pragma once

#include <optional>
#include <string>

#include "analysis/project/project_index.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

/// The arguments of a call of the module's program, as written; nothing when one of them is no literal.
[[nodiscard]] std::optional<std::string> literal_arguments(const RuleContext& context, const CallSite& site);

/// What other modules call by its name.
struct Callee {
  std::string module;  // qualified name
  std::string name;    // a function, a class or an object at module level
  std::string method;  // of the class or object; empty: it is called itself
};

/// The arguments of the first call with literals alone that a module of the project makes; nothing when there is none.
[[nodiscard]] std::optional<std::string> literal_arguments(const ProjectIndex& project, const Callee& callee);

/// The same for the method of whatever object, in a module that makes objects of the class.
[[nodiscard]] std::optional<std::string> literal_arguments_to_objects(const ProjectIndex& project,
                                                                      const Callee& callee);

}  // namespace analysis
