// The state of one connection: all that handlers may touch.
#pragma once

#include "server/scheduling/diagnostics_scheduler.h"  // first: it includes Boost, see there

#include "server/scheduling/closed_files.h"
#include "server/scheduling/project_scan.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocol/diagnostics.h"
#include "server/convert/to_protocol.h"
#include "server/features.h"
#include "server/log.h"
#include "server/process_watch.h"
#include "server/scan_progress.h"
#include "server/status_report.h"
#include "server/time_limit.h"
#include "server/transport/client.h"
#include "server/transport/pending_requests.h"
#include "server/watch/file_watcher.h"
#include "server/workspace/notebook.h"
#include "server/workspace/workspace.h"

namespace server {

enum class Phase : std::uint8_t { uninitialized, running, shut_down };

/// The inventory that belongs to one result of the analysis.
struct KnownInventory {
  /// Null when it could not be taken.
  using Receive = std::function<void(const analysis::Inventory* inventory)>;

  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::Inventory> inventory;  // null while a worker takes it
  std::vector<Receive> receivers = {};                   // that wait for the worker
};

/// What was found in a document, or in a file that is not open.
struct DiagnosticReport {
  std::string file;                     // as in `Document`
  std::optional<std::int64_t> version;  // of a document
  std::vector<protocol::Diagnostic> items;
  std::string id;  // of `items`
  // What the client was answered last, when it asks.
  std::optional<std::int64_t> told_version;
  std::string told_id;  // empty: nothing yet
};

/// A `workspace/diagnostic` that is answered when there is something new.
struct WorkspacePull {
  PendingRequests::Number request = 0;
  std::map<std::string, std::string> known;  // ids of the reports that the client has, by canonical path
  protocol::Json token;                      // for parts of the answer; null: the client wants none
  bool has_sent = false;                     // such parts
  std::size_t unsent = 0;                    // reports that came since
};

/// What the client said about settings; names are normalised.
struct Configuration {
  protocol::Json initial = protocol::Json::object();  // `initializationOptions`
  protocol::Json pushed = protocol::Json::object();   // told without being asked
  std::vector<std::string> folders = {};              // URIs
  bool is_awaited = false;                            // the first answer
  int last_question = 0;
  std::set<std::string> complaints = {};  // that were shown
  std::map<std::string, std::shared_ptr<const SettingsFile>> published =
      {};  // settings files with problems, by path, as the client knows them
};

/// Main thread only.
struct Session {
  Log& log;
  Client& client;
  JobPool& workers;
  JobPool& proofs;  // of one thread, which waits for interpreters
  Workspace& workspace;
  DiagnosticsScheduler& scheduler;
  ProjectScan& scan;
  ClosedFiles& closed_files;
  ProcessWatch& process_watch;
  FileWatcher& file_watcher;  // runs where the client does not watch
  ScanProgress& progress;
  StatusReport& status;
  const Analysis& analysis;
  TimeLimit& configuration_limit;  // for the client's first answer about settings
  std::function<void()> exit;      // ends the main loop
  PendingRequests pending = {};
  Phase phase = Phase::uninitialized;
  Conversion conversion = {};
  std::string client_name = {};
  bool is_trusted = false;  // code of the workspace may be run when the user asks for it
  std::string python = {};  // the interpreter that runs it
  std::map<std::string, PendingRequests::Number> proof_requests = {};  // that run, by their progress token as JSON
  std::map<std::string, DiagnosticReport> reports = {};  // by URI; of files that are not open only those with findings
  bool are_closed_files_checked = true;                  // and not only documents
  bool is_workspace_pulled = false;                      // the client has asked for files that are not open
  std::optional<WorkspacePull> workspace_pull = {};
  std::set<std::string> held_by_client = {};  // files of which a client that asks may still show findings
  bool is_refresh_wanted = false;             // it is to ask again when all is known
  std::map<std::string, std::shared_ptr<KnownInventory>> inventories =
      {};  // of open documents, by URI; the latest that was asked for
  NotebookStore notebooks = {};
  Features features = {};
  Configuration configuration = {};
};

}  // namespace server
