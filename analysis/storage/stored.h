// What is known of a module as bytes, and back. Only the build that wrote the bytes may read them: whoever keeps them
// keeps apart what different builds wrote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/project/links.h"
#include "analysis/project/module_summary.h"
#include "analysis/rules/finding.h"
#include "analysis/rules/rule_settings.h"
#include "analysis/semantics/ir.h"

namespace analysis {

/// Each encoded value ends in a checksum; bytes that are not whole decode to nothing.
[[nodiscard]] std::string encode(const std::vector<ir::PlacedStatement>& statements);
[[nodiscard]] std::optional<std::vector<ir::PlacedStatement>> decode_statements(std::string_view bytes);

[[nodiscard]] std::string encode(const ModuleSummary& summary);
[[nodiscard]] std::optional<ModuleSummary> decode_summary(std::string_view bytes);

[[nodiscard]] std::string encode(const Links& links);
/// For a project of that many modules. Null if they are not whole.
[[nodiscard]] std::shared_ptr<const Links> decode_links(std::string_view bytes, std::size_t modules);

/// With their fixes.
[[nodiscard]] std::string encode(const std::vector<Finding>& findings);
[[nodiscard]] std::optional<std::vector<Finding>> decode_findings(std::string_view bytes);

/// Equal settings have equal digests.
[[nodiscard]] std::uint64_t digest_of(const RuleSettings& settings);

}  // namespace analysis
