#include "server/scan_progress.h"

#include <fmt/format.h>

#include "protocol/command.h"

namespace server {
namespace {

constexpr std::chrono::milliseconds between_reports{100};

}  // namespace

ScanProgress::ScanProgress(boost::asio::io_context& main_loop, Client& client, std::chrono::milliseconds delay)
    : timer_(main_loop), client_(client), delay_(delay) {}

void ScanProgress::show(const ProjectScan::State& state) {
  const bool was_running = state_.is_running;
  state_ = state;
  if (!was_running && state.is_running) {
    ++scan_;
    wait(delay_, &ScanProgress::begin);
  } else if (was_running && !state.is_running) {
    end();
  }
}

void ScanProgress::wait(std::chrono::milliseconds time, void (ScanProgress::*then)()) {
  timer_.expires_after(time);
  timer_.async_wait([this, then](const boost::system::error_code& cancelled) {
    if (!cancelled) (this->*then)();
  });
}

void ScanProgress::begin() {
  if (!may_create_) {
    token_ = std::exchange(given_token_, nullptr);
    if (!token_.is_null()) send_begin();
    return;
  }
  token_ = fmt::format("threadlint-scan-{}", scan_);
  const auto created = [this, scan = scan_](const protocol::Json& /*result*/) {
    if (scan == scan_ && state_.is_running) send_begin();
  };
  // Who refuses once shows no progress.
  const auto refused = [this](const protocol::Error& /*error*/) { may_create_ = false; };
  client_.request("window/workDoneProgress/create", {{"token", token_}}, created, refused);
}

void ScanProgress::send_begin() {
  is_shown_ = true;
  reported_ = percentage();
  client_.notify("$/progress",
                 protocol::ProgressParams{token_, true, "Reading the workspace", message(), percentage()});
  wait(between_reports, &ScanProgress::send_report);
}

void ScanProgress::send_report() {
  if (reported_ < percentage()) {
    reported_ = percentage();
    client_.notify("$/progress", protocol::ProgressReportParams{token_, message(), reported_});
  }
  wait(between_reports, &ScanProgress::send_report);
}

void ScanProgress::end() {
  timer_.cancel();
  if (!std::exchange(is_shown_, false)) return;
  client_.notify("$/progress", protocol::ProgressParams{token_, false, {}, message()});
}

std::string ScanProgress::message() const {
  if (state_.total == 0) return "looking for Python files";
  return fmt::format("{} of {} files", state_.done, state_.total);
}

int ScanProgress::percentage() const {
  return state_.total == 0 ? 0 : static_cast<int>(100 * state_.done / state_.total);
}

}  // namespace server
