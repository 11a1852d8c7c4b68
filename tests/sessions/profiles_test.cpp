// One conversation with each editor of tests/editors/profiles, which say what real ones announce: all get the same
// findings and repairs, and none gets what it has not announced.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/text/text_edit.h"
#include "protocol/json_fields.h"
#include "protocol/uri.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace tests {
namespace {

namespace fs = std::filesystem;
using protocol::is_set;
using protocol::member_at;

const std::string loader =
    "names = [\"é\", \"🐍\"]\n"
    "foo = []\n"
    "def bar():\n"
    "    if not foo:\n"
    "        for x in names:\n"
    "            foo.append(\"é🐍\" + x)\n"
    "    return foo\n";
const std::string repaired =
    "names = [\"é\", \"🐍\"]\n"
    "foo = []\n"
    "def bar():\n"
    "    global foo\n"
    "    if not foo:\n"
    "        new_foo = []\n"
    "        for x in names:\n"
    "            new_foo.append(\"é🐍\" + x)\n"
    "        foo = tuple(new_foo)\n"
    "    return foo\n";
const std::string cart =
    "import stock\n"
    "def load(source):\n"
    "    if not stock.names:\n"
    "        for name in source:\n"
    "            stock.names.append(name)\n"
    "    return stock.names\n";

bool contains(const Json& list, const Json& wanted) {
  return list.is_array() && std::ranges::find(list, wanted) != list.end();
}

/// Messages of the server that an editor must have announced, and where it does.
const std::map<std::string, std::vector<std::string>, std::less<>>& announced_by() {
  static const std::map<std::string, std::vector<std::string>, std::less<>> paths{
      {"workspace/applyEdit", {"workspace", "applyEdit"}},
      {"workspace/configuration", {"workspace", "configuration"}},
      {"workspace/workspaceFolders", {"workspace", "workspaceFolders"}},
      {"workspace/diagnostic/refresh", {"workspace", "diagnostics", "refreshSupport"}},
      {"workspace/codeLens/refresh", {"workspace", "codeLens", "refreshSupport"}},
      {"window/workDoneProgress/create", {"window", "workDoneProgress"}},
      {"$/progress", {"window", "workDoneProgress"}},
      {"window/showDocument", {"window", "showDocument", "support"}},
  };
  return paths;
}

/// Messages of the server that need no announcement.
const std::set<std::string, std::less<>> always_welcome{"textDocument/publishDiagnostics", "window/logMessage",
                                                        "window/showMessage", "client/registerCapability",
                                                        "client/unregisterCapability"};

/// An editor with the capabilities of a real one, that watches what it is sent.
class ProfiledEditor {
 public:
  ProfiledEditor(Json profile, const TemporaryFolder& folder) : params_(std::move(profile)), folder_(folder) {
    std::string here = params_.dump();
    for (std::size_t at = 0; (at = here.find("file:///shop", at)) != std::string::npos;)
      here.replace(at, 12, uri_of(""));
    params_ = Json::parse(here);
    offered_ = ask("initialize", params_).at("result").at("capabilities");
    client_.notify("initialized", Json::object());
    const std::string encoding = offered_.at("positionEncoding");
    unit_ = encoding == "utf-8"    ? analysis::ColumnUnit::utf8
            : encoding == "utf-16" ? analysis::ColumnUnit::utf16
                                   : analysis::ColumnUnit::utf32;
    const Json& announced = member_at(capabilities(), {"general", "positionEncodings"});
    EXPECT_TRUE(encoding == "utf-16" || contains(announced, encoding)) << "columns in " << encoding;
  }

  [[nodiscard]] const Json& capabilities() const { return params_.at("capabilities"); }
  [[nodiscard]] const Json& offered() const { return offered_; }
  [[nodiscard]] analysis::ColumnUnit unit() const { return unit_; }
  [[nodiscard]] std::string uri_of(std::string_view name) const {
    const std::string uri = protocol::uri_of_path(folder_ / name);
    return uri.ends_with('/') ? uri.substr(0, uri.size() - 1) : uri;
  }

  /// The answer's whole message. What the server asks meanwhile is answered at once.
  Json ask(std::string_view method, Json params) {
    const Json id = client_.send_request(method, std::move(params));
    while (std::optional<Json> message = client_.receive()) {
      if (!message->contains("method")) {
        EXPECT_EQ(message->at("id"), id);
        return *message;
      }
      hear(*message);
    }
    ADD_FAILURE() << "no answer to " << method;
    return {};
  }

  void open(std::string_view name, const std::string& text) {
    client_.notify(
        "textDocument/didOpen",
        {{"textDocument", {{"uri", uri_of(name)}, {"languageId", "python"}, {"version", 1}, {"text", text}}}});
  }
  void replace(std::string_view name, const std::string& text) {
    client_.notify("textDocument/didChange", {{"textDocument", {{"uri", uri_of(name)}, {"version", 2}}},
                                              {"contentChanges", Json::array({{{"text", text}}})}});
  }
  void close(std::string_view name) {
    client_.notify("textDocument/didClose", {{"textDocument", {{"uri", uri_of(name)}}}});
  }

  /// As the editor's users do. Who watches files tells of it, others open the new one.
  void rename(std::string_view from, std::string_view to) {
    const bool is_watching = is_set(capabilities(), {"workspace", "didChangeWatchedFiles", "dynamicRegistration"});
    if (!is_watching) open(from, folder_.read(from));
    fs::rename(folder_ / from, folder_ / to);
    if (!is_watching) {
      close(from);
      return open(to, folder_.read(to));
    }
    client_.notify("workspace/didChangeWatchedFiles",
                   {{"changes", {{{"uri", uri_of(from)}, {"type", 3}}, {{"uri", uri_of(to)}, {"type", 1}}}}});
  }

  /// Of an open document, when all is analysed; pulled by editors that pull.
  std::vector<Json> diagnostics_of(std::string_view name) {
    ask("threadlint/idle", nullptr);
    const bool pulls = member_at(capabilities(), {"textDocument", "diagnostic"}).is_object() &&
                       offered_.contains("diagnosticProvider");
    if (!pulls) return published_[uri_of(name)];
    EXPECT_TRUE(published_[uri_of(name)].empty()) << "pushed to an editor that pulls";
    std::vector<Json> items =
        ask("textDocument/diagnostic", {{"textDocument", {{"uri", uri_of(name)}}}}).at("result").at("items");
    for (const Json& item : items) expect_announced_diagnostic(item);
    return items;
  }

  int quit() {
    ask("shutdown", nullptr);
    client_.notify("exit", nullptr);
    return client_.end();
  }

 private:
  void hear(const Json& message) {
    const std::string method = message.at("method");
    expect_announced(method, message.value("params", Json()));
    if (message.contains("id")) {
      client_.send(
          {{"jsonrpc", "2.0"}, {"id", message["id"]}, {"result", answer_to(method, message.value("params", Json()))}});
    }
    if (method != "textDocument/publishDiagnostics") return;
    const Json& params = message.at("params");
    EXPECT_TRUE(!params.contains("version") ||
                is_set(capabilities(), {"textDocument", "publishDiagnostics", "versionSupport"}));
    for (const Json& diagnostic : params.at("diagnostics")) expect_announced_diagnostic(diagnostic);
    published_[params.at("uri")] = params.at("diagnostics");
  }

  static Json answer_to(const std::string& method, const Json& params) {
    if (method == "workspace/applyEdit") return {{"applied", true}};
    return method == "workspace/configuration" ? Json(params.at("items").size(), nullptr) : Json();
  }

  void expect_announced(const std::string& method, const Json& params) const {
    if (const auto path = announced_by().find(method); path != announced_by().end()) {
      const Json* at = &capabilities();
      for (const std::string& name : path->second) at = &member_at(*at, {name.c_str()});
      EXPECT_EQ(*at, Json(true)) << method << " is not announced";
      return;
    }
    const bool is_wanted = method == "threadlint/status" && is_set(params_, {"initializationOptions", "status"});
    EXPECT_TRUE(is_wanted || always_welcome.contains(method)) << method << " is announced by nobody";
    if (method != "client/registerCapability") return;
    for (const Json& registration : params.at("registrations")) {
      const std::string wanted = registration.at("method");
      const std::size_t slash = wanted.find('/');
      EXPECT_TRUE(is_set(capabilities(),
                         {wanted.substr(0, slash).c_str(), wanted.substr(slash + 1).c_str(), "dynamicRegistration"}))
          << wanted << " cannot be registered";
    }
  }

  void expect_announced_diagnostic(const Json& diagnostic) const {
    const Json& pushed = member_at(capabilities(), {"textDocument", "publishDiagnostics"});
    const Json& pulled = member_at(capabilities(), {"textDocument", "diagnostic"});
    EXPECT_TRUE(!diagnostic.contains("relatedInformation") || is_set(pushed, {"relatedInformation"}) ||
                is_set(pulled, {"relatedInformation"}));
    for (const Json& tag : diagnostic.value("tags", Json::array())) {
      EXPECT_TRUE(contains(member_at(pushed, {"tagSupport", "valueSet"}), tag) ||
                  contains(member_at(pulled, {"tagSupport", "valueSet"}), tag));
    }
  }

  ScriptedClient client_;
  Json params_;
  const TemporaryFolder& folder_;
  Json offered_;
  analysis::ColumnUnit unit_ = analysis::ColumnUnit::utf16;
  std::map<std::string, std::vector<Json>> published_;  // by URI
};

const fs::path folder_of_profiles = THREADLINT_SOURCE_DIR "/tests/editors/profiles";

std::vector<std::string> names_of_profiles() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_of_profiles)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class Profiles : public testing::TestWithParam<std::string> {
 protected:
  struct Project : TemporaryFolder {
    Project() {
      write("stock.py", "names = []\n");
      write("cart.py", cart);
    }
  };

  Project folder_;
  std::ifstream file_{folder_of_profiles / (GetParam() + ".json")};
  ProfiledEditor editor_{Json::parse(file_).get<Json>(), folder_};
};

/// What a repair makes of the text. Fails where its edit has what the editor has not announced.
std::string repaired_by(const Json& action, const std::string& text, const ProfiledEditor& editor) {
  const Json& edit = action.at("edit");
  const bool has_versions = is_set(editor.capabilities(), {"workspace", "workspaceEdit", "documentChanges"});
  EXPECT_EQ(edit.contains("documentChanges"), has_versions) << edit;
  EXPECT_EQ(edit.contains("changes"), !has_versions) << edit;
  EXPECT_TRUE(!edit.contains("changeAnnotations") ||
              member_at(editor.capabilities(), {"workspace", "workspaceEdit", "changeAnnotationSupport"}).is_object());
  const Json edits = has_versions ? edit.at("documentChanges").at(0).at("edits") : edit.at("changes").begin().value();
  std::vector<analysis::TextEdit> parsed;
  for (const Json& one : edits) {
    const auto offset = [&](const char* end) {
      const Json& at = one.at("range").at(end);
      return analysis::LineIndex(text).offset_of(text, {at.at("line"), at.at("character")}, editor.unit());
    };
    parsed.push_back({{offset("start"), offset("end")}, one.at("newText")});
  }
  return analysis::apply_edits(text, parsed).value_or("edits overlap");
}

bool is_wrong(const std::vector<Json>& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Json& it) { return it.at("code") == "incomplete-initialization"; });
}

TEST_P(Profiles, SeeAndRepairALoader) {
  editor_.open("shop.py", loader);
  const std::vector<Json> diagnostics = editor_.diagnostics_of("shop.py");
  ASSERT_TRUE(is_wrong(diagnostics));
  const Json& found = diagnostics.front();
  const std::map<analysis::ColumnUnit, int> ends{
      {analysis::ColumnUnit::utf8, 36}, {analysis::ColumnUnit::utf16, 33}, {analysis::ColumnUnit::utf32, 32}};
  EXPECT_EQ(found.at("range").at("end"), Json({{"line", 5}, {"character", ends.at(editor_.unit())}}));
  const bool has_steps = found.contains("relatedInformation") ||
                         found.at("message").get<std::string>().find("4. thread 2") != std::string::npos;
  EXPECT_TRUE(has_steps) << found;

  const Json actions =
      editor_
          .ask("textDocument/codeAction", {{"textDocument", {{"uri", editor_.uri_of("shop.py")}}},
                                           {"range", found.at("range")},
                                           {"context", {{"diagnostics", {found}}, {"only", {"quickfix"}}}}})
          .at("result");
  ASSERT_FALSE(actions.empty());
  const Json& announced = member_at(editor_.capabilities(), {"textDocument", "codeAction"});
  for (const Json& action : actions) {
    EXPECT_TRUE(!action.contains("disabled") || is_set(announced, {"disabledSupport"})) << action;
    EXPECT_TRUE(!action.contains("data") || is_set(announced, {"dataSupport"})) << action;
  }
  Json action = actions.at(0);
  if (!action.contains("edit")) {
    ASSERT_TRUE(contains(member_at(announced, {"resolveSupport", "properties"}), "edit")) << action;
    action = editor_.ask("codeAction/resolve", action).at("result");
  }
  const std::string text = repaired_by(action, loader, editor_);
  EXPECT_EQ(text, repaired);
  editor_.replace("shop.py", text);
  EXPECT_FALSE(is_wrong(editor_.diagnostics_of("shop.py")));
  editor_.close("shop.py");
  EXPECT_EQ(editor_.quit(), 0);
}

TEST_P(Profiles, ReadAHover) {
  editor_.open("shop.py", loader);
  const Json hover = editor_
                         .ask("textDocument/hover", {{"textDocument", {{"uri", editor_.uri_of("shop.py")}}},
                                                     {"position", {{"line", 1}, {"character", 1}}}})
                         .at("result");
  const Json& formats = member_at(editor_.capabilities(), {"textDocument", "hover", "contentFormat"});
  EXPECT_EQ(hover.at("contents").at("kind"), formats.at(0)) << "the first is preferred";
  EXPECT_NE(hover.at("contents").at("value").get<std::string>().find("may be seen incomplete"), std::string::npos);
}

TEST_P(Profiles, RenameAModule) {
  editor_.open("cart.py", cart);
  EXPECT_TRUE(is_wrong(editor_.diagnostics_of("cart.py")));
  editor_.rename("stock.py", "store.py");
  EXPECT_FALSE(is_wrong(editor_.diagnostics_of("cart.py")));
  editor_.rename("store.py", "stock.py");
  EXPECT_TRUE(is_wrong(editor_.diagnostics_of("cart.py")));
}

/// Names of tests have letters, digits and underscores.
std::string test_name(const testing::TestParamInfo<std::string>& profile) {
  std::string name = profile.param;
  std::ranges::replace_if(
      name, [](char character) { return character == '-' || character == '.'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Editors, Profiles, testing::ValuesIn(names_of_profiles()), test_name);

}  // namespace
}  // namespace tests
