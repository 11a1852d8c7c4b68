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

/// Blocks until `input` has bytes or has ended, or `wake` has a byte. False in the last case.
bool wait_for_input(int input, int wake) {
  while (true) {
    std::array<pollfd, 2> files{pollfd{input, POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    if (poll(files.data(), files.size(), /*timeout=*/-1) < 0 && errno == EINTR) continue;
    return files[1].revents == 0;
  }
}

void hand_on(protocol::FrameDecoder& decoder, const std::function<void(Input)>& receive) {
  while (auto body = decoder.next()) {
    if (!*body) {
      receive(protocol::Rejection{body->error(), nullptr});
      continue;
    }
    tl::expected<protocol::Message, protocol::Rejection> message = protocol::parse_message(**body);
    if (message) {
      receive(std::move(*message));
      continue;
    }
    if (message.error().error.code == protocol::ErrorCode::parse_error) decoder.reject(**body);
    receive(std::move(message.error()));
  }
}

}  // namespace

StdinReader::StdinReader(int input, std::function<void(Input)> receive) : input_(input), receive_(std::move(receive)) {
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
    const ssize_t count = read(input_, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) {
      receive_(EndOfInput{decoder.is_inside_message()});
      return;
    }
    decoder.feed(std::string_view(bytes.data(), static_cast<std::size_t>(count)));
    hand_on(decoder, receive_);
  }
}

}  // namespace server
