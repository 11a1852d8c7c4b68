// What an iterator runs when it is advanced: Python code, which can not run twice at once, or builtin code.
#pragma once

#include <cstdint>

#include "analysis/concurrency/model.h"

namespace analysis {

enum class IteratorKind : std::uint8_t {
  unknown,    // it may be none at all
  generator,  // runs Python code: a second thread gets `ValueError`, or comes in between
  builtin,    // `iter(L)`, `cycle(L)`: the global lock makes each step one
  counter,    // `itertools.count()`, made to be shared
};

/// What `value`, as `in` writes it, makes.
[[nodiscard]] IteratorKind iterator_made_by(const ConcurrencyModel& model, FunctionId in, const ir::Value& value);

/// What a cell holds, as far as its bindings agree; bindings to `None` say nothing.
[[nodiscard]] IteratorKind iterator_in(const ConcurrencyModel& model, CellId cell);

/// The generator function of this program whose iterator `value` makes. None for others.
[[nodiscard]] FunctionId generator_behind(const ConcurrencyModel& model, FunctionId in, const ir::Value& value);

/// The place that a call of the builtin `next` advances: `X` of `next(X)`. None for other calls.
[[nodiscard]] ir::PlaceId advanced_by(const ConcurrencyModel& model, FunctionId in, const ir::Call& call);

}  // namespace analysis
