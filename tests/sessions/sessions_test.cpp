// Plays the conversations of tests/sessions with a server. tests/sessions/README.md says how they are written.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/expectation.h"
#include "tests/support/scripted_client.h"
#include "tests/support/section_tests.h"

namespace tests {
namespace {

constexpr std::size_t page_width = 110;

/// JSON for people: what fits into a line stays there.
std::string pretty(const Json& value, std::size_t indent = 0) {
  const std::string flat = value.dump();
  if (!value.is_structured() || value.empty() || indent + flat.size() <= page_width) return flat;
  const std::string margin(indent + 2, ' ');
  std::string lines;
  for (const auto& [key, member] : value.items()) {
    const std::string name = value.is_object() ? Json(key).dump() + ": " : "";
    lines += (lines.empty() ? "\n" : ",\n") + margin + name + pretty(member, indent + 2);
  }
  return (value.is_object() ? "{" : "[") + lines + "\n" + std::string(indent, ' ') + (value.is_object() ? "}" : "]");
}

/// A message of the server as pages show it: the answer to a request has neither method nor id.
std::string shown(Json message) {
  message.erase("jsonrpc");
  message.erase("id");
  return pretty(message) + "\n";
}

bool is_notification(const std::string& method) {
  return method == "initialized" || method == "exit" || method.starts_with("$/") ||
         method.find("/did") != std::string::npos;
}

/// A client that collects what the server says to each thing that it says.
class Conversation {
 public:
  void initialize(const Json& capabilities) {
    client_.initialize(capabilities);
    is_initialized_ = true;
  }
  [[nodiscard]] bool is_initialized() const { return is_initialized_; }

  std::vector<Json> say(const Json& message) {
    const std::string method = message.at("method");
    const Json params = message.value("params", Json());
    is_initialized_ = is_initialized_ || method == "initialize";
    if (!is_notification(method)) return answers_with(client_.send_request(method, params));
    client_.notify(method, params);
    return method == "exit" ? rest() : answers_with(0);
  }

  std::vector<Json> open(const std::string& path, const std::string& text) {
    client_.open("file:///" + path, text);
    return answers_with(0);
  }

 private:
  /// All that comes until the server ends.
  std::vector<Json> rest() {
    std::vector<Json> messages;
    while (std::optional<Json> message = client_.receive()) messages.push_back(std::move(*message));
    return messages;
  }

  /// All that comes until nothing is left to do, which must include the answer to `request`, unless that is 0.
  std::vector<Json> answers_with(std::int64_t request) {
    const std::int64_t idle = client_.send_request("threadlint/idle", nullptr);
    bool is_answered = request == 0;
    bool is_idle = false;
    std::vector<Json> messages;
    while (!is_answered || !is_idle) {
      std::optional<Json> message = client_.receive();
      if (!message) break;
      if (message->value("id", Json()) == idle) {
        is_idle = true;
        continue;
      }
      is_answered = is_answered || message->value("id", Json()) == request;
      messages.push_back(std::move(*message));
    }
    return messages;
  }

  ScriptedClient client_{{.workers = 1}};  // so that documents come in one order
  bool is_initialized_ = false;
};

/// Says what the block says. The server's messages, the oldest last.
std::vector<Json> play(Conversation& conversation, const Block& block) {
  if (block.language == "json") {
    conversation.initialize(Json::parse(block.text));
    return {};
  }
  const Json message = block.language == "client" ? Json::parse(block.text) : Json();
  const bool is_first = message.is_object() && message.value("method", "") == "initialize";
  if (!conversation.is_initialized() && !is_first) conversation.initialize(modern_capabilities());
  std::vector<Json> messages =
      message.is_object() ? conversation.say(message) : conversation.open(block.path, block.text);
  std::ranges::reverse(messages);
  return messages;
}

void check_section(const Page& page, const Section& section) {
  Conversation conversation;
  std::vector<Json> unread;
  const auto expect_all_read = [&](std::size_t line) {
    for (const Json& message : unread) {
      ADD_FAILURE_AT(page.path.c_str(), static_cast<int>(line)) << "before this line there is more:\n"
                                                                << shown(message);
    }
  };
  std::size_t last_line = section.line;
  for (const Block& block : section.blocks) {
    last_line = block.line;
    if (block.language != "server") {
      expect_all_read(block.line);
      unread = play(conversation, block);
      continue;
    }
    expect_block(page, section, block, unread.empty() ? "(nothing)\n" : shown(unread.back()), "the server's message");
    if (!unread.empty()) unread.pop_back();
  }
  expect_all_read(last_line);
}

const std::vector<Page>& session_pages =
    register_sections(THREADLINT_SOURCE_DIR "/tests/sessions", "sessions_", check_section);

TEST(SessionPages, AreFound) { EXPECT_FALSE(session_pages.empty()); }

}  // namespace
}  // namespace tests
