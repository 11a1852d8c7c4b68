// Comments that silence a finding, for who does not want to repair it.
#pragma once

#include <vector>

#include "analysis/rules/finding.h"
#include "analysis/semantics/ir.h"
#include "analysis/text/source_text.h"

namespace analysis {

/// A place where such a comment can be put, and where the finding begins afterwards.
struct Suppressing {
  Fix fix;
  std::uint32_t begin = 0;
};

/// Where `# threadlint: ignore[rule]` can be put for the line of a finding, best first: in a comment of ours that
/// speaks for it already, at the end of its line, at the end of its statement, above the statement. Some may not work:
/// a line can end in a string, see `silences`. Empty for `unused-suppression`, whose repair is quicker than a second
/// comment.
[[nodiscard]] std::vector<Suppressing> suppress_on_line(const SourceText& text,
                                                        const std::vector<ir::PlacedStatement>& statements,
                                                        const Finding& finding);

/// The same for `# threadlint: ignore-file[rule]`: in a comment that is there already, else at the top, below the lines
/// that must come first.
[[nodiscard]] std::vector<Suppressing> suppress_in_file(const SourceText& text,
                                                        const std::vector<ir::PlacedStatement>& statements,
                                                        const Finding& finding);

/// Whether the finding is silenced in `after`, the text with the comment, and nothing is broken that was not: `before`
/// are the statements of the text without.
[[nodiscard]] bool silences(const Suppressing& suppressing, Finding finding,
                            const std::vector<ir::PlacedStatement>& before, const SourceText& after,
                            const std::vector<ir::PlacedStatement>& statements);

}  // namespace analysis
