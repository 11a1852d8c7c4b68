#include "tests/support/running_server.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace tests {

RunningServer::RunningServer(server::ServeOptions options)
    : log_(std::make_unique<server::Log>("server", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_text_))) {
  EXPECT_EQ(pipe(to_server_), 0);
  EXPECT_EQ(pipe(from_server_), 0);
  log_->set_level(spdlog::level::debug);
  thread_ = std::thread([this, options = std::move(options)] {
    exit_code_ = server::serve(to_server_[0], from_server_[1], *log_, options);
    ::close(from_server_[1]);  // the reader sees the end
  });
}

RunningServer::~RunningServer() {
  wait();
  ::close(to_server_[0]);
  ::close(from_server_[0]);
}

void RunningServer::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::write(to_server_[1], bytes.data(), bytes.size());
    ASSERT_GT(count, 0) << "the server does not read";
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string RunningServer::read() const {
  std::array<char, 65536> bytes;
  const ssize_t count = ::read(from_server_[0], bytes.data(), bytes.size());
  return {bytes.data(), count <= 0 ? 0 : static_cast<std::size_t>(count)};
}

void RunningServer::close_input() {
  if (const int file = std::exchange(to_server_[1], -1); file != -1) ::close(file);
}

int RunningServer::wait() {
  close_input();
  if (thread_.joinable()) thread_.join();
  return exit_code_;
}

}  // namespace tests
