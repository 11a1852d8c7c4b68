// The inventory as JSON, for programs: design.md §3.

#include <nlohmann/json.hpp>

#include "server/review/review.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;

Json user_as_json(const Review& review, const ReviewRow& row, const analysis::CellUser& user) {
  const analysis::SourceText& text = *file_of(review, row, user).text;
  Json result{{"function", user.function}, {"line", text.row(user.range.begin)}, {"how", user.how}};
  if (!user.module.empty()) result["module"] = user.module;
  if (!user.locks.empty()) result["locks"] = user.locks;
  return result;
}

Json cell_as_json(const Review& review, const ReviewRow& row) {
  const analysis::ReviewedCell& cell = *row.cell;
  Json writers = Json::array();
  for (const analysis::CellUser& writer : cell.writers) writers.push_back(user_as_json(review, row, writer));
  Json result;
  if (!cell.class_name.empty()) result["class"] = cell.class_name;
  result["name"] = cell.name;
  result["line"] = line_of(row);
  result["kind"] = cell.kind;
  if (row.group == CellGroup::class_attribute) result["hidden"] = cell.is_hidden;
  result["value"] = word(cell.value);
  result["incomplete_initialization"] = word(cell.incomplete);
  result["duplicate_initialization"] = word(cell.duplicate);
  result["protection"] = cell.protection;
  result["writers"] = std::move(writers);
  result["readers"] = cell.readers.size();
  result["rules"] = cell.rules;
  result["why"] = cell.why;
  return result;
}

Json module_as_json(const CheckedFile& file) {
  return {{"module", file.module},
          {"filename", file.path},
          {"globals", Json::array()},
          {"class_attributes", Json::array()},
          {"instance_attributes", Json::array()}};
}

template <std::size_t Size>
Json counts_as_json(const std::array<std::size_t, Size>& counts) {
  Json result = Json::object();
  for (std::size_t i = 0; i < Size; ++i) result[std::to_string(i + 1)] = counts.at(i);
  return result;
}

}  // namespace

std::string json_review(const Review& review, const TextStyle& /*style*/) {
  std::unordered_map<const CheckedFile*, Json> by_file;
  for (const CheckedFile& file : review.report.files) by_file.emplace(&file, module_as_json(file));
  for (const ReviewRow& row : review.rows) {
    const char* const list = row.group == CellGroup::global            ? "globals"
                             : row.group == CellGroup::class_attribute ? "class_attributes"
                                                                       : "instance_attributes";
    by_file.at(row.file)[list].push_back(cell_as_json(review, row));
  }
  Json modules = Json::array();
  for (const CheckedFile& file : review.report.files) modules.push_back(std::move(by_file.at(&file)));
  Json errors = Json::array();
  for (const FileError& error : review.report.errors) {
    errors.push_back({{"filename", error.path}, {"message", error.message}});
  }
  const Json document{{"version", 1},
                      {"errors", std::move(errors)},
                      {"modules", std::move(modules)},
                      {"summary",
                       {{"modules", review.report.files.size()},
                        {"globals", counts_as_json(review.summary.globals)},
                        {"class_attributes", counts_as_json(review.summary.class_attributes)}}}};
  // Paths and source text may be no UTF-8.
  return document.dump(/*indent=*/2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

}  // namespace server
