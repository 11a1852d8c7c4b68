#include "protocol/lifecycle.h"

#include <limits>

#include "protocol/json_fields.h"

namespace protocol {
namespace {

std::optional<PositionEncoding> encoding_named(const Json& name) {
  if (name == "utf-8" || name == "utf8") return PositionEncoding::utf8;
  if (name == "utf-16" || name == "utf16") return PositionEncoding::utf16;
  if (name == "utf-32" || name == "utf32") return PositionEncoding::utf32;
  return {};
}

bool contains(const Json& list, const Json& wanted) {
  if (!list.is_array()) return false;
  for (const Json& item : list) {
    if (item == wanted) return true;
  }
  return false;
}

bool is_refused(const Json& options, const char* name) {
  const Json& option = member_at(options, {name});
  return option.is_boolean() && !option.get<bool>();
}

std::string text_at(const Json& json, std::initializer_list<const char*> path) {
  const Json& text = member_at(json, path);
  return text.is_string() ? text.get<std::string>() : "";
}

/// The root is for clients that know of one folder only.
std::vector<std::string> folders_of(const Json& params) {
  std::vector<std::string> uris;
  if (const Json& folders = member_at(params, {"workspaceFolders"}); folders.is_array()) {
    for (const Json& folder : folders) uris.push_back(text_at(folder, {"uri"}));
  } else {
    uris.push_back(text_at(params, {"rootUri"}));
  }
  std::erase(uris, "");
  return uris;
}

/// Python cells of notebooks of any kind.
Json notebook_sync() {
  const Json selector = {{"notebook", "*"}, {"cells", Json::array({{{"language", "python"}}})}};
  return {{"notebookSelector", Json::array({selector})}, {"save", true}};
}

/// What comes, goes or moves, and may be a module or a folder of some.
Json file_operations() {
  const auto filter = [](const char* glob, const char* matches) {
    return Json{{"scheme", "file"}, {"pattern", {{"glob", glob}, {"matches", matches}}}};
  };
  const Json filters = {{"filters", Json::array({filter("**/*.{py,pyw}", "file"), filter("**", "folder")})}};
  return {{"didCreate", filters}, {"didRename", filters}, {"didDelete", filters}};
}

}  // namespace

PositionEncoding negotiated_encoding(const ClientCapabilities& capabilities) {
  return capabilities.position_encodings.empty() ? PositionEncoding::utf16 : capabilities.position_encodings.front();
}

std::string name_of(PositionEncoding encoding) {
  switch (encoding) {
    case PositionEncoding::utf8:
      return "utf-8";
    case PositionEncoding::utf16:
      return "utf-16";
    case PositionEncoding::utf32:
      return "utf-32";
  }
  return "utf-16";
}

void from_json(const Json& json, ClientCapabilities& capabilities) {
  if (const Json& names = member_at(json, {"general", "positionEncodings"}); names.is_array()) {
    for (const Json& name : names) {
      if (const auto encoding = encoding_named(name)) capabilities.position_encodings.push_back(*encoding);
    }
  }
  const Json& diagnostics = member_at(json, {"textDocument", "publishDiagnostics"});
  capabilities.diagnostic_versions = is_set(diagnostics, {"versionSupport"});
  capabilities.related_information = is_set(diagnostics, {"relatedInformation"});
  capabilities.unnecessary_tag = contains(member_at(diagnostics, {"tagSupport", "valueSet"}), 1);

  const Json& pull = member_at(json, {"textDocument", "diagnostic"});
  // One that cannot be told to pull again would not learn what other files change.
  capabilities.pull_diagnostics = pull.is_object() && is_set(json, {"workspace", "diagnostics", "refreshSupport"});
  capabilities.related_documents = is_set(pull, {"relatedDocumentSupport"});

  const Json& actions = member_at(json, {"textDocument", "codeAction"});
  capabilities.code_action_literals = member_at(actions, {"codeActionLiteralSupport"}).is_object();
  capabilities.disabled_code_actions = is_set(actions, {"disabledSupport"});
  capabilities.code_action_edits_later =
      is_set(actions, {"dataSupport"}) && contains(member_at(actions, {"resolveSupport", "properties"}), "edit");
  const Json& formats = member_at(json, {"textDocument", "hover", "contentFormat"});
  capabilities.hover_markdown = formats.is_array() && !formats.empty() && formats.front() == "markdown";
  capabilities.file_watch_registration = is_set(json, {"workspace", "didChangeWatchedFiles", "dynamicRegistration"});
  capabilities.configuration = is_set(json, {"workspace", "configuration"});
  capabilities.configuration_registration =
      is_set(json, {"workspace", "didChangeConfiguration", "dynamicRegistration"});
  capabilities.document_changes = is_set(json, {"workspace", "workspaceEdit", "documentChanges"});
  capabilities.change_annotations =
      capabilities.document_changes &&
      member_at(json, {"workspace", "workspaceEdit", "changeAnnotationSupport"}).is_object();
  // Files are created by `documentChanges`: some that take them for this announce nothing but this.
  capabilities.file_creation =
      is_set(json, {"workspace", "applyEdit"}) &&
      contains(member_at(json, {"workspace", "workspaceEdit", "resourceOperations"}), "create");
  capabilities.show_document = is_set(json, {"window", "showDocument", "support"});
  capabilities.work_done_progress = is_set(json, {"window", "workDoneProgress"});
}

void from_json(const Json& json, InitializeParams& params) {
  const Json& process = member_at(json, {"processId"});
  if (process.is_number_integer() && 0 < process && process <= std::numeric_limits<int>::max()) {
    params.process_id = process.get<int>();
  }
  params.client_name = text_at(json, {"clientInfo", "name"});
  const std::string version = text_at(json, {"clientInfo", "version"});
  if (!version.empty()) params.client_name += " " + version;
  params.capabilities = member_at(json, {"capabilities"}).get<ClientCapabilities>();

  params.folders = folders_of(json);
  params.trace = trace_value_named(member_at(json, {"trace"}));
  const Json& token = member_at(json, {"workDoneToken"});
  if (token.is_string() || token.is_number_integer()) params.progress_token = token;

  const Json& options = member_at(json, {"initializationOptions"});
  params.options = options;
  params.hover = !is_refused(options, "hover");
  params.document_highlight = !is_refused(options, "documentHighlight");
  params.code_lens = !is_refused(options, "codeLens");
  params.references = !is_refused(options, "references");
  params.call_hierarchy = !is_refused(options, "callHierarchy");
  params.is_trusted = is_set(options, {"trustedWorkspace"});
  if (const std::string python = text_at(options, {"python"}); !python.empty()) params.python = python;
  params.status = is_set(options, {"status"});
}

void to_json(Json& json, const InitializeResult& result) {
  constexpr int incremental = 2;
  json = {{"serverInfo", {{"name", result.server_name}, {"version", result.server_version}}},
          {"capabilities",
           {{"positionEncoding", name_of(result.position_encoding)},
            {"textDocumentSync", {{"openClose", true}, {"change", incremental}, {"save", true}}},
            {"notebookDocumentSync", notebook_sync()},
            {"workspace",
             {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}},
              {"fileOperations", file_operations()}}},
            {"codeActionProvider", {{"codeActionKinds", result.code_action_kinds}}}}}};
  Json& capabilities = json["capabilities"];
  if (result.code_action_resolve) capabilities["codeActionProvider"]["resolveProvider"] = true;
  if (!result.commands.empty()) {
    capabilities["executeCommandProvider"] = {{"commands", result.commands}, {"workDoneProgress", true}};
  }
  if (result.hover) capabilities["hoverProvider"] = true;
  if (result.document_highlight) capabilities["documentHighlightProvider"] = true;
  if (result.code_lens) capabilities["codeLensProvider"] = {{"resolveProvider", false}};
  if (result.references) capabilities["referencesProvider"] = true;
  if (result.call_hierarchy) capabilities["callHierarchyProvider"] = true;
  if (result.pull_diagnostics) {
    capabilities["diagnosticProvider"] = {
        {"identifier", "threadlint"}, {"interFileDependencies", true}, {"workspaceDiagnostics", true}};
  }
}

}  // namespace protocol
