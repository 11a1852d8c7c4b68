#include "server/review/review.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/check/summary.h"

namespace server {

std::string title_of(const ReviewRow& row) {
  return row.cell->class_name.empty() ? row.cell->name : row.cell->class_name + "." + row.cell->name;
}

std::size_t line_of(const ReviewRow& row) { return row.file->text->row(row.cell->range.begin); }

const CheckedFile& file_of(const Review& review, const ReviewRow& row, const analysis::CellUser& user) {
  if (user.module.empty()) return *row.file;
  const auto found = review.report.modules.find(user.module);
  return found == review.report.modules.end() ? *row.file : review.report.files[found->second];
}

std::string_view meaning_of_kind(CellGroup group, int kind) {
  if (group == CellGroup::global) {
    switch (kind) {
      case 1:
        return "never changed after import";
      case 2:
        return "changed in place by module-level code only";
      case 3:
        return "changed in place by functions";
      default:
        return "rebound by functions";
    }
  }
  switch (kind) {
    case 1:
      return "never changed";
    case 2:
      return "changed in place by methods";
    default:
      return "rebound by methods";
  }
}

std::vector<std::string> functions_of(const std::vector<analysis::CellUser>& users) {
  std::vector<std::string> names;
  for (const analysis::CellUser& user : users) {
    std::string name = user.module.empty() ? user.function : user.module + "." + user.function;
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

std::string summary_line(const Review& review) {
  const auto by_kind = [](const auto& counts) {
    std::string text;
    std::size_t all = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      text += fmt::format("{}kind {}: {}", i == 0 ? "" : ", ", i + 1, counts.at(i));
      all += counts.at(i);
    }
    return std::pair(all, text);
  };
  const auto [globals, globals_by_kind] = by_kind(review.summary.globals);
  const auto [attributes, attributes_by_kind] = by_kind(review.summary.class_attributes);
  return fmt::format("{} ({}) and {} ({}) in {}; {}", counted(globals, "global"), globals_by_kind,
                     counted(attributes, "class attribute"), attributes_by_kind,
                     counted(review.report.files.size(), "file"), counted(review.summary.problems, "problem"));
}

}  // namespace server
