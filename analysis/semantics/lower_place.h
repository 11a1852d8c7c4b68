// Internal to lowering: a place while it is being put together from the links of its expression.
#pragma once

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {

/// Either a place, whose segments so far are on `state.segments` from `mark`, or a value that no link followed yet.
struct Chain {
  bool is_place = false;
  ir::NameId root{};
  ir::CallId root_call{};
  bool is_global_lookup = false;
  std::size_t mark = 0;
  ir::Value value;
  TextRange range;
};

/// Evaluates a chain but does not read its place.
[[nodiscard]] Chain follow(State& state, NodeIndex node);
/// Makes a place of a value: that of a call's result, or one without root.
void make_place(Chain& chain);
/// Adds the place to the statement and takes its segments off the stack.
[[nodiscard]] ir::PlaceId finish(State& state, Chain& chain);
void follow_call(State& state, Chain& chain, NodeIndex link);

// lower_special_call.cpp
/// If `link` calls a builtin that stands for an attribute or a global, follows that and says true. It may use up
/// further links, which are on `state.nodes` from `first_link`, innermost last.
[[nodiscard]] bool follow_special_call(State& state, Chain& chain, NodeIndex link, std::size_t first_link);

}  // namespace analysis::lowering
