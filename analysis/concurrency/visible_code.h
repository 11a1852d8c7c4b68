// What the other statements of a program can see of one.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/concurrency/cell.h"

namespace analysis {

/// In how many statements of the program each name stands, by its index.
[[nodiscard]] std::vector<std::uint32_t> count_name_uses(const SymbolTable& symbols);

/// One number for all that the bodies of other statements' functions are traced with, as far as it comes from this
/// statement: its functions and classes without what only their own code uses, what it binds outside of its functions,
/// what its functions return, and its attributes, but for those whose names stand in no other statement. Where they
/// stand does not count.
[[nodiscard]] std::uint64_t visible_code(const SymbolTable& symbols, const CellTable& cells, std::uint32_t statement,
                                         const std::vector<std::uint32_t>& name_uses);

}  // namespace analysis
