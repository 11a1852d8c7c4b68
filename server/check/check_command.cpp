#include "server/check/check_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "server/check/baseline.h"
#include "server/check/fixing.h"
#include "server/check/output.h"
#include "server/check/remembered_check.h"
#include "server/check/summary.h"
#include "server/check/text_diff.h"
#include "server/workspace/canonical_path.h"

namespace server {
namespace {

using exit_code::clean;
using exit_code::could_not_run;
using exit_code::found_something;

/// Nothing when settings are wrong, which was told.
std::optional<Report> examine(const CheckOptions& options, SettingsStore& settings, const FactsStore& store,
                              Workers& workers, Progress& progress) {
  Report report;
  if (options.reads_standard_input) {
    (void)settings.behind(canonical_path(options.stdin_filename));
    if (!are_settings_right(settings)) return {};
    report = examine_text(options.stdin_filename, read_standard_input().and_then(decode_source));
  } else {
    FoundFiles found = find_included_files(options.paths, settings, workers);
    if (!are_settings_right(settings)) return {};
    report = examine_files(std::move(found), store, workers, progress);
  }
  set_settings(report, settings);
  return report;
}

Reporter reporter_of(const CheckOptions& options) {
  if (options.shows_statistics)
    return options.format == OutputFormat::json ? json_statistics_report : statistics_report;
  switch (options.format) {
    case OutputFormat::full:
      return full_report;
    case OutputFormat::concise:
      return concise_report;
    case OutputFormat::json:
      return json_report;
  }
  return full_report;
}

bool shows_fixes(const CheckOptions& options) {
  return !options.shows_statistics && options.format != OutputFormat::concise;
}

std::string bytes_of(const CheckedFile& file, const analysis::SourceText& text) {
  return encoded({.text = std::string(text.bytes()), .has_bom = file.has_bom, .complaint = {}});
}

/// Puts the repaired texts where the old ones were. What cannot be written becomes an error.
void write_repairs(const CheckOptions& options, Report& report, const Repairs& repairs) {
  for (std::size_t i = 0; i < report.files.size(); ++i) {
    const CheckedFile& file = report.files[i];
    if (options.reads_standard_input) {
      print(stdout, bytes_of(file, *file.text));
    } else if (repairs.before[i]) {
      const auto done = replace_content(file.path, bytes_of(file, *repairs.before[i]), bytes_of(file, *file.text));
      if (!done) report.errors.push_back({file.path, "could not be repaired: " + done.error()});
    }
  }
}

int print_diff(const CheckOptions& options, const Report& report, const Repairs& repairs) {
  const TextStyle style = style_of_output(options.output_file, options.color);
  std::string diff;
  std::size_t files = 0;
  for (std::size_t i = 0; i < report.files.size(); ++i) {
    if (!repairs.before[i]) continue;
    const CheckedFile& file = report.files[i];
    diff += unified_diff(file.path, bytes_of(file, *repairs.before[i]), bytes_of(file, *file.text), style);
    ++files;
  }
  print_errors(report.errors);
  if (0 < files) {
    fmt::print(stderr, "would repair {} in {}\n", counted(repairs.count, "finding"), counted(files, "file"));
  } else if (0 < finding_count(report)) {
    fmt::print(stderr, "would repair nothing\n");
  }
  fmt::print(stderr, "{}", offered_repairs(report));
  if (!write_output(options.output_file, diff)) return could_not_run;
  return files == 0 || options.exits_zero ? clean : found_something;
}

int print_report(const CheckOptions& options, const Report& report, std::size_t repaired) {
  // The repaired text of standard input has standard output for itself.
  const bool is_stdout_taken = options.reads_standard_input && options.fix_mode == FixMode::write;
  std::FILE* const stream = is_stdout_taken ? stderr : stdout;
  const TextStyle style =
      options.output_file.empty() ? style_of(::fileno(stream), options.color) : style_of_file(options.color);
  std::string output = reporter_of(options)(report, style);
  if (options.format != OutputFormat::json) {
    if (0 < repaired) output += fmt::format("{} repaired\n", counted(repaired, "finding"));
    output += summary(report, style);
    print_errors(report.errors);
    if (report.files.empty() && report.errors.empty()) fmt::print(stderr, "warning: no Python files here\n");
  }
  if (!write_output(options.output_file, output, stream)) return could_not_run;
  return finding_count(report) == 0 || options.exits_zero ? clean : found_something;
}

/// Whether the check is one whose outcome the next one can begin with.
bool is_remembered(const CheckOptions& options, const FactsStore& store) {
  return store.is_open() && !options.reads_standard_input && options.fix_mode == FixMode::none &&
         !options.writes_baseline;
}

/// Nothing when settings are wrong, which was told.
std::optional<Report> check_again(const CheckOptions& options, SettingsStore& settings, const FactsStore& store,
                                  Workers& workers, Progress& progress) {
  FoundFiles found = find_included_files(options.paths, settings, workers);
  if (!are_settings_right(settings)) return {};
  const RememberedCheck check{.paths = options.paths,
                              .wants_fixes = shows_fixes(options),
                              .trusts_modification = options.cache.trusts_modification};
  return check_remembered(check, std::move(found), settings, store, workers, progress);
}

int could_not(const std::string& why) {
  fmt::print(stderr, "error: {}\n", why);
  return could_not_run;
}

int write_baseline(SettingsStore& settings, const Report& report) {
  const std::string path = baseline_path(settings);
  if (path.empty()) return could_not("no baseline is named: say `--baseline FILE`, or set `baseline`");
  print_errors(report.errors);
  if (!write_output(path, baseline_text(report))) return could_not_run;
  fmt::print("{} written to {}\n", counted(finding_count(report), "finding"), displayed_path(path));
  return report.files.empty() && !report.errors.empty() ? could_not_run : clean;
}

}  // namespace

int check(const CheckOptions& options) {
  auto settings = settings_of(options.settings);
  if (!settings) return could_not(settings.error());
  Workers workers(options.threads == 0 ? hardware_threads() : options.threads);
  Progress progress;
  const FactsStore store = open_store(options.cache);
  if (is_remembered(options, store)) {
    const std::optional<Report> report = check_again(options, *settings, store, workers, progress);
    if (!report) return could_not_run;
    progress.clear();
    const int code = print_report(options, *report, 0);
    return report->files.empty() && !report->errors.empty() ? could_not_run : code;
  }
  std::optional<Report> examined = examine(options, *settings, store, workers, progress);
  if (!examined) return could_not_run;
  Report& report = *examined;
  analysis::ProjectIndex project = join_modules(report);
  if (options.writes_baseline) forget_baseline(report);
  find_all_problems(report, project, workers, progress);
  if (options.writes_baseline) {
    progress.clear();
    return write_baseline(*settings, report);
  }

  Repairs repairs;
  const std::size_t errors_before = report.errors.size();
  if (options.fix_mode != FixMode::none) {
    repairs = make_repairs(report, project, options.fixes, workers, progress);
  }
  const bool nothing_ran = report.files.empty() && !report.errors.empty();
  if (options.fix_mode == FixMode::diff) {
    find_all_fixes(report, project, workers, progress);
    progress.clear();
    const int code = print_diff(options, report, repairs);
    return nothing_ran ? could_not_run : code;
  }
  if (options.fix_mode == FixMode::write) write_repairs(options, report, repairs);
  const bool some_not_written = errors_before < report.errors.size();
  if (shows_fixes(options) || options.fix_mode == FixMode::write) {
    find_all_fixes(report, project, workers, progress);
  }
  progress.clear();
  const int code = print_report(options, report, repairs.count);
  return nothing_ran || some_not_written ? could_not_run : code;
}

}  // namespace server
