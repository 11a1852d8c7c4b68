#include "server/review/review_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "server/check/batch.h"
#include "server/check/output.h"
#include "server/review/collect.h"
#include "server/workspace/file_finder.h"

namespace server {
namespace {

Review take_review(const ReviewOptions& options, SettingsStore& settings, FoundFiles found, Workers& workers,
                   Progress& progress) {
  Review review;
  review.report = examine_files(std::move(found), open_store(options.cache), workers, progress);
  set_settings(review.report, settings);
  const analysis::ProjectIndex project = join_modules(review.report);
  review.inventories = review_all(review.report, project, workers, progress);
  collect_rows(review, options);
  return review;
}

}  // namespace

int review(const ReviewOptions& options) {
  auto settings = settings_of(options.settings);
  if (!settings) {
    fmt::print(stderr, "error: {}\n", settings.error());
    return exit_code::could_not_run;
  }
  Workers workers(options.threads == 0 ? hardware_threads() : options.threads);
  Progress progress;
  FoundFiles found = find_included_files(options.paths, *settings, workers);
  if (!are_settings_right(*settings)) return exit_code::could_not_run;
  const Review review = take_review(options, *settings, std::move(found), workers, progress);
  progress.clear();
  if (options.format != ReviewFormat::json) {
    print_errors(review.report.errors);
    if (review.report.files.empty() && review.report.errors.empty()) {
      fmt::print(stderr, "warning: no Python files here\n");
    }
  }
  const std::string text = reporter_of(options.format)(review, style_of_output(options.output_file, options.color));
  if (!write_output(options.output_file, text)) return exit_code::could_not_run;
  if (review.report.files.empty() && !review.report.errors.empty()) return exit_code::could_not_run;
  const bool has_problem = std::ranges::any_of(review.rows, &ReviewRow::is_problem);
  return has_problem && !options.exits_zero ? exit_code::found_something : exit_code::clean;
}

}  // namespace server
