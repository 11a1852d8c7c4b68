// The inventory as a page for a wiki or a pull request: the tables of the Django threading review.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "server/check/summary.h"
#include "server/review/review.h"
#include "server/workspace/character.h"

namespace server {
namespace {

using analysis::DuplicateInitialization;
using analysis::IncompleteInitialization;

/// Text between backticks stays as it is; elsewhere the signs that tables and HTML give a meaning are escaped.
std::string escaped(std::string_view text) {
  std::string result;
  bool is_code = false;
  for (const char c : displayable(text)) {
    if (c == '`') is_code = !is_code;
    if (c == '|') result += '\\';
    if (!is_code && (c == '_' || c == '*' || c == '<')) result += '\\';
    result += c;
  }
  return result;
}

std::string code(std::string_view text) { return "`" + escaped("`" + std::string(text)).substr(1) + "`"; }

std::string place_of(const ReviewRow& row) { return fmt::format("{}:{}", row.file->path, line_of(row)); }

std::string joined(const std::vector<std::string>& parts, std::string_view separator = ", ") {
  return fmt::format("{}", fmt::join(parts, separator));
}

/// The functions that change the cell, in code; empty for none.
std::string writers_of(const analysis::ReviewedCell& cell) {
  std::vector<std::string> names;
  for (const std::string& name : functions_of(cell.writers))
    names.push_back(name.empty() ? "module level" : code(name));
  return joined(names);
}

std::string_view incomplete_words(const analysis::ReviewedCell& cell) {
  if (cell.incomplete == IncompleteInitialization::problem) return "**PROBLEM**";
  if (cell.incomplete == IncompleteInitialization::ok) return "OK";
  return cell.kind == 2 ? "MODULE LEVEL INIT" : "not lazy";
}

std::string inefficiency_words(const analysis::ReviewedCell& cell) {
  if (cell.duplicate == DuplicateInitialization::possible) return "may be initialized more than once";
  if (cell.protection == "none" || cell.protection == "import-lock") return "none";
  return "none, " + cell.protection;
}

/// The seed's table: the globals of each module that have the same verdicts share a row.
std::string module_table(const Review& review) {
  std::map<std::tuple<std::string, std::string_view, std::string>, std::vector<std::string>> rows;
  for (const ReviewRow& row : review.rows) {
    if (row.group != CellGroup::global || row.cell->kind == 1) continue;
    rows[{row.file->path, incomplete_words(*row.cell), inefficiency_words(*row.cell)}].push_back(code(row.cell->name));
  }
  if (rows.empty()) return "No global is changed.\n";
  std::string out = "| Module | Globals | Incomplete init | Inefficiencies |\n| --- | --- | --- | --- |\n";
  for (const auto& [key, names] : rows) {
    const auto& [path, incomplete, inefficiency] = key;
    out += fmt::format("| {} | {} | {} | {} |\n", code(path), joined(names), incomplete, escaped(inefficiency));
  }
  return out;
}

std::string interleaving(const Review& review, const ReviewRow& row, const analysis::Finding& finding) {
  std::string out;
  for (std::size_t i = 0; i < finding.interleaving.size(); ++i) {
    const analysis::Step& step = finding.interleaving[i];
    const CheckedFile& home = file_of(review.report, *row.file, step);
    const std::string where = step.function.empty() ? std::string() : fmt::format("{}, ", code(step.function));
    out += fmt::format("    {}. thread {}: {} ({}line {})\n", i + 1, step.thread, escaped(step.text), where,
                       home.text->row(step.range.begin));
  }
  return out;
}

std::string problems(const Review& review) {
  std::string out;
  std::size_t number = 0;
  for (const ReviewRow& row : review.rows) {
    if (!row.is_problem) continue;
    out += fmt::format("{}. {}, {}: {}\n", ++number, code(place_of(row)), code(title_of(row)), escaped(row.cell->why));
    const auto finding = std::ranges::find_if(row.inventory->findings, [&](const analysis::Finding& each) {
      return each.symbol == row.cell->symbol && !each.interleaving.empty() && each.message == row.cell->why;
    });
    if (finding != row.inventory->findings.end()) out += interleaving(review, row, *finding);
  }
  return out.empty() ? "None was found.\n" : out;
}

std::string cell_table(const std::vector<const ReviewRow*>& rows) {
  std::string out = "| Place | Name | Value | Changed by | Protection | Why |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const ReviewRow* row : rows) {
    const analysis::ReviewedCell& cell = *row->cell;
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(place_of(*row)), code(title_of(*row)),
                       word(cell.value), writers_of(cell), escaped(cell.protection), escaped(cell.why));
  }
  return out;
}

/// What nothing changes is many: a line per module will do.
std::string name_list(const std::vector<const ReviewRow*>& rows) {
  std::vector<std::pair<std::string, std::vector<std::string>>> modules;
  for (const ReviewRow* row : rows) {
    const auto known = std::ranges::find(modules, row->file->path, &decltype(modules)::value_type::first);
    auto& names = known == modules.end() ? modules.emplace_back(row->file->path, std::vector<std::string>()).second
                                         : known->second;
    names.push_back(code(title_of(*row)) + (row->cell->is_hidden ? " (hidden by instances)" : ""));
  }
  std::string out;
  for (const auto& [path, names] : modules) out += fmt::format("- {}: {}\n", code(path), joined(names));
  return out;
}

std::string by_kind(const Review& review, CellGroup group, int kinds) {
  std::string out;
  for (int kind = kinds; 1 <= kind; --kind) {
    std::vector<const ReviewRow*> rows;
    for (const ReviewRow& row : review.rows) {
      if (row.group == group && row.cell->kind == kind) rows.push_back(&row);
    }
    if (rows.empty()) continue;
    out += fmt::format("### Kind {}: {} ({})\n\n{}\n", kind, meaning_of_kind(group, kind), rows.size(),
                       kind == 1 ? name_list(rows) : cell_table(rows));
  }
  return out.empty() ? "None.\n\n" : out;
}

std::string constant_lists(const Review& review) {
  std::vector<const ReviewRow*> rows;
  for (const ReviewRow& row : review.rows) {
    if (row.cell->should_be_tuple) rows.push_back(&row);
  }
  return rows.empty() ? "None.\n" : name_list(rows);
}

/// The places that the review of Django found by searching for `__class__`.
std::string class_accesses(const Review& review) {
  std::string out;
  for (std::size_t i = 0; i < review.inventories.size(); ++i) {
    const CheckedFile& file = review.report.files[i];
    for (const analysis::ClassAccess& access : review.inventories[i].class_accesses) {
      out += fmt::format("| {} | {} | {} | {} |\n",
                         code(fmt::format("{}:{}", file.path, file.text->row(access.range.begin))), code(access.text),
                         code(access.function), escaped(access.what));
    }
  }
  return out.empty() ? "None.\n" : "| Place | Access | In | What it is |\n| --- | --- | --- | --- |\n" + out;
}

}  // namespace

std::string markdown_review(const Review& review, const TextStyle& /*style*/) {
  std::string out = "# Threading review\n\n" + summary_line(review) + "\n\n";
  out += "## Modules' use of globals\n\n" + module_table(review) + "\n";
  out += "## Problems\n\n" + problems(review) + "\n";
  out += "## Globals\n\n" + by_kind(review, CellGroup::global, 4);
  out += "## Class attributes\n\n" + by_kind(review, CellGroup::class_attribute, 3);
  out += "## Attributes of shared instances\n\n" + by_kind(review, CellGroup::instance_attribute, 3);
  if (!review.is_selection) out += "## Accesses through `__class__`\n\n" + class_accesses(review) + "\n";
  out += "## Read-only lists that should be tuples\n\n" + constant_lists(review);
  return out;
}

}  // namespace server
