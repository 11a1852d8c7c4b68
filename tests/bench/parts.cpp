// The inner parts, one by one, on one file of 10,000 lines.
#include <benchmark/benchmark.h>

#include <array>

#include "analysis/analyze.h"
#include "analysis/concurrency/model.h"
#include "analysis/semantics/lowering.h"
#include "protocol/diagnostics_text.h"
#include "protocol/framing.h"
#include "tests/bench/corpus.h"

namespace {

using analysis::make_source_text;
using analysis::ModuleFacts;
using Text = std::shared_ptr<const analysis::SourceText>;

const std::string& bytes() {
  static const std::string text = bench::concatenated(bench::find_standard_library(), 10'000);
  return text;
}

/// The file, and the file with one more letter in the code of a function in its middle.
std::pair<Text, Text> before_and_after() {
  std::string after = bytes();
  const std::size_t body = after.find(":\n    ", after.find("\ndef ", after.size() / 2));
  after.insert(after.find(" = ", body), "q");
  return {make_source_text(bytes()), make_source_text(after)};
}

void parse_fresh(benchmark::State& state) {
  const Text text = make_source_text(bytes());
  for (auto _ : state) benchmark::DoNotOptimize(analysis::parse(text));
}

void parse_after_a_letter(benchmark::State& state) {
  const auto [before, after] = before_and_after();
  const auto tree = analysis::parse(before);
  for (auto _ : state) benchmark::DoNotOptimize(analysis::parse_without_errors(after, tree.get()));
}

void lower_fresh(benchmark::State& state) {
  const auto tree = analysis::parse(make_source_text(bytes()));
  for (auto _ : state) benchmark::DoNotOptimize(analysis::lower(tree->text().bytes(), *tree));
}

void lower_after_a_letter(benchmark::State& state) {
  const auto [before, after] = before_and_after();
  const auto tree = analysis::parse(before);
  const auto statements = analysis::lower(before->bytes(), *tree).statements;
  for (auto _ : state) {
    benchmark::DoNotOptimize(analysis::lower_pieces(after->bytes(), {before->bytes(), statements}));
  }
}

void link(benchmark::State& state) {
  const ModuleFacts module = analysis::examine_module("module", make_source_text(bytes()));
  for (auto _ : state) benchmark::DoNotOptimize(analysis::build_model(analysis::program_of(module.statements)));
}

void examine_after_a_letter(benchmark::State& state) {
  const auto [before, after] = before_and_after();
  const ModuleFacts module = analysis::examine_module("module", before);
  for (auto _ : state) benchmark::DoNotOptimize(analysis::examine_module("module", after, &module));
}

void find_problems(benchmark::State& state) {
  const ModuleFacts module = analysis::examine_module("module", make_source_text(bytes()));
  for (auto _ : state) benchmark::DoNotOptimize(analysis::find_problems(module, {}, {}));
}

/// The same without the parse, after each of the letters of a word in a function in the middle.
void find_problems_after_a_letter(benchmark::State& state) {
  const auto [before, after] = before_and_after();
  const ModuleFacts module = analysis::examine_module("module", before);
  const std::array<ModuleFacts, 2> texts{analysis::examine_module("module", after, &module), module};
  std::shared_ptr<analysis::LinkedModule> linked;
  (void)analysis::find_problems_again(module, {}, {}, linked);
  for (std::size_t i = 0; auto _ : state) {
    benchmark::DoNotOptimize(analysis::find_problems_again(texts[i++ % 2], {}, {}, linked));
  }
}

/// As large as ours, for clients that show no related information.
std::vector<protocol::Diagnostic> thousand_diagnostics() {
  protocol::Diagnostic diagnostic;
  diagnostic.range = {{100, 8}, {100, 24}};
  diagnostic.code = "incomplete-initialization";
  diagnostic.code_url = std::string(90, 'u');
  diagnostic.source = "threadlint";
  diagnostic.message = std::string(180, 'm');
  diagnostic.data = {{"fingerprint", std::string(16, '0')},
                     {"effect", "incomplete"},
                     {"breaksOn", "every-build"},
                     {"evidence", std::string(60, 'e')}};
  return std::vector<protocol::Diagnostic>(1000, diagnostic);
}

void encode(benchmark::State& state, const std::vector<protocol::Diagnostic>& diagnostics) {
  for (auto _ : state) {
    const std::string text = protocol::diagnostics_text(diagnostics);
    benchmark::DoNotOptimize(protocol::frame(protocol::publish_diagnostics_body("file:///bench/module.py", 1, text)));
  }
}

void encode_1000_diagnostics(benchmark::State& state) { encode(state, thousand_diagnostics()); }

/// Four times the bytes.
void encode_1000_diagnostics_with_steps(benchmark::State& state) {
  std::vector<protocol::Diagnostic> diagnostics = thousand_diagnostics();
  const protocol::RelatedInformation step{{"file:///bench/module.py", {{100, 8}, {100, 24}}}, std::string(80, 's')};
  for (protocol::Diagnostic& diagnostic : diagnostics) diagnostic.related.assign(5, step);
  encode(state, diagnostics);
}

BENCHMARK(parse_fresh)->Unit(benchmark::kMillisecond);
BENCHMARK(parse_after_a_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(lower_fresh)->Unit(benchmark::kMillisecond);
BENCHMARK(lower_after_a_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(link)->Unit(benchmark::kMillisecond);
BENCHMARK(examine_after_a_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(find_problems)->Unit(benchmark::kMillisecond);
BENCHMARK(find_problems_after_a_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(encode_1000_diagnostics)->Unit(benchmark::kMillisecond);
BENCHMARK(encode_1000_diagnostics_with_steps)->Unit(benchmark::kMillisecond);

}  // namespace
