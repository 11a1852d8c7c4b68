// Repairs, comments and refactorings in the editor, with the real analysis: bytes in, bytes out.
#include <gmock/gmock.h>

#include <cstdlib>

#include "protocol/uri.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Json;
using tests::modern_capabilities;
using tests::ScriptedClient;

const std::string uri = "file:///shop/counter.py";

/// An editor with one document.
class Editor {
 public:
  explicit Editor(const std::string& text, const Json& capabilities = modern_capabilities()) {
    client_.initialize(capabilities);
    client_.open(uri, text);
    client_.wait_idle();
  }

  ScriptedClient& client() { return client_; }
  [[nodiscard]] std::string text() const { return client_.text(uri); }

  /// The actions where `at` begins.
  Json actions(const std::string& at, const Json& context = Json::object()) {
    const auto begin = static_cast<std::uint32_t>(text().find(at));
    return client_.request("textDocument/codeAction", {{"textDocument", {{"uri", uri}}},
                                                       {"range", client_.range_json(uri, {begin, begin})},
                                                       {"context", context}})["result"];
  }

  /// Null if there is no such action.
  Json action(const std::string& at, const std::string& title) {
    for (const Json& action : actions(at)) {
      if (action["title"] == title) return action;
    }
    return nullptr;
  }

  /// The rules of what is found in the text.
  [[nodiscard]] std::vector<std::string> rules() {
    client_.wait_idle();
    std::vector<std::string> result;
    for (const auto& diagnostic : client_.diagnostics(uri)) result.push_back(diagnostic.rule);
    return result;
  }

 private:
  ScriptedClient client_;
};

std::vector<std::string> titles(const Json& actions) {
  std::vector<std::string> result;
  for (const Json& action : actions) result.push_back(action["title"]);
  return result;
}

const std::string counter =
    "hits = 0\n\ndef hit():\n    global hits\n    hits += 1\n\ndef seen():\n    return hits, 1\n";

TEST(RepairActions, OfferRepairsThenCommentsThenRefactorings) {
  Editor editor(counter);
  EXPECT_THAT(
      titles(editor.actions("hits +=")),
      ElementsAre("guard `hits` with a new lock `_hits_lock`", "Ignore `unlocked-update` on this line",
                  "Ignore `unlocked-update` in this file", "guard every use of `hits` with a new lock `_hits_lock`",
                  "Fix all that threadlint can repair safely"));
}

TEST(RepairActions, AreOfferedWhereverInItsLineTheCursorIsForAFindingThatIsNamed) {
  Editor editor(counter);
  const std::string line = "    hits += 1";
  const Json elsewhere = {{"diagnostics", Json::array({editor.client().diagnostics(uri).at(0).json})}};
  EXPECT_THAT(titles(editor.actions(line)), ElementsAre("Fix all that threadlint can repair safely"));
  EXPECT_THAT(titles(editor.actions(line, elsewhere)), testing::Contains("guard `hits` with a new lock `_hits_lock`"));
  EXPECT_THAT(titles(editor.actions("return", elsewhere)),
              testing::Not(testing::Contains("guard `hits` with a new lock `_hits_lock`")));
}

TEST(RepairActions, AskForConfirmationOfWhatMayChangeTheProgram) {
  Editor editor(counter);
  const Json fix = editor.action("hits +=", "guard `hits` with a new lock `_hits_lock`");
  const Json& annotations = fix["edit"]["changeAnnotations"];
  ASSERT_THAT(annotations, SizeIs(1)) << fix;
  EXPECT_EQ(annotations.begin().value()["needsConfirmation"], true);
  EXPECT_EQ(annotations.begin().value()["label"], fix["title"]);
  for (const Json& edit : fix["edit"]["documentChanges"][0]["edits"]) {
    EXPECT_EQ(edit["annotationId"], annotations.begin().key());
  }
  const Json comment = editor.action("hits +=", "Ignore `unlocked-update` on this line");
  EXPECT_FALSE(comment["edit"].contains("changeAnnotations")) << "a comment changes nothing";
}

TEST(RepairActions, SayInTheTitleThatTheyNeedALook) {
  Json capabilities = modern_capabilities();
  capabilities["workspace"]["workspaceEdit"].erase("changeAnnotationSupport");
  Editor editor(counter, capabilities);
  const Json fix = editor.action("hits +=", "guard `hits` with a new lock `_hits_lock` (look at the result)");
  ASSERT_TRUE(fix.is_object());
  EXPECT_FALSE(fix["edit"].contains("changeAnnotations"));
  EXPECT_FALSE(fix["edit"]["documentChanges"][0]["edits"][0].contains("annotationId"));
}

TEST(RepairActions, AnnotateNothingInTheOldWayOfEditing) {
  Json capabilities = modern_capabilities();
  capabilities["workspace"]["workspaceEdit"].erase("documentChanges");
  Editor editor(counter, capabilities);
  const Json fix = editor.action("hits +=", "guard `hits` with a new lock `_hits_lock` (look at the result)");
  ASSERT_TRUE(fix.is_object());
  EXPECT_TRUE(fix["edit"].contains("changes"));
}

TEST(RepairActions, NeedNoDiagnosticsFromTheClient) {
  Editor editor(counter);
  Json stripped = editor.client().diagnostics(uri).at(0).json;
  stripped.erase("data");
  const std::vector<std::string> expected = titles(editor.actions("hits +="));
  EXPECT_EQ(titles(editor.actions("hits +=", {{"diagnostics", Json::array({stripped})}})), expected);
  const Json foreign = {{"range", stripped["range"]}, {"message", "line too long"}, {"source", "other"}};
  EXPECT_EQ(titles(editor.actions("hits +=", {{"diagnostics", Json::array({foreign})}})), expected);
}

TEST(RepairActions, RefactorWhereNothingIsWrong) {
  Editor editor(counter);
  const Json actions = editor.actions("hits, 1", {{"only", {"refactor"}}});
  ASSERT_THAT(titles(actions), ElementsAre("guard every use of `hits` with a new lock `_hits_lock`"));
  EXPECT_EQ(actions[0]["kind"], "refactor.rewrite");
  editor.client().apply(actions[0]);
  EXPECT_EQ(editor.text(),
            "import threading\n\n_hits_lock = threading.Lock()\nhits = 0\n\ndef hit():\n    global hits\n"
            "    with _hits_lock:\n        hits += 1\n\ndef seen():\n    with _hits_lock:\n        return hits, 1\n");
  EXPECT_THAT(editor.rules(), IsEmpty());
}

TEST(RepairActions, SayWhyARefactoringIsImpossible) {
  Editor editor(
      "running = True\n\ndef stop():\n    global running\n    running = False\n\n"
      "def run(work):\n    while running:\n        work()\n");
  const Json actions = editor.actions("running:", {{"only", {"refactor"}}});
  ASSERT_THAT(actions, SizeIs(1));
  EXPECT_EQ(actions[0]["disabled"]["reason"], "a loop asks for it");
  EXPECT_FALSE(actions[0].contains("edit"));
}

/// What the comment on the line makes of a text with a finding of `unlocked-update`.
std::string ignored_on_line(const std::string& text) {
  Editor editor(text);
  const Json action = editor.action("hits +=", "Ignore `unlocked-update` on this line");
  if (!action.is_object()) return "no such action";
  editor.client().apply(action);
  EXPECT_THAT(editor.rules(), IsEmpty());
  return editor.text();
}

TEST(RepairActions, IgnoreOnALineWithWideCharacters) {
  EXPECT_EQ(ignored_on_line("hits = 0\r\n\r\ndef hit():\r\n\tglobal hits\r\n"
                            "\thits += len('\xC3\xA9\xF0\x9F\x90\x8D')  # \xF0\x9F\x90\x8D\r\n"),
            "hits = 0\r\n\r\ndef hit():\r\n\tglobal hits\r\n"
            "\thits += len('\xC3\xA9\xF0\x9F\x90\x8D')  # \xF0\x9F\x90\x8D  # threadlint: ignore[unlocked-update]\r\n");
}

TEST(RepairActions, IgnoreOnTheLastLineWithoutEnding) {
  EXPECT_EQ(
      ignored_on_line("\xEF\xBB\xBFhits = 0\n\ndef hit():\n    global hits\n    hits += 1"),
      "\xEF\xBB\xBFhits = 0\n\ndef hit():\n    global hits\n    hits += 1  # threadlint: ignore[unlocked-update]");
}

TEST(RepairActions, IgnoreTwoFindingsOfALineAtOnce) {
  Editor editor("hits = 0\nruns = 0\n\ndef hit():\n    global hits, runs\n    hits += 1; runs += 1\n");
  ASSERT_THAT(editor.rules(), ElementsAre("unlocked-update", "unlocked-update"));
  const auto line = static_cast<std::uint32_t>(editor.text().find("hits += 1;"));
  const Json actions = editor.client().code_actions(uri, {line, line + 20});
  const auto is_comment = [](const Json& action) { return action["title"] == "Ignore `unlocked-update` on this line"; };
  EXPECT_EQ(std::ranges::count_if(actions, is_comment), 1);
  const Json& comment = *std::ranges::find_if(actions, is_comment);
  EXPECT_THAT(comment["diagnostics"], SizeIs(2));
  editor.client().apply(comment);
  EXPECT_THAT(editor.rules(), IsEmpty());
}

// All repairs.

std::string loader(const std::string& name) {
  return "_" + name + " = None\n\ndef " + name + "(parts):\n\tglobal _" + name + "\n\tif _" + name +
         " is None:\n\t\t_" + name + " = []  # \xC3\xA9\xF0\x9F\x90\x8D\n\t\tfor part in parts:\n\t\t\t_" + name +
         ".append(part.upper())\n\treturn _" + name + "\n\n";
}

std::string with_line_endings(const std::string& text, const std::string& ending) {
  std::string result;
  for (const char c : text) result += c == '\n' ? ending : std::string(1, c);
  return result;
}

/// The file after `threadlint check --fix`.
std::string fixed_by_check(const std::string& text) {
  const tests::TemporaryFolder folder;
  folder.write("counter.py", text);
  const std::string command = "'" THREADLINT_BINARY "' check --fix '" + (folder / "counter.py") + "' > /dev/null 2>&1";
  EXPECT_NE(std::system(command.c_str()), -1);
  return folder.read("counter.py");
}

std::string fixed_by_editor(const std::string& text) {
  Editor editor(text);
  const Json actions = editor.actions("\n", {{"only", {"source.fixAll.threadlint"}}});
  if (actions.size() != 1) return "no such action";
  const Json resolved = editor.client().request("codeAction/resolve", actions[0])["result"];
  editor.client().apply(resolved);
  return editor.text();
}

TEST(FixAll, DoesWhatTheProgramDoes) {
  const std::string text = "import os  # threadlint: ignore[lost-append]\n\n" + loader("codecs") +
                           "hits = 0\n\ndef hit():\n\tglobal hits\n\thits += 1\n\n" + loader("parsers") +
                           "_KINDS = ['a', 'b']\n\ndef kinds():\n\treturn sorted(_KINDS)";
  const std::string fixed = fixed_by_check(text);
  EXPECT_NE(fixed, text);
  EXPECT_EQ(fixed_by_editor(text), fixed);
}

TEST(FixAll, KeepsLineEndings) {
  const std::string text = with_line_endings(loader("codecs") + loader("parsers"), "\r\n");
  const std::string fixed = fixed_by_check(text);
  EXPECT_NE(fixed, text);
  EXPECT_EQ(fixed_by_editor(text), fixed);
  const std::string lf = with_line_endings(fixed_by_editor(loader("codecs") + loader("parsers")), "\r\n");
  EXPECT_EQ(fixed, lf);
}

TEST(FixAll, ChangesOnlyTheLinesOfItsRepairs) {
  const std::string text = loader("codecs") + "first = 1\nsecond = 2\n" + loader("parsers");
  Editor editor(text);
  const Json actions = editor.actions("\n", {{"only", {"source.fixAll"}}});
  ASSERT_THAT(actions, SizeIs(1));
  const Json edits =
      editor.client().request("codeAction/resolve", actions[0])["result"]["edit"]["documentChanges"][0]["edits"];
  ASSERT_FALSE(edits.empty());
  const auto kept = editor.client().range_json(uri, {static_cast<std::uint32_t>(text.find("first")),
                                                     static_cast<std::uint32_t>(text.find("second"))})["start"]["line"];
  for (const Json& edit : edits) {
    const bool is_around = edit["range"]["start"]["line"] <= kept && kept < edit["range"]["end"]["line"];
    EXPECT_FALSE(is_around) << edit;
  }
}

TEST(FixAll, LeavesWhatNeedsALook) {
  Editor editor(counter);
  const Json actions = editor.actions("\n", {{"only", {"source"}}});
  ASSERT_THAT(actions, SizeIs(1)) << "whether there is a safe repair is not known before it is chosen";
  const Json resolved = editor.client().request("codeAction/resolve", actions[0])["result"];
  EXPECT_THAT(resolved["edit"]["documentChanges"][0]["edits"], IsEmpty());

  Json capabilities = modern_capabilities();
  capabilities["textDocument"]["codeAction"].erase("resolveSupport");
  Editor other(counter, capabilities);
  EXPECT_THAT(other.actions("\n", {{"only", {"source"}}}), IsEmpty());
}

}  // namespace
