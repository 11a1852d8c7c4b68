// An editor without a screen: talks to a server in this process over pipes, as a real one would.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text/source_text.h"
#include "protocol/framing.h"
#include "protocol/json.h"
#include "tests/support/running_server.h"

namespace tests {

using protocol::Json;

/// What a modern editor announces: all that we make use of, and UTF-16.
[[nodiscard]] Json modern_capabilities();

/// Of an answer; 0 if it is no error.
[[nodiscard]] int error_code(const Json& answer);

/// A diagnostic in terms of the client's text.
struct SeenDiagnostic {
  analysis::TextRange range;
  std::string severity;  // "error", "warning", "information", "hint"
  std::string rule;
  std::string message;
  struct Step {
    std::string uri;
    analysis::TextRange range;
  };
  std::vector<Step> steps;  // of the related information
  Json json;                // all of it
};

/// Not initialized by its constructor. A broken frame, a message that is not as LSP's metaModel has it, or an answer
/// that does not come, fails the running test.
class ScriptedClient {
 public:
  /// Analysis begins without a pause, whatever `options` say.
  explicit ScriptedClient(server::ServeOptions options = {});

  // Any message.

  void send_bytes(std::string_view bytes);
  /// Sends it as it is, framed.
  void send(const Json& message);
  void notify(std::string_view method, Json params);
  /// The id of the request.
  std::int64_t send_request(std::string_view method, Json params);
  /// The answer's whole message. Notifications that come before it are kept for `next_notification`.
  [[nodiscard]] Json response_to(const Json& id);
  Json request(std::string_view method, Json params);
  /// The next message that the server sends, whatever it is. Nothing when it has ended.
  [[nodiscard]] std::optional<Json> receive();
  /// The oldest notification that was not looked at. Waits for one.
  [[nodiscard]] Json next_notification();
  /// Notifications that were received, but not looked at.
  [[nodiscard]] const std::vector<Json>& notifications() const { return notifications_; }

  /// Sends no more, waits for the server to end: its exit code.
  int end();
  /// After `end`.
  [[nodiscard]] std::string log() const { return server_.log(); }

  // The life of an editor.

  /// The answer's `result`. `options` are for `initializationOptions`.
  Json initialize(const Json& capabilities = modern_capabilities(), const Json& root_uri = nullptr,
                  const Json& options = Json::object());
  void open(const std::string& uri, std::string text, std::string_view language = "python");
  /// One incremental change: `replacement` for the bytes of `range`.
  void edit(const std::string& uri, analysis::TextRange range, std::string_view replacement);
  /// Turns the text into another one: deletes what is different, then types it a few characters at a time.
  void type(const std::string& uri, std::string_view wanted);
  void close(const std::string& uri);
  /// Waits until the server has nothing left to analyse.
  void wait_idle();
  /// Those of the last publication; none if there was none.
  [[nodiscard]] std::vector<SeenDiagnostic> diagnostics(const std::string& uri) const;
  /// The quick fixes for a range.
  [[nodiscard]] Json code_actions(const std::string& uri, analysis::TextRange range);
  /// Applies the action's edit to the open texts and tells the server.
  void apply(const Json& action);
  /// Sends `shutdown` and `exit`: the exit code.
  int quit();

  /// Of an open document; of a file that is not open, what the disk has.
  [[nodiscard]] std::string text(const std::string& uri) const;
  [[nodiscard]] std::int64_t version(const std::string& uri) const { return documents_.at(uri).version; }
  [[nodiscard]] Json range_json(const std::string& uri, analysis::TextRange range) const;
  [[nodiscard]] analysis::TextRange range_of(const std::string& uri, const Json& range) const;

 private:
  struct OpenText {
    std::string text;
    std::int64_t version = 1;
  };

  /// A message that is not as the protocol has it fails the running test.
  void expect_valid(const Json& message) const;

  RunningServer server_;
  protocol::FrameDecoder decoder_;
  std::int64_t last_id_ = 0;
  std::map<std::string, Json> responses_;  // by printed id, not looked at
  std::map<std::string, Json> asked_;      // methods of requests, by printed id
  std::map<std::string, Json> partial_;    // methods of requests that take partial results, by printed token
  std::vector<Json> notifications_;
  std::map<std::string, Json> published_;  // params by URI
  std::map<std::string, OpenText> documents_;
  analysis::ColumnUnit unit_ = analysis::ColumnUnit::utf16;
};

}  // namespace tests
