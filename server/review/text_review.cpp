// The inventory for reading on a terminal: one line per cell, and why.

#include <fmt/format.h>

#include "server/review/review.h"
#include "server/workspace/character.h"

namespace server {
namespace {

std::string verdicts_of(const analysis::ReviewedCell& cell) {
  using analysis::DuplicateInitialization;
  using analysis::IncompleteInitialization;
  std::string text;
  const auto add = [&](std::string_view part) { text += (text.empty() ? "" : ", ") + std::string(part); };
  if (cell.incomplete == IncompleteInitialization::problem) add("incomplete initialization");
  if (cell.incomplete == IncompleteInitialization::ok) add("initialized lazily");
  if (cell.duplicate == DuplicateInitialization::possible) add("possibly twice");
  if (cell.is_hidden) add("hidden by instances");
  if (cell.protection != "none") add(cell.protection);
  return text;
}

std::string_view noun_of(CellGroup group) {
  return group == CellGroup::global            ? "global"
         : group == CellGroup::class_attribute ? "class attribute"
                                               : "shared instance attribute";
}

}  // namespace

std::string text_review(const Review& review, const TextStyle& style) {
  std::string out;
  for (const ReviewRow& row : review.rows) {
    const analysis::ReviewedCell& cell = *row.cell;
    const std::string place = fmt::format("{}:{}", displayable(row.file->path), line_of(row));
    const std::string verdicts = verdicts_of(cell);
    out += fmt::format("{} {} {} ({}, kind {}: {}){}\n    {}\n", painted(style, Ink::dim, place), noun_of(row.group),
                       painted(style, row.is_problem ? Ink::error : Ink::bold, displayable(title_of(row))),
                       word(cell.value), cell.kind, meaning_of_kind(row.group, cell.kind),
                       verdicts.empty() ? "" : " " + verdicts, displayable(cell.why));
  }
  return out + summary_line(review) + "\n";
}

}  // namespace server
