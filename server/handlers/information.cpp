// What users want to know about rules, and what maintainers want to know about a server that runs somewhere else.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "analysis/rules/registry.h"
#include "server/handlers/handlers.h"
#include "server/rule_names.h"

namespace server {
namespace {

std::string fenced(std::string_view code) {
  code.remove_prefix(std::min(code.find_first_not_of('\n'), code.size()));
  return fmt::format("```python\n{}{}```\n", code, code.ends_with('\n') ? "" : "\n");
}

std::string page_of(const analysis::Rule& rule) {
  const analysis::RuleInfo& info = rule.info;
  std::string page = fmt::format("# {}\n\n{} ({}{})\n\n{}\n\n## Breaks\n\n{}\n## Holds\n\n{}", info.name, info.summary,
                                 word(info.severity), info.is_preview ? ", preview" : "", info.why, fenced(info.bad),
                                 fenced(info.good));
  if (!info.repair.empty()) page += fmt::format("\n## Repair\n\n{}\n", info.repair);
  return page + fmt::format("\n[{}]({})\n", "documentation", analysis::documentation_url(rule));
}

/// Of the memory that the process occupies; 0 where the system does not tell.
std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t bytes_of_documents(const Session& session) {
  std::size_t bytes = 0;
  for (const auto& [uri, document] : session.workspace.documents.all()) bytes += document.draft.bytes().size();
  return bytes;
}

std::size_t bytes_of_project(const Session& session) {
  std::size_t bytes = 0;
  for (const auto& module : session.workspace.project()->modules()) bytes += module->text()->bytes().size();
  return bytes;
}

std::string program() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "unknown" : path.string();
}

std::string_view name_of(analysis::ColumnUnit unit) {
  switch (unit) {
    case analysis::ColumnUnit::utf8:
      return "utf-8";
    case analysis::ColumnUnit::utf16:
      return "utf-16";
    case analysis::ColumnUnit::utf32:
      break;
  }
  return "utf-32";
}

std::string watching(const Session& session) {
  const FileWatcher& watcher = session.file_watcher;
  const char* const lost = watcher.is_blind() ? ", not all; the rest when something is saved" : "";
  if (watcher.is_running()) return fmt::format("by us, {} folders{}", watcher.folder_count(), lost);
  return watcher.is_blind() ? "when something is saved" : "by the client";
}

std::string documents_of(const Session& session) {
  std::string lines;
  for (const auto& [uri, document] : session.workspace.documents.all()) {
    const std::string version = document.version ? std::to_string(*document.version) : "none";
    const char* const state = document.is_out_of_sync ? ", out of sync" : document.is_python ? "" : ", not Python";
    lines += fmt::format("  {}: module `{}`, version {}, {} bytes{}\n", uri, document.module, version,
                         document.draft.bytes().size(), state);
  }
  return lines;
}

}  // namespace

void explain_rule(Session& /*session*/, const protocol::ExplainParams& params, Reply reply) {
  const analysis::Rule* const rule = analysis::find_rule(params.rule);
  if (rule == nullptr) return reply.fail(protocol::ErrorCode::invalid_params, unknown_rule(params.rule));
  reply.send({{"markdown", page_of(*rule)}});
}

std::string debug_text(const Session& session) {
  std::string text = fmt::format(
      "threadlint {} at {}, process {}\nclient: {}; positions in {}\nfolders:\n", THREADLINT_VERSION, program(),
      getpid(), session.client_name.empty() ? "unknown" : session.client_name, name_of(session.conversion.unit));
  for (const std::string& folder : session.scan.folders()) text += fmt::format("  {}\n", folder);
  text += fmt::format("files are watched {}\n", watching(session));
  text += fmt::format("project: {} modules, {} bytes; {} findings in open documents\n",
                      session.workspace.project()->modules().size(), bytes_of_project(session),
                      session.scheduler.finding_count());
  text += fmt::format("{} workers; {} requests of the client and {} of ours wait for an answer\n",
                      session.workers.threads(), session.pending.size(), session.client.open_requests());
  text += fmt::format("memory: {} bytes\nopen documents:\n{}", resident_bytes(), documents_of(session));
  return text;
}

void debug_information(Session& session, const protocol::Json& /*params*/, Reply reply) {
  reply.send({{"text", debug_text(session)}});
}

void memory_usage(Session& session, const protocol::Json& /*params*/, Reply reply) {
  reply.send({{"resident", resident_bytes()},
              {"components",
               {{"openDocuments",
                 {{"count", session.workspace.documents.all().size()}, {"textBytes", bytes_of_documents(session)}}},
                {"project",
                 {{"count", session.workspace.project()->modules().size()}, {"textBytes", bytes_of_project(session)}}},
                {"notebooks", {{"count", session.notebooks.all().size()}}},
                {"inventories", {{"count", session.inventories.size()}}},
                {"watchedFolders", {{"count", session.file_watcher.folder_count()}}}}}});
}

}  // namespace server
