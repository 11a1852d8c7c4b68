// A model that follows its module while it is edited.
#pragma once

#include <stop_token>

#include "analysis/concurrency/model.h"

namespace analysis {

/// Makes the model of `before` that of `after`: what `build_model` would make of it, but for cells and locks that
/// nothing names any more. Only the functions of statements whose code is another one are traced again, which is right
/// as long as the others can see no difference (visible_code.h). False: they can, or `stop` was requested; the model is
/// then not to be used any more. `before` and what it holds may go afterwards.
[[nodiscard]] bool revise(ConcurrencyModel& model, const Program& before, const Program& after,
                          const std::stop_token& stop = {});

}  // namespace analysis
