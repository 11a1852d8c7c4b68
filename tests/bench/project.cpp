#include "tests/bench/project.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/bench/child.h"
#include "tests/bench/parse.h"
#include "tests/bench/statistics.h"

namespace bench {
namespace {

/// What `check` says about the corpus. Null if it could not.
nlohmann::json check_result(const Corpus& corpus) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("threadlint-bench-" + std::to_string(::getpid()) + ".json");
  const Usage usage = run({THREADLINT_BINARY, "check", "--no-cache", "--output-format", "json", "-o", file.string(),
                           corpus.folder.string()});
  nlohmann::json result;
  if (0 <= usage.exit_code && std::filesystem::exists(file)) {
    result = nlohmann::json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  }
  std::filesystem::remove(file);
  return result;
}

Usage check(const Corpus& corpus, unsigned threads) {
  return run({THREADLINT_BINARY, "check", "--no-cache", "--output-format", "concise", "--threads",
              std::to_string(threads), corpus.folder.string()});
}

void measure(const Corpus& corpus, const std::vector<std::string>& texts, std::size_t runs, ProjectTimes& times) {
  std::vector<double> parses;
  std::vector<double> checks;
  std::vector<double> users;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < runs; ++i) {
    parses.push_back(parse_time(texts, times.threads));
    const Usage usage = check(corpus, times.threads);
    checks.push_back(usage.wall_ms);
    users.push_back(usage.user_ms);
    ratios.push_back(usage.wall_ms / parses.back());
  }
  times.parse = median(parses);
  times.check = median(checks);
  times.check_user = median(users);
  times.ratio = median(ratios);
}

}  // namespace

ProjectReport measure_project(const Corpus& corpus, std::size_t runs) {
  ProjectReport report;
  report.files = corpus.files.size();
  report.runs = runs;
  const nlohmann::json result = check_result(corpus);  // fills the page cache as well
  if (result.is_object()) {
    report.files_checked = result.value("files", std::size_t{0});
    report.findings = result.value("findings", nlohmann::json::array()).size();
    report.unreadable = result.value("errors", nlohmann::json::array()).size();
  }
  // Before the texts are in memory: a new process counts the memory of the one that started it as its own.
  for (const unsigned threads : {1U, 2U}) {
    ProjectTimes& times = report.times.emplace_back();
    times.threads = threads;
    times.peak_bytes = check(corpus, threads).peak_bytes;
  }
  std::vector<std::string> texts;
  const Clock::time_point begin = Clock::now();
  for (const auto& file : corpus.files) texts.push_back(read_file(file));
  report.read = milliseconds_since(begin);
  for (const std::string& text : texts) {
    report.bytes += text.size();
    report.lines += static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }
  for (ProjectTimes& times : report.times) measure(corpus, texts, runs, times);
  return report;
}

}  // namespace bench
