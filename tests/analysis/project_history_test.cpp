// What is said about a project does not depend on how it came about: after any edits, renames, deletions and creations,
// what is kept and looked at again equals what is said of the same texts from scratch.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

#include "analysis/analyze.h"
#include "analysis/rules/rule.h"
#include "tests/support/random_project.h"

namespace tests {
namespace {

using analysis::ModuleFacts;
using analysis::ProjectIndex;
using analysis::ProjectModule;
using analysis::Surroundings;

std::string as_text(const std::vector<analysis::Finding>& findings) {
  std::string text;
  for (const analysis::Finding& finding : findings) {
    text += fmt::format("{} {} {}-{} `{}` `{}` `{}` {}\n", finding.rule->info.name, static_cast<int>(finding.severity),
                        finding.range.begin, finding.range.end, finding.message, finding.evidence, finding.symbol,
                        finding.fingerprint);
    for (const analysis::Step& step : finding.interleaving) {
      text += fmt::format("  {} `{}` `{}` `{}` `{}` {}-{}\n", step.thread, step.function, step.name, step.text,
                          step.module, step.range.begin, step.range.end);
    }
  }
  return text;
}

std::string as_text(const analysis::Inventory& inventory) {
  std::string text;
  const auto add_users = [&](const char* what, const std::vector<analysis::CellUser>& users) {
    for (const analysis::CellUser& user : users) {
      text += fmt::format("  {} `{}` `{}` {}-{}\n", what, user.module, user.function, user.range.begin, user.range.end);
    }
  };
  const auto add = [&](const analysis::ReviewedCell& cell) {
    text += fmt::format("`{}` {} {}-{} {} {} `{}`\n", cell.symbol, cell.kind, cell.range.begin, cell.range.end,
                        static_cast<int>(cell.is_changed_elsewhere), cell.protection, cell.why);
    add_users("writer", cell.writers);
    add_users("reader", cell.readers);
  };
  for (const auto* cells : {&inventory.globals, &inventory.class_attributes, &inventory.instance_attributes}) {
    for (const analysis::ReviewedCell& cell : *cells) add(cell);
  }
  return text;
}

/// The project as the server keeps it.
class Kept {
 public:
  void set(const std::string& file, const std::string& text) {
    Module& module = modules_[file];
    auto previous = std::exchange(module.facts, nullptr);
    module.facts = std::make_shared<const ModuleFacts>(
        analysis::examine_module(module_of_file(file), analysis::make_source_text(text), previous.get()));
    module.in_project = std::make_shared<const ProjectModule>(analysis::as_project_module(*module.facts, file));
    module.is_new = true;
  }
  void remove(const std::string& file) { modules_.erase(file); }

  /// Looks again at what has other surroundings now: how many that are.
  std::size_t update() {
    std::vector<std::shared_ptr<const ProjectModule>> modules;
    for (const auto& [file, module] : modules_) modules.push_back(module.in_project);
    project_ = ProjectIndex(std::move(modules), project_);
    std::size_t count = 0;
    for (auto& [file, module] : modules_) {
      const Surroundings now = analysis::surroundings_of(*module.facts, project_);
      const bool is_same = now.meaning == module.surroundings.meaning &&
                           (module.findings.empty() || now.places == module.surroundings.places);
      module.surroundings = now;
      if (is_same && !std::exchange(module.is_new, false)) continue;
      module.is_new = false;
      module.findings = analysis::find_problems(*module.facts, project_, {});
      ++count;
    }
    return count;
  }

  [[nodiscard]] std::string said_of(const std::string& file) const {
    const Module& module = modules_.at(file);
    return as_text(module.findings) + as_text(analysis::review_module(*module.facts, project_, {}));
  }
  [[nodiscard]] std::size_t count_findings() const {
    std::size_t count = 0;
    for (const auto& [file, module] : modules_) count += module.findings.size();
    return count;
  }
  /// Of all modules, by file.
  [[nodiscard]] std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> digests() const {
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> result;
    for (const auto& [file, module] : modules_) {
      result[file] = {module.facts->summary->digest, module.surroundings.meaning};
    }
    return result;
  }

 private:
  struct Module {
    std::shared_ptr<const ModuleFacts> facts;
    std::shared_ptr<const ProjectModule> in_project;
    Surroundings surroundings;
    std::vector<analysis::Finding> findings;
    bool is_new = true;
  };
  std::map<std::string, Module> modules_;
  ProjectIndex project_;
};

/// What is said of each file from scratch.
std::map<std::string, std::string> said_afresh(const std::map<std::string, std::string>& texts) {
  std::vector<ModuleFacts> facts;
  std::vector<ProjectModule> modules;
  for (const auto& [file, text] : texts) {
    facts.push_back(analysis::examine_module(module_of_file(file), analysis::make_source_text(text)));
    modules.push_back(analysis::as_project_module(facts.back(), file));
  }
  const ProjectIndex project(std::move(modules));
  std::map<std::string, std::string> result;
  std::size_t i = 0;
  for (const auto& [file, text] : texts) {
    result[file] = as_text(analysis::find_problems(facts[i], project, {})) +
                   as_text(analysis::review_module(facts[i], project, {}));
    ++i;
  }
  return result;
}

std::string listed(const std::map<std::string, std::string>& texts) {
  std::string all;
  for (const auto& [file, text] : texts) all += fmt::format("--- {}\n{}", file, text);
  return all;
}

TEST(ProjectHistory, IsForgotten) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
  std::size_t findings = 0;
  std::size_t steps = 0;
  std::size_t examined = 0;
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE(fmt::format("THREADLINT_SEED={}", seed));
    RandomProject project(seed);
    Kept kept;
    for (const auto& [file, text] : project.texts()) kept.set(file, text);
    kept.update();
    for (int step = 0; step < 60 && std::chrono::steady_clock::now() < deadline; ++step) {
      const auto before = kept.digests();
      for (const std::string& file : project.change()) {
        const auto text = project.texts().find(file);
        if (text == project.texts().end()) {
          kept.remove(file);
        } else {
          kept.set(file, text->second);
        }
      }
      examined += kept.update();
      findings += kept.count_findings();
      ++steps;
      const auto fresh = said_afresh(project.texts());
      for (const auto& [file, said] : fresh) {
        ASSERT_EQ(kept.said_of(file), said) << file << " after step " << step << "\n" << listed(project.texts());
      }
      // Where all digests are what they were, nothing means anything else.
      const auto after = kept.digests();
      const bool is_invisible = std::ranges::equal(before, after, [](const auto& left, const auto& right) {
        return left.first == right.first && left.second.first == right.second.first;
      });
      if (is_invisible) {
        ASSERT_EQ(before, after) << "step " << step << "\n" << listed(project.texts());
      }
    }
  }
  EXPECT_LT(steps / 10, findings) << "hardly anything is found, so hardly anything is shown";
  EXPECT_LT(examined, steps * 6) << "everything is looked at again";
}

}  // namespace
}  // namespace tests
