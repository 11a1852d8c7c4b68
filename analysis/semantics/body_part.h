// Internal to lowering: the parts of a class's body, lowered each on its own, and how they come together again.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "analysis/semantics/lowering_state.h"
#include "analysis/semantics/parted_class.h"

namespace analysis::lowering {

/// Where a part is in `State::tree`: the children of `parent` that begin in `range`.
struct PartTree {
  NodeIndex parent = 0;
  TextRange range;
  bool has_error = false;
};
/// Lowers the part as statements of a class. `key`, `size` and `class_end` are left to the caller, and `origin` where
/// it is not the begin of `range`.
[[nodiscard]] BodyPart lower_part(State& state, const PartTree& part);

/// Lowers a part behind what was lowered of its class so far, which is what `state` is in the body of. `begin` is where
/// the part's text begins in the statement. The names of directives come later: see `append_directives`.
void append_part(State& state, const BodyPart& part, std::uint32_t begin);
void append_directives(State& state, const BodyPart& part, std::uint32_t begin);

}  // namespace analysis::lowering
