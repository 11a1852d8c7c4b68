// What `threadlint review` has found in all modules, and the one type of the functions that turn it into output.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/check/reporter.h"

namespace server {

enum class CellGroup : std::uint8_t { global, class_attribute, instance_attribute };

/// One shared cell and where it belongs. Points into the review, which does not change once it is filled.
struct ReviewRow {
  CellGroup group = CellGroup::global;
  const CheckedFile* file = nullptr;
  const analysis::Inventory* inventory = nullptr;
  const analysis::ReviewedCell* cell = nullptr;
  bool is_problem = false;
};

/// How many cells there are of each kind, and how many are problems; whatever is shown of them.
struct ReviewSummary {
  std::array<std::size_t, 4> globals{};           // of kind 1 to 4
  std::array<std::size_t, 3> class_attributes{};  // of kind 1 to 3
  std::size_t problems = 0;                       // of all groups
};

struct Review {
  Report report;                                 // files and errors; without findings
  std::vector<analysis::Inventory> inventories;  // of each file of the report
  std::vector<ReviewRow> rows;                   // what is to be shown, in the order that was asked for
  bool is_selection = false;                     // the rows are not all there are
  ReviewSummary summary;
};

/// The whole output, which ends in a newline.
using ReviewReporter = std::string (*)(const Review& review, const TextStyle& style);

[[nodiscard]] std::string text_review(const Review& review, const TextStyle& style);
[[nodiscard]] std::string markdown_review(const Review& review, const TextStyle& style);
/// design.md §3.
[[nodiscard]] std::string json_review(const Review& review, const TextStyle& style);
/// One page that needs no network.
[[nodiscard]] std::string html_review(const Review& review, const TextStyle& style);

/// `NAME`, `Class.name`.
[[nodiscard]] std::string title_of(const ReviewRow& row);
/// Counted from 1.
[[nodiscard]] std::size_t line_of(const ReviewRow& row);
/// The file that a user of the cell is in.
[[nodiscard]] const CheckedFile& file_of(const Review& review, const ReviewRow& row, const analysis::CellUser& user);
/// What design.md §2 calls the kind: "never changed after import".
[[nodiscard]] std::string_view meaning_of_kind(CellGroup group, int kind);
/// The names of the functions among the users, each once, with their module where it is another one; `""` stands for
/// module-level code.
[[nodiscard]] std::vector<std::string> functions_of(const std::vector<analysis::CellUser>& users);
/// "12 globals (kind 1: 8, kind 2: 1, kind 3: 2, kind 4: 1) and 3 class attributes (…) in 4 files; 2 problems".
[[nodiscard]] std::string summary_line(const Review& review);

}  // namespace server
