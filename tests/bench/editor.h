// An editor with one open file, talking to a `threadlint server` that runs as a child.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "protocol/framing.h"
#include "tests/bench/child.h"
#include "tests/bench/statistics.h"

namespace bench {

/// Opens a file and waits for its diagnostics.
class Editor {
 public:
  explicit Editor(std::string text);

  /// Replaces `length` bytes of ASCII at `offset`. Milliseconds until the diagnostics of the new text are here; nothing
  /// if the server ended.
  [[nodiscard]] std::optional<double> replace(std::size_t offset, std::size_t length, const std::string& replacement);

  struct Burst {
    double elapsed = 0;        // milliseconds until the diagnostics of the last text are here
    std::size_t analyses = 0;  // texts of which there were diagnostics
  };
  /// Inserts letters at `offset`, one message each, which are sent together.
  [[nodiscard]] std::optional<Burst> burst(std::size_t offset, std::size_t count);

  /// Milliseconds until an answer to a request that asks for nothing is here.
  [[nodiscard]] std::optional<double> round_trip();

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void send(const nlohmann::json& message);
  /// Makes a change here; returns what tells the server.
  [[nodiscard]] nlohmann::json change(std::size_t offset, std::size_t length, const std::string& replacement);
  [[nodiscard]] std::optional<std::string> receive();
  [[nodiscard]] bool wait_for_response(int id);
  [[nodiscard]] std::optional<double> wait_for_diagnostics();

  std::string text_;
  int version_ = 1;
  int request_ = 1;
  std::size_t diagnostics_ = 0;  // messages, of any text
  Clock::time_point sent_;       // when the last message was written
  protocol::FrameDecoder decoder_;
  Child server_;
};

}  // namespace bench
