#include "tests/support/settings_client.h"

#include <filesystem>

namespace tests {

const std::string_view example_module =
    "codecs = None\n\n"
    "def load(names):\n"
    "    global codecs\n"
    "    if codecs is None:\n"
    "        codecs = []\n"
    "        for name in names:\n"
    "            codecs.append(name.upper())\n"
    "    return codecs\n";

Json asked_capabilities() {
  Json capabilities = modern_capabilities();
  capabilities["workspace"]["configuration"] = true;
  return capabilities;
}

void SettingsClient::start(const Json& capabilities, const std::vector<std::string>& folders) {
  Json list = Json::array();
  for (const std::string& folder : folders) list.push_back({{"uri", protocol::uri_of_path(folder)}, {"name", folder}});
  request("initialize", {{"processId", nullptr},
                         {"workspaceFolders", list},
                         {"capabilities", capabilities},
                         {"initializationOptions", {{"debounceMs", 0}}}});
  notify("initialized", Json::object());
}

Json SettingsClient::next_question() {
  Json message = next_notification();
  while (!message.is_null() && message["method"] != "workspace/configuration") message = next_notification();
  return message;
}

void SettingsClient::answer(const Json& question, const Json& answers) {
  send({{"jsonrpc", "2.0"}, {"id", question.at("id")}, {"result", answers}});
}

void SettingsClient::tell(const Json& settings) {
  notify("workspace/didChangeConfiguration", {{"settings", {{"threadlint", settings}}}});
}

void SettingsClient::write(const TemporaryFolder& folder, std::string_view name, std::string_view text) {
  const int change = std::filesystem::exists(folder / name) ? 2 : 1;
  folder.write(name, text);
  notify("workspace/didChangeWatchedFiles",
         {{"changes", Json::array({{{"uri", protocol::uri_of_path(folder / name)}, {"type", change}}})}});
}

void SettingsClient::remove(const TemporaryFolder& folder, std::string_view name) {
  std::filesystem::remove(folder / name);
  notify("workspace/didChangeWatchedFiles",
         {{"changes", Json::array({{{"uri", protocol::uri_of_path(folder / name)}, {"type", 3}}})}});
}

Json SettingsClient::hover(const std::string& uri) {
  return request("textDocument/hover",
                 {{"textDocument", {{"uri", uri}}}, {"position", {{"line", 0}, {"character", 1}}}});
}

std::vector<std::string> SettingsClient::rules(const std::string& uri) const {
  std::vector<std::string> rules;
  for (const SeenDiagnostic& each : diagnostics(uri)) rules.push_back(each.rule);
  return rules;
}

std::vector<std::string> SettingsClient::rules_ever_published(const std::string& uri) const {
  std::vector<std::string> rules;
  for (const Json& message : notifications()) {
    if (message["method"] != "textDocument/publishDiagnostics" || message["params"]["uri"] != uri) continue;
    for (const Json& each : message["params"]["diagnostics"]) rules.push_back(each["code"]);
  }
  return rules;
}

std::vector<std::string> SettingsClient::messages() const {
  std::vector<std::string> texts;
  for (const Json& message : notifications()) {
    if (message["method"] == "window/showMessage") texts.push_back(message["params"]["message"]);
  }
  return texts;
}

}  // namespace tests
