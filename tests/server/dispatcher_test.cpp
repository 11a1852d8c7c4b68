// What the server makes of messages: good, unknown, malformed, or none at all.
#include "server/dispatcher.h"

#include <gmock/gmock.h>

#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"

namespace {

using testing::HasSubstr;
using tests::error_code;
using tests::Json;
using tests::ScriptedClient;

TEST(Initialize, TellsWhoWeAreAndWhatWeDo) {
  ScriptedClient client;
  const Json result = client.initialize();
  const std::string filters = R"({"filters": [
      {"scheme": "file", "pattern": {"glob": "**/*.{py,pyw}", "matches": "file"}},
      {"scheme": "file", "pattern": {"glob": "**", "matches": "folder"}}]})";
  const std::string file_operations =
      R"({"didCreate": )" + filters + R"(, "didRename": )" + filters + R"(, "didDelete": )" + filters + "}";
  EXPECT_EQ(result["serverInfo"]["name"], "threadlint");
  EXPECT_FALSE(result["serverInfo"]["version"].get<std::string>().empty());
  EXPECT_EQ(result["capabilities"], Json::parse(R"({"positionEncoding": "utf-16",
                                                    "textDocumentSync": {"openClose": true, "change": 2, "save": true},
                                                    "codeActionProvider": {"codeActionKinds": ["quickfix", "source.fixAll.threadlint",
                                "refactor.rewrite"], "resolveProvider": true},
        "notebookDocumentSync": {"notebookSelector": [{"notebook": "*", "cells": [{"language": "python"}]}], "save": true},
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true},
                      "fileOperations": )" + file_operations +
                                                R"(},
        "executeCommandProvider": {"commands": ["threadlint.printDebugInformation"], "workDoneProgress": true},
        "hoverProvider": true,
        "documentHighlightProvider": true,
        "codeLensProvider": {"resolveProvider": false},
        "referencesProvider": true,
        "callHierarchyProvider": true})"));
}

TEST(Initialize, TakesTheClientsFirstEncodingThatItKnows) {
  const auto encoding_for = [](const Json& capabilities) {
    ScriptedClient client;
    return client.initialize(capabilities)["capabilities"]["positionEncoding"];
  };
  const auto offering = [](const Json& names) { return Json{{"general", {{"positionEncodings", names}}}}; };
  EXPECT_EQ(encoding_for(offering({"utf-32", "utf-8", "utf-16"})), "utf-32");
  EXPECT_EQ(encoding_for(offering({"utf-8", "utf-16"})), "utf-8");
  EXPECT_EQ(encoding_for(offering({"utf8"})), "utf-8");
  EXPECT_EQ(encoding_for(offering({"utf-7", "utf-16", "utf-8"})), "utf-16");
  EXPECT_EQ(encoding_for(offering({"utf-7", 8})), "utf-16");
  EXPECT_EQ(encoding_for(offering("utf-8")), "utf-16");
  EXPECT_EQ(encoding_for(Json::object()), "utf-16");
}

TEST(Initialize, ToleratesMalformedParams) {
  for (const char* params :
       {R"({"capabilities": {"textDocument": {"linkedEditingRange": true, "publishDiagnostics": 3, "codeAction": []},
                             "workspace": "x", "general": null}})",
        R"({"capabilities": null})", R"({"capabilities": [1]})", R"({})", R"([])", R"(null)", R"("x")",
        R"({"processId": "x", "clientInfo": 3, "initializationOptions": [1], "capabilities": {}})",
        R"({"processId": -5, "clientInfo": {"name": 1}, "initializationOptions": {"debounceMs": -1}})",
        R"({"processId": 1e30, "initializationOptions": {"debounceMs": "soon"}, "workDoneToken": {}})"}) {
    ScriptedClient client;
    EXPECT_TRUE(client.request("initialize", Json::parse(params)).contains("result")) << params;
    EXPECT_EQ(client.quit(), 0);
  }
}

TEST(Dispatcher, AnswersUnknownRequestsAndIgnoresUnknownNotifications) {
  ScriptedClient client;
  client.initialize();
  client.notify("no/such", Json::object());
  client.notify("$/no/such", {{"value", "verbose"}});
  client.notify("textDocument/didSave", {{"textDocument", {{"uri", "file:///a.py"}}}});
  EXPECT_EQ(error_code(client.request("no/such", Json::object())), -32601);
  EXPECT_EQ(error_code(client.request("$/no/such", nullptr)), -32601);
  EXPECT_EQ(client.quit(), 0);
  EXPECT_TRUE(client.notifications().empty());
}

TEST(Dispatcher, AnswersWrongParamsWithInvalidParams) {
  ScriptedClient client;
  client.initialize();
  for (const char* params : {R"(null)", R"([])", R"({"textDocument": 3})", R"({"textDocument": {"uri": 3}})",
                             R"({"textDocument": {"uri": "file:///a.py"}, "range": {}})",
                             R"({"textDocument": {"uri": "file:///a.py"},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": "0", "character": 0}}})"}) {
    EXPECT_EQ(error_code(client.request("textDocument/codeAction", Json::parse(params))), -32602) << params;
  }
  EXPECT_EQ(client.quit(), 0);
}

TEST(Dispatcher, SurvivesNotificationsWithWrongParams) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  client.open("file:///a.py", "BUG");
  for (const char* method :
       {"textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "$/cancelRequest"}) {
    for (const char* params : {"null", "[]", "7", "{}", R"({"textDocument": "file:///a.py"})", R"({"id": {}})"}) {
      client.notify(method, Json::parse(params));
    }
  }
  client.wait_idle();
  EXPECT_EQ(client.diagnostics("file:///a.py").size(), 1U);
  EXPECT_EQ(client.quit(), 0);
}

TEST(Dispatcher, SendsIdsBackAsTheyCame) {
  ScriptedClient client;
  client.initialize();
  for (const Json& id :
       {Json(0), Json(-7), Json("seven"), Json(""), Json(1.5), Json(), Json(true), Json(18446744073709551615U)}) {
    client.send({{"jsonrpc", "2.0"}, {"id", id}, {"method", "threadlint/idle"}});
    EXPECT_TRUE(client.response_to(id).contains("result")) << id;
  }
}

TEST(Input, ThatIsNoMessageIsAnsweredAndSurvived) {
  const struct {
    const char* bytes;
    int code;
  } cases[] = {
      {"garbage\r\n", -32700},
      {"Content-Length: x\r\n\r\n", -32700},
      {"Content-Length: -1\r\n\r\n", -32700},
      {"Content-Length: 999999999999\r\n\r\n", -32700},
      {"Content-Type: x\r\n\r\n", -32700},
      {"Content-Length: 4\r\n\r\n{\"a\"", -32700},
      {"Content-Length: 0\r\n\r\n", -32700},
      {"Content-Length: 2\r\n\r\n[]", -32600},
      {"Content-Length: 2\r\n\r\n{}", -32600},
      {"Content-Length: 1\r\n\r\n7", -32600},
  };
  for (const auto& [bytes, code] : cases) {
    ScriptedClient client;
    client.initialize();
    client.send_bytes(bytes);
    EXPECT_EQ(error_code(client.response_to(nullptr)), code) << bytes;
    client.wait_idle();
    EXPECT_EQ(client.quit(), 0);
    EXPECT_THAT(client.log(), HasSubstr("bad input"));
  }
}

TEST(Input, ThatIsNestedTooDeepIsRefused) {
  ScriptedClient client;
  client.initialize();
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  client.send_bytes(protocol::frame(R"({"jsonrpc":"2.0","id":)" + deep + R"(,"method":"threadlint/idle"})"));
  EXPECT_EQ(error_code(client.response_to(nullptr)), -32700);
  EXPECT_EQ(client.quit(), 0);
}

}  // namespace
