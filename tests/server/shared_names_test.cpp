// Inventories are taken once, and requests for them are answered whatever happens.
#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"

namespace {

using testing::IsEmpty;
using tests::error_code;
using tests::Gate;
using tests::Json;
using tests::ScriptedClient;

const std::string uri = "file:///shop/codecs.py";

TEST(SharedNames, TakesOneInventoryForRequestsThatComeTogether) {
  Gate gate;
  std::atomic<int> count = 0;
  server::Analysis analysis = tests::word_analysis();
  analysis.review = [&](const auto&...) {
    ++count;
    gate.pass();
    return analysis::Inventory();
  };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "x");
  const Json document{{"textDocument", {{"uri", uri}}}};
  const std::int64_t first = client.send_request("textDocument/codeLens", document);
  gate.wait_for_worker();
  const std::int64_t second = client.send_request("textDocument/codeLens", document);
  EXPECT_EQ(error_code(client.request("no/such", nullptr)), -32601);
  gate.open();
  EXPECT_THAT(client.response_to(first)["result"], IsEmpty());
  EXPECT_THAT(client.response_to(second)["result"], IsEmpty());
  EXPECT_THAT(client.request("textDocument/codeLens", document)["result"], IsEmpty());
  EXPECT_EQ(count, 1);
}

TEST(SharedNames, AnswersWhenAnInventoryCanNotBeTaken) {
  server::Analysis analysis = tests::word_analysis();
  analysis.review = [](const auto&...) -> analysis::Inventory { throw std::runtime_error("no inventory"); };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "x");
  EXPECT_EQ(client.request("textDocument/codeLens", {{"textDocument", {{"uri", uri}}}})["result"], Json());
  EXPECT_EQ(client.quit(), 0);
}

}  // namespace
