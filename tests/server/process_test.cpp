// The program itself, as an editor starts it.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "protocol/framing.h"
#include "protocol/json.h"
#include "tests/support/temporary_folder.h"

namespace tests {
namespace {

using protocol::Json;

std::string framed(Json message) {
  message["jsonrpc"] = "2.0";
  return protocol::frame(protocol::serialize(message));
}

/// Opening a module with the bug, asking, and saying goodbye.
std::string conversation() {
  const char* text = "cache = []\ndef load():\n    if not cache:\n        for x in y:\n            cache.append(x)\n";
  const Json document = {{"uri", "file:///a.py"}, {"languageId", "python"}, {"version", 1}, {"text", text}};
  return framed({{"id", 1}, {"method", "initialize"}, {"params", {{"capabilities", Json::object()}}}}) +
         framed({{"method", "textDocument/didOpen"}, {"params", {{"textDocument", document}}}}) + "garbage\n" +
         framed({{"id", 2}, {"method", "threadlint/idle"}}) + framed({{"id", 3}, {"method", "no/such"}}) +
         framed({{"id", 4}, {"method", "shutdown"}}) + framed({{"method", "exit"}});
}

TEST(Program, WritesNothingButProtocolToStdout) {
  const TemporaryFolder folder;
  folder.write("input", conversation());
  const std::string command = "cd '" + folder.path().string() +
                              "' && '" THREADLINT_BINARY
                              "' server --stdio --log-level debug --log-file log < input > output 2> errors";
  const int status = std::system(command.c_str());
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(folder.read("errors"), "");
  EXPECT_NE(folder.read("log"), "");

  protocol::FrameDecoder decoder;
  decoder.feed(folder.read("output"));
  std::size_t messages = 0;
  while (const auto body = decoder.next()) {
    ASSERT_TRUE(*body) << body->error().message;
    EXPECT_EQ(Json::parse(**body)["jsonrpc"], "2.0");
    ++messages;
  }
  EXPECT_FALSE(decoder.is_inside_message());
  EXPECT_GE(messages, 5U);
}

TEST(Program, EndsWithItsInput) {
  EXPECT_EQ(WEXITSTATUS(std::system("'" THREADLINT_BINARY "' server --log-level off < /dev/null")), 1);
}

}  // namespace
}  // namespace tests
