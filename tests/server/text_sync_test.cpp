// The server's text is the client's text, whatever counts columns and however it was typed.
#include <gmock/gmock.h>

#include <array>
#include <random>

#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Json;
using tests::ScriptedClient;

const std::string uri = "file:///shop/codecs.py";

Json capabilities_with(const std::string& encoding) {
  Json capabilities = tests::modern_capabilities();
  capabilities["general"]["positionEncodings"] = Json::array({encoding});
  return capabilities;
}

/// An analysis that reports the text it was given, as the message of its one finding.
server::Analysis echo() {
  server::Analysis analysis = tests::word_analysis();
  analysis.find_problems = [](const analysis::ModuleFacts& module, const auto&...) {
    std::vector<analysis::Finding> findings(1);
    findings[0].rule = &tests::word_rule;
    findings[0].message = std::string(module.text->bytes());
    return findings;
  };
  return analysis;
}

std::string text_of_server(ScriptedClient& client) {
  client.wait_idle();
  const auto diagnostics = client.diagnostics(uri);
  return diagnostics.empty() ? "nothing was published" : diagnostics.front().message;
}

void change(ScriptedClient& client, const Json& version, const Json& changes) {
  client.notify("textDocument/didChange",
                {{"textDocument", {{"uri", uri}, {"version", version}}}, {"contentChanges", changes}});
}

/// Start line and character, end line and character.
Json change_of(std::array<std::int64_t, 4> range, const char* text) {
  const Json start = {{"line", range[0]}, {"character", range[1]}};
  const Json end = {{"line", range[2]}, {"character", range[3]}};
  return {{"range", {{"start", start}, {"end", end}}}, {"text", text}};
}

class Encoding : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(All, Encoding, testing::Values("utf-8", "utf-16", "utf-32"),
                         [](const auto& test) { return "utf" + std::string(test.param).substr(4); });

TEST_P(Encoding, FollowsEditsAmongAllKindsOfCharacters) {
  const std::array<std::string, 11> pieces = {"a",  "\xC3\xA9",     "\xF0\x9F\x90\x8D", "\t", "\n",      "\r\n",
                                              "\r", "\xEF\xBB\xBF", "\xE2\x80\xA8",     "",   "def f():"};
  ScriptedClient client({.analysis = echo()});
  client.initialize(capabilities_with(GetParam()));
  client.open(uri, "\xEF\xBB\xBFx = '\xC3\xA9\xF0\x9F\x90\x8D'\r\n\ty = 1\r\xE2\x80\xA8z\n\n");
  std::minstd_rand random(7);
  for (int i = 0; i < 300; ++i) {
    const std::string text = client.text(uri);
    const auto position_from = [&](std::size_t at) {
      at = std::min(at, text.size());
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
      // Between `\r` and `\n` there is no position.
      if (0 < at && at < text.size() && text[at - 1] == '\r' && text[at] == '\n') ++at;
      return static_cast<std::uint32_t>(at);
    };
    const std::uint32_t begin = position_from(random() % (text.size() + 1));
    const std::uint32_t end = position_from(begin + random() % 6);
    client.edit(uri, {begin, end}, pieces[random() % pieces.size()]);
    ASSERT_EQ(text_of_server(client), client.text(uri)) << "edit " << i;
  }
}

TEST_P(Encoding, PlacesFindingsBehindAllKindsOfCharacters) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize(capabilities_with(GetParam()));
  client.open(uri, "\xEF\xBB\xBF'\xC3\xA9\xF0\x9F\x90\x8D' BUG\r\n\t'\xF0\x9F\x90\x8D' BUG\r'\xC3\xA9' BUG");
  client.wait_idle();
  const auto diagnostics = client.diagnostics(uri);
  ASSERT_THAT(diagnostics, SizeIs(3));
  for (const tests::SeenDiagnostic& seen : diagnostics) {
    EXPECT_EQ(client.text(uri).substr(seen.range.begin, seen.range.size()), "BUG");
  }
  const auto columns = [&](std::size_t i) { return diagnostics[i].json["range"]["start"]["character"].get<int>(); };
  const std::string encoding = GetParam();
  EXPECT_EQ(columns(0), encoding == "utf-8" ? 12 : encoding == "utf-16" ? 7 : 6);
  EXPECT_EQ(columns(1), encoding == "utf-8" ? 8 : encoding == "utf-16" ? 6 : 5);
  EXPECT_EQ(columns(2), encoding == "utf-8" ? 5 : 4);
}

TEST_P(Encoding, AppliesFixesBehindAllKindsOfCharacters) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize(capabilities_with(GetParam()));
  client.open(uri, "'\xC3\xA9\xF0\x9F\x90\x8D'\tBUG '\xF0\x9F\x90\x8D'\r\n");
  client.wait_idle();
  client.apply(client.code_actions(uri, client.diagnostics(uri).at(0).range).at(0));
  client.wait_idle();
  EXPECT_EQ(client.text(uri), "'\xC3\xA9\xF0\x9F\x90\x8D'\tFIX '\xF0\x9F\x90\x8D'\r\n");
  EXPECT_THAT(client.diagnostics(uri), IsEmpty());
}

TEST(TextSync, TakesWholeTextsAndManyChangesAtOnce) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  client.open(uri, "one");
  change(client, 2, Json::array({{{"text", "two\n"}}}));
  EXPECT_EQ(text_of_server(client), "two\n");
  change(client, 3,
         Json::array({change_of({1, 0, 1, 0}, "three"), change_of({0, 0, 1, 0}, ""), change_of({0, 5, 0, 5}, "!")}));
  EXPECT_EQ(text_of_server(client), "three!");
  change(client, 4,
         Json::array({change_of({0, 0, 0, 0}, "lost"), {{"text", "four"}}, change_of({0, 4, 0, 4}, "teen")}));
  EXPECT_EQ(text_of_server(client), "fourteen");
  change(client, 5, Json::array());
  EXPECT_EQ(text_of_server(client), "fourteen");
}

TEST(TextSync, TakesHundredsOfMessagesAtOnce) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  client.open(uri, "x = '\xF0\x9F\x90\x8D'\r\ny = 1\n");
  std::minstd_rand random(5);
  for (int i = 0; i < 300; ++i) {
    const auto end = static_cast<std::uint32_t>(client.text(uri).size());
    const std::uint32_t at = i % 2 == 0 ? end : 0;
    client.edit(uri, {at, at}, std::array{"a", "\n", "\xF0\x9F\x90\x8D", "b\r\nc"}[random() % 4]);
    if (i == 150) client.edit(uri, {0, static_cast<std::uint32_t>(client.text(uri).size())}, "again\n");
  }

  EXPECT_EQ(text_of_server(client), client.text(uri));
}

TEST(TextSync, ClampsPlacesPastTheEnd) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  client.open(uri, "ab\r\ncd");
  change(client, 2, Json::array({change_of({0, 99, 0, 2147483647}, "!")}));
  EXPECT_EQ(text_of_server(client), "ab!\r\ncd");
  change(client, 3, Json::array({change_of({7, 0, 4294967296, 0}, "?")}));
  EXPECT_EQ(text_of_server(client), "ab!\r\ncd?");
}

TEST(TextSync, GivesUpADocumentWhoseChangeDoesNotFit) {
  for (const std::array<std::int64_t, 4>& range :
       {std::array<std::int64_t, 4>{0, 2, 0, 1}, {1, 0, 0, 0}, {-1, 0, 0, 0}, {0, -1, 0, 0}}) {
    ScriptedClient client({.analysis = echo()});
    client.initialize();
    client.open(uri, "abc\ndef");
    client.wait_idle();
    change(client, 2, Json::array({change_of(range, "x")}));
    change(client, 3, Json::array({change_of({0, 0, 0, 0}, "y")}));
    client.wait_idle();
    EXPECT_THAT(client.diagnostics(uri), IsEmpty());
    EXPECT_EQ(client.notifications().at(1)["method"], "window/logMessage");
    EXPECT_THAT(client.code_actions(uri, {0, 3}), IsEmpty());

    change(client, 4, Json::array({{{"text", "whole again"}}}));
    EXPECT_EQ(text_of_server(client), "whole again");
    EXPECT_EQ(client.quit(), 0);
    EXPECT_THAT(client.log(), HasSubstr("a change does not fit"));
  }
}

TEST(TextSync, PublishesTheClientsVersion) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  client.open(uri, "");
  client.wait_idle();
  EXPECT_EQ(client.next_notification()["params"]["version"], 1);
  change(client, 41, Json::array({{{"text", "x"}}}));
  EXPECT_EQ(client.next_notification()["params"]["version"], 41);
  change(client, nullptr, Json::array({{{"text", "y"}}}));
  EXPECT_FALSE(client.next_notification()["params"].contains("version"));
}

TEST(TextSync, TakesTheTextOfAVersionThatGoesBackwardsAndSaysSo) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  client.open(uri, "one");
  change(client, 7, Json::array({{{"text", "two"}}}));
  change(client, 3, Json::array({{{"text", "three"}}}));
  EXPECT_EQ(text_of_server(client), "three");
  EXPECT_EQ(client.quit(), 0);
  EXPECT_THAT(client.log(), HasSubstr("goes from version 7 to 3"));
}

TEST(TextSync, PublishesNoVersionToClientsThatDoNotWantIt) {
  ScriptedClient client({.analysis = echo()});
  client.initialize(Json::object());
  client.open(uri, "");
  EXPECT_FALSE(client.next_notification()["params"].contains("version"));
}

TEST(TextSync, ReplacesADocumentThatIsOpenedTwice) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  client.open(uri, "one");
  client.open(uri, "two");
  EXPECT_EQ(text_of_server(client), "two");
  client.open(uri, "three", "jinja");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), IsEmpty());
}

TEST(TextSync, DoesNotAnalyseWhatIsTooLongAndSaysSo) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  const std::string longest((10 << 20) - 1, 'x');
  client.open(uri, longest);
  EXPECT_EQ(text_of_server(client).size(), longest.size());
  EXPECT_THAT(client.notifications(), SizeIs(1));

  client.edit(uri, {0, 0}, "ab");
  client.edit(uri, {0, 0}, "c");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), IsEmpty());
  ASSERT_THAT(client.notifications(), SizeIs(3));  // the findings go, and it is said once
  EXPECT_THAT(client.notifications()[2]["params"]["message"].get<std::string>(),
              HasSubstr("is not analysed: it is longer than 10 MiB"));

  client.edit(uri, {3, static_cast<std::uint32_t>(longest.size() + 3)}, "");
  EXPECT_EQ(text_of_server(client), "cab");
}

TEST(TextSync, IgnoresChangesOfDocumentsThatAreNotOpen) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  change(client, 2, Json::array({{{"text", "x"}}}));
  client.notify("textDocument/didClose", {{"textDocument", {{"uri", uri}}}});
  client.wait_idle();
  EXPECT_THAT(client.notifications(), IsEmpty());
  EXPECT_EQ(client.quit(), 0);
  EXPECT_THAT(client.log(), HasSubstr("which is not open"));
}

TEST(TextSync, ClearsDiagnosticsOfAClosedDocument) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  client.open(uri, "BUG");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), SizeIs(1));
  client.close(uri);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), IsEmpty());
  EXPECT_THAT(client.notifications(), SizeIs(2));
}

TEST(TextSync, AnalysesPythonOnly) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  client.open(uri, "BUG", "cython");
  client.edit(uri, {0, 0}, "x");
  client.wait_idle();
  EXPECT_THAT(client.notifications(), IsEmpty());
}

TEST(TextSync, KeepsTextsThatAreNotUnicode) {
  ScriptedClient client({.analysis = echo()});
  client.initialize();
  client.send_bytes(protocol::frame(R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{)"
                                    R"("uri":")" +
                                    uri + R"(","languageId":"python","version":1,"text":"\ud83dx"}}})"));
  EXPECT_EQ(client.next_notification()["params"]["diagnostics"][0]["message"], "\xEF\xBF\xBDx");
  client.send_bytes(protocol::frame(R"({"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{)"
                                    R"("uri":")" +
                                    uri +
                                    R"(","version":2},"contentChanges":[{"text":"a)"
                                    "\xFF"
                                    R"("}]}})"));
  EXPECT_EQ(client.next_notification()["params"]["diagnostics"][0]["message"], "a\xEF\xBF\xBD");
}

}  // namespace
