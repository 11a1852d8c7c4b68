#include "server/check/batch.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "server/cache/known_facts.h"
#include "server/workspace/canonical_path.h"
#include "server/workspace/module_name.h"

namespace server {
namespace {

/// What became of one path.
struct Outcome {
  std::optional<CheckedFile> file;
  std::string error;
};

Outcome examine(const std::string& path, std::string name, tl::expected<SourceFile, std::string> source,
                const FactsStore& store) {
  if (!source) return {.file = {}, .error = source.error()};
  analysis::ModuleFacts facts =
      known_facts(std::move(name), analysis::make_source_text(std::move(source->text)), store);
  CheckedFile file = checked_file(path, facts);
  file.has_bom = source->has_bom;
  return {.file = std::move(file), .error = std::move(source->complaint)};
}

void add(Report& report, const std::string& path, Outcome outcome) {
  if (!outcome.error.empty()) report.errors.push_back({path, std::move(outcome.error)});
  if (!outcome.file) return;
  // Two files of one name cannot be told apart by an import either: the first one counts.
  report.modules.try_emplace(outcome.file->module, report.files.size());
  report.files.push_back(*std::move(outcome.file));
}

/// Indices of things of these sizes. With the largest first, no thread is left alone with a large one at the end.
std::vector<std::size_t> largest_first(const std::vector<std::size_t>& sizes) {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return sizes[i]; });
  return order;
}

std::vector<std::size_t> largest_files_first(const Report& report) {
  std::vector<std::size_t> sizes;
  for (const CheckedFile& file : report.files) sizes.push_back(file.text->bytes().size());
  return largest_first(sizes);
}

}  // namespace

CheckedFile checked_file(std::string path, const analysis::ModuleFacts& facts) {
  auto code = std::make_shared<const analysis::ProjectModule>(analysis::as_packed_module(facts, path));
  return {.path = std::move(path), .module = facts.name, .text = facts.text, .code = std::move(code)};
}

Report examine_files(FoundFiles found, const FactsStore& store, Workers& workers, Progress& progress) {
  std::vector<std::size_t> sizes;
  std::vector<std::string> names;
  ModuleNames naming;
  for (const FoundFile& file : found.files) {
    sizes.push_back(file.size);
    names.push_back(naming.of(file.path));
  }
  const std::vector<std::size_t> order = largest_first(sizes);
  std::vector<Outcome> outcomes(found.files.size());
  const auto body = [&](std::size_t i, unsigned /*worker*/) {
    const std::string& path = found.files[order[i]].path;
    outcomes[order[i]] = examine(path, std::move(names[order[i]]), read_source(path), store);
  };
  for_each_index(workers, order.size(), body, progress.observer("reading", order.size()));

  Report report;
  report.errors = std::move(found.errors);
  for (std::size_t i = 0; i < outcomes.size(); ++i) add(report, found.files[i].path, std::move(outcomes[i]));
  std::ranges::sort(report.errors);
  return report;
}

Report examine_text(const std::string& path, const tl::expected<SourceFile, std::string>& source) {
  Report report;
  add(report, path, examine(path, module_name(path), source, FactsStore({})));
  return report;
}

void set_settings(Report& report, SettingsStore& settings) {
  for (CheckedFile& file : report.files) file.settings = settings.of(canonical_path(file.path)).rules;
}

analysis::ProjectIndex join_modules(const Report& report) {
  std::vector<std::shared_ptr<const analysis::ProjectModule>> modules;
  for (const CheckedFile& file : report.files) modules.push_back(file.code);
  return {std::move(modules), analysis::ProjectIndex()};
}

void find_all_problems(Report& report, const analysis::ProjectIndex& project, Workers& workers, Progress& progress) {
  const std::vector<std::size_t> order = largest_files_first(report);
  const auto body = [&](std::size_t i, unsigned /*worker*/) {
    CheckedFile& file = report.files[order[i]];
    file.findings = analysis::find_problems(analysis::as_module_facts(*file.code), project, *file.settings);
  };
  for_each_index(workers, order.size(), body, progress.observer("checking", order.size()));
}

std::vector<analysis::Inventory> review_all(const Report& report, const analysis::ProjectIndex& project,
                                            Workers& workers, Progress& progress) {
  const std::vector<std::size_t> order = largest_files_first(report);
  std::vector<analysis::Inventory> inventories(order.size());
  const auto body = [&](std::size_t i, unsigned /*worker*/) {
    const CheckedFile& file = report.files[order[i]];
    inventories[order[i]] = analysis::review_module(analysis::as_module_facts(*file.code), project, *file.settings);
  };
  for_each_index(workers, order.size(), body, progress.observer("reviewing", order.size()));
  return inventories;
}

void find_all_fixes(Report& report, const analysis::ProjectIndex& project, Workers& workers, Progress& progress) {
  const std::vector<std::size_t> order = largest_files_first(report);
  const auto body = [&](std::size_t i, unsigned /*worker*/) {
    CheckedFile& file = report.files[order[i]];
    if (file.findings.empty()) return;
    analysis::add_fixes(analysis::as_module_facts(*file.code), file.findings, project, *file.settings);
  };
  for_each_index(workers, order.size(), body, progress.observer("repairing", order.size()));
}

}  // namespace server
