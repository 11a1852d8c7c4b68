#include "server/transport/stdin_reader.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/framing.h"

namespace server {
namespace {

// How long to wait before looking again whether there is room.
constexpr int pause_ms = 10;

/// Waits a moment for room. False when the input has ended, after which little can come, or `wake` has a byte.
bool pauses(int input, int wake) {
  std::array<pollfd, 2> files{pollfd{input, 0, 0}, pollfd{wake, POLLIN, 0}};
  return poll(files.data(), files.size(), pause_ms) == 0;
}

/// Blocks until `input` has bytes or has ended, or `wake` has a byte. False in the last case.
bool wait_for_input(int input, int wake) {
  while (true) {
    std::array<pollfd, 2> files{pollfd{input, POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    if (poll(files.data(), files.size(), /*timeout=*/-1) < 0 && errno == EINTR) continue;
    return files[1].revents == 0;
  }
}

void hand_on(protocol::FrameDecoder& decoder, const StdinReader::Receive& receive) {
  while (auto body = decoder.next()) {
    const std::size_t size = *body ? (*body)->size() : 0;
    if (!*body) {
      receive(protocol::Rejection{body->error(), nullptr}, size);
      continue;
    }
    tl::expected<protocol::Message, protocol::Rejection> message = protocol::parse_message(**body);
    if (message) {
      receive(std::move(*message), size);
      continue;
    }
    if (message.error().error.code == protocol::ErrorCode::parse_error) decoder.reject(**body);
    receive(std::move(message.error()), size);
  }
}

}  // namespace

StdinReader::StdinReader(int input, Receive receive, std::function<bool()> may_read)
    : input_(input), receive_(std::move(receive)), may_read_(std::move(may_read)) {
  // Without the pipe (no descriptors left) the destructor waits for the end of input.
  if (pipe(wake_) != 0) wake_[0] = wake_[1] = -1;
  thread_ = std::thread([this] { run(); });
}

StdinReader::~StdinReader() {
  if (wake_[1] != -1) close(wake_[1]);  // `wake_[0]` becomes readable
  thread_.join();
  if (wake_[0] != -1) close(wake_[0]);
}

void StdinReader::run() const {
  protocol::FrameDecoder decoder;
  std::vector<char> bytes(std::size_t{64} << 10);
  while (wait_for_input(input_, wake_[0])) {
    while (!may_read_() && pauses(input_, wake_[0])) continue;
    const ssize_t count = read(input_, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) {
      receive_(EndOfInput{decoder.is_inside_message()}, 0);
      return;
    }
    decoder.feed(std::string_view(bytes.data(), static_cast<std::size_t>(count)));
    hand_on(decoder, receive_);
  }
}

}  // namespace server
