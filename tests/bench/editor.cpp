#include "tests/bench/editor.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bench {
namespace {

using nlohmann::json;

constexpr const char* uri = "file:///bench/module.py";

json parsed(const std::string& body) { return json::parse(body, nullptr, /*allow_exceptions=*/false); }

/// UTF-8 columns: bytes since the line began.
json position(const std::string& text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(offset);
  const std::size_t line_begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
  return {{"line", std::count(text.begin(), end, '\n')}, {"character", offset - line_begin}};
}

std::string framed(json message) {
  message["jsonrpc"] = "2.0";
  return protocol::frame(message.dump());
}

}  // namespace

Editor::Editor(std::string text) : text_(std::move(text)), server_({THREADLINT_BINARY, "server", "--no-cache"}) {
  send({{"id", 1},
        {"method", "initialize"},
        {"params",
         {{"processId", nullptr},
          {"rootUri", nullptr},
          {"capabilities",
           {{"general", {{"positionEncodings", {"utf-8"}}}},
            {"textDocument", {{"publishDiagnostics", {{"versionSupport", true}}}}}}},
          {"initializationOptions", {{"debounceMs", 0}}}}}});
  if (!wait_for_response(1)) return;
  send({{"method", "initialized"}, {"params", json::object()}});
  send({{"method", "textDocument/didOpen"},
        {"params",
         {{"textDocument", {{"uri", uri}, {"languageId", "python"}, {"version", version_}, {"text", text_}}}}}});
  (void)wait_for_diagnostics();
}

std::optional<double> Editor::replace(std::size_t offset, std::size_t length, const std::string& replacement) {
  send(change(offset, length, replacement));
  return wait_for_diagnostics();
}

std::optional<Editor::Burst> Editor::burst(std::size_t offset, std::size_t count) {
  std::string messages;  // are all there before time is taken: making them is the bench's own work
  for (std::size_t i = 0; i < count; ++i) messages += framed(change(offset + i, 0, "q"));
  const std::size_t before = diagnostics_;
  sent_ = Clock::now();
  server_.write(messages);
  const auto elapsed = wait_for_diagnostics();
  if (!elapsed) return std::nullopt;
  return Burst{*elapsed, diagnostics_ - before};
}

std::optional<double> Editor::round_trip() {
  send({{"id", ++request_}, {"method", "bench/nothing"}, {"params", nullptr}});
  const Clock::time_point begin = sent_;
  while (const auto body = receive()) {
    const double elapsed = milliseconds_since(begin);
    if (parsed(*body).value("id", json()) == request_) return elapsed;
  }
  return std::nullopt;
}

json Editor::change(std::size_t offset, std::size_t length, const std::string& replacement) {
  ++version_;
  const json range{{"start", position(text_, offset)}, {"end", position(text_, offset + length)}};
  text_.replace(offset, length, replacement);
  return {{"method", "textDocument/didChange"},
          {"params",
           {{"textDocument", {{"uri", uri}, {"version", version_}}},
            {"contentChanges", json::array({{{"range", range}, {"text", replacement}}})}}}};
}

void Editor::send(const json& message) {
  const std::string bytes = framed(message);
  sent_ = Clock::now();
  server_.write(bytes);
}

std::optional<std::string> Editor::receive() {
  while (true) {
    if (auto body = decoder_.next()) {
      if (body->has_value()) return **body;
      continue;
    }
    const std::string bytes = server_.read();
    if (bytes.empty()) return std::nullopt;
    decoder_.feed(bytes);
  }
}

bool Editor::wait_for_response(int id) {
  while (const auto body = receive()) {
    const json message = parsed(*body);
    if (message.value("id", json()) == id) return message.contains("result");
  }
  return false;
}

std::optional<double> Editor::wait_for_diagnostics() {
  while (const auto body = receive()) {
    const double elapsed = milliseconds_since(sent_);  // before the message is read: that is the bench's own work
    const json message = parsed(*body);
    if (message.value("method", "") != "textDocument/publishDiagnostics") continue;
    ++diagnostics_;
    if (message["params"].value("version", 0) == version_) return elapsed;
  }
  return std::nullopt;
}

}  // namespace bench
