// Proofs in the editor: a finding becomes a test that performs its interleaving, and is performed at once in a trusted
// workspace.

#include <fmt/format.h>

#include <algorithm>

#include "protocol/json_fields.h"
#include "protocol/uri.h"
#include "server/handlers/handlers.h"
#include "server/prove/proof_run.h"
#include "server/prove/test_file.h"
#include "server/prove/witness_source.h"
#include "server/workspace/source_file.h"

namespace server {
namespace {

constexpr const char* generate_command = "threadlint.generateTest";
constexpr const char* run_command = "threadlint.runProof";
constexpr const char* debug_command = "threadlint.printDebugInformation";

using Request = PendingRequests::Number;

bool can_generate(const Session& session) { return session.conversion.capabilities.file_creation; }

std::string name_of(const analysis::Finding& finding) { return fmt::format("{:016x}", finding.fingerprint); }

protocol::CodeAction action_of(const char* title, const char* command, const analysis::Finding& finding,
                               const protocol::Diagnostic& diagnostic, const Document& document) {
  const protocol::Json subject = {{"uri", document.uri}, {"fingerprint", name_of(finding)}};
  return {.title = title,
          .kind = protocol::refactor_kind,
          .diagnostics = {diagnostic},
          .disabled_reason = {},
          .edit = {},
          .command = protocol::Command{title, command, protocol::Json::array({subject})}};
}

/// What a command is about, and what it needs when it runs.
struct Subject {
  std::string uri;
  std::string file;
  std::string text;  // of the editor
  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectIndex> project;
  analysis::Finding finding;

  [[nodiscard]] Proof proof() const { return make_proof(file, *facts, finding, *project); }
};

void fail(Session& session, Request request, std::string message) {
  session.client.show_message(protocol::MessageType::error, message);
  session.pending.fail(request, protocol::ErrorCode::request_failed, std::move(message));
}

/// Null, and the request has failed, when the finding is not there any more.
std::shared_ptr<const Subject> subject_of(Session& session, Request request, const std::string& uri,
                                          const std::string& fingerprint, const AnalysisResult* result) {
  const Document* const document = session.workspace.documents.find(uri);
  if (document == nullptr || result == nullptr) {
    fail(session, request, "this file is not open as Python any more");
    return nullptr;
  }
  const auto finding = std::ranges::find(*result->findings, fingerprint, name_of);
  if (finding == result->findings->end() || finding->interleaving.empty()) {
    fail(session, request, "the finding is not there any more");
    return nullptr;
  }
  return std::make_shared<Subject>(Subject{.uri = uri,
                                           .file = document->file,
                                           .text = std::string(document->text()->bytes()),
                                           .facts = result->facts,
                                           .project = result->project,
                                           .finding = *finding});
}

// The test.

struct Generated {
  TestFile test;
  std::string missing;  // what the user has to fill in; empty: nothing
  std::string error;
};

Generated generate(const Subject& subject) {
  const Proof proof = subject.proof();
  Generated generated{make_test_file(proof, {}), missing_in(proof), {}};
  // The user has no use for reading or editing it, and the test does not run without it.
  const std::string& runtime = generated.test.runtime;
  if (!runtime.empty() && !write_new(runtime, witness_source())) generated.error = "cannot write " + runtime;
  return generated;
}

void offer(Session& session, Request request, const Generated& generated) {
  if (!session.pending.contains(request)) return;  // cancelled meanwhile
  if (!generated.error.empty()) return fail(session, request, generated.error);
  const std::string uri = protocol::uri_of_path(generated.test.path);
  const protocol::WorkspaceEdit edit{
      .new_files = {uri}, .documents = {{uri, {}, {{{}, generated.test.text}}}}, .is_versioned = true};
  const auto applied = [&session, uri, missing = generated.missing](const protocol::Json& answer) {
    const auto result = answer.get<protocol::ApplyEditResult>();
    if (!result.applied) {
      const std::string reason = result.failure_reason.empty() ? "" : ": " + result.failure_reason;
      return session.client.show_message(protocol::MessageType::error, "the editor did not create the test" + reason);
    }
    if (session.conversion.capabilities.show_document) {
      session.client.request("window/showDocument", protocol::ShowDocumentParams{uri});
    }
    if (!missing.empty()) {
      session.client.show_message(protocol::MessageType::info, "the test is skipped until you " + missing);
    }
  };
  session.client.request("workspace/applyEdit", protocol::ApplyEditParams{"Prove it: generate a test", edit}, applied);
  session.pending.answer(request, {{"uri", uri}});
}

// The run.

/// A proof that can be run as it is, or why not.
struct Prepared {
  Proof proof;
  std::string error;
};

Prepared prepare(const Subject& subject) {
  const auto saved = read_source(subject.file);
  if (!saved || saved->text != subject.text) {
    return {{}, "save the file first: a proof imports it from the disk"};
  }
  Prepared prepared{subject.proof(), {}};
  if (const std::string missing = missing_in(prepared.proof); !missing.empty()) {
    prepared.error = fmt::format("the calls are not known from the program: generate the test, and {}", missing);
  }
  return prepared;
}

struct Performed {
  ProofResult result;
  std::string error;
};

Performed perform(const Proof& proof, const std::string& python, const std::stop_token& stop) {
  auto result = run_proof(proof, python, stop);
  return result ? Performed{*std::move(result), {}} : Performed{{}, result.error()};
}

std::string word(Verdict verdict) {
  switch (verdict) {
    case Verdict::proven:
      return "proven";
    case Verdict::other_schedule:
      return "other-schedule";
    case Verdict::not_shown:
      return "not-shown";
    case Verdict::not_run:
      break;
  }
  return "not-run";
}

/// The line of a report that says how it ended; messages of editors are short.
std::string conclusion_of(const std::string& message) {
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t end = std::min(message.find('\n', at), message.size());
    const std::string line = message.substr(at, end - at);
    if (line.starts_with("shown ") || line.starts_with("not shown ")) return line;
    at = end + 1;
  }
  return message;
}

/// Shows the client that work goes on: under its token if it gave one, else under one of ours.
class RunningProof {
 public:
  RunningProof(Session& session, Request request, protocol::Json token, const std::string& message)
      : session_(session), token_(std::move(token)) {
    if (token_.is_null() && session.conversion.capabilities.work_done_progress) {
      token_ = fmt::format("threadlint-proof-{}", request);
      session.client.request("window/workDoneProgress/create", {{"token", token_}});
    }
    if (token_.is_null()) return;
    session.proof_requests.emplace(token_.dump(), request);
    session.client.notify("$/progress", protocol::ProgressParams{token_, true, "Running the proof", message});
  }

  void end(const std::string& message) const {
    if (token_.is_null()) return;
    session_.proof_requests.erase(token_.dump());
    session_.client.notify("$/progress", protocol::ProgressParams{token_, false, {}, message});
  }

 private:
  Session& session_;
  protocol::Json token_;
};

void report(Session& session, Request request, const Performed& performed) {
  if (!session.pending.contains(request)) return;  // cancelled meanwhile
  if (!performed.error.empty()) return fail(session, request, performed.error);
  const ProofResult& result = performed.result;
  if (!result.output.empty()) session.client.log_message(protocol::MessageType::info, result.output);
  session.client.log_message(protocol::MessageType::info, result.message);
  const bool is_harm = result.verdict == Verdict::proven || result.verdict == Verdict::other_schedule;
  session.client.show_message(is_harm ? protocol::MessageType::warning : protocol::MessageType::info,
                              conclusion_of(result.message));
  session.pending.answer(request,
                         {{"verdict", word(result.verdict)}, {"python", result.python}, {"message", result.message}});
}

void run(Session& session, Request request, const protocol::Json& token, const Prepared& prepared) {
  if (!session.pending.contains(request)) return;  // cancelled meanwhile
  if (!prepared.error.empty()) return fail(session, request, prepared.error);
  const std::string announced = announcement(prepared.proof, session.python);
  session.client.log_message(protocol::MessageType::info, announced);
  const RunningProof running(session, request, token, announced);
  session.proofs.run([proof = prepared.proof, python = session.python,
                      stop = session.pending.stop_token(request)] { return perform(proof, python, stop); },
                     [&session, request, running](const Performed& performed) {
                       running.end(performed.error.empty() ? conclusion_of(performed.result.message) : performed.error);
                       report(session, request, performed);
                     });
}

}  // namespace

std::vector<std::string> proof_commands(const Session& session) {
  std::vector<std::string> commands;
  if (can_generate(session)) commands.emplace_back(generate_command);
  if (session.is_trusted) commands.emplace_back(run_command);
  return commands;
}

std::vector<std::string> commands_of(const Session& session) {
  std::vector<std::string> commands = proof_commands(session);
  commands.emplace_back(debug_command);
  return commands;
}

std::vector<protocol::CodeAction> proof_actions(const Session& session, const analysis::Finding& finding,
                                                const Document& document, const analysis::ProjectIndex& project) {
  // A test could not import a notebook.
  const bool is_module = document.uri.starts_with("file:") && !document.is_notebook;
  if (finding.interleaving.empty() || !is_module) return {};
  const protocol::Diagnostic diagnostic = to_diagnostic(finding, document, project, session.conversion);
  std::vector<protocol::CodeAction> actions;
  if (can_generate(session)) {
    actions.push_back(action_of("Prove it: generate a test", generate_command, finding, diagnostic, document));
  }
  if (session.is_trusted) {
    actions.push_back(action_of("Run the proof", run_command, finding, diagnostic, document));
  }
  return actions;
}

void execute_command(Session& session, const protocol::ExecuteCommandParams& params, Reply reply) {
  if (params.command == debug_command) {
    const std::string text = debug_text(session);
    session.client.log_message(protocol::MessageType::info, text);
    return reply.send({{"text", text}});
  }
  const std::vector<std::string> known = proof_commands(session);
  if (std::ranges::find(known, params.command) == known.end()) {
    const bool is_untrusted = params.command == run_command;
    return reply.fail(protocol::ErrorCode::invalid_params, is_untrusted
                                                               ? "the workspace is not trusted: its code is not run"
                                                               : fmt::format("unknown command `{}`", params.command));
  }
  const auto uri = protocol::text_of_argument(params, "uri");
  const auto fingerprint = protocol::text_of_argument(params, "fingerprint");
  if (uri.empty() || fingerprint.empty()) {
    return reply.fail(protocol::ErrorCode::invalid_params, "the command needs a `uri` and a `fingerprint`");
  }
  const Request request = session.pending.add(std::move(reply));
  session.scheduler.when_current(uri, [&session, request, params, uri, fingerprint](const AnalysisResult* result) {
    if (!session.pending.contains(request)) return;  // cancelled meanwhile
    const std::shared_ptr<const Subject> subject = subject_of(session, request, uri, fingerprint, result);
    if (subject == nullptr) return;
    if (params.command == generate_command) {
      session.workers.run([subject] { return generate(*subject); },
                          [&session, request](const Generated& generated) { offer(session, request, generated); });
    } else {
      session.workers.run([subject] { return prepare(*subject); },
                          [&session, request, token = params.progress_token](const Prepared& prepared) {
                            run(session, request, token, prepared);
                          });
    }
  });
}

void cancel_proof(Session& session, const protocol::Json& params) {
  const auto known = session.proof_requests.find(protocol::member_at(params, {"token"}).dump());
  if (known != session.proof_requests.end()) session.pending.cancel(known->second);
}

}  // namespace server
