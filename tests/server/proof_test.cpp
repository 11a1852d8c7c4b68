// Proofs from the editor: what is offered to whom, the test that is created, and the run.
#include <gmock/gmock.h>

#include "protocol/uri.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using tests::Json;

constexpr std::string_view codecs =
    "CODECS = []\n\ndef codecs():\n    if not CODECS:\n        for name in ('ascii', 'latin-1', 'utf-8'):\n"
    "            CODECS.append(name)\n    return CODECS\n";
/// In `codecs`.
constexpr analysis::TextRange at_append{90, 110};

/// An editor that can create files, on a folder with one module.
struct Editor {
  explicit Editor(std::string_view text = codecs, const Json& options = Json::object()) {
    Json capabilities = tests::modern_capabilities();
    capabilities.merge_patch(Json::parse(R"({
      "workspace": {"applyEdit": true, "workspaceEdit": {"resourceOperations": ["create", "rename"]}},
      "window": {"showDocument": {"support": true}, "workDoneProgress": true}})"));
    folder.write("shop/__init__.py", "");
    folder.write("shop/codecs.py", text);
    uri = protocol::uri_of_path(folder / "shop/codecs.py");
    offered = client.initialize(capabilities, nullptr, options)["capabilities"];
    client.open(uri, std::string(text));
    client.wait_idle();
  }

  /// The actions of a kind at the finding.
  Json actions(const std::string& kind = "refactor") {
    return client
        .request("textDocument/codeAction", {{"textDocument", {{"uri", uri}}},
                                             {"range", client.range_json(uri, at_append)},
                                             {"context", {{"diagnostics", Json::array()}, {"only", {kind}}}}})
        .at("result");
  }

  std::vector<std::string> titles() {
    std::vector<std::string> all;
    for (const Json& action : actions()) {
      if (action.contains("command")) all.push_back(action.at("title"));
    }
    return all;
  }

  /// Chooses an action: the id of the request.
  std::int64_t choose(const std::string& title) {
    for (const Json& action : actions()) {
      if (action.at("title") != title) continue;
      return client.send_request("workspace/executeCommand", {{"command", action.at("command").at("command")},
                                                              {"arguments", action.at("command").at("arguments")}});
    }
    ADD_FAILURE() << "there is no action `" << title << "`";
    return 0;
  }

  /// The next message of this method; others before it do not matter.
  Json next(const std::string& method) {
    for (;;) {
      Json message = client.next_notification();
      if (message.is_null() || message.at("method") == method) return message;
    }
  }

  void answer(const Json& request, const Json& result) {
    client.send({{"jsonrpc", "2.0"}, {"id", request.at("id")}, {"result", result}});
  }

  tests::TemporaryFolder folder;
  std::string uri;
  Json offered;
  tests::ScriptedClient client;
};

const Json trusted = {{"trustedWorkspace", true}};

TEST(ProofInTheEditor, CreatesATestAndShowsIt) {
  Editor editor;
  EXPECT_EQ(editor.offered["executeCommandProvider"]["commands"],
            Json({"threadlint.generateTest", "threadlint.printDebugInformation"}));
  EXPECT_EQ(editor.offered["codeActionProvider"]["codeActionKinds"],
            Json({"quickfix", "source.fixAll.threadlint", "refactor.rewrite", "refactor"}));
  const std::int64_t id = editor.choose("Prove it: generate a test");

  const Json request = editor.next("workspace/applyEdit");
  const std::string uri = protocol::uri_of_path(editor.folder / "test_shop_codecs_threads.py");
  const Json& changes = request["params"]["edit"]["documentChanges"];
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0], Json({{"kind", "create"}, {"uri", uri}}));
  EXPECT_EQ(changes[1]["textDocument"], Json({{"uri", uri}, {"version", nullptr}}));
  const std::string text = changes[1]["edits"][0]["newText"];
  EXPECT_THAT(text, HasSubstr("witness.check(\"shop.codecs\", [call_1, call_2], STEPS, effect=\"incomplete\")"));
  EXPECT_THAT(text, HasSubstr("return m.codecs()"));
  EXPECT_THAT(editor.folder.read("threadlint_witness.py"), StartsWith("# threadlint: ignore-file\n\"\"\""));

  editor.answer(request, {{"applied", true}});
  EXPECT_EQ(editor.next("window/showDocument")["params"]["uri"], uri);
  EXPECT_EQ(editor.client.response_to(id)["result"], Json({{"uri", uri}}));
  EXPECT_EQ(editor.client.quit(), 0);
}

TEST(ProofInTheEditor, TellsThatTheEditorDidNotCreateTheTest) {
  Editor editor;
  editor.choose("Prove it: generate a test");
  editor.answer(editor.next("workspace/applyEdit"), {{"applied", false}, {"failureReason", "read only"}});
  EXPECT_EQ(editor.next("window/showMessage")["params"]["message"], "the editor did not create the test: read only");
}

TEST(ProofInTheEditor, OverwritesNothing) {
  Editor editor;
  editor.folder.write("tests/test_shop_codecs_threads.py", "mine");
  editor.folder.write("tests/threadlint_witness.py", "mine too");
  editor.choose("Prove it: generate a test");
  const Json request = editor.next("workspace/applyEdit");
  EXPECT_EQ(request["params"]["edit"]["documentChanges"][0]["uri"],
            protocol::uri_of_path(editor.folder / "tests/test_shop_codecs_threads_2.py"));
  EXPECT_EQ(editor.folder.read("tests/threadlint_witness.py"), "mine too");
}

TEST(ProofInTheEditor, IsNoQuickFix) {
  Editor editor;
  for (const Json& action : editor.actions("quickfix")) EXPECT_FALSE(action.contains("command"));
  EXPECT_THAT(editor.titles(), ElementsAre("Prove it: generate a test"));
}

TEST(ProofInTheEditor, IsNotOfferedToEditorsThatCannotCreateFiles) {
  tests::ScriptedClient client;
  const Json offered = client.initialize()["capabilities"];
  EXPECT_EQ(offered["executeCommandProvider"]["commands"], Json({"threadlint.printDebugInformation"}));
  const Json answer = client.request("workspace/executeCommand",
                                     {{"command", "threadlint.generateTest"}, {"arguments", Json::array()}});
  EXPECT_EQ(answer["error"]["message"], "unknown command `threadlint.generateTest`");
}

TEST(ProofInTheEditor, RunsNothingInAWorkspaceThatIsNotTrusted) {
  Editor editor;
  const Json answer = editor.client.request(
      "workspace/executeCommand",
      {{"command", "threadlint.runProof"}, {"arguments", {{{"uri", editor.uri}, {"fingerprint", "00"}}}}});
  EXPECT_EQ(answer["error"]["message"], "the workspace is not trusted: its code is not run");
}

TEST(ProofInTheEditor, RunsTheProofAndSaysWhatCameOut) {
  Editor editor(codecs, trusted);
  EXPECT_THAT(editor.titles(), ElementsAre("Prove it: generate a test", "Run the proof"));
  const std::int64_t id = editor.choose("Run the proof");
  const Json token = editor.next("window/workDoneProgress/create")["params"]["token"];
  const Json begin = editor.next("$/progress")["params"];
  EXPECT_EQ(begin["token"], token);
  EXPECT_EQ(begin["value"]["kind"], "begin");
  EXPECT_EQ(begin["value"]["cancellable"], true);
  EXPECT_THAT(std::string(begin["value"]["message"]), StartsWith("importing shop.codecs from "));
  const Json end = editor.next("$/progress")["params"];
  EXPECT_EQ(end["value"]["kind"], "end");
  EXPECT_THAT(std::string(editor.next("window/showMessage")["params"]["message"]), StartsWith("shown on CPython "));
  const Json result = editor.client.response_to(id)["result"];
  EXPECT_EQ(result["verdict"], "proven");
  EXPECT_THAT(std::string(result["message"]), HasSubstr("not-serialisable"));
}

TEST(ProofInTheEditor, RunsNoTextThatIsNotOnTheDisk) {
  Editor editor(codecs, trusted);
  editor.client.edit(editor.uri, {0, 0}, "\n");
  editor.choose("Run the proof");
  EXPECT_EQ(editor.next("window/showMessage")["params"]["message"],
            "save the file first: a proof imports it from the disk");
}

TEST(ProofInTheEditor, SaysWhenThereIsNoInterpreter) {
  Editor editor(codecs, {{"trustedWorkspace", true}, {"python", "no-such-python"}});
  editor.choose("Run the proof");
  EXPECT_THAT(std::string(editor.next("window/showMessage")["params"]["message"]),
              StartsWith("cannot run `no-such-python`: "));
}

TEST(ProofInTheEditor, EndsTheInterpreterWhenCancelled) {
  const std::string endless = std::string(codecs) + "\nwhile True:\n    pass\n";
  for (const bool by_request : {true, false}) {
    Editor editor(endless, trusted);
    const std::int64_t id = editor.choose("Run the proof");
    const Json token = editor.next("$/progress")["params"]["token"];
    if (by_request) {
      editor.client.notify("$/cancelRequest", {{"id", id}});
    } else {
      editor.client.notify("window/workDoneProgress/cancel", {{"token", token}});
    }
    EXPECT_EQ(editor.client.response_to(id)["error"]["code"], -32800);
    EXPECT_EQ(editor.next("$/progress")["params"]["value"]["kind"], "end");
    EXPECT_EQ(editor.client.quit(), 0);  // waits for the thread that waits for the interpreter
  }
}

TEST(ProofInTheEditor, EndsTheInterpreterWhenTheEditorQuits) {
  Editor editor(std::string(codecs) + "\nwhile True:\n    pass\n", trusted);
  editor.choose("Run the proof");
  editor.next("$/progress");
  EXPECT_EQ(editor.client.quit(), 0);
}

TEST(ProofInTheEditor, KnowsWhenTheFindingIsGone) {
  Editor editor;
  const Json action = editor.actions().at(0);
  editor.client.edit(editor.uri, {0, static_cast<std::uint32_t>(codecs.size())}, "x = 1\n");
  const Json answer =
      editor.client.request("workspace/executeCommand",
                            {{"command", action["command"]["command"]}, {"arguments", action["command"]["arguments"]}});
  EXPECT_EQ(answer["error"]["message"], "the finding is not there any more");
}

}  // namespace
