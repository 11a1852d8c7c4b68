// Finds suppression comments that silence nothing.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analysis/rules/registry.h"
#include "analysis/rules/suppression.h"

namespace analysis {

/// What is unused is known only when all other rules have run and `apply_suppressions` has looked at their findings. So
/// the findings of this rule come from `find_unused_suppressions`, which the façade calls last; there is nothing to do
/// earlier.
static void check(const RuleContext&, std::vector<Finding>&) {}

extern const Rule unused_suppression{
    .info =
        {.name = "unused-suppression",
         .severity = Severity::hint,
         .is_preview = false,
         .summary = "a suppression comment silences nothing",
         .why = "The code that a comment was written for has changed, or its rule is misspelt. A comment that stays "
                "behind "
                "misleads its reader and will hide the next, real finding. Comments for rules that are not enabled are "
                "not "
                "reported, and nothing is reported in a module of which some part does not parse.",
         .bad = R"py(import threading

lock = threading.Lock()  # threadlint: ignore[incomplete-initialization]
)py",
         .good = R"py(import threading

lock = threading.Lock()
)py",
         .repair =
             "Removes the name from the brackets, or the comment when none of its names is used, with its line when it "
             "is alone there. Comments for other tools in the same line stay."},
    .check = check,
};

namespace {

bool is_own_name(const SuppressedRule& suppressed) { return suppressed.name == unused_suppression.info.name; }

/// Whether all the findings that a name could silence were there to be silenced.
bool is_decided(const SuppressedRule& suppressed, const RuleSettings& settings) {
  const auto runs = [&](const Rule* rule) { return is_enabled(settings, *rule) || rule->info.is_preview; };
  if (suppressed.name.empty()) return std::ranges::all_of(all_rules(), runs);
  const Rule* const rule = find_rule(suppressed.name);
  return rule == nullptr || is_enabled(settings, *rule);
}

Finding report(TextRange range, std::string_view word, const std::vector<const SuppressedRule*>& unused) {
  std::vector<std::string_view> names;
  std::string unknown;
  for (const SuppressedRule* suppressed : unused) {
    names.push_back(suppressed->name);
    if (!suppressed->name.empty() && find_rule(suppressed->name) == nullptr) {
      unknown += fmt::format("; no rule is named `{}`", suppressed->name);
    }
  }
  const bool is_for_all = unused.size() == 1 && unused.front()->name.empty();
  const std::string brackets = is_for_all ? "" : fmt::format("[{}]", fmt::join(names, ", "));
  Finding finding;
  finding.rule = &unused_suppression;
  finding.severity = Severity::hint;
  finding.range = range;
  finding.message = fmt::format("`threadlint: {}{}` suppresses nothing{}", word, brackets, unknown);
  return finding;
}

/// One finding for a comment of which nothing is used, else one for each unused name.
void report_unused(const SuppressionComment& comment, const std::vector<const SuppressedRule*>& unused,
                   std::vector<Finding>& findings) {
  const std::string_view word = comment.is_for_file ? "ignore-file" : "ignore";
  if (unused.size() == comment.rules.size()) {
    findings.push_back(report(comment.range, word, unused));
    return;
  }
  for (const SuppressedRule* suppressed : unused) findings.push_back(report(suppressed->range, word, {suppressed}));
}

/// The comment from the space before it to what follows it: its line, if it is alone there.
TextRange with_surroundings(const SourceText& text, TextRange comment) {
  const std::string_view bytes = text.bytes();
  const TextRange line = text.lines().line_range(bytes, text.lines().line_of(comment.begin));
  const std::string_view before = bytes.substr(line.begin, comment.begin - line.begin);
  const std::string_view after = bytes.substr(comment.end, line.end - comment.end);
  const std::size_t code_end = before.find_last_not_of(" \t") + 1;
  const std::size_t next = std::min(after.find_first_not_of(" \t"), after.size());
  // Another tool's comment follows and takes this one's place.
  if (next < after.size()) return {comment.begin, comment.end + static_cast<std::uint32_t>(next)};
  if (code_end != 0) return {line.begin + static_cast<std::uint32_t>(code_end), line.end};
  const std::string_view ending = bytes.substr(line.end);
  const std::uint32_t ending_size = ending.starts_with("\r\n") ? 2 : ending.empty() ? 0 : 1;
  return {line.begin, line.end + ending_size};
}

/// The name with the comma that is no longer needed.
TextRange with_comma(const std::vector<SuppressedRule>& names, std::size_t index) {
  if (index + 1 < names.size()) return {names[index].range.begin, names[index + 1].range.begin};
  return {names[index - 1].range.end, names[index].range.end};
}

}  // namespace

std::vector<Finding> find_unused_suppressions(Suppressions& suppressions, const RuleSettings& settings) {
  std::vector<Finding> findings;
  if (!is_enabled(settings, unused_suppression) || suppressions.has_errors) return findings;
  const auto report_where = [&](auto is_meant) {
    for (const SuppressionComment& comment : suppressions.comments) {
      std::vector<const SuppressedRule*> unused;
      for (const SuppressedRule& suppressed : comment.rules) {
        if (!suppressed.is_used && is_meant(suppressed)) unused.push_back(&suppressed);
      }
      if (!unused.empty()) report_unused(comment, unused, findings);
    }
  };
  report_where([&](const SuppressedRule& it) { return !is_own_name(it) && is_decided(it, settings); });
  // Whether the names of this rule are needed shows only now. What is said about them cannot be silenced.
  apply_suppressions(suppressions, findings);
  report_where(is_own_name);
  std::ranges::sort(findings, {}, &Finding::range);
  return findings;
}

Fix remove_unused_suppression(const SourceText& text, const std::vector<ir::PlacedStatement>& statements,
                              const Finding& finding) {
  Fix fix{.title = "", .applicability = Applicability::safe, .is_preferred = true, .edits = {}, .disabled_reason = {}};
  for (const SuppressionComment& comment : collect_suppressions(text, statements).comments) {
    if (comment.range == finding.range) {
      fix.title = "remove the comment that suppresses nothing";
      fix.edits.push_back({with_surroundings(text, comment.range), ""});
      return fix;
    }
    const auto unused = std::ranges::find(comment.rules, finding.range, &SuppressedRule::range);
    if (unused == comment.rules.end()) continue;
    fix.title = fmt::format("remove `{}`, which suppresses nothing", unused->name);
    fix.edits.push_back({with_comma(comment.rules, static_cast<std::size_t>(unused - comment.rules.begin())), ""});
    return fix;
  }
  fix.disabled_reason = "the comment is no longer there";
  return fix;
}

}  // namespace analysis
