#include "server/review/collect.h"

#include <algorithm>
#include <tuple>

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

}  // namespace

void collect_rows(Review& review, const ReviewOptions& options) {
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

}  // namespace server
