#include "server/handlers/fix_all.h"

#include <algorithm>
#include <utility>

#include "analysis/rules/rule.h"
#include "server/check/text_diff.h"
#include "server/convert/to_code_action.h"
#include "server/handlers/handlers.h"

namespace server {
namespace {

/// A repair changes what the other modules see of this one, which can enable another: as often `check` looks again.
constexpr int most_rounds = 10;

/// The project in which the module has another text.
std::shared_ptr<const analysis::ProjectIndex> with_module(const analysis::ProjectIndex& project,
                                                          const analysis::ModuleFacts& module) {
  std::vector<std::shared_ptr<const analysis::ProjectModule>> modules = project.modules();
  const auto known =
      std::ranges::find_if(modules, [&](const auto& each) { return each->summary->name == module.name; });
  if (known != modules.end()) {
    *known = std::make_shared<const analysis::ProjectModule>(analysis::as_project_module(module, (*known)->path));
  }
  return std::make_shared<const analysis::ProjectIndex>(std::move(modules), project);
}

protocol::CodeAction empty_action() {
  return {.title = "Fix all that threadlint can repair safely",
          .kind = protocol::fix_all_kind,
          .diagnostics = {},
          .disabled_reason = {},
          .edit = {}};
}

using Request = PendingRequests::Number;

void fail_as_changed(Session& session, Request request) {
  session.pending.fail(request, protocol::ErrorCode::content_modified, "the document was changed");
}

void resolve(Session& session, Request request, const protocol::ResolveParams& params, const AnalysisResult* result) {
  if (!session.pending.contains(request)) return;  // cancelled meanwhile
  const Document* document = session.workspace.documents.find(*params.uri);
  if (document == nullptr || result == nullptr || document->revision != params.revision)
    return fail_as_changed(session, request);
  FixAllJob job{.facts = result->facts,
                .project = result->project,
                .settings = result->settings,
                .findings = *result->findings,
                .stop = session.pending.stop_token(request)};
  session.workers.run([job = std::move(job), &analysis = session.analysis] { return run(job, analysis); },
                      [&session, request, params](const std::vector<analysis::TextEdit>& edits) {
                        const Document* now = session.workspace.documents.find(*params.uri);
                        if (now == nullptr || now->revision != params.revision)
                          return fail_as_changed(session, request);
                        protocol::Json action = params.action;
                        action["edit"] = to_workspace_edit(edits, *now, session.conversion);
                        session.pending.answer(request, std::move(action));
                      });
}

}  // namespace

std::vector<analysis::TextEdit> run(const FixAllJob& job, const Analysis& analysis) {
  analysis::RepairedText text{.module = *job.facts, .findings = job.findings, .count = 0};
  std::shared_ptr<const analysis::ProjectIndex> project = job.project;
  std::shared_ptr<analysis::LinkedModule> linked;
  for (int round = 0; round < most_rounds && !job.stop.stop_requested(); ++round) {
    text = analysis.repair_module(std::move(text.module), std::move(text.findings), *project, *job.settings,
                                  analysis::Applicability::safe, job.stop);
    if (text.count == 0 || job.stop.stop_requested()) break;
    project = with_module(*project, text.module);
    text.findings = analysis.find_problems(text.module, *project, *job.settings, linked, job.stop);
  }
  if (job.stop.stop_requested()) return {};
  return edits_between(job.facts->text->bytes(), text.module.text->bytes());
}

bool may_be_repaired(const std::vector<analysis::Finding>& findings) {
  return std::ranges::any_of(findings,
                             [](const analysis::Finding& finding) { return !finding.rule->info.repair.empty(); });
}

protocol::CodeAction fix_all_action(const std::vector<analysis::TextEdit>& edits, const Document& document,
                                    const Conversion& conversion) {
  protocol::CodeAction action = empty_action();
  action.edit = to_workspace_edit(edits, document, conversion);
  return action;
}

protocol::CodeAction fix_all_action_to_resolve(const Document& document) {
  protocol::CodeAction action = empty_action();
  action.data = {{"uri", document.uri}, {"revision", document.revision}};
  return action;
}

void resolve_code_action(Session& session, const protocol::ResolveParams& params, Reply reply) {
  // Some clients ask for the edits of all actions that have none, commands included.
  if (!params.uri) return reply.send(params.action);
  const Request request = session.pending.add(std::move(reply));
  session.scheduler.when_current(*params.uri, [&session, request, params](const AnalysisResult* result) {
    resolve(session, request, params, result);
  });
}

}  // namespace server
