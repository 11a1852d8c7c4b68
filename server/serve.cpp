#include "server/serve.h"

#include "server/dispatcher.h"  // first: it includes Boost, see there

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstddef>

#include "server/handlers/handlers.h"
#include "server/transport/stdin_reader.h"

namespace server {
namespace {

// Of messages that wait to be handled, and of those that wait for the client to read them, each. With more, no input is
// read. One message may be longer.
constexpr std::size_t longest_queue = std::size_t{64} << 20;

void register_handlers(Dispatcher& dispatcher) {
  dispatcher.on_request("initialize", initialize);
  dispatcher.on_request("shutdown", shutdown);
  dispatcher.on_request("textDocument/codeAction", code_action);
  dispatcher.on_request("codeAction/resolve", resolve_code_action);
  dispatcher.on_request("textDocument/hover", hover);
  dispatcher.on_request("textDocument/documentHighlight", document_highlight);
  dispatcher.on_request("textDocument/codeLens", code_lens);
  dispatcher.on_request("textDocument/references", references);
  dispatcher.on_request("textDocument/prepareCallHierarchy", prepare_call_hierarchy);
  dispatcher.on_request("callHierarchy/incomingCalls", incoming_calls);
  dispatcher.on_request("callHierarchy/outgoingCalls", outgoing_calls);
  dispatcher.on_request("workspace/executeCommand", execute_command);
  dispatcher.on_request("textDocument/diagnostic", document_diagnostic);
  dispatcher.on_request("workspace/diagnostic", workspace_diagnostic);
  dispatcher.on_request("workspace/willRenameFiles", will_rename_files);
  dispatcher.on_request("threadlint/review", live_review);
  dispatcher.on_request("threadlint/explain", explain_rule);
  dispatcher.on_request("threadlint/debugInformation", debug_information);
  dispatcher.on_request("threadlint/memoryUsage", memory_usage);
  dispatcher.on_request("threadlint/idle", idle);

  dispatcher.on_notification("initialized", initialized);
  dispatcher.on_notification("exit", exit);
  dispatcher.on_notification("$/cancelRequest", cancel_request);
  dispatcher.on_notification("$/setTrace", set_trace);
  dispatcher.on_notification("window/workDoneProgress/cancel", cancel_progress);
  dispatcher.on_notification("textDocument/didOpen", did_open);
  dispatcher.on_notification("textDocument/didChange", did_change);
  dispatcher.on_notification("textDocument/didClose", did_close);
  dispatcher.on_notification("textDocument/didSave", did_save);
  dispatcher.on_notification("notebookDocument/didOpen", did_open_notebook);
  dispatcher.on_notification("notebookDocument/didChange", did_change_notebook);
  dispatcher.on_notification("notebookDocument/didSave", did_save_notebook);
  dispatcher.on_notification("notebookDocument/didClose", did_close_notebook);
  dispatcher.on_notification("workspace/didCreateFiles", did_move_files);
  dispatcher.on_notification("workspace/didRenameFiles", did_move_files);
  dispatcher.on_notification("workspace/didDeleteFiles", did_move_files);
  dispatcher.on_notification("workspace/didChangeWatchedFiles", did_change_watched_files);
  dispatcher.on_notification("workspace/didChangeWorkspaceFolders", did_change_folders);
  dispatcher.on_notification("workspace/didChangeConfiguration", did_change_configuration);
}

struct Receiver {
  Session& session;
  Dispatcher& dispatcher;

  void operator()(protocol::Message& message) const { dispatcher.dispatch(std::move(message)); }

  void operator()(const protocol::Rejection& rejection) const {
    session.log.error("bad input: {}", rejection.error.message);
    session.client.respond(rejection.id, tl::unexpected(rejection.error));
  }

  void operator()(const EndOfInput& end) const {
    if (end.is_inside_message) session.log.warn("the input ends inside a message");
    session.log.info("the client closed its side");
    session.exit();
  }
};

}  // namespace

int serve(int input, int output, Log& log, const ServeOptions& options) {
  // A client that is gone shows as a failing write, not as a signal.
  std::signal(SIGPIPE, SIG_IGN);

  boost::asio::io_context main_loop;
  const auto work_guard = boost::asio::make_work_guard(main_loop);
  StdoutWriter writer(output, log);
  Client client(writer);
  JobPool workers(main_loop, options.workers, log);
  JobPool proofs(main_loop, 1, log);
  Workspace workspace;
  DiagnosticsScheduler scheduler(main_loop, workers, workspace, options.analysis);
  const FactsStore store(options.cache_file);
  if (!store.complaint().empty()) log.warn("nothing is kept for the next start: {}", store.complaint());
  ProjectScan scan(workers, workspace, scheduler, options.analysis, store, log);
  ClosedFiles closed_files(main_loop, workers, workspace, scheduler, options.analysis);
  ProcessWatch process_watch(main_loop, options.process_watch, [&log, &main_loop](int process) {
    log.info("the client's process {} is gone", process);
    main_loop.stop();
  });
  FileWatcher file_watcher(main_loop, options.watch_pause, options.most_watched_folders, log);
  ScanProgress progress(main_loop, client, options.progress_delay);
  StatusReport status(client, workspace, scheduler);
  TimeLimit configuration_limit(main_loop, options.configuration_limit);
  Session session{.log = log,
                  .client = client,
                  .workers = workers,
                  .proofs = proofs,
                  .workspace = workspace,
                  .scheduler = scheduler,
                  .scan = scan,
                  .closed_files = closed_files,
                  .process_watch = process_watch,
                  .file_watcher = file_watcher,
                  .progress = progress,
                  .status = status,
                  .analysis = options.analysis,
                  .configuration_limit = configuration_limit,
                  .exit = [&main_loop] { main_loop.stop(); }};
  file_watcher.set_receive([&session](const FileWatcher::Changes& changes) { files_changed(session, changes); });
  scheduler.set_observe_work([&status](bool is_idle) { is_idle ? status.idle() : status.working(); });
  scan.set_observe([&progress](const ProjectScan::State& state) { progress.show(state); });
  scheduler.set_pause(options.debounce);
  scheduler.set_publish([&session](const Document& document, const AnalysisResult& result) {
    publish_diagnostics(session, document, result);
  });
  closed_files.set_publish([&session](const ClosedFiles::Result& result) { publish_closed_file(session, result); });
  scheduler.set_on_project_change([&session, &closed_files](const ProjectChange& change) {
    if (session.are_closed_files_checked) closed_files.project_changed(change);
  });
  scan.set_walked([&session] { publish_settings_problems(session); });
  if (options.client_process_id) process_watch.watch(*options.client_process_id);

  bool is_terminated = false;
  boost::asio::signal_set signals(main_loop, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& cancelled, int) {
    if (cancelled) return;
    log.info("terminated");
    is_terminated = true;
    main_loop.stop();
  });

  Dispatcher dispatcher(session);
  register_handlers(dispatcher);
  const Receiver receiver{session, dispatcher};
  std::atomic<std::size_t> unhandled_bytes = 0;
  const auto receive = [&main_loop, &unhandled_bytes, receiver](Input message, std::size_t size) {
    unhandled_bytes += size;
    boost::asio::post(main_loop, [&unhandled_bytes, receiver, message = std::move(message), size]() mutable {
      std::visit(receiver, message);
      unhandled_bytes -= size;
    });
  };
  const auto may_read = [&unhandled_bytes, &writer] {
    return unhandled_bytes <= longest_queue && writer.queued_bytes() <= longest_queue;
  };
  StdinReader reader(input, receive, may_read);

  main_loop.run();
  scheduler.stop();
  scan.stop();
  closed_files.stop();
  session.pending.cancel_all();
  proofs.join();
  workers.join();
  store.trim();
  return is_terminated || session.phase == Phase::shut_down ? 0 : 1;
}

}  // namespace server
