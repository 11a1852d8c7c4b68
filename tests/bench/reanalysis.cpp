#include "tests/bench/reanalysis.h"

#include <algorithm>
#include <memory>
#include <random>

#include "analysis/analyze.h"
#include "analysis/semantics/lowering.h"
#include "tests/bench/statistics.h"

namespace bench {
namespace {

using analysis::ModuleFacts;
using Text = std::shared_ptr<const analysis::SourceText>;

constexpr std::size_t edits_beside_a_full_analysis = 8;

/// From the tree on.
double full_analysis(const analysis::SyntaxTree& tree, const Text& text) {
  const Clock::time_point begin = Clock::now();
  const ModuleFacts module = analysis::recall_module("module", text, analysis::lower(text->bytes(), tree).statements);
  (void)analysis::find_problems(module, {}, {});
  return milliseconds_since(begin);
}

/// A name that the code of a function reads or binds, by its place in the text: somewhere in the middle of it.
std::vector<std::uint32_t> names_in_functions(const ModuleFacts& module) {
  std::vector<std::uint32_t> places;
  for (const analysis::ir::PlacedStatement& statement : module.statements) {
    for (const analysis::ir::Function& function : statement.facts->functions) {
      if (function.kind != analysis::ir::FunctionKind::function) continue;
      for (const analysis::ir::Op& op : function.ops) {
        if (!op.place) continue;
        const analysis::ir::Place& place = statement.facts->places[op.place.index];
        if (place.root && 1 < place.range.size()) places.push_back(statement.begin + place.range.begin + 1);
      }
    }
  }
  return places;
}

}  // namespace

ReanalysisReport measure_reanalysis(const std::string& text, std::size_t count) {
  ReanalysisReport report;
  report.lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const Text source = analysis::make_source_text(text);
  const auto tree = analysis::parse(source);
  ModuleFacts module = analysis::examine_module("module", source);
  std::shared_ptr<analysis::LinkedModule> linked;
  (void)analysis::find_problems_again(module, {}, {}, linked);
  const std::vector<std::uint32_t> places = names_in_functions(module);
  std::vector<double> full;
  std::mt19937 random(1);
  for (std::size_t i = 0; i < count && !places.empty(); ++i) {
    if (i % edits_beside_a_full_analysis == 0) full.push_back(full_analysis(*tree, source));
    const Text edited = analysis::make_source_text(std::string(text).insert(places[random() % places.size()], "q"));
    const Clock::time_point begin = Clock::now();
    const ModuleFacts after = analysis::examine_module("module", edited, &module);
    (void)analysis::find_problems_again(after, {}, {}, linked);
    report.edits.push_back(milliseconds_since(begin));
    module = analysis::examine_module("module", source, &after);  // the letter is taken back
    (void)analysis::find_problems_again(module, {}, {}, linked);
  }
  report.full = median(full);
  return report;
}

}  // namespace bench
