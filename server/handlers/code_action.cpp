// What can be done about the findings in a range. Repairs are computed on a worker, since each is checked by another
// analysis.

#include "server/convert/from_protocol.h"
#include "server/handlers/handlers.h"

namespace server {
namespace {

/// A finding and its fixes.
struct Repair {
  analysis::Finding finding;
  std::vector<analysis::Fix> fixes;
};

/// What one request asks a worker for.
struct RepairJob {
  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::RuleSettings> settings;
  std::vector<analysis::Finding> findings;
  bool wants_fixes = true;
  std::stop_token stop;
};

std::vector<Repair> run(const RepairJob& job, const Analysis& analysis) {
  std::vector<Repair> repairs;
  for (const analysis::Finding& finding : job.findings) {
    if (job.stop.stop_requested()) return {};
    repairs.push_back({finding, {}});
    if (job.wants_fixes) repairs.back().fixes = analysis.find_fixes(*job.facts, finding, *job.project, *job.settings);
  }
  return repairs;
}

/// A cursor at either end of a finding is at the finding.
bool touch(analysis::TextRange one, analysis::TextRange other) {
  return one.begin <= other.end && other.begin <= one.end;
}

void answer(Session& session, PendingRequests::Number request, const protocol::CodeActionParams& params,
            std::uint64_t revision, const analysis::ProjectIndex& project, const std::vector<Repair>& repairs) {
  const Document* document = session.workspace.documents.find(params.uri);
  if (document == nullptr || document->revision != revision) {
    return session.pending.fail(request, protocol::ErrorCode::content_modified, "the document was changed");
  }
  protocol::Json actions = protocol::Json::array();
  for (const Repair& repair : repairs) {
    for (protocol::CodeAction& action :
         to_code_actions(repair.finding, repair.fixes, *document, project, session.conversion)) {
      actions.push_back(std::move(action));
    }
  }
  for (const Repair& repair : repairs) {
    if (!protocol::wants_kind(params, protocol::refactor_kind)) break;
    for (protocol::CodeAction& action : proof_actions(session, repair.finding, *document, project)) {
      actions.push_back(std::move(action));
    }
  }
  session.pending.answer(request, std::move(actions));
}

void find_repairs(Session& session, PendingRequests::Number request, const protocol::CodeActionParams& params,
                  const AnalysisResult* result) {
  if (!session.pending.contains(request)) return;  // cancelled meanwhile
  const Document* document = session.workspace.documents.find(params.uri);
  if (document == nullptr || result == nullptr) return session.pending.answer(request, protocol::Json::array());
  const auto range = to_text_range(params.range, *document->text, session.conversion.unit);
  if (!range) return session.pending.fail(request, protocol::ErrorCode::invalid_params, "there is no such range");

  RepairJob job{.facts = result->facts,
                .project = result->project,
                .settings = result->settings,
                .findings = {},
                .wants_fixes = protocol::wants_kind(params, protocol::quick_fix_kind),
                .stop = session.pending.stop_token(request)};
  for (const analysis::Finding& finding : *result->findings) {
    if (touch(finding.range, *range)) job.findings.push_back(finding);
  }
  session.workers.run(
      [job = std::move(job), &analysis = session.analysis] { return run(job, analysis); },
      [&session, request, params, revision = document->revision, project = result->project](
          const std::vector<Repair>& repairs) { answer(session, request, params, revision, *project, repairs); });
}

}  // namespace

void code_action(Session& session, const protocol::CodeActionParams& params, Reply reply) {
  if (!session.conversion.capabilities.code_action_literals) {
    session.log.warn("the client takes no code actions but commands, and repairs are none");
    return reply.send(protocol::Json::array());
  }
  if (!protocol::wants_kind(params, protocol::quick_fix_kind) &&
      !protocol::wants_kind(params, protocol::refactor_kind)) {
    return reply.send(protocol::Json::array());
  }
  const PendingRequests::Number request = session.pending.add(std::move(reply));
  session.scheduler.when_current(params.uri, [&session, request, params](const AnalysisResult* result) {
    find_repairs(session, request, params, result);
  });
}

}  // namespace server
