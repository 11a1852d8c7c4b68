#include "tests/bench/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/bench/statistics.h"

namespace bench {
namespace {

using nlohmann::json;

// What the figures shall not exceed, as multiples of the bare parse.
constexpr double check_limit = 1.5;
constexpr double word_edit_p99_limit = 0.5;
constexpr double typing_p50_limit = 0.25;
constexpr double typing_p90_limit = 1.0;
constexpr double typing_p99_limit = 2.0;
// As multiples of the time of a single edit that few exceed, and a number of analyses; and milliseconds.
constexpr double burst_limit = 3.0;
constexpr double burst_analyses_limit = 8;
constexpr double round_trip_limit = 1.0;
// What a check that begins with what is known shall save: as parts of one that does not, and of one without a change.
constexpr double warm_limit = 1.0 / 30;
constexpr double verified_limit = 1.0 / 10;
constexpr double change_limit = 1.3;
// As a part of a full analysis.
constexpr double reanalysis_limit = 0.15;

std::string verdict(double value, double limit) {
  return fmt::format("{:.2f} x parse (limit {:.2f}) {}", value, limit, value <= limit ? "PASS" : "FAIL");
}

double megabytes(double bytes) { return bytes / 1e6; }

std::string latencies(const char* what, const std::vector<double>& samples, double parse) {
  std::string text = fmt::format("  {} ({}):\n", what, samples.size());
  for (const auto& [name, share] : {std::pair("p50", 0.5), {"p90", 0.9}, {"p99", 0.99}, {"max", 1.0}}) {
    const double value = quantile(samples, share);
    text += fmt::format("    {} {:8.2f} ms  {:5.2f} x parse\n", name, value, value / parse);
  }
  return text;
}

json quantiles(const std::vector<double>& samples, double parse) {
  json result{{"count", samples.size()}};
  for (const auto& [name, share] : {std::pair("p50", 0.5), {"p90", 0.9}, {"p99", 0.99}, {"max", 1.0}}) {
    const double value = quantile(samples, share);
    result[name] = {{"ms", value}, {"ratio", value / parse}};
  }
  return result;
}

std::string_view passes(bool does) { return does ? "PASS" : "FAIL"; }

double burst_ratio(const KeystrokeReport& report) { return report.burst_elapsed / quantile(report.word_edits, 0.99); }

/// The typical edit, as a part of the full analysis. What is parsed again counts, which makes it larger than it need
/// be.
double reanalysis_ratio(const ReanalysisReport& report) { return median(report.edits) / report.full; }

json held(double value, double limit) { return {{"value", value}, {"limit", limit}, {"passes", value <= limit}}; }

}  // namespace

std::string as_text(const ProjectReport& report) {
  std::string text = fmt::format(
      "whole project: {} files, {} lines, {:.1f} MB; medians of {} runs, parse and check in turn\n"
      "  check: {} files, {} findings, {} unreadable files\n"
      "  read: {:.0f} ms (1 thread, page cache)\n",
      report.files, report.lines, megabytes(static_cast<double>(report.bytes)), report.runs, report.files_checked,
      report.findings, report.unreadable, report.read);
  if (report.files_checked + report.unreadable < report.files) {
    return text + "  `check` did not look at all files: its times would mean nothing\n";
  }
  for (const ProjectTimes& times : report.times) {
    text += fmt::format(
        "  {} thread{}: parse {:.0f} ms, check {:.0f} ms (user {:.0f} ms), peak memory {:.0f} MB\n"
        "    check / parse: {}\n",
        times.threads, times.threads == 1 ? "" : "s", times.parse, times.check, times.check_user,
        megabytes(times.peak_bytes), verdict(times.ratio, check_limit));
  }
  return text;
}

std::string as_text(const WarmReport& report) {
  const auto saved = [&](double value, double limit) {
    const double share = value / report.cold;
    return fmt::format("{:.0f} times faster (limit {:.0f}) {}", 1 / share, 1 / limit, share <= limit ? "PASS" : "FAIL");
  };
  return fmt::format(
      "what is kept: {} files; medians of {} runs, all threads\n"
      "  check without a cache {:.0f} ms, with an empty one {:.0f} ms; it takes {:.1f} MB afterwards\n"
      "  nothing has changed, every file is read: {:.1f} ms, {}\n"
      "  nothing has changed, size and time are trusted: {:.1f} ms, {}\n"
      "  {} files: nothing has changed {:.1f} ms (read: {:.1f} ms), one has changed {:.1f} ms\n"
      "    {:.2f} x as long (limit {:.1f}) {}\n",
      report.files, report.runs, report.uncached, report.cold, megabytes(report.cache_bytes), report.verified,
      saved(report.verified, verified_limit), report.warm, saved(report.warm, warm_limit), report.few_files,
      report.few_warm, report.few_verified, report.few_changed, report.change_ratio, change_limit,
      report.change_ratio <= change_limit ? "PASS" : "FAIL");
}

std::string as_text(const KeystrokeReport& report) {
  return fmt::format(
      "keystrokes: {} lines, {:.0f} KB; didChange to publishDiagnostics, no debounce\n"
      "  bare parse of the file: {:.2f} ms\n{}{}"
      "  edits inside words, p99: {}\n  typing, p50: {}\n  typing, p90: {}\n  typing, p99: {}\n"
      "  {} changes at once: {:.1f} ms, {:.2f} x the p99 of one (limit {:.0f}) {}; {:.0f} analyses (limit {:.0f}) {}\n"
      "  request that asks for nothing: p50 {:.3f} ms, p99 {:.3f} ms (limit {:.0f}) {}\n",
      report.lines, static_cast<double>(report.bytes) / 1e3, report.parse,
      latencies("edits inside words", report.word_edits, report.parse),
      latencies("typing a class and a function", report.typing, report.parse),
      verdict(quantile(report.word_edits, 0.99) / report.parse, word_edit_p99_limit),
      verdict(quantile(report.typing, 0.5) / report.parse, typing_p50_limit),
      verdict(quantile(report.typing, 0.9) / report.parse, typing_p90_limit),
      verdict(quantile(report.typing, 0.99) / report.parse, typing_p99_limit), report.burst, report.burst_elapsed,
      burst_ratio(report), burst_limit, passes(burst_ratio(report) <= burst_limit), report.burst_analyses,
      burst_analyses_limit, passes(report.burst_analyses <= burst_analyses_limit), quantile(report.round_trips, 0.5),
      quantile(report.round_trips, 0.99), round_trip_limit,
      passes(quantile(report.round_trips, 0.99) <= round_trip_limit));
}

std::string as_text(const PropagationReport& report) {
  const double bytes = static_cast<double>(report.project_bytes);
  return fmt::format(
      "propagation: {} modules, {} use a name of a file of {:.0f} KB, {} of these are open\n"
      "  bare parse of the file: {:.2f} ms\n{}{}{}"
      "  modules that do not use the name, but had new diagnostics: {}\n"
      "project in memory: {} files, {:.1f} MB; read in {:.0f} ms ({:.2f} x parse on one thread)\n"
      "  memory: {:.0f} MB, {:.1f} bytes per byte of source\n",
      report.modules, report.users, static_cast<double>(report.bytes) / 1e3, report.open, report.parse,
      latencies("edits that others see, until the last open user's diagnostics", report.edits, report.parse),
      latencies("the same, until the last user's", report.all_edits, report.parse),
      latencies("edits that nobody else sees, until the file's diagnostics", report.unseen, report.parse),
      report.others, report.project_files, megabytes(bytes), report.project_read,
      report.project_read / report.project_parse, megabytes(report.project_memory), report.project_memory / bytes);
}

std::string as_text(const ReanalysisReport& report) {
  return fmt::format(
      "re-analysis: {} lines; a letter in the code of a function\n"
      "  full, without the parse: {:.2f} ms; after a letter ({}), with the parse of what it is in: p50 {:.2f} ms, p90 "
      "{:.2f} ms\n    {:.2f} x full (limit {:.2f}) {}\n",
      report.lines, report.full, report.edits.size(), median(report.edits), quantile(report.edits, 0.9),
      reanalysis_ratio(report), reanalysis_limit, passes(reanalysis_ratio(report) <= reanalysis_limit));
}

json as_json(const ProjectReport& report) {
  json times = json::array();
  for (const ProjectTimes& it : report.times) {
    times.push_back({{"threads", it.threads},
                     {"parse", it.parse},
                     {"check", it.check},
                     {"check_user", it.check_user},
                     {"peak_memory", it.peak_bytes},
                     {"ratio", held(it.ratio, check_limit)}});
  }
  return {{"files", report.files},
          {"files_checked", report.files_checked},
          {"unreadable", report.unreadable},
          {"findings", report.findings},
          {"lines", report.lines},
          {"bytes", report.bytes},
          {"read", report.read},
          {"runs", report.runs},
          {"times", times}};
}

json as_json(const WarmReport& report) {
  return {{"files", report.files},
          {"runs", report.runs},
          {"cold", report.cold},
          {"uncached", report.uncached},
          {"cache_bytes", report.cache_bytes},
          {"verified", report.verified},
          {"verified_ratio", held(report.verified / report.cold, verified_limit)},
          {"warm", report.warm},
          {"warm_ratio", held(report.warm / report.cold, warm_limit)},
          {"few_files", report.few_files},
          {"few_warm", report.few_warm},
          {"few_verified", report.few_verified},
          {"few_changed", report.few_changed},
          {"change_ratio", held(report.change_ratio, change_limit)}};
}

json as_json(const PropagationReport& report) {
  return {{"modules", report.modules},
          {"users", report.users},
          {"open", report.open},
          {"others", report.others},
          {"bytes", report.bytes},
          {"parse", report.parse},
          {"edits", quantiles(report.edits, report.parse)},
          {"all_edits", quantiles(report.all_edits, report.parse)},
          {"unseen", quantiles(report.unseen, report.parse)},
          {"project_files", report.project_files},
          {"project_bytes", report.project_bytes},
          {"project_memory", report.project_memory},
          {"project_read", report.project_read},
          {"project_parse", report.project_parse}};
}

json as_json(const ReanalysisReport& report) {
  return {{"lines", report.lines},
          {"full", report.full},
          {"edits", quantiles(report.edits, report.full)},
          {"ratio", held(reanalysis_ratio(report), reanalysis_limit)}};
}

json as_json(const KeystrokeReport& report) {
  return {{"lines", report.lines},
          {"bytes", report.bytes},
          {"parse", report.parse},
          {"word_edits", quantiles(report.word_edits, report.parse)},
          {"typing", quantiles(report.typing, report.parse)},
          {"word_edits_p99", held(quantile(report.word_edits, 0.99) / report.parse, word_edit_p99_limit)},
          {"typing_p50", held(quantile(report.typing, 0.5) / report.parse, typing_p50_limit)},
          {"typing_p90", held(quantile(report.typing, 0.9) / report.parse, typing_p90_limit)},
          {"typing_p99", held(quantile(report.typing, 0.99) / report.parse, typing_p99_limit)},
          {"burst", report.burst},
          {"burst_ms", report.burst_elapsed},
          {"burst_ratio", held(burst_ratio(report), burst_limit)},
          {"burst_analyses", held(report.burst_analyses, burst_analyses_limit)},
          {"round_trip_p99", held(quantile(report.round_trips, 0.99), round_trip_limit)}};
}

}  // namespace bench
