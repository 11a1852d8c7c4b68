// The settings of the client and of files: asked for, told, watched, and put in force.

#include "protocol/configuration.h"

#include <algorithm>
#include <utility>

#include "protocol/json_fields.h"
#include "protocol/uri.h"
#include "server/client_settings.h"
#include "server/handlers/handlers.h"
#include "server/workspace/canonical_path.h"

namespace server {
namespace {

using protocol::Json;

constexpr const char* section = "threadlint";

/// Our section of what a client says, which may be that section itself.
const Json& section_of(const Json& settings) {
  const Json& ours = protocol::member_at(settings, {section});
  return ours.is_object() ? ours : settings;
}

/// Each complaint once in a session: the same settings come again and again.
void complain(Session& session, const std::vector<std::string>& complaints) {
  for (const std::string& complaint : complaints) {
    if (!session.configuration.complaints.insert(complaint).second) continue;
    session.log.warn("the editor's settings: {}", complaint);
    session.client.show_message(protocol::MessageType::warning, "threadlint: settings of the editor: " + complaint);
  }
}

/// What the client said first, with what it said later.
ClientSettings settings_for(const Session& session, const Json& answer, const std::string& folder) {
  Json all = session.configuration.initial;
  all.update(session.configuration.pushed);
  all.update(normalised_settings(answer));
  return read_client_settings(all, folder);
}

/// `answers` are for what holds everywhere, then for each folder; there may be none.
void apply(Session& session, const Json& answers) {
  if (session.phase != Phase::running) return;
  const auto answer = [&](std::size_t i) { return answers.is_array() && i < answers.size() ? answers[i] : Json(); };
  const ClientSettings common = settings_for(session, answer(0), "");
  complain(session, common.complaints);
  std::map<std::string, Override> by_folder;
  for (std::size_t i = 0; i < session.configuration.folders.size(); ++i) {
    const std::string folder = file_of_uri(session.configuration.folders[i]);
    const ClientSettings own = settings_for(session, answer(i + 1).is_object() ? answer(i + 1) : answer(0), folder);
    complain(session, own.complaints);
    by_folder.insert_or_assign(folder, own.above);
  }
  session.features = common.features;
  session.are_closed_files_checked = common.closed_files;
  if (common.debounce_ms) set_pauses(session, std::chrono::milliseconds(*common.debounce_ms));
  if (!common.python.empty()) session.python = common.python;
  session.workspace.settings.set_overrides(common.above, std::move(by_folder));
  settings_changed(session);
}

void end_waiting(Session& session) {
  if (!session.configuration.is_awaited) return;
  session.configuration.is_awaited = false;
  session.configuration_limit.cancel();
  session.scheduler.release();
  session.scan.release();
}

void ask(Session& session) {
  protocol::ConfigurationParams params;
  params.items.push_back({.scope_uri = {}, .section = section});
  for (const std::string& folder : session.configuration.folders) params.items.push_back({folder, section});
  session.client.request("workspace/configuration", params,
                         [&session, question = ++session.configuration.last_question](const Json& answers) {
                           // Another question, about newer settings, is on its way.
                           if (question != session.configuration.last_question) return;
                           apply(session, answers);
                           end_waiting(session);
                         });
}

protocol::Diagnostic to_diagnostic(const SettingsProblem& problem, const analysis::SourceText& text,
                                   analysis::ColumnUnit unit) {
  const auto offset = [&](std::uint32_t row, std::uint32_t column) {
    const analysis::LineColumn place{row == 0 ? 0 : row - 1, column == 0 ? 0 : column - 1};
    return text.lines().offset_of(text.bytes(), place, analysis::ColumnUnit::utf32);
  };
  const std::uint32_t begin = offset(problem.place.row, problem.place.column);
  const std::uint32_t end = std::max(begin, offset(problem.place.end_row, problem.place.end_column));
  return {.range = to_range({begin, end}, text, unit),
          .severity = protocol::DiagnosticSeverity::error,
          .code = "invalid-setting",
          .code_url = {},
          .source = "threadlint",
          .message = problem.message,
          .is_unnecessary = false,
          .related = {},
          .data = {}};
}

void publish_problems_of(Session& session, const SettingsFile& file) {
  std::vector<protocol::Diagnostic> items;
  const auto text = analysis::make_source_text(file.text);
  for (const SettingsProblem& problem : file.problems)
    items.push_back(to_diagnostic(problem, *text, session.conversion.unit));
  publish_file_diagnostics(session, file.path, std::move(items));
}

}  // namespace

void begin_configuration(Session& session, const protocol::InitializeParams& params) {
  session.configuration.initial = normalised_settings(section_of(params.options));
  session.configuration.folders = params.folders;
  if (!session.conversion.capabilities.configuration) return apply(session, nullptr);
  session.configuration.is_awaited = true;
  session.scheduler.hold();
  session.scan.hold();
  session.configuration_limit.start([&session] {
    session.log.warn("the client does not answer `workspace/configuration`: analysis begins without its settings");
    apply(session, nullptr);
    end_waiting(session);
  });
}

void set_pauses(Session& session, std::chrono::milliseconds pause) {
  session.scheduler.set_pause(pause);
  session.closed_files.set_pause(20 * pause);
}

void ask_for_configuration(Session& session) {
  const protocol::ClientCapabilities& capabilities = session.conversion.capabilities;
  if (capabilities.configuration_registration)
    session.client.request("client/registerCapability", protocol::ConfigurationRegistration{section});
  if (capabilities.configuration) ask(session);
}

void did_change_configuration(Session& session, const protocol::DidChangeConfigurationParams& params) {
  if (session.conversion.capabilities.configuration) return ask(session);
  if (!params.settings.is_object()) return session.log.debug("settings that are none are ignored");
  session.configuration.pushed = normalised_settings(section_of(params.settings));
  apply(session, nullptr);
}

void folders_changed(Session& session, const protocol::DidChangeFoldersParams& params) {
  std::vector<std::string>& folders = session.configuration.folders;
  for (const protocol::WorkspaceFolder& folder : params.removed) std::erase(folders, folder.uri);
  for (const protocol::WorkspaceFolder& folder : params.added) folders.push_back(folder.uri);
  if (session.conversion.capabilities.configuration) return ask(session);
  apply(session, nullptr);
}

void settings_files_changed(Session& session) {
  session.workspace.settings.read_again();
  settings_changed(session);
}

void settings_changed(Session& session) {
  for (const auto& [uri, known] : session.workspace.documents.all()) {
    Document& document = *session.workspace.documents.find(uri);
    const bool was_analysed = is_analysed(document);
    document.is_excluded = session.workspace.settings.of(document.file).is_excluded;
    if (was_analysed == is_analysed(document)) continue;
    if (!was_analysed) {
      session.scheduler.opened(document);
      continue;
    }
    session.scheduler.forget(uri);
    clear_diagnostics(session, uri, document.version);
  }
  // They say which rules report a name.
  session.inventories.clear();
  session.scheduler.analyse_all_again();
  if (!session.scan.folders().empty()) session.scan.walk_again();
  publish_settings_problems(session);
  check_closed_files(session);
  refresh_diagnostics(session);
}

void publish_settings_problems(Session& session) {
  auto before = std::exchange(session.configuration.published, {});
  for (const auto& file : session.workspace.settings.files()) {
    if (file->problems.empty()) continue;
    session.configuration.published.emplace(file->path, file);
    const auto known = before.find(file->path);
    if (known == before.end() || known->second != file) publish_problems_of(session, *file);
    if (known != before.end()) before.erase(known);
  }
  for (const auto& [path, file] : before) clear_diagnostics(session, protocol::uri_of_path(path), {});
}

}  // namespace server
