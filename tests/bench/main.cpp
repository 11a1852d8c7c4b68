// Measures threadlint beside bare tree-sitter: `./dev bench`. Reports; never fails because something is slow.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/bench/report.h"
#include "tests/bench/typing_script.h"

namespace {

struct Options {
  std::string json_file;  // empty: none
  std::string corpus;     // a folder; empty: the standard library
  std::size_t runs = 5;
  std::size_t keystrokes = 1000;
  std::vector<std::string> only;  // empty: all
  bool is_quick = false;
};

bool is_wanted(const Options& options, const std::string& what) {
  return options.only.empty() || std::ranges::find(options.only, what) != options.only.end();
}

int fail(const char* reason) {
  fmt::print(stderr, "threadlint_bench: {}\n", reason);
  return 2;
}

int measure(const Options& options) {
  const bench::Corpus corpus =
      options.corpus.empty() ? bench::find_standard_library() : bench::find_corpus(options.corpus);
  if (corpus.files.empty()) return fail("there are no Python files: put a python3 on PATH, or name a --corpus");
  nlohmann::json report{{"version", 1}, {"corpus", corpus.folder.string()}};
  fmt::print("corpus: {}\n", corpus.folder.string());
  if (is_wanted(options, "project")) {
    const bench::ProjectReport project = bench::measure_project(corpus, options.runs);
    fmt::print("{}", bench::as_text(project));
    report["project"] = bench::as_json(project);
  }
  if (is_wanted(options, "warm")) {
    const bench::WarmReport warm = bench::measure_warm(corpus, options.runs);
    fmt::print("{}", bench::as_text(warm));
    report["warm"] = bench::as_json(warm);
  }
  if (is_wanted(options, "keystrokes")) {
    const auto keystrokes = bench::measure_keystrokes(bench::concatenated(corpus, 10'000), options.keystrokes);
    if (!keystrokes) return fail("the server ended while it was measured");
    fmt::print("{}", bench::as_text(*keystrokes));
    report["keystrokes"] = bench::as_json(*keystrokes);
  }
  if (is_wanted(options, "reanalysis")) {
    const auto reanalysis = bench::measure_reanalysis(bench::concatenated(corpus, 10'000), options.keystrokes);
    fmt::print("{}", bench::as_text(reanalysis));
    report["reanalysis"] = bench::as_json(reanalysis);
  }
  if (is_wanted(options, "propagation")) {
    const auto propagation = bench::measure_propagation(corpus, options.runs);
    if (!propagation) return fail("the server ended while it was measured");
    fmt::print("{}", bench::as_text(*propagation));
    report["propagation"] = bench::as_json(*propagation);
  }
  if (!options.json_file.empty()) std::ofstream(options.json_file) << report.dump(2) << '\n';
  std::fflush(stdout);
  if (is_wanted(options, "parts")) benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN);  // a server that ends is reported
  benchmark::Initialize(&count, arguments);
  Options options;
  CLI::App app("Measures threadlint beside bare tree-sitter", "threadlint_bench");
  app.add_option("--json", options.json_file, "Write the figures to this file as well");
  app.add_option("--corpus", options.corpus, "Measure this folder in place of the standard library");
  app.add_option("--runs", options.runs, "Runs of the whole project (default: 5)")->check(CLI::Range(1, 1000));
  app.add_option("--keystrokes", options.keystrokes, "Keystrokes of each kind (default: 1000)")
      ->check(CLI::Range(std::size_t{1}, bench::typing_script().size()));
  app.add_flag("--quick", options.is_quick, "Measure less often: less than two minutes in all");
  app.add_option("--only", options.only, "What to measure: project, warm, keystrokes, reanalysis, propagation, parts")
      ->check(CLI::IsMember({"project", "warm", "keystrokes", "reanalysis", "propagation", "parts"}));
  CLI11_PARSE(app, count, arguments);
  if (options.is_quick) {
    options.runs = 2;
    options.keystrokes = 400;  // of fewer the 99th of a hundred would be the slowest or nearly so
  }
  return measure(options);
}
