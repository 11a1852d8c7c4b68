// Shows the client how far the reading of the workspace is, when it takes longer than a moment.
#pragma once

#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "server/scheduling/project_scan.h"
#include "server/transport/client.h"

namespace server {

/// Waits for nothing that the client might not answer. Main thread only.
class ScanProgress {
 public:
  /// Scans that end within `delay` are not shown.
  ScanProgress(boost::asio::io_context& main_loop, Client& client, std::chrono::milliseconds delay);

  /// The client shows progress that the server begins.
  void allow_creation() { may_create_ = true; }
  /// For the first scan, where nothing may be created: progress that the client has begun. Null: none.
  void set_token(protocol::Json token) { given_token_ = std::move(token); }

  /// To be called with every change.
  void show(const ProjectScan::State& state);

  /// Whether the user sees the scan under this name.
  [[nodiscard]] bool is_shown_as(const protocol::Json& token) const { return is_shown_ && token == token_; }

  void stop() { timer_.cancel(); }

 private:
  void begin();
  void send_begin();
  void send_report();
  void end();
  void wait(std::chrono::milliseconds time, void (ScanProgress::*then)());
  [[nodiscard]] std::string message() const;
  [[nodiscard]] int percentage() const;

  boost::asio::steady_timer timer_;
  Client& client_;
  std::chrono::milliseconds delay_;
  bool may_create_ = false;
  protocol::Json given_token_;
  ProjectScan::State state_;
  protocol::Json token_;    // of the scan that runs
  bool is_shown_ = false;   // the client was told that it begins
  std::uint64_t scan_ = 0;  // its number
  int reported_ = 0;        // percent
};

}  // namespace server
