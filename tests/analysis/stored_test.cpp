// What is stored comes back as it was, and what is damaged does not come back.
#include "analysis/storage/stored.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/analyze.h"
#include "analysis/semantics/ir_dump.h"
#include "tests/support/rule_case.h"

namespace tests {
namespace {

using analysis::ModuleFacts;

std::string dumped(const std::vector<analysis::ir::PlacedStatement>& statements) {
  std::string text;
  for (const auto& statement : statements) {
    const analysis::ir::StatementFacts& facts = *statement.facts;
    text += fmt::format("at {} key {} size {} {}{}\n{}", statement.begin, facts.key, facts.size, facts.has_error,
                        facts.mentions_threads, analysis::dump(facts));
  }
  return text;
}

/// The modules of all sections of the rules' pages.
std::vector<ModuleFacts> all_modules() {
  std::vector<ModuleFacts> modules;
  for (const Page& page : read_pages(THREADLINT_SOURCE_DIR "/tests/rules")) {
    for (const Section& section : page.sections) {
      for (const auto& [path, text] : read_case(section).modules)
        modules.push_back(analysis::examine_module(path, analysis::make_source_text(text)));
    }
  }
  return modules;
}

TEST(Stored, FactsComeBackAsTheyWere) {
  std::size_t statements = 0;
  for (const ModuleFacts& module : all_modules()) {
    const auto back = analysis::decode_statements(analysis::encode(module.statements));
    ASSERT_TRUE(back);
    EXPECT_EQ(dumped(*back), dumped(module.statements)) << module.text->bytes();
    const ModuleFacts recalled = analysis::recall_module(module.name, module.text, *back);
    EXPECT_EQ(recalled.summary->digest, module.summary->digest);
    statements += back->size();
  }
  EXPECT_LT(1000U, statements);
}

TEST(Stored, SummariesComeBackAsTheyWere) {
  for (const ModuleFacts& module : all_modules()) {
    const auto back = analysis::decode_summary(analysis::encode(*module.summary));
    ASSERT_TRUE(back);
    EXPECT_EQ(analysis::encode(*back), analysis::encode(*module.summary));
    EXPECT_EQ(back->digest, module.summary->digest);
    EXPECT_EQ(back->definitions, module.summary->definitions);
    EXPECT_EQ(back->imports, module.summary->imports);
    EXPECT_EQ(back->uses, module.summary->uses);
  }
}

TEST(Stored, LinksComeBackAsTheyWere) {
  const auto module = [](const char* name, const char* text) {
    return analysis::as_project_module(analysis::examine_module(name, analysis::make_source_text(text)),
                                       std::string(name) + ".py");
  };
  const analysis::ProjectIndex project(std::vector<analysis::ProjectModule>{
      module("bases", "class Base:\n    pass\n\ncache = {}\n"),
      module("users",
             "import bases\nfrom bases import Base, cache\n\nclass User(Base):\n    pass\n\n"
             "one = Base()\n\ndef put():\n    cache[1] = 2\n")});

  const auto links = analysis::decode_links(analysis::encode(*project.links()), 2);
  ASSERT_NE(links, nullptr);
  const analysis::ProjectIndex back(project.modules(), links);

  EXPECT_EQ(back.uses_of("bases"), project.uses_of("bases"));
  EXPECT_TRUE(back.is_mutated("bases", "cache"));
  EXPECT_TRUE(back.has_relatives("users"));
  ASSERT_EQ(back.subclasses_of("bases", "Base").size(), 1U);
  EXPECT_EQ(back.subclasses_of("bases", "Base").front().outline->name, "User");
  EXPECT_EQ(back.holders_of("bases", "Base").size(), 1U);
  EXPECT_EQ(back.changers_of("bases", "cache").size(), 1U);
  EXPECT_EQ(back.resolve("users", "Base").value().module, project.modules().front().get());
  EXPECT_EQ(back.imports_of(*back.modules().back())->size(), 3U);
  EXPECT_EQ(analysis::decode_links("no links at all", 2), nullptr);
}

TEST(Stored, FindingsComeBackAsTheyWere) {
  std::size_t fixes = 0;
  for (const ModuleFacts& module : all_modules()) {
    std::vector<analysis::Finding> findings = analysis::find_problems(module, {}, {});
    analysis::add_fixes(module, findings, {}, {});
    const auto back = analysis::decode_findings(analysis::encode(findings));
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), findings.size());
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const analysis::Finding& left = findings[i];
      const analysis::Finding& right = (*back)[i];
      EXPECT_EQ(left.rule, right.rule);
      EXPECT_EQ(std::tie(left.severity, left.effect, left.breaks_on, left.range, left.message, left.evidence,
                         left.symbol, left.fingerprint),
                std::tie(right.severity, right.effect, right.breaks_on, right.range, right.message, right.evidence,
                         right.symbol, right.fingerprint));
      ASSERT_EQ(left.interleaving.size(), right.interleaving.size());
      for (std::size_t j = 0; j < left.interleaving.size(); ++j) {
        const auto parts = [](const analysis::Step& step) {
          return std::tie(step.thread, step.access, step.function, step.name, step.text, step.module, step.range);
        };
        EXPECT_EQ(parts(left.interleaving[j]), parts(right.interleaving[j]));
      }
      ASSERT_EQ(left.fixes.size(), right.fixes.size());
      for (std::size_t j = 0; j < left.fixes.size(); ++j) {
        const auto parts = [](const analysis::Fix& fix) {
          return std::tie(fix.title, fix.applicability, fix.is_preferred, fix.edits, fix.disabled_reason);
        };
        EXPECT_EQ(parts(left.fixes[j]), parts(right.fixes[j]));
      }
      fixes += left.fixes.size();
    }
  }
  EXPECT_LT(50U, fixes);
}

TEST(Stored, BytesThatAreNotWholeAreNothing) {
  const ModuleFacts module =
      analysis::examine_module("shop", analysis::make_source_text("prices = {}\ndef set(k, v):\n    prices[k] = v\n"));
  const std::string bytes = analysis::encode(module.statements);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(analysis::decode_statements(bytes.substr(0, i))) << "cut at " << i;
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    EXPECT_FALSE(analysis::decode_statements(changed)) << "changed at " << i;
  }
  EXPECT_FALSE(analysis::decode_summary("no summary at all"));
  EXPECT_FALSE(analysis::decode_findings(""));
}

TEST(Stored, SettingsThatDifferHaveOtherDigests) {
  const analysis::RuleSettings plain;
  const auto with = [](auto change) {
    analysis::RuleSettings settings;
    change(settings);
    return analysis::digest_of(settings);
  };
  const std::vector<std::uint64_t> digests{
      analysis::digest_of(plain),
      with([](auto& settings) { settings.selected = {"lost-append"}; }),
      with([](auto& settings) { settings.ignored = {"lost-append"}; }),
      with([](auto& settings) { settings.severities["lost-append"] = analysis::Severity::hint; }),
      with([](auto& settings) { settings.preview = true; }),
      with([](auto& settings) { settings.threads = analysis::ThreadsProfile::evidence; }),
      with([](auto& settings) { settings.has_recent_gil = true; }),
      with([](auto& settings) { settings.defaultdict_keeps_first = true; }),
      with([](auto& settings) { settings.added.lock_types = {"Latch"}; }),
      with([](auto& settings) { settings.added.thread_safe_types = {"Latch"}; }),
      with([](auto& settings) { settings.added.entry_points = {"shop.run"}; }),
      with([](auto& settings) { settings.baseline = {7}; })};
  for (std::size_t i = 0; i < digests.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(digests[i], digests[j]) << i << " and " << j;
  }
  EXPECT_EQ(analysis::digest_of(plain), digests.front());
}

}  // namespace
}  // namespace tests
