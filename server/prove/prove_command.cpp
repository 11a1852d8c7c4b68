#include "server/prove/prove_command.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <optional>

#include "server/check/batch.h"
#include "server/check/output.h"
#include "server/prove/proof.h"
#include "server/prove/proof_run.h"
#include "server/prove/test_file.h"
#include "server/prove/witness_source.h"

namespace server {
namespace {

namespace fs = std::filesystem;

/// FILE:ROW or FILE:ROW:COLUMN, rows and columns counted from 1.
struct Place {
  std::string file;
  std::size_t row = 0;
  std::size_t column = 0;  // 0: any
};

std::optional<std::size_t> number_after_colon(std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {};
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, number);
  if (error != std::errc() || rest != end || number == 0) return {};
  text.resize(colon);
  return number;
}

std::optional<Place> place_of(std::string text) {
  const auto last = number_after_colon(text);
  if (!last) return {};
  const auto first = number_after_colon(text);
  return first ? Place{text, *first, *last} : Place{text, *last, 0};
}

/// The nearest folder around a file that is the top of a project; if there is none, the one above the file's packages.
fs::path project_around(const fs::path& file) {
  fs::path home = fs::absolute(file).lexically_normal().parent_path();
  for (fs::path folder = home;; folder = folder.parent_path()) {
    for (const char* mark : {"pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg"}) {
      if (std::error_code ignored; fs::exists(folder / mark, ignored)) return folder;
    }
    if (folder == folder.parent_path()) break;
  }
  for (std::error_code ignored; fs::exists(home / "__init__.py", ignored);) home = home.parent_path();
  return home;
}

struct Found {
  const CheckedFile* file = nullptr;
  const analysis::Finding* finding = nullptr;
};

bool is_at(const CheckedFile& file, const analysis::Finding& finding, const Place& place) {
  const analysis::LineColumn begin = file.text->locate(finding.range.begin, analysis::ColumnUnit::utf32);
  return begin.line + 1 == place.row && (place.column == 0 || begin.column + 1 == place.column);
}

bool is_in(const CheckedFile& file, const Place& place) {
  return fs::absolute(file.path).lexically_normal() == fs::absolute(place.file).lexically_normal();
}

/// Fills in the findings of the file of the place.
void find_problems_in(Report& report, const analysis::ProjectIndex& project, const Place& place) {
  for (CheckedFile& file : report.files) {
    if (is_in(file, place))
      file.findings = analysis::find_problems(analysis::as_module_facts(*file.code), project, *file.settings);
  }
}

std::vector<Found> find_all(const Report& report, const std::optional<Place>& place, const std::string& fingerprint) {
  std::vector<Found> all;
  for (const CheckedFile& file : report.files) {
    if (place && !is_in(file, *place)) continue;
    for (const analysis::Finding& finding : file.findings) {
      const bool is_it =
          place ? is_at(file, finding, *place) : fmt::format("{:016x}", finding.fingerprint) == fingerprint;
      if (is_it && !finding.interleaving.empty()) all.push_back({&file, &finding});
    }
  }
  return all;
}

int fail(const std::string& message) {
  fmt::print(stderr, "error: {}\n", message);
  return exit_code::could_not_run;
}

int write_test(const ProveOptions& options, const Proof& proof) {
  const HarmMeans harm = options.expects_harm ? HarmMeans::success : HarmMeans::failure;
  const TestFile test = make_test_file(proof, {options.output, options.is_inlined, harm});
  if (!test.runtime.empty() && !write_new(test.runtime, witness_source()))
    return fail(fmt::format("cannot write {}", test.runtime));
  if (!write_new(test.path, test.text)) return fail(fmt::format("cannot write {}", test.path));
  fmt::print("{}\n", fs::path(test.path).lexically_proximate(fs::current_path()).string());
  if (const std::string missing = missing_in(proof); !missing.empty())
    fmt::print(stderr, "note: the test is skipped until you {}\n", missing);
  return exit_code::clean;
}

/// How much the harm says about the finding; empty where there was none, and the message tells all.
std::string_view headline(Verdict verdict) {
  if (verdict == Verdict::proven) return "proven: the steps of the finding do harm\n";
  return verdict == Verdict::other_schedule ? "shown, but not by the steps of the finding\n" : "";
}

/// The options that would say what is missing, for the user to complete.
std::string options_for(const Proof& proof) {
  std::string options;
  if (proof.plan.setup.find("...") != std::string::npos) options += fmt::format(" --setup '{}'", proof.plan.setup);
  const std::vector<analysis::ThreadCall>& calls = proof.plan.calls;
  const bool is_one_for_all =
      std::ranges::all_of(calls, [&](const analysis::ThreadCall& call) { return call.code == calls.front().code; });
  for (std::size_t i = 0; i < (is_one_for_all ? 1 : calls.size()); ++i)
    options += fmt::format(" --call '{}'", calls[i].code);
  return options;
}

int run(const ProveOptions& options, const Proof& proof) {
  if (const std::string missing = missing_in(proof); !missing.empty())
    return fail(fmt::format("{}:{}", missing, options_for(proof)));
  fmt::print(stderr, "{}\n", announcement(proof, options.python));
  const auto result = run_proof(proof, options.python);
  if (!result) return fail(result.error());
  if (!result->output.empty()) fmt::print(stderr, "{}\n", result->output);
  fmt::print("{}{}\n", headline(result->verdict), result->message);
  switch (result->verdict) {
    case Verdict::proven:
    case Verdict::other_schedule:
      return exit_code::clean;
    case Verdict::not_shown:
      return exit_code::found_something;
    case Verdict::not_run:
      break;
  }
  return exit_code::could_not_run;
}

}  // namespace

int prove(const ProveOptions& options) {
  const std::optional<Place> place = place_of(options.finding);
  const std::string folder = place ? project_around(place->file).string() : ".";
  Workers workers(hardware_threads());
  Progress progress;
  std::vector<std::string> paths{folder};
  // A file that the project leaves out, or a script, is looked at all the same.
  if (place) paths.push_back(place->file);
  auto settings = settings_of(options.settings);
  if (!settings) return fail(settings.error());
  FoundFiles files = find_included_files(paths, *settings, workers);
  if (!are_settings_right(*settings)) return exit_code::could_not_run;
  Report report = examine_files(std::move(files), open_store(options.cache), workers, progress);
  set_settings(report, *settings);
  const analysis::ProjectIndex project = join_modules(report);
  if (place) {
    find_problems_in(report, project, *place);
  } else {
    find_all_problems(report, project, workers, progress);
  }
  progress.clear();
  const std::vector<Found> found = find_all(report, place, options.finding);
  if (found.empty()) {
    print_errors(report.errors);
    return fail(
        fmt::format("no finding with an interleaving {} {}", place ? "at" : "has the fingerprint", options.finding));
  }
  if (1 < found.size()) {
    std::string list;
    for (const Found& each : found)
      list += fmt::format("\n  {:016x} {}: {}", each.finding->fingerprint, each.finding->rule->info.name,
                          each.finding->message);
    return fail(fmt::format("several findings are at {}; name one by its fingerprint:{}", options.finding, list));
  }
  const CheckedFile& file = *found.front().file;
  Proof proof = make_proof(file.path, analysis::as_module_facts(*file.code), *found.front().finding, project);
  proof.seconds = options.seconds;
  if (!fill_in(proof, options.setup, options.calls))
    return fail(fmt::format("{} calls for {} threads", options.calls.size(), proof.plan.calls.size()));
  const int written = options.runs && options.output.empty() ? exit_code::clean : write_test(options, proof);
  return written == exit_code::clean && options.runs ? run(options, proof) : written;
}

}  // namespace server
