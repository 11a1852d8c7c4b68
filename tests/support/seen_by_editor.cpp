// The third way to the findings of a case.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "protocol/uri.h"
#include "tests/support/rule_case.h"
#include "tests/support/scripted_client.h"

namespace tests {
namespace {

/// The action that is meant by `SeenModule::fixed` among those for one diagnostic.
std::optional<Json> first_fix(ScriptedClient& client, const std::string& uri, const SeenDiagnostic& diagnostic) {
  std::optional<Json> first;
  for (const Json& action : client.code_actions(uri, diagnostic.range)) {
    const bool is_for_it = action.at("diagnostics").at(0).at("data") == diagnostic.json.at("data");
    const bool is_repair = !action.at("title").get<std::string>().starts_with("Ignore ");
    if (!is_for_it || !is_repair || action.contains("disabled")) continue;
    if (action.value("isPreferred", false)) return action;
    if (!first) first = action;
  }
  return first;
}

SeenModule seen_in(ScriptedClient& client, const std::string& uri,
                   const std::function<std::string(const std::string& uri)>& path_of) {
  SeenModule seen;
  const analysis::SourceText text(client.text(uri));
  const std::vector<SeenDiagnostic> diagnostics = client.diagnostics(uri);
  std::optional<Json> fix;
  for (const SeenDiagnostic& diagnostic : diagnostics) {
    SeenFinding& entry = seen.findings.emplace_back();
    // The message has the evidence in a second line.
    constexpr std::string_view separator = "\nevidence: ";
    const std::size_t end = diagnostic.message.find(separator);
    entry.mark = mark_of(text, diagnostic.range, diagnostic.severity, diagnostic.rule,
                         std::string_view(diagnostic.message).substr(0, end));
    if (end != std::string::npos) entry.evidence = diagnostic.message.substr(end + separator.size());
    for (const auto& [at, range] : diagnostic.steps) {
      const analysis::SourceText step_text(client.text(at));
      const auto place = step_text.locate(range.begin, analysis::ColumnUnit::utf32);
      entry.steps.push_back({path_of(at), place.line + 1u, place.column + 1u});
    }
    if (!fix) fix = first_fix(client, uri, diagnostic);
  }
  if (fix) {
    client.apply(*fix);
    seen.fixed = client.text(uri);
  }
  std::ranges::sort(seen.findings);
  return seen;
}

}  // namespace

SeenModules seen_by_editor(const RuleCase& rule_case, const TemporaryFolder& folder) {
  ScriptedClient client;
  client.initialize();
  const auto uri_of = [&](const std::string& path) { return protocol::uri_of_path(folder / path); };
  // All are open before the first is typed to its end: what a module says must not depend on what was known of others.
  for (auto each = rule_case.modules.rbegin(); each != rule_case.modules.rend(); ++each) {
    client.open(uri_of(each->first), each->second.substr(0, each->second.find('\n', each->second.size() / 2)));
  }
  for (const auto& [path, text] : rule_case.modules) client.type(uri_of(path), text);
  client.wait_idle();
  SeenModules seen;
  const auto path_of = [&](const std::string& uri) {
    const auto found =
        std::ranges::find_if(rule_case.modules, [&](const auto& module) { return uri_of(module.first) == uri; });
    return found == rule_case.modules.end() ? uri : found->first;
  };
  for (const auto& [path, text] : rule_case.modules) seen[path] = seen_in(client, uri_of(path), path_of);
  EXPECT_EQ(client.quit(), 0);
  return seen;
}

}  // namespace tests
