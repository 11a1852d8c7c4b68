// What can be done about the findings in a range, and about the shared names in it. All of it is computed on a worker,
// since each repair is checked by another analysis.

#include <algorithm>

#include "server/convert/from_protocol.h"
#include "server/convert/to_code_action.h"
#include "server/handlers/fix_all.h"
#include "server/handlers/handlers.h"

namespace server {
namespace {

/// What one request asks a worker for.
struct RepairJob {
  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::RuleSettings> settings;
  std::vector<analysis::Finding> findings;  // all of the document
  analysis::RepairRequest request;
  bool wants_all = false;  // the edit of all repairs, for clients that do not ask for it later
  std::stop_token stop;
};

struct Repairs {
  analysis::RepairOffer offer;
  std::vector<analysis::TextEdit> all;  // the edits of all safe repairs together
};

Repairs run(const RepairJob& job, const Analysis& analysis) {
  if (job.stop.stop_requested()) return {};
  Repairs repairs;
  repairs.offer = analysis.offer_repairs(*job.facts, job.findings, job.request, *job.project, *job.settings, job.stop);
  if (job.wants_all)
    repairs.all = run(FixAllJob{job.facts, job.project, job.settings, job.findings, job.stop}, analysis);
  return repairs;
}

/// What the client's editor and its user want to see.
struct Wish {
  bool fixes = false;  // and suppressions
  bool refactorings = false;
  bool proofs = false;
  bool fix_all = false;
  bool impossible = false;  // what cannot be done, and why
};

Wish wish_of(const protocol::CodeActionParams& params, const protocol::ClientCapabilities& capabilities) {
  // As the cursor moves editors ask whether there is something to do: what is made of the name under it is too dear.
  const bool is_asked = params.only.has_value() || !params.is_automatic;
  return {.fixes = protocol::wants_kind(params, protocol::quick_fix_kind),
          .refactorings = is_asked && protocol::wants_kind(params, protocol::rewrite_kind),
          .proofs = protocol::wants_kind(params, protocol::refactor_kind),
          .fix_all = is_asked && protocol::wants_kind(params, protocol::fix_all_kind),
          .impossible = capabilities.disabled_code_actions && !params.is_automatic};
}

/// The menu, in the order in which editors show it.
class Menu {
 public:
  Menu(const Session& session, const Document& document, const analysis::ProjectIndex& project, const Wish& wish)
      : session_(session), document_(document), project_(project), wish_(wish) {}

  void add(const analysis::Fix& fix, const char* kind, const std::vector<analysis::Finding>& about) {
    if (!fix.disabled_reason.empty() && !wish_.impossible) return;
    protocol::CodeAction action = to_code_action(fix, kind, document_, session_.conversion);
    for (const analysis::Finding& finding : about) {
      action.diagnostics.push_back(to_diagnostic(finding, document_, project_, session_.conversion));
    }
    add(std::move(action));
  }

  /// What does the same for several findings is one entry.
  void add(protocol::CodeAction action) {
    const protocol::Json what = action.edit ? protocol::Json(*action.edit) : protocol::Json();
    const auto known = std::ranges::find_if(entries_, [&](const Entry& entry) {
      return !what.is_null() && entry.action.title == action.title && entry.edit == what;
    });
    if (known == entries_.end()) return entries_.push_back({std::move(action), what});
    auto& diagnostics = known->action.diagnostics;
    diagnostics.insert(diagnostics.end(), action.diagnostics.begin(), action.diagnostics.end());
  }

  [[nodiscard]] protocol::Json actions() const {
    protocol::Json actions = protocol::Json::array();
    for (const Entry& entry : entries_) actions.push_back(entry.action);
    return actions;
  }

 private:
  struct Entry {
    protocol::CodeAction action;
    protocol::Json edit;
  };

  const Session& session_;
  const Document& document_;
  const analysis::ProjectIndex& project_;
  const Wish& wish_;
  std::vector<Entry> entries_;
};

std::vector<analysis::Finding> findings_about(const std::vector<analysis::Finding>& findings,
                                              const std::string& symbol) {
  std::vector<analysis::Finding> found;
  std::ranges::copy_if(findings, std::back_inserter(found),
                       [&](const analysis::Finding& finding) { return finding.symbol == symbol; });
  return found;
}

/// One request on its way to the worker and back.
struct Question {
  PendingRequests::Number request = 0;
  std::string uri;
  Wish wish;
  std::uint64_t revision = 0;
  std::shared_ptr<const analysis::ProjectIndex> project;
  bool may_fix_all_later = false;
};

void answer(Session& session, const Question& question, const Repairs& repairs) {
  const Document* document = session.workspace.documents.find(question.uri);
  if (document == nullptr || document->revision != question.revision) {
    return session.pending.fail(question.request, protocol::ErrorCode::content_modified, "the document was changed");
  }
  const std::vector<analysis::Finding>& findings = repairs.offer.findings;
  Menu menu(session, *document, *question.project, question.wish);
  for (const analysis::Finding& finding : findings) {
    for (const analysis::Fix& fix : finding.fixes) menu.add(fix, protocol::quick_fix_kind, {finding});
  }
  for (std::size_t i = 0; i < repairs.offer.suppressions.size(); ++i) {
    for (const analysis::Fix& fix : repairs.offer.suppressions[i]) {
      menu.add(fix, protocol::quick_fix_kind, {findings[i]});
    }
  }
  for (const analysis::Finding& finding : findings) {
    if (!question.wish.proofs) break;
    for (protocol::CodeAction& action : proof_actions(session, finding, *document, *question.project)) {
      menu.add(std::move(action));
    }
  }
  for (const analysis::Refactoring& refactoring : repairs.offer.refactorings) {
    menu.add(refactoring.fix, protocol::rewrite_kind, findings_about(findings, refactoring.symbol));
  }
  if (question.may_fix_all_later) menu.add(fix_all_action_to_resolve(*document));
  if (!repairs.all.empty()) menu.add(fix_all_action(repairs.all, *document, session.conversion));
  session.pending.answer(question.request, menu.actions());
}

/// The findings of the lines that are asked about: editors name them wherever in its line the cursor is.
std::vector<analysis::TextRange> named_findings(const Session& session, const protocol::CodeActionParams& params,
                                                const Document& document) {
  std::vector<analysis::TextRange> named;
  for (const protocol::Range& each : params.diagnostics) {
    if (each.end.line < params.range.start.line || params.range.end.line < each.start.line) continue;
    if (const auto range = to_text_range(each, *document.text(), session.conversion.unit)) named.push_back(*range);
  }
  return named;
}

void find_repairs(Session& session, Question question, const protocol::CodeActionParams& params,
                  const AnalysisResult* result) {
  if (!session.pending.contains(question.request)) return;  // cancelled meanwhile
  const Document* document = session.workspace.documents.find(question.uri);
  if (document == nullptr || result == nullptr) {
    return session.pending.answer(question.request, protocol::Json::array());
  }
  const auto range = to_text_range(params.range, *document->text(), session.conversion.unit);
  if (!range)
    return session.pending.fail(question.request, protocol::ErrorCode::invalid_params, "there is no such range");

  const Wish& wish = question.wish;
  RepairJob job{.facts = result->facts,
                .project = result->project,
                .settings = result->settings,
                .findings = *result->findings,
                .request = {.range = *range,
                            .named = named_findings(session, params, *document),
                            .wants_fixes = wish.fixes,
                            .wants_suppressions = wish.fixes,
                            .wants_refactorings = wish.refactorings},
                .wants_all = false,
                .stop = session.pending.stop_token(question.request)};
  if (wish.fix_all && may_be_repaired(job.findings)) {
    question.may_fix_all_later = session.conversion.capabilities.code_action_edits_later;
    job.wants_all = !question.may_fix_all_later;
  }
  question.revision = document->revision;
  question.project = result->project;
  session.workers.run([job = std::move(job), &analysis = session.analysis] { return run(job, analysis); },
                      [&session, question](const Repairs& repairs) { answer(session, question, repairs); });
}

}  // namespace

std::vector<std::string> code_action_kinds(const Session& session) {
  std::vector<std::string> kinds{protocol::quick_fix_kind, protocol::fix_all_kind, protocol::rewrite_kind};
  if (!proof_commands(session).empty()) kinds.emplace_back(protocol::refactor_kind);
  return kinds;
}

void code_action(Session& session, const protocol::CodeActionParams& params, Reply reply) {
  if (!session.conversion.capabilities.code_action_literals) {
    session.log.warn("the client takes no code actions but commands, and repairs are none");
    return reply.send(protocol::Json::array());
  }
  const Wish wish = wish_of(params, session.conversion.capabilities);
  if (!wish.fixes && !wish.refactorings && !wish.proofs && !wish.fix_all) return reply.send(protocol::Json::array());
  Question question{.request = session.pending.add(std::move(reply)), .uri = params.uri, .wish = wish, .project = {}};
  session.scheduler.when_current(params.uri, [&session, question, params](const AnalysisResult* result) {
    find_repairs(session, question, params, result);
  });
}

}  // namespace server
