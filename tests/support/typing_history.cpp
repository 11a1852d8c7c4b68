#include "tests/support/typing_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/analyze.h"
#include "analysis/rules/rule.h"

namespace tests {
namespace {

using analysis::Finding;
using analysis::ModuleFacts;
using analysis::TextEdit;
using analysis::TextRange;

constexpr auto pieces = std::to_array<std::string_view>({"x",
                                                         "_cache",
                                                         "\n",
                                                         "\n    ",
                                                         "\n        ",
                                                         " ",
                                                         "(",
                                                         ")",
                                                         "[",
                                                         "]",
                                                         "{",
                                                         "}",
                                                         ":",
                                                         ",",
                                                         ".",
                                                         "=",
                                                         "\"",
                                                         "'",
                                                         "\"\"\"",
                                                         "#",
                                                         "\\",
                                                         "é",
                                                         "🐍",
                                                         "\r\n",
                                                         "\t",
                                                         "None",
                                                         "not ",
                                                         "return ",
                                                         "global _cache\n",
                                                         "_cache = []",
                                                         "_cache.append(x)",
                                                         "if not _cache:",
                                                         "if _cache is None:",
                                                         "def f():\n    ",
                                                         "class A:\n    ",
                                                         "with lock:",
                                                         "for x in y:",
                                                         "try:\n",
                                                         "except NameError:\n",
                                                         "else:\n",
                                                         "lambda: ",
                                                         "await ",
                                                         "print x",
                                                         "  # threadlint: ignore",
                                                         "@decorator\n",
                                                         "    @decorator\n",
                                                         "async "});

std::string as_text(TextRange range) { return fmt::format("{}-{}", range.begin, range.end); }

std::string as_text(const Finding& finding) {
  std::string text = fmt::format("{} {} {} {} {} `{}` `{}` `{}` {}\n", finding.rule->info.name, word(finding.severity),
                                 word(finding.effect), word(finding.breaks_on), as_text(finding.range), finding.message,
                                 finding.evidence, finding.symbol, finding.fingerprint);
  for (const analysis::Step& step : finding.interleaving) {
    text += fmt::format("  {} {} `{}` `{}` `{}` `{}` {}\n", step.thread, word(step.access), step.function, step.name,
                        step.text, step.module, as_text(step.range));
  }
  return text;
}

/// All that is known about a module and said about it.
std::string as_text(const ModuleFacts& module, const std::vector<Finding>& findings) {
  std::string text;
  for (const analysis::ir::PlacedStatement& statement : module.statements) {
    const analysis::ir::StatementFacts& facts = *statement.facts;
    std::size_t operations = 0;
    for (const analysis::ir::Function& function : facts.functions) operations += function.ops.size();
    text += fmt::format("statement at {} of {} bytes, key {:x}, error {}: {} names, {} places, {} operations\n",
                        statement.begin, facts.size, facts.key, facts.has_error, facts.names.size(),
                        facts.places.size(), operations);
  }
  text += fmt::format("summary {:x}\n", module.summary->digest);
  for (const Finding& finding : findings) text += as_text(finding);
  return text;
}

bool has_error(const ModuleFacts& module) {
  return std::ranges::any_of(module.statements, [](const auto& statement) { return statement.facts->has_error; });
}

TextRange choose_line(std::string_view text, const Choose& choose) {
  const std::size_t place = choose(text.size() + 1);
  const std::size_t begin = place == 0 ? 0 : text.rfind('\n', place - 1) + 1;
  const std::size_t end = std::min(text.find('\n', place), text.size() - 1) + 1;
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, end))};
}

TextEdit inverse_of(const TextEdit& edit, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(edit.replacement.size());
  return {{edit.range.begin, edit.range.begin + size}, std::string(text.substr(edit.range.begin, edit.range.size()))};
}

}  // namespace

TextEdit choose_edit(std::string_view text, const Choose& choose) {
  const auto place = static_cast<std::uint32_t>(choose(text.size() + 1));
  const auto room = static_cast<std::uint32_t>(text.size()) - place;
  const std::string piece(pieces[choose(pieces.size())]);
  switch (choose(8)) {
    case 0:  // a few bytes go
      return {{place, place + std::min(room, static_cast<std::uint32_t>(choose(12)))}, ""};
    case 1:  // a piece takes the place of a few bytes
      return {{place, place + std::min(room, static_cast<std::uint32_t>(choose(12)))}, piece};
    case 2:  // a line goes
      return {text.empty() ? TextRange{} : choose_line(text, choose), ""};
    case 3: {  // a line is pasted before another
      if (text.empty()) return {{0, 0}, piece};
      const TextRange line = choose_line(text, choose);
      const std::uint32_t target = choose_line(text, choose).begin;
      return {{target, target}, std::string(text.substr(line.begin, line.size()))};
    }
    case 4: {  // a piece begins a line, or ends one
      if (text.empty()) return {{0, 0}, piece};
      const TextRange line = choose_line(text, choose);
      const std::uint32_t end = line.end - static_cast<std::uint32_t>(text.substr(0, line.end).ends_with('\n'));
      const std::uint32_t at = choose(2) == 0 ? line.begin : std::max(line.begin, end);
      return {{at, at}, piece};
    }
    default:
      return {{place, place}, piece};
  }
}

std::string find_memory_of_history(std::string text, std::size_t count, const Choose& choose) {
  ModuleFacts warm = analysis::examine_module("module", analysis::make_source_text(text));
  std::shared_ptr<analysis::LinkedModule> linked;
  (void)analysis::find_problems_again(warm, {}, {}, linked);
  std::optional<TextEdit> undo;  // takes the last edit back
  for (std::size_t i = 0; i < count; ++i) {
    const bool takes_back = undo && choose(2) == 0;
    const TextEdit edit = takes_back ? *undo : choose_edit(text, choose);
    undo.reset();
    if (!takes_back) undo = inverse_of(edit, text);
    text.replace(edit.range.begin, edit.range.size(), edit.replacement);
    const auto source = analysis::make_source_text(text);
    warm = analysis::examine_module("module", source, &warm);
    const std::string with_history = as_text(warm, analysis::find_problems_again(warm, {}, {}, linked));
    const ModuleFacts cold = analysis::examine_module("module", source);
    const std::string fresh = as_text(cold, analysis::find_problems(cold, {}, {}));
    const bool is_same_summary = *warm.summary == *cold.summary;
    if (with_history == fresh && is_same_summary) continue;
    return fmt::format("after edit {}, `{}` for {}{}\n--- text\n{}\n--- with history\n{}--- fresh\n{}", i + 1,
                       edit.replacement, as_text(edit.range),
                       is_same_summary ? "" : ", other modules are told something else", text, with_history, fresh);
  }
  return {};
}

std::string find_nonsense(const std::string& text) {
  const ModuleFacts module = analysis::examine_module("module", analysis::make_source_text(text));
  const TextRange whole{0, static_cast<std::uint32_t>(text.size())};
  for (const Finding& finding : analysis::find_problems(module, {}, {})) {
    const auto is_outside = [&](const analysis::Step& step) { return !whole.contains(step.range); };
    if (finding.message.empty() || !whole.contains(finding.range) ||
        std::ranges::any_of(finding.interleaving, is_outside)) {
      return "no message, or places outside the text:\n" + as_text(finding);
    }
    for (const analysis::Fix& fix : analysis::find_fixes(module, finding, {}, {})) {
      const bool is_sound =
          fix.edits.empty() ? !fix.disabled_reason.empty() : analysis::apply_edits(text, fix.edits).has_value();
      if (!is_sound)
        return fmt::format("the repair `{}` can neither be applied nor says why:\n{}", fix.title, as_text(finding));
    }
  }
  return {};
}

std::string find_harm_of_fixes(const std::string& text) {
  const ModuleFacts module = analysis::examine_module("module", analysis::make_source_text(text));
  const std::vector<Finding> before = analysis::find_problems(module, {}, {});
  for (const Finding& finding : before) {
    const auto is_same = [&](const Finding& other) { return other.fingerprint == finding.fingerprint; };
    for (const analysis::Fix& fix : analysis::find_fixes(module, finding, {}, {})) {
      const std::optional<std::string> fixed = analysis::apply_edits(text, fix.edits);
      if (fix.edits.empty() || !fixed) continue;
      const ModuleFacts again = analysis::examine_module("module", analysis::make_source_text(*fixed));
      const std::vector<Finding> after = analysis::find_problems(again, {}, {});
      const bool is_gone = std::ranges::count_if(after, is_same) < std::ranges::count_if(before, is_same);
      if (is_gone && after.size() < before.size() && has_error(again) <= has_error(module)) continue;
      return fmt::format("the repair `{}` of\n{}--- text\n{}\n--- repaired\n{}\n--- says\n{}", fix.title,
                         as_text(finding), text, *fixed, as_text(again, after));
    }
  }
  return {};
}

}  // namespace tests
