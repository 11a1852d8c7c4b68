// Bytes from a client, in pieces of any size: no crash, no hang, and the same messages however the bytes are split.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/framing.h"
#include "protocol/message.h"

namespace {

/// What the reader of the server does with its input.
std::vector<std::string> bodies_of(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> bodies;
  protocol::FrameDecoder decoder;
  while (!bytes.empty()) {
    decoder.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (const auto body = decoder.next()) {
      if (!body->has_value()) continue;
      bodies.push_back(**body);
      const auto message = protocol::parse_message(**body);
      if (!message && message.error().error.code == protocol::ErrorCode::parse_error) decoder.reject(**body);
    }
  }
  return bodies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t piece = data[0] % 32 + 1;
  if (bodies_of(bytes, piece) != bodies_of(bytes, size)) std::abort();

  const std::vector<std::string> framed = bodies_of(protocol::frame(bytes), piece);
  if (!bytes.empty() && (framed.empty() || framed.front() != bytes)) std::abort();
  return 0;
}
