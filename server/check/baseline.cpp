#include "server/check/baseline.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "server/workspace/canonical_path.h"

namespace server {

std::string baseline_text(const Report& report) {
  using Json = nlohmann::ordered_json;
  Json findings = Json::array();
  for (const CheckedFile& file : report.files) {
    for (const analysis::Finding& finding : file.findings) {
      findings.push_back({{"fingerprint", fmt::format("{:016x}", finding.fingerprint)},
                          {"filename", file.path},
                          {"rule", finding.rule->info.name},
                          {"message", finding.message}});
    }
  }
  const Json document{{"version", 1}, {"findings", std::move(findings)}};
  return document.dump(/*indent=*/2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

std::string baseline_path(SettingsStore& settings) {
  const auto here = settings.behind(canonical_path(".") + "/here.py");
  const FoundSetting baseline = find_value(here->layers, "baseline");
  if (baseline.value == nullptr) return "";
  return path_in(baseline.layer->folder, std::get<std::string>(baseline.value->content));
}

void forget_baseline(Report& report) {
  for (CheckedFile& file : report.files) {
    if (file.settings->baseline.empty()) continue;
    analysis::RuleSettings rules = *file.settings;
    rules.baseline.clear();
    file.settings = std::make_shared<const analysis::RuleSettings>(std::move(rules));
  }
}

}  // namespace server
