#include "server/review/review_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <tuple>
#include <utility>

#include "server/check/batch.h"
#include "server/check/output.h"
#include "server/review/review.h"
#include "server/workspace/file_finder.h"

namespace server {
namespace {

void add_rows(Review& review, std::size_t file, CellGroup group, const std::vector<analysis::ReviewedCell>& cells) {
  const analysis::Inventory& inventory = review.inventories[file];
  for (const analysis::ReviewedCell& cell : cells) {
    review.rows.push_back({group, &review.report.files[file], &inventory, &cell, is_problem(inventory, cell)});
  }
}

ReviewSummary summarise(const std::vector<ReviewRow>& rows) {
  ReviewSummary summary;
  for (const ReviewRow& row : rows) {
    const auto index = static_cast<std::size_t>(row.cell->kind - 1);
    if (row.group == CellGroup::global) ++summary.globals.at(index);
    if (row.group == CellGroup::class_attribute) ++summary.class_attributes.at(index);
    if (row.is_problem) ++summary.problems;
  }
  return summary;
}

void sort_rows(std::vector<ReviewRow>& rows, ReviewOrder order) {
  // They are by module and place already, which stays the order of equal ones.
  if (order == ReviewOrder::name) {
    std::ranges::stable_sort(rows, {}, [](const ReviewRow& row) { return row.cell->name; });
  } else if (order == ReviewOrder::kind) {
    std::ranges::stable_sort(rows, {}, [](const ReviewRow& row) { return std::tuple(row.group, -row.cell->kind); });
  }
}

Review take_review(const ReviewOptions& options, Workers& workers, Progress& progress) {
  Review review;
  review.report = examine_files(find_python_files(options.paths, workers), workers, progress);
  const analysis::ProjectIndex project = join_modules(review.report);
  review.inventories = review_all(review.report, project, {}, workers, progress);
  for (std::size_t i = 0; i < review.inventories.size(); ++i) {
    add_rows(review, i, CellGroup::global, review.inventories[i].globals);
    add_rows(review, i, CellGroup::class_attribute, review.inventories[i].class_attributes);
    add_rows(review, i, CellGroup::instance_attribute, review.inventories[i].instance_attributes);
  }
  review.summary = summarise(review.rows);
  review.is_selection = !options.kinds.empty() || options.shows_problems_only;
  std::erase_if(review.rows, [&](const ReviewRow& row) {
    const bool is_other_kind = !options.kinds.empty() && !options.kinds.contains(row.cell->kind);
    return is_other_kind || (options.shows_problems_only && !row.is_problem);
  });
  sort_rows(review.rows, options.order);
  return review;
}

ReviewReporter reporter_of(ReviewFormat format) {
  switch (format) {
    case ReviewFormat::text:
      return text_review;
    case ReviewFormat::markdown:
      return markdown_review;
    case ReviewFormat::json:
      return json_review;
    case ReviewFormat::html:
      return html_review;
  }
  return text_review;
}

}  // namespace

int review(const ReviewOptions& options) {
  Workers workers(options.threads == 0 ? hardware_threads() : options.threads);
  Progress progress;
  const Review review = take_review(options, workers, progress);
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
