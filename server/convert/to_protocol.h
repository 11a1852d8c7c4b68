// What analysis says → what the client understands.
#pragma once

#include <string>
#include <vector>

#include "analysis/project/project_index.h"
#include "analysis/rules/finding.h"
#include "analysis/text/source_text.h"
#include "protocol/diagnostics.h"
#include "protocol/lifecycle.h"
#include "server/workspace/document.h"

namespace server {

/// What the client negotiated.
struct Conversion {
  protocol::ClientCapabilities capabilities;
  analysis::ColumnUnit unit = analysis::ColumnUnit::utf16;
};

[[nodiscard]] protocol::Range to_range(analysis::TextRange range, const analysis::SourceText& text,
                                       analysis::ColumnUnit unit);

/// "1. thread 1, `CODECS`: finds it empty".
[[nodiscard]] std::string describe(const analysis::Step& step, std::size_t number);

/// `document` has the text that the finding is about, `project` the modules of its steps, whose paths are URIs. The
/// interleaving is related information, or lines of the message for clients that do not show such.
[[nodiscard]] protocol::Diagnostic to_diagnostic(const analysis::Finding& finding, const Document& document,
                                                 const analysis::ProjectIndex& project, const Conversion& conversion);

}  // namespace server
