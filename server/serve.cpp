#include "server/serve.h"

#include "server/dispatcher.h"  // first: it includes Boost, see there

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "server/handlers/handlers.h"
#include "server/transport/stdin_reader.h"

namespace server {
namespace {

void register_handlers(Dispatcher& dispatcher) {
  dispatcher.on_request("initialize", initialize);
  dispatcher.on_request("shutdown", shutdown);
  dispatcher.on_request("textDocument/codeAction", code_action);
  dispatcher.on_request("textDocument/hover", hover);
  dispatcher.on_request("textDocument/documentHighlight", document_highlight);
  dispatcher.on_request("textDocument/codeLens", code_lens);
  dispatcher.on_request("textDocument/references", references);
  dispatcher.on_request("textDocument/prepareCallHierarchy", prepare_call_hierarchy);
  dispatcher.on_request("callHierarchy/incomingCalls", incoming_calls);
  dispatcher.on_request("callHierarchy/outgoingCalls", outgoing_calls);
  dispatcher.on_request("workspace/executeCommand", execute_command);
  dispatcher.on_request("threadlint/idle", idle);

  dispatcher.on_notification("initialized", initialized);
  dispatcher.on_notification("exit", exit);
  dispatcher.on_notification("$/cancelRequest", cancel_request);
  dispatcher.on_notification("window/workDoneProgress/cancel", cancel_proof);
  dispatcher.on_notification("textDocument/didOpen", did_open);
  dispatcher.on_notification("textDocument/didChange", did_change);
  dispatcher.on_notification("textDocument/didClose", did_close);
  dispatcher.on_notification("workspace/didChangeWatchedFiles", did_change_watched_files);
  dispatcher.on_notification("workspace/didChangeWorkspaceFolders", did_change_folders);
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
  ProjectScan scan(workers, workspace, scheduler, options.analysis, log);
  ProcessWatch process_watch(main_loop, options.process_watch, [&log, &main_loop](int process) {
    log.info("the client's process {} is gone", process);
    main_loop.stop();
  });
  Session session{.log = log,
                  .client = client,
                  .workers = workers,
                  .proofs = proofs,
                  .workspace = workspace,
                  .scheduler = scheduler,
                  .scan = scan,
                  .process_watch = process_watch,
                  .analysis = options.analysis,
                  .exit = [&main_loop] { main_loop.stop(); }};
  scheduler.set_pause(options.debounce);
  scheduler.set_publish([&session](const Document& document, const AnalysisResult& result) {
    publish_diagnostics(session, document, result);
  });
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
  StdinReader reader(input, [&main_loop, receiver](Input message) {
    boost::asio::post(main_loop, [receiver, message = std::move(message)]() mutable { std::visit(receiver, message); });
  });

  main_loop.run();
  scheduler.stop();
  scan.stop();
  session.pending.cancel_all();
  proofs.join();
  workers.join();
  return is_terminated || session.phase == Phase::shut_down ? 0 : 1;
}

}  // namespace server
