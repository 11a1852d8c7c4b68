#include "server/review/cell_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/rules/registry.h"
#include "server/check/summary.h"

namespace server {
namespace {

using analysis::CellUser;
using analysis::ReviewedCell;

std::string_view name_of(CellGroup group) {
  switch (group) {
    case CellGroup::global:
      return "global";
    case CellGroup::class_attribute:
      return "class attribute";
    case CellGroup::instance_attribute:
      return "attribute of a shared object";
  }
  return "cell";
}

/// "`load` (lines 4, 6), `other.clear`"; empty for nobody. Lines of other modules are not told.
std::string names_with_lines(const std::vector<CellUser>& users, const analysis::SourceText& text) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> lines;
  for (const CellUser& user : users) {
    const std::string own = user.function.empty() ? "module level" : fmt::format("`{}`", user.function);
    const std::string name = user.module.empty() ? own : fmt::format("`{}.{}`", user.module, user.function);
    auto known = std::ranges::find(lines, name, &decltype(lines)::value_type::first);
    if (known == lines.end()) known = lines.insert(lines.end(), {name, {}});
    if (!user.module.empty()) continue;
    const std::size_t line = text.row(user.range.begin);
    if (known->second.empty() || known->second.back() != line) known->second.push_back(line);
  }
  std::string result;
  for (const auto& [name, rows] : lines) {
    if (!result.empty()) result += ", ";
    result += name;
    if (!rows.empty()) result += fmt::format(" ({} {})", rows.size() == 1 ? "line" : "lines", fmt::join(rows, ", "));
  }
  return result;
}

/// "guarded by `_lock` in 3 of 4 places": the lock that is held most often. Empty if none ever is.
std::string guard_of(const ReviewedCell& cell) {
  std::map<std::string, std::size_t> held;
  std::size_t places = 0;
  for (const std::vector<CellUser>* users : {&cell.writers, &cell.readers}) {
    for (const CellUser& user : *users) {
      if (user.runs_at_import) continue;
      ++places;
      for (const std::string& lock : user.locks) ++held[lock];
    }
  }
  const auto most = std::ranges::max_element(held, {}, [](const auto& entry) { return entry.second; });
  if (most == held.end()) return {};
  return fmt::format("guarded by `{}` in {} of {}", most->first, most->second, counted(places, "place"));
}

std::string_view verdict_of(const ReviewedCell& cell) {
  switch (cell.incomplete) {
    case analysis::IncompleteInitialization::problem:
      return "may be seen incomplete";
    case analysis::IncompleteInitialization::ok:
      return "initialized lazily, never seen incomplete";
    case analysis::IncompleteInitialization::none:
      return "";
  }
  return "";
}

}  // namespace

std::vector<CellInGroup> cells_of(const analysis::Inventory& inventory) {
  std::vector<CellInGroup> cells;
  for (const ReviewedCell& cell : inventory.globals) cells.push_back({CellGroup::global, &cell});
  for (const ReviewedCell& cell : inventory.class_attributes) cells.push_back({CellGroup::class_attribute, &cell});
  for (const ReviewedCell& cell : inventory.instance_attributes)
    cells.push_back({CellGroup::instance_attribute, &cell});
  return cells;
}

std::string describe(const CellInGroup& place, const analysis::Inventory& inventory, const analysis::SourceText& text) {
  const ReviewedCell& cell = *place.cell;
  const std::string title = cell.class_name.empty() ? cell.name : cell.class_name + "." + cell.name;
  std::string out = fmt::format("**`{}`**: {}, {}, kind {} ({})\n", title, name_of(place.group), word(cell.value),
                                cell.kind, meaning_of_kind(place.group, cell.kind));
  const std::string_view emphasis = cell.incomplete == analysis::IncompleteInitialization::problem ? "**" : "";
  if (const std::string_view verdict = verdict_of(cell); !verdict.empty()) {
    out += fmt::format("\n{}{}{}\n", emphasis, verdict, emphasis);
  }
  if (!cell.why.empty()) out += fmt::format("\n{}\n", cell.why);
  out += '\n';
  const std::string writers = names_with_lines(cell.writers, text);
  const std::string readers = names_with_lines(cell.readers, text);
  out += fmt::format("- written by {}\n", writers.empty() ? "nobody after it is made" : writers);
  if (!readers.empty()) out += fmt::format("- read by {}\n", readers);
  const std::string guard = guard_of(cell);
  out += fmt::format("- {}\n", guard.empty() ? "no lock is held" : guard);
  if (cell.duplicate == analysis::DuplicateInitialization::possible) out += "- may be initialized more than once\n";
  if (cell.is_changed_elsewhere) out += "- another module changes it\n";
  for (const analysis::Finding& finding : inventory.findings) {
    if (finding.symbol != cell.symbol) continue;
    out += fmt::format("- [{}]({}), line {}: {}\n", finding.rule->info.name, documentation_url(*finding.rule),
                       text.row(finding.range.begin), finding.evidence);
  }
  return out;
}

std::string describe_briefly(const CellInGroup& place, const analysis::Inventory& inventory) {
  const ReviewedCell& cell = *place.cell;
  const std::size_t writers = functions_of(cell.writers).size();
  std::string out = fmt::format("kind {}", cell.kind);
  if (0 < writers) out += fmt::format(" · written by {}", counted(writers, "function"));
  if (const std::string guard = guard_of(cell); !guard.empty()) out += " · " + guard;
  if (cell.incomplete == analysis::IncompleteInitialization::problem) {
    out += " · may be seen incomplete";
  } else if (is_problem(inventory, cell)) {
    out += " · has a problem";
  }
  return out;
}

}  // namespace server
