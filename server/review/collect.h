// Puts inventories together into a review, for whoever has taken them.
#pragma once

#include "server/review/review.h"
#include "server/review/review_command.h"

namespace server {

/// Fills in rows and summary of a review whose report and inventories are complete.
void collect_rows(Review& review, const ReviewOptions& options);

[[nodiscard]] ReviewReporter reporter_of(ReviewFormat format);

}  // namespace server
