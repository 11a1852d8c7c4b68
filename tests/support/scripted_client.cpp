#include "tests/support/scripted_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "analysis/text/text_edit.h"
#include "protocol/json_fields.h"
#include "protocol/uri.h"
#include "server/workspace/source_file.h"
#include "tests/support/meta_model.h"

namespace tests {
namespace {

// Typed pieces are this long, in turn.
constexpr std::size_t piece_lengths[] = {1, 4, 2, 9, 3};

server::ServeOptions without_pause(server::ServeOptions options) {
  options.debounce = std::chrono::milliseconds(0);
  return options;
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// `offset`, or the start of the character that it is inside of.
std::size_t character_start(std::string_view text, std::size_t offset) {
  while (0 < offset && offset < text.size() && continues_character(text[offset])) --offset;
  return offset;
}

Json position_json(const std::string& text, std::uint32_t offset, analysis::ColumnUnit unit) {
  const analysis::LineColumn place = analysis::LineIndex(text).locate(text, offset, unit);
  return {{"line", place.line}, {"character", place.column}};
}

std::uint32_t offset_of(const std::string& text, const Json& position, analysis::ColumnUnit unit) {
  return analysis::LineIndex(text).offset_of(text, {position.at("line"), position.at("character")}, unit);
}

}  // namespace

Json modern_capabilities() {
  return Json::parse(R"({
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": true, "changeAnnotationSupport": {"groupsOnLabel": true}}},
    "textDocument": {
      "publishDiagnostics": {"relatedInformation": true, "versionSupport": true, "codeDescriptionSupport": true,
                             "dataSupport": true, "tagSupport": {"valueSet": [1, 2]}},
      "hover": {"contentFormat": ["markdown", "plaintext"]},
      "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
                     "isPreferredSupport": true, "disabledSupport": true, "dataSupport": true,
                     "resolveSupport": {"properties": ["edit"]}}}})");
}

int error_code(const Json& answer) { return answer.contains("error") ? answer["error"]["code"].get<int>() : 0; }

ScriptedClient::ScriptedClient(server::ServeOptions options) : server_(without_pause(std::move(options))) {}

void ScriptedClient::send_bytes(std::string_view bytes) { server_.write(bytes); }

void ScriptedClient::send(const Json& message) {
  if (message.contains("id") && message.contains("method")) {
    const Json params = message.value("params", Json());
    asked_.emplace(message["id"].dump(), message["method"]);
    if (params.is_object() && params.contains("partialResultToken")) {
      partial_.emplace(params["partialResultToken"].dump(), message["method"]);
    }
  }
  send_bytes(protocol::frame(protocol::serialize(message)));
}

void ScriptedClient::notify(std::string_view method, Json params) {
  send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

std::int64_t ScriptedClient::send_request(std::string_view method, Json params) {
  send({{"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", method}, {"params", std::move(params)}});
  return last_id_;
}

std::optional<Json> ScriptedClient::receive() {
  auto body = decoder_.next();
  while (!body) {
    const std::string bytes = server_.read();
    if (bytes.empty()) return {};
    decoder_.feed(bytes);
    body = decoder_.next();
  }
  EXPECT_TRUE(*body) << "the server wrote something that is no message: " << body->error().message;
  if (!*body) return {};
  Json message = Json::parse(**body);
  expect_valid(message);
  if (message.value("method", "") == "textDocument/publishDiagnostics") {
    published_[message["params"]["uri"]] = message["params"];
  }
  return message;
}

void ScriptedClient::expect_valid(const Json& message) const {
  const auto known = [](const std::map<std::string, Json>& methods, const Json& key) {
    const auto found = methods.find(key.dump());
    return found != methods.end() && found->second.is_string() ? found->second.get<std::string>() : std::string();
  };
  const Json token = protocol::member_at(message, {"params", "token"});
  for (const std::string& violation : meta_model().violations_of_message(
           message, known(asked_, message.value("id", Json())), known(partial_, token))) {
    ADD_FAILURE() << "against the protocol: " << violation << "\nin " << message;
  }
}

Json ScriptedClient::response_to(const Json& id) {
  while (!responses_.contains(id.dump())) {
    std::optional<Json> message = receive();
    if (!message) {
      ADD_FAILURE() << "the server ended without an answer to request " << id;
      return {};
    }
    if (message->contains("method")) {
      notifications_.push_back(std::move(*message));
      continue;
    }
    const bool is_first = responses_.emplace(message->at("id").dump(), *message).second;
    EXPECT_TRUE(is_first) << "answered twice: " << *message;
  }
  return responses_.extract(id.dump()).mapped();
}

Json ScriptedClient::request(std::string_view method, Json params) {
  return response_to(send_request(method, std::move(params)));
}

Json ScriptedClient::next_notification() {
  while (notifications_.empty()) {
    std::optional<Json> message = receive();
    if (!message) {
      ADD_FAILURE() << "the server ended without a notification";
      return {};
    }
    if (message->contains("method")) {
      notifications_.push_back(std::move(*message));
    } else {
      responses_.emplace(message->at("id").dump(), *message);
    }
  }
  Json oldest = std::move(notifications_.front());
  notifications_.erase(notifications_.begin());
  return oldest;
}

int ScriptedClient::end() { return server_.wait(); }

Json ScriptedClient::initialize(const Json& capabilities, const Json& root_uri, const Json& options) {
  Json all_options = {{"debounceMs", 0}};
  all_options.update(options);
  const Json result = request("initialize", {{"processId", nullptr},
                                             {"rootUri", root_uri},
                                             {"capabilities", capabilities},
                                             {"initializationOptions", all_options}})["result"];
  notify("initialized", Json::object());
  const std::string encoding = result.at("capabilities").at("positionEncoding");
  unit_ = encoding == "utf-8"    ? analysis::ColumnUnit::utf8
          : encoding == "utf-16" ? analysis::ColumnUnit::utf16
                                 : analysis::ColumnUnit::utf32;
  return result;
}

void ScriptedClient::open(const std::string& uri, std::string text, std::string_view language) {
  const OpenText& document = documents_[uri] = {std::move(text)};
  notify("textDocument/didOpen",
         {{"textDocument",
           {{"uri", uri}, {"languageId", language}, {"version", document.version}, {"text", document.text}}}});
}

void ScriptedClient::edit(const std::string& uri, analysis::TextRange range, std::string_view replacement) {
  OpenText& document = documents_.at(uri);
  const Json change = {{"range", range_json(uri, range)}, {"text", replacement}};
  document.text.replace(range.begin, range.size(), replacement);
  notify("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", ++document.version}}},
                                    {"contentChanges", Json::array({change})}});
}

void ScriptedClient::type(const std::string& uri, std::string_view wanted) {
  const std::string before = text(uri);
  const auto difference = std::ranges::mismatch(before, wanted);
  const auto begin = character_start(wanted, static_cast<std::size_t>(difference.in2 - wanted.begin()));
  edit(uri, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(before.size())}, "");

  std::size_t turn = 0;
  for (std::size_t at = begin; at < wanted.size();) {
    std::size_t end = std::min(at + piece_lengths[turn++ % std::size(piece_lengths)], wanted.size());
    while (end < wanted.size() && continues_character(wanted[end])) ++end;
    const auto place = static_cast<std::uint32_t>(at);
    edit(uri, {place, place}, wanted.substr(at, end - at));
    at = end;
  }
}

void ScriptedClient::close(const std::string& uri) {
  documents_.erase(uri);
  notify("textDocument/didClose", {{"textDocument", {{"uri", uri}}}});
}

void ScriptedClient::wait_idle() {
  const Json answer = request("threadlint/idle", nullptr);
  EXPECT_TRUE(answer.contains("result")) << answer;
}

std::string ScriptedClient::text(const std::string& uri) const {
  if (const auto document = documents_.find(uri); document != documents_.end()) return document->second.text;
  const auto path = protocol::path_of_uri(uri);
  const auto source = path ? server::read_source(*path) : tl::unexpected(uri);
  EXPECT_TRUE(source) << "neither open nor a file: " << uri;
  return source ? source->text : "";
}

std::vector<SeenDiagnostic> ScriptedClient::diagnostics(const std::string& uri) const {
  static constexpr const char* severities[] = {"", "error", "warning", "information", "hint"};
  std::vector<SeenDiagnostic> result;
  const auto published = published_.find(uri);
  if (published == published_.end()) return result;
  for (const Json& json : published->second.at("diagnostics")) {
    SeenDiagnostic& seen = result.emplace_back();
    seen.range = range_of(uri, json.at("range"));
    seen.severity = severities[json.at("severity").get<std::size_t>()];
    seen.rule = json.at("code");
    seen.message = json.at("message");
    for (const Json& step : json.value("relatedInformation", Json::array())) {
      const std::string at = step.at("location").at("uri");
      seen.steps.push_back({at, range_of(at, step.at("location").at("range"))});
    }
    seen.json = json;
  }
  return result;
}

Json ScriptedClient::code_actions(const std::string& uri, analysis::TextRange range) {
  const Json answer =
      request("textDocument/codeAction", {{"textDocument", {{"uri", uri}}},
                                          {"range", range_json(uri, range)},
                                          {"context", {{"diagnostics", Json::array()}, {"only", {"quickfix"}}}}});
  EXPECT_TRUE(answer.contains("result")) << answer;
  return answer.value("result", Json::array());
}

void ScriptedClient::apply(const Json& action) {
  const Json& edit = action.at("edit");
  Json changes = edit.value("changes", Json::object());
  for (const Json& document : edit.value("documentChanges", Json::array())) {
    const std::string uri = document.at("textDocument").at("uri");
    EXPECT_EQ(document.at("textDocument").at("version"), version(uri));
    changes[uri] = document.at("edits");
  }
  for (const auto& [uri, edits] : changes.items()) {
    std::vector<analysis::TextEdit> parsed;
    for (const Json& one : edits) parsed.push_back({range_of(uri, one.at("range")), one.at("newText")});
    const std::optional<std::string> text = analysis::apply_edits(documents_.at(uri).text, parsed);
    ASSERT_TRUE(text) << "edits overlap: " << edits;
    this->edit(uri, {0, static_cast<std::uint32_t>(documents_.at(uri).text.size())}, *text);
  }
}

int ScriptedClient::quit() {
  request("shutdown", nullptr);
  notify("exit", nullptr);
  return end();
}

Json ScriptedClient::range_json(const std::string& uri, analysis::TextRange range) const {
  return {{"start", position_json(text(uri), range.begin, unit_)}, {"end", position_json(text(uri), range.end, unit_)}};
}

analysis::TextRange ScriptedClient::range_of(const std::string& uri, const Json& range) const {
  return {offset_of(text(uri), range.at("start"), unit_), offset_of(text(uri), range.at("end"), unit_)};
}

}  // namespace tests
