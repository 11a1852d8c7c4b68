// Our hand-written types beside the definition of the protocol: names, numbers, and the definition's reader itself.
#include "tests/support/meta_model.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "protocol/call_hierarchy.h"
#include "protocol/code_action.h"
#include "protocol/command.h"
#include "protocol/lifecycle.h"
#include "protocol/navigation.h"
#include "protocol/window.h"
#include "protocol/workspace.h"

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Json;
using tests::meta_model;

tests::Violations in_message(const char* message, const std::string& asked = "") {
  return meta_model().violations_of_message(Json::parse(message), asked, "");
}

protocol::Diagnostic whole_diagnostic() {
  return {.range = {{1, 2}, {3, 4}},
          .severity = protocol::DiagnosticSeverity::hint,
          .code = "rule",
          .code_url = "https://example.org/rule",
          .source = "threadlint",
          .message = "seen",
          .is_unnecessary = true,
          .related = {{{"file:///a.py", {}}, "step"}},
          .data = {{"fingerprint", "0"}}};
}

protocol::WorkspaceEdit whole_edit(bool is_versioned) {
  return {.new_files = {"file:///new.py"},
          .documents = {{"file:///a.py", 7, {{{{0, 0}, {0, 1}}, "x"}}}, {"file:///b.py", {}, {}}},
          .is_versioned = is_versioned};
}

template <class T>
tests::Violations in_type(const T& value, const std::string& type) {
  return meta_model().violations_of_type(Json(value), type);
}

TEST(MetaModel, FindsEveryValueThatWeSend) {
  const protocol::CallHierarchyItem item{"f", "detail", protocol::SymbolKind::method, "file:///a.py", {}, {}, {}};
  EXPECT_THAT(in_type(whole_diagnostic(), "Diagnostic"), IsEmpty());
  EXPECT_THAT(
      in_type(protocol::PublishDiagnosticsParams{"file:///a.py", 1, {whole_diagnostic()}}, "PublishDiagnosticsParams"),
      IsEmpty());
  EXPECT_THAT(in_type(whole_edit(false), "WorkspaceEdit"), IsEmpty());
  EXPECT_THAT(in_type(whole_edit(true), "WorkspaceEdit"), IsEmpty());
  EXPECT_THAT(in_type(protocol::Command{"title", "name", {1}}, "Command"), IsEmpty());
  EXPECT_THAT(in_type(protocol::ApplyEditParams{"label", whole_edit(true)}, "ApplyWorkspaceEditParams"), IsEmpty());
  EXPECT_THAT(in_type(protocol::Hover{.text = "text", .range = {}}, "Hover"), IsEmpty());
  EXPECT_THAT(in_type(protocol::DocumentHighlight{}, "DocumentHighlight"), IsEmpty());
  EXPECT_THAT(in_type(protocol::CodeLens{}, "CodeLens"), IsEmpty());
  EXPECT_THAT(in_type(item, "CallHierarchyItem"), IsEmpty());
  EXPECT_THAT(in_type(protocol::IncomingCall{item, {{}}}, "CallHierarchyIncomingCall"), IsEmpty());
  EXPECT_THAT(in_type(protocol::OutgoingCall{item, {{}}}, "CallHierarchyOutgoingCall"), IsEmpty());
  EXPECT_THAT(in_type(protocol::MessageParams{protocol::MessageType::info, "x"}, "LogMessageParams"), IsEmpty());
  EXPECT_THAT(in_type(protocol::MessageParams{protocol::MessageType::info, "x"}, "ShowMessageParams"), IsEmpty());
  EXPECT_THAT(in_type(protocol::ShowDocumentParams{"file:///a.py"}, "ShowDocumentParams"), IsEmpty());
  EXPECT_THAT(in_type(protocol::FileWatchRegistration{{"**/*.py"}}, "RegistrationParams"), IsEmpty());
}

TEST(MetaModel, FindsWhatWeOfferAtInitialize) {
  const protocol::InitializeResult all{.server_name = "threadlint",
                                       .server_version = "1",
                                       .position_encoding = protocol::PositionEncoding::utf32,
                                       .code_action_kinds = {protocol::quick_fix_kind},
                                       .commands = {"a"},
                                       .hover = true,
                                       .document_highlight = true,
                                       .code_lens = true,
                                       .references = true,
                                       .call_hierarchy = true,
                                       .pull_diagnostics = true};
  EXPECT_THAT(in_type(all, "InitializeResult"), IsEmpty());
}

struct Number {
  const char* enumeration;
  const char* member;
  int ours;
};

TEST(MetaModel, HasOurNumbers) {
  using protocol::DiagnosticSeverity;
  using protocol::ErrorCode;
  using protocol::FileChangeType;
  using protocol::MessageType;
  using protocol::SymbolKind;
  const auto number = [](auto value) { return static_cast<int>(value); };
  const Number numbers[] = {{"DiagnosticSeverity", "Error", number(DiagnosticSeverity::error)},
                            {"DiagnosticSeverity", "Warning", number(DiagnosticSeverity::warning)},
                            {"DiagnosticSeverity", "Information", number(DiagnosticSeverity::information)},
                            {"DiagnosticSeverity", "Hint", number(DiagnosticSeverity::hint)},
                            {"MessageType", "Error", number(MessageType::error)},
                            {"MessageType", "Warning", number(MessageType::warning)},
                            {"MessageType", "Info", number(MessageType::info)},
                            {"MessageType", "Log", number(MessageType::log)},
                            {"FileChangeType", "Created", number(FileChangeType::created)},
                            {"FileChangeType", "Changed", number(FileChangeType::changed)},
                            {"FileChangeType", "Deleted", number(FileChangeType::deleted)},
                            {"SymbolKind", "Module", number(SymbolKind::module)},
                            {"SymbolKind", "Method", number(SymbolKind::method)},
                            {"SymbolKind", "Field", number(SymbolKind::field)},
                            {"SymbolKind", "Function", number(SymbolKind::function)},
                            {"SymbolKind", "Variable", number(SymbolKind::variable)},
                            {"ErrorCodes", "ParseError", number(ErrorCode::parse_error)},
                            {"ErrorCodes", "InvalidRequest", number(ErrorCode::invalid_request)},
                            {"ErrorCodes", "MethodNotFound", number(ErrorCode::method_not_found)},
                            {"ErrorCodes", "InvalidParams", number(ErrorCode::invalid_params)},
                            {"ErrorCodes", "InternalError", number(ErrorCode::internal_error)},
                            {"ErrorCodes", "ServerNotInitialized", number(ErrorCode::server_not_initialized)},
                            {"LSPErrorCodes", "RequestFailed", number(ErrorCode::request_failed)},
                            {"LSPErrorCodes", "ContentModified", number(ErrorCode::content_modified)},
                            {"LSPErrorCodes", "RequestCancelled", number(ErrorCode::request_cancelled)}};
  for (const Number& one : numbers) {
    EXPECT_EQ(meta_model().value_of(one.enumeration, one.member), one.ours) << one.enumeration << "." << one.member;
  }
}

TEST(MetaModel, HasOurWords) {
  using protocol::PositionEncoding;
  EXPECT_EQ(meta_model().value_of("CodeActionKind", "QuickFix"), protocol::quick_fix_kind);
  EXPECT_EQ(meta_model().value_of("PositionEncodingKind", "UTF8"), protocol::name_of(PositionEncoding::utf8));
  EXPECT_EQ(meta_model().value_of("PositionEncodingKind", "UTF16"), protocol::name_of(PositionEncoding::utf16));
  EXPECT_EQ(meta_model().value_of("PositionEncodingKind", "UTF32"), protocol::name_of(PositionEncoding::utf32));
}

/// The words in quotes of a source file, of the form that names of properties have.
std::set<std::string> quoted_names(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  static const std::regex name("\"([a-z][A-Za-z]*)\"");
  std::set<std::string> names;
  for (std::sregex_iterator match(text.begin(), text.end(), name); match != std::sregex_iterator(); ++match) {
    names.insert((*match)[1]);
  }
  return names;
}

TEST(MetaModel, HasTheWordsThatWeReadAndWrite) {
  const std::set<std::string>& known = meta_model().words();
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(THREADLINT_SOURCE_DIR "/protocol")) {
    const std::string path = entry.path().string();
    const std::string topic = entry.path().stem().string();
    const bool is_base = topic == "json" || topic == "message" || topic == "framing" || topic == "uri";
    if (is_base || entry.path().extension() != ".cpp") continue;
    for (const std::string& name : quoted_names(path)) {
      ++seen;
      EXPECT_TRUE(known.contains(name)) << path << ": `" << name
                                        << "` is in neither meta_model.json nor threadlint_model.json";
    }
  }
  EXPECT_LT(60U, seen);
}

TEST(MetaModelReader, AcceptsMessages) {
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1, "result": null})", "shutdown"), IsEmpty());
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": "a", "result": {"contents": "x"}})", "textDocument/hover"),
              IsEmpty());
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "x"}})"), IsEmpty());
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1, "method": "workspace/diagnostic/refresh"})"), IsEmpty());
}

TEST(MetaModelReader, TellsWhereAMessageIsWrong) {
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "method": "window/logMessage", "params": {"type": 9, "message": "x"}})"),
              ElementsAre("params.type: 9 is no MessageType"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "method": "window/logMessage", "params": {"type": 1, "text": "x"}})"),
              ElementsAre("params.message: missing", "params.text: there is no such property"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "method": "window/noSuch", "params": {}})"),
              ElementsAre("method: \"window/noSuch\" is no notification"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "method": "textDocument/didClose", "params":
                             {"textDocument": {"uri": "file:///a"}}})"),
              Contains("textDocument/didClose: only clients send it"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1, "method": "workspace/diagnostic/refresh", "params": null})"),
              ElementsAre("params: `workspace/diagnostic/refresh` has none"));
  EXPECT_THAT(in_message(R"({"id": 1, "result": null})"), ElementsAre("jsonrpc: not \"2.0\""));
}

TEST(MetaModelReader, TellsWhereAnAnswerIsWrong) {
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1, "result": []})", "shutdown"),
              ElementsAre("result: [] is no null"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1})"), ElementsAre("a response has either `result` or `error`"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1, "error": {"code": 7, "message": "x"}})"),
              ElementsAre("error.code: 7 is no number of the protocol"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1, "result": [{"uri": "file:///a", "range":
                             {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 0}}}]})",
                         "textDocument/references"),
              ElementsAre("result[0].range.start.line: -1 is no uinteger"));
  EXPECT_THAT(in_message(R"({"jsonrpc": "2.0", "id": 1, "result": [{"title": 1, "kind": "quickfix"}]})",
                         "textDocument/codeAction"),
              Contains(HasSubstr("result[0].title: 1 is no string")));
}

TEST(MetaModelReader, LooksIntoProgress) {
  const Json message = Json::parse(R"({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": 1, "value":
                                       {"kind": "begin", "message": "no title"}}})");
  EXPECT_THAT(meta_model().violations_of_message(message, "", ""), ElementsAre("params.value.title: missing"));
  EXPECT_THAT(meta_model().violations_of_message(message, "", "workspace/diagnostic"),
              Contains("params.value.items: missing"));
}

}  // namespace
