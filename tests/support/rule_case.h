// A section of a rule's page as a case: modules, settings, and what each driver of the analysis says about them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/rules/rule_settings.h"
#include "analysis/text/source_text.h"
#include "tests/support/markdown_page.h"
#include "tests/support/markers.h"

namespace tests {

/// The blocks of a section are the modules of a small project.
struct RuleCase {
  std::map<std::string, std::string> modules;  // path → text without marks
  analysis::RuleSettings settings;             // from a "```json options" block
};

/// Row and column, as in `Mark`.
struct Place {
  std::size_t row = 0;
  std::size_t column = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct SeenFinding {
  Mark mark;
  std::vector<Place> steps;  // of the interleaving
  friend auto operator<=>(const SeenFinding&, const SeenFinding&) = default;
};

struct SeenModule {
  std::vector<SeenFinding> findings;  // sorted
  // The text after the first fix that can be applied: of the first finding in the text that has one, the preferred fix
  // or else the first.
  std::optional<std::string> fixed;
};

/// By path, modules without findings included.
using SeenModules = std::map<std::string, SeenModule>;

/// Whether the block is a module of the case: Python without tags.
[[nodiscard]] bool is_module(const Block& block);

/// A failure of the running test says which options are not understood.
[[nodiscard]] RuleCase read_case(const Section& section);

/// A finding from `begin` to `end` as a mark: the part in its first line.
[[nodiscard]] Mark mark_of(const analysis::SourceText& text, analysis::TextRange range, std::string_view severity,
                           std::string_view rule, std::string_view message);

/// Writes the modules into a new folder, which is the caller's to remove.
[[nodiscard]] std::filesystem::path write_modules(const RuleCase& rule_case);

// The three ways to the same findings.
[[nodiscard]] SeenModules seen_by_facade(const RuleCase& rule_case);

}  // namespace tests
