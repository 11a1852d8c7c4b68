#include "analysis/storage/stored.h"

#include <xxhash.h>

#include <memory>
#include <utility>

#include "analysis/rules/registry.h"
#include "analysis/storage/archive.h"
#include "analysis/storage/whole_bytes.h"

namespace analysis {
namespace {

using Output = CompactOutput;
using Input = CompactInput;

void write_finding(Output& archive, const Finding& finding) {
  archive(std::string(finding.rule->info.name), finding.severity, finding.effect, finding.breaks_on, finding.range,
          finding.message, finding.evidence, finding.symbol, finding.interleaving, finding.fixes, finding.fingerprint);
}

Finding read_finding(Input& archive) {
  Finding finding;
  std::string rule;
  archive(rule, finding.severity, finding.effect, finding.breaks_on, finding.range, finding.message, finding.evidence,
          finding.symbol, finding.interleaving, finding.fixes, finding.fingerprint);
  finding.rule = find_rule(rule);
  return finding;
}

}  // namespace

std::string encode(const std::vector<ir::PlacedStatement>& statements) {
  return written([&](Output& archive) {
    archive(static_cast<std::uint64_t>(statements.size()));
    for (const ir::PlacedStatement& statement : statements) archive(statement.begin, *statement.facts);
  });
}

std::optional<std::vector<ir::PlacedStatement>> decode_statements(std::string_view bytes) {
  return read_whole(bytes, [](Input& archive) -> std::optional<std::vector<ir::PlacedStatement>> {
    std::uint64_t size = 0;
    archive(size);
    std::vector<ir::PlacedStatement> statements(size);
    for (ir::PlacedStatement& statement : statements) {
      auto facts = std::make_shared<ir::StatementFacts>();
      archive(statement.begin, *facts);
      statement.facts = std::move(facts);
    }
    return statements;
  });
}

std::string encode(const ModuleSummary& summary) {
  return written([&](Output& archive) { archive(summary); });
}

std::optional<ModuleSummary> decode_summary(std::string_view bytes) {
  return read_whole(bytes, [](Input& archive) -> std::optional<ModuleSummary> {
    ModuleSummary summary;
    archive(summary);
    return summary;
  });
}

std::string encode(const Links& links) {
  return written([&](Output& archive) { archive(links); });
}

std::shared_ptr<const Links> decode_links(std::string_view bytes, std::size_t modules) {
  return read_whole(bytes, [&](Input& archive) -> std::shared_ptr<const Links> {
    const auto links = std::make_shared<Links>();
    archive(*links);
    links->find_last_parts();
    links->imports = std::vector<MadeOnce<ImportTargets>>(modules);
    return links;
  });
}

std::string encode(const std::vector<Finding>& findings) {
  return written([&](Output& archive) {
    archive(static_cast<std::uint64_t>(findings.size()));
    for (const Finding& finding : findings) write_finding(archive, finding);
  });
}

std::optional<std::vector<Finding>> decode_findings(std::string_view bytes) {
  return read_whole(bytes, [](Input& archive) -> std::optional<std::vector<Finding>> {
    std::uint64_t size = 0;
    archive(size);
    std::vector<Finding> findings;
    for (; size != 0; --size) findings.push_back(read_finding(archive));
    return findings;
  });
}

std::uint64_t digest_of(const RuleSettings& settings) {
  const std::string bytes = written([&](Output& archive) { archive(settings); });
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace analysis
