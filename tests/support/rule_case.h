// A section of a rule's page as a case: modules, settings, and what each driver of the analysis says about them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/rules/rule_settings.h"
#include "analysis/text/source_text.h"
#include "tests/support/markdown_page.h"
#include "tests/support/markers.h"
#include "tests/support/temporary_folder.h"

namespace tests {

/// The blocks of a section are the modules of a small project.
struct RuleCase {
  std::map<std::string, std::string> modules;  // path → text without marks
  analysis::RuleSettings settings;             // from a "```json options" block
  bool has_options = false;                    // there is such a block
};

/// Row and column, as in `Mark`.
struct Place {
  std::string path;  // as `RuleCase::modules` has it
  std::size_t row = 0;
  std::size_t column = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct SeenFinding {
  Mark mark;
  std::string evidence;
  std::vector<Place> steps;  // of the interleaving
  friend auto operator<=>(const SeenFinding&, const SeenFinding&) = default;
};

struct SeenModule {
  std::vector<SeenFinding> findings;  // sorted
  // The text after the first fix that can be applied: of the first finding in the text that has one, the preferred fix
  // or else the first.
  std::optional<std::string> fixed;
  friend bool operator==(const SeenModule&, const SeenModule&) = default;
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

/// Writes the modules, which are named after the folders that they lie in.
void write_modules(const RuleCase& rule_case, const TemporaryFolder& folder);

// The three ways to the same findings. The modules are in `folder`. The latter two know no options.

/// The façade of the analysis, in this process.
[[nodiscard]] SeenModules seen_by_facade(const RuleCase& rule_case, const TemporaryFolder& folder);
/// The program's `check`, its output read as JSON.
[[nodiscard]] SeenModules seen_by_check(const RuleCase& rule_case, const TemporaryFolder& folder);
/// A language server, the texts typed in pieces.
[[nodiscard]] SeenModules seen_by_editor(const RuleCase& rule_case, const TemporaryFolder& folder);

}  // namespace tests
