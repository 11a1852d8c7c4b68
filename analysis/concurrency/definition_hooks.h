// Functions that run only while classes and functions are being defined, which is while modules are imported.
#pragma once

#include <vector>

#include "analysis/concurrency/effect_summary.h"

namespace analysis {

/// Fills `runs_at_definition`, from `callers` and `is_address_taken`: of class hooks (`__init_subclass__`, `__new__` of
/// a metaclass), of functions whose only use is to decorate what a module or a class body defines, of what these return
/// as the decorator when they are called for it (`@register("name")`), and of private functions that only such
/// functions call.
void find_definition_hooks(const SymbolTable& symbols, std::vector<FunctionFacts>& functions);

}  // namespace analysis
