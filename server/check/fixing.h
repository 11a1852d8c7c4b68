// Makes the repairs of a whole batch, in memory.
#pragma once

#include <memory>
#include <vector>

#include "server/check/batch.h"

namespace server {

struct Repairs {
  std::size_t count = 0;  // findings that were repaired
  // The text before, for each file of the report; null where it did not change.
  std::vector<std::shared_ptr<const analysis::SourceText>> before;
};

/// Makes the best repair of every finding that has one of at most this applicability, one at a time: each is checked
/// against the text that the ones before it left. Afterwards the report is that of the repaired texts, without fixes,
/// and `project` that of the repaired modules.
[[nodiscard]] Repairs make_repairs(Report& report, analysis::ProjectIndex& project, analysis::Applicability most,
                                   Workers& workers, Progress& progress);

}  // namespace server
