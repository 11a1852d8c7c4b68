// A whole server, once for each input: whatever the client says, all that is answered is as the protocol has it, and
// the server ends. The first byte decides: an even one sends the rest as it is; with an odd one each line is the body
// of a message, after an `initialize`, and the server must be able to answer after the last.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/framing.h"
#include "server/serve.h"
#include "tests/support/meta_model.h"
#include "tests/support/running_server.h"

namespace {

using tests::Json;

constexpr std::size_t longest_input = 32 << 10;  // fits into a pipe, so that writing does not block
constexpr const char* initialize = R"({"jsonrpc": "2.0", "id": "first", "method": "initialize", "params":
    {"processId": null, "rootUri": null, "capabilities": {"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}}},
     "initializationOptions": {"debounceMs": 0}}})";
constexpr const char* last = R"({"jsonrpc": "2.0", "id": "last", "method": "threadlint/idle"})";

[[noreturn]] void fail(const std::string& why, const std::string& body) {
  std::fprintf(stderr, "%s\nin %s\n", why.c_str(), body.c_str());
  std::abort();
}

/// What the client said wrong comes back: what it calls a URI, and its versions.
bool is_of_client(const std::string& violation) {
  return violation.ends_with("is no DocumentUri") || violation.ends_with("is no integer");
}

/// Aborts if one is no message of the protocol. Whether the last request was answered.
bool check_messages(protocol::FrameDecoder& decoder) {
  bool is_answered = false;
  while (const auto body = decoder.next()) {
    if (!*body) fail("no message: " + body->error().message, "");
    const Json message = Json::parse(**body);
    for (const std::string& violation : tests::meta_model().violations_of_message(message, "", "")) {
      if (!is_of_client(violation)) fail(violation, **body);
    }
    is_answered = is_answered || message.value("id", Json()) == "last";
  }
  return is_answered;
}

/// From a file to a file: the server handles all, and ends with its input.
void serve_bytes(std::string_view bytes) {
  const int input = memfd_create("input", 0);
  const int output = memfd_create("output", 0);
  if (input < 0 || output < 0 || write(input, bytes.data(), bytes.size()) < 0) std::abort();
  lseek(input, 0, SEEK_SET);
  server::Log log("fuzz");  // to nowhere
  (void)server::serve(input, output, log, {.debounce = std::chrono::milliseconds(0), .workers = 1});
  std::string written(static_cast<std::size_t>(lseek(output, 0, SEEK_END)), '\0');
  if (pread(output, written.data(), written.size(), 0) < 0) std::abort();
  close(input);
  close(output);
  protocol::FrameDecoder decoder;
  decoder.feed(written);
  check_messages(decoder);
  if (decoder.is_inside_message()) fail("half a message", written);
}

void converse(std::string_view lines) {
  // Such a body announces another, which never comes.
  if (lines.find("ontent-") != std::string_view::npos) return;
  tests::RunningServer server({.debounce = std::chrono::milliseconds(0), .workers = 1});
  server.write(protocol::frame(initialize));
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    server.write(protocol::frame(line));
  }
  server.write(protocol::frame(last));
  protocol::FrameDecoder decoder;
  while (!check_messages(decoder)) {
    const std::string bytes = server.read();
    if (bytes.empty()) return;  // it was told to exit
    decoder.feed(bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || longest_input < size) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  // A signal or a process to watch would reach this process.
  if (bytes.find("rocess") != std::string_view::npos) return 0;
  data[0] % 2 == 0 ? serve_bytes(bytes) : converse(bytes);
  return 0;
}
