// The cells of a notebook are one module; what is said about it is said in its cells.
#include <gmock/gmock.h>

#include "tests/support/scripted_client.h"

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::error_code;
using tests::Json;
using tests::ScriptedClient;

const std::string notebook_uri = "file:///shop/orders.ipynb";

std::string cell_uri(const std::string& name) { return "vscode-notebook-cell:/shop/orders.ipynb#" + name; }

Json text_item(const std::string& name, const std::string& text, const char* language) {
  return {{"uri", cell_uri(name)}, {"languageId", language}, {"version", 1}, {"text", text}};
}

Json cell_item(const std::string& name, int kind = 2) { return {{"kind", kind}, {"document", cell_uri(name)}}; }

/// An editor with one notebook, whose cells are called `a`, `b`, `c` … in order.
class NotebookEditor {
 public:
  explicit NotebookEditor(const std::vector<std::string>& cells,
                          const Json& capabilities = tests::modern_capabilities()) {
    client.initialize(capabilities);
    Json items = Json::array();
    Json texts = Json::array();
    for (const std::string& text : cells) {
      const std::string name(1, static_cast<char>('a' + items.size()));
      items.push_back(cell_item(name));
      texts.push_back(text_item(name, text, "python"));
    }
    client.notify("notebookDocument/didOpen",
                  {{"notebookDocument",
                    {{"uri", notebook_uri}, {"notebookType", "jupyter-notebook"}, {"version", 1}, {"cells", items}}},
                   {"cellTextDocuments", texts}});
  }

  void change(const Json& cells) {
    client.notify("notebookDocument/didChange", {{"notebookDocument", {{"uri", notebook_uri}, {"version", ++version_}}},
                                                 {"change", {{"cells", cells}}}});
  }

  void set_text(const std::string& name, const std::string& text) {
    const Json document = {{"uri", cell_uri(name)}, {"version", 2}};
    change({{"textContent", Json::array({{{"document", document}, {"changes", Json::array({{{"text", text}}})}}})}});
  }

  /// The params of the last publication for a cell; null if there was none.
  Json published(const std::string& name) {
    client.wait_idle();
    Json last;
    for (const Json& message : client.notifications()) {
      if (message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == cell_uri(name)) {
        last = message["params"];
      }
    }
    return last;
  }

  Json ask(const char* method, const std::string& name, int line, int character) {
    return client.request(method, {{"textDocument", {{"uri", cell_uri(name)}}},
                                   {"position", {{"line", line}, {"character", character}}}})["result"];
  }

  Json actions(const std::string& name, const Json& range) {
    return client.request("textDocument/codeAction", {{"textDocument", {{"uri", cell_uri(name)}}},
                                                      {"range", range},
                                                      {"context", {{"diagnostics", Json::array()}}}})["result"];
  }

  ScriptedClient client;

 private:
  int version_ = 1;
};

Json range(int line, int character, int end_line, int end_character) {
  return {{"start", {{"line", line}, {"character", character}}},
          {"end", {{"line", end_line}, {"character", end_character}}}};
}

const std::string definition = "import threading\n_cache = []";
const std::string test_and_fill =
    "def load():\n    if not _cache:\n        for x in range(9):\n            _cache.append(x)\n    return _cache";

TEST(Notebook, IsAnnounced) {
  ScriptedClient client;
  const Json sync = client.initialize()["capabilities"]["notebookDocumentSync"];
  EXPECT_EQ(sync["notebookSelector"][0]["cells"][0]["language"], "python");
}

TEST(Notebook, IsOneModuleWhoseFindingsAreInItsCells) {
  NotebookEditor editor({definition, test_and_fill});
  const Json diagnostics = editor.published("b")["diagnostics"];
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_EQ(diagnostics[0]["code"], "incomplete-initialization");
  EXPECT_EQ(diagnostics[0]["range"]["start"], Json({{"line", 3}, {"character", 12}}));
  EXPECT_EQ(editor.published("b")["version"], 1);
  for (const Json& step : diagnostics[0]["relatedInformation"]) {
    EXPECT_EQ(step["location"]["uri"], cell_uri("b"));
    EXPECT_LE(step["location"]["range"]["start"]["line"], 4);
  }
  EXPECT_EQ(editor.published("a"), Json());
}

TEST(Notebook, FollowsTheTextsOfItsCells) {
  NotebookEditor editor({definition, test_and_fill});
  ASSERT_THAT(editor.published("b")["diagnostics"], SizeIs(1));
  editor.set_text("a", "_cache = threading.local()\n\n\n");
  EXPECT_THAT(editor.published("b")["diagnostics"], IsEmpty());
  editor.set_text("a", "# one\n# more\n" + definition);
  const Json diagnostics = editor.published("b")["diagnostics"];
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_EQ(diagnostics[0]["range"]["start"]["line"], 3);
}

TEST(Notebook, FollowsCellsThatComeMoveAndGo) {
  NotebookEditor editor({definition});
  EXPECT_EQ(editor.published("z"), Json());
  editor.change({{"structure",
                  {{"array", {{"start", 1}, {"deleteCount", 0}, {"cells", Json::array({cell_item("z")})}}},
                   {"didOpen", Json::array({text_item("z", test_and_fill, "python")})}}}});
  EXPECT_THAT(editor.published("z")["diagnostics"], SizeIs(1));
  // The two change places.
  editor.change(
      {{"structure",
        {{"array", {{"start", 0}, {"deleteCount", 2}, {"cells", Json::array({cell_item("z"), cell_item("a")})}}}}}});
  EXPECT_EQ(editor.published("z")["diagnostics"][0]["range"]["start"]["line"], 3);
  editor.change(
      {{"structure",
        {{"array", {{"start", 0}, {"deleteCount", 1}}}, {"didClose", Json::array({{{"uri", cell_uri("z")}}})}}}});
  EXPECT_THAT(editor.published("z")["diagnostics"], IsEmpty());
}

TEST(Notebook, LeavesOutWhatIsNoPython) {
  NotebookEditor editor({definition, test_and_fill});
  ASSERT_THAT(editor.published("b")["diagnostics"], SizeIs(1));
  editor.change({{"data", Json::array({cell_item("b", 1)})}});
  EXPECT_THAT(editor.published("b")["diagnostics"], IsEmpty());
}

TEST(Notebook, LooksPastMagicLines) {
  NotebookEditor editor({"%matplotlib inline\n!pip install \"x y\"\n" + definition, "%%bash\nif [ ( ;; <<",
                         "%%time\nfiles = !ls\n" + test_and_fill + "\nload?"});
  const Json diagnostics = editor.published("c")["diagnostics"];
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_EQ(diagnostics[0]["range"]["start"]["line"], 5);
}

TEST(Notebook, ClearsItsCellsWhenItIsClosed) {
  NotebookEditor editor({definition, test_and_fill});
  ASSERT_THAT(editor.published("b")["diagnostics"], SizeIs(1));
  editor.client.notify("notebookDocument/didClose",
                       {{"notebookDocument", {{"uri", notebook_uri}}}, {"cellTextDocuments", Json::array()}});
  EXPECT_THAT(editor.published("b")["diagnostics"], IsEmpty());
  EXPECT_EQ(editor.client.quit(), 0);
}

TEST(Notebook, IsGivenUpWhenAChangeDoesNotFit) {
  NotebookEditor editor({definition, test_and_fill});
  ASSERT_THAT(editor.published("b")["diagnostics"], SizeIs(1));
  editor.change({{"structure", {{"array", {{"start", 7}, {"deleteCount", 1}}}}}});
  EXPECT_THAT(editor.published("b")["diagnostics"], IsEmpty());
  editor.set_text("b", test_and_fill + "\n");
  EXPECT_THAT(editor.published("b")["diagnostics"], IsEmpty());
  EXPECT_EQ(editor.ask("textDocument/hover", "b", 1, 12), Json());
  EXPECT_EQ(editor.client.quit(), 0);
  EXPECT_THAT(editor.client.log(), HasSubstr("there are no such cells"));
}

TEST(Notebook, IsAnsweredForInItsCells) {
  NotebookEditor editor({definition, test_and_fill});
  const Json hover = editor.ask("textDocument/hover", "b", 1, 12);
  EXPECT_THAT(hover["contents"]["value"].get<std::string>(), HasSubstr("_cache"));
  EXPECT_EQ(hover["range"], range(1, 11, 1, 17));

  const Json highlights = editor.ask("textDocument/documentHighlight", "a", 1, 2);
  ASSERT_THAT(highlights, SizeIs(1));
  EXPECT_EQ(highlights[0]["range"], range(1, 0, 1, 6));

  const Json lenses = editor.client.request("textDocument/codeLens", {{"textDocument", {{"uri", cell_uri("b")}}}});
  EXPECT_THAT(lenses["result"], IsEmpty());

  const Json references =
      editor.client.request("textDocument/references", {{"textDocument", {{"uri", cell_uri("a")}}},
                                                        {"position", {{"line", 1}, {"character", 2}}},
                                                        {"context", {{"includeDeclaration", false}}}})["result"];
  ASSERT_FALSE(references.empty());
  for (const Json& place : references) {
    EXPECT_EQ(place["uri"], cell_uri("b"));
    EXPECT_LE(place["range"]["start"]["line"], 4);
  }
}

TEST(Notebook, IsEditedCellByCell) {
  for (const bool is_versioned : {true, false}) {
    Json capabilities = tests::modern_capabilities();
    capabilities["workspace"]["workspaceEdit"]["documentChanges"] = is_versioned;
    NotebookEditor editor({definition, test_and_fill}, capabilities);
    const Json found = editor.published("b")["diagnostics"][0]["range"];
    const Json actions = editor.actions("b", found);
    ASSERT_FALSE(actions.empty());
    std::map<std::string, std::vector<Json>> edits;
    for (const Json& action : actions) {
      if (!action.contains("edit")) continue;
      EXPECT_EQ(action["diagnostics"][0]["range"], found);
      for (const Json& document : action["edit"].value("documentChanges", Json::array())) {
        EXPECT_EQ(document["textDocument"]["version"], 1);
        edits[document["textDocument"]["uri"]].push_back(document["edits"]);
      }
      const Json changes = action["edit"].value("changes", Json::object());
      for (const auto& [uri, list] : changes.items()) edits[uri].push_back(list);
    }
    EXPECT_FALSE(edits[cell_uri("b")].empty());
    for (const auto& [uri, lists] : edits) EXPECT_THAT(uri, HasSubstr("vscode-notebook-cell:"));
  }
}

TEST(Notebook, IsNeverEditedWhereItsTrueTextWouldBeLost) {
  NotebookEditor editor({definition,
                         "def load():\n    if not _cache:\n        for x in range(9):\n            !ls\n"
                         "            _cache.append(x)\n    return _cache"});
  const Json found = editor.published("b")["diagnostics"][0]["range"];
  for (const Json& action : editor.actions("b", found)) {
    EXPECT_THAT(action.value("edit", Json()).dump(), testing::Not(HasSubstr("0  ")));
  }
}

TEST(Notebook, SurvivesWrongMessages) {
  NotebookEditor editor({definition, test_and_fill});
  for (const char* method : {"notebookDocument/didOpen", "notebookDocument/didChange", "notebookDocument/didClose"}) {
    for (const char* params : {"null", "[]", "{}", R"({"notebookDocument": {"uri": "file:///x.ipynb"}})",
                               R"({"notebookDocument": 7, "change": 7})",
                               R"({"notebookDocument": {"uri": "file:///x.ipynb"}, "change": {"cells": 3}})"}) {
      editor.client.notify(method, Json::parse(params));
    }
  }
  EXPECT_EQ(editor.ask("textDocument/hover", "nowhere", 0, 0), Json());
  for (const char* position : {"7", "{}", R"({"line": 9223372036854775807, "character": 0})",
                               R"({"line": -9223372036854775808, "character": 0})"}) {
    const Json params = {{"textDocument", {{"uri", cell_uri("b")}}}, {"position", Json::parse(position)}};
    EXPECT_EQ(editor.client.request("textDocument/hover", params).value("result", Json()), Json()) << position;
  }
  EXPECT_THAT(editor.published("b")["diagnostics"], SizeIs(1));
  EXPECT_EQ(editor.client.quit(), 0);
}

}  // namespace
