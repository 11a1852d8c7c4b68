#include "analysis/concurrency/access.h"

namespace analysis {

bool is_within(const Trace& trace, ContextId inner, ContextId outer) {
  for (ContextId at = inner; at; at = trace.contexts[at.index].parent) {
    if (at == outer) return true;
  }
  return false;
}

bool are_exclusive(const Trace& trace, ContextId left, ContextId right) {
  for (ContextId a = left; a; a = trace.contexts[a.index].parent) {
    const Context& mine = trace.contexts[a.index];
    if (mine.kind != Context::Kind::branch) continue;
    for (ContextId b = right; b; b = trace.contexts[b.index].parent) {
      const Context& other = trace.contexts[b.index];
      if (other.kind == Context::Kind::branch && other.visit == mine.visit && other.is_true_side != mine.is_true_side) {
        return true;
      }
    }
  }
  return false;
}

ContextId loop_within(const Trace& trace, ContextId inner, ContextId outer) {
  for (ContextId at = inner; at && at != outer; at = trace.contexts[at.index].parent) {
    if (trace.contexts[at.index].kind == Context::Kind::loop) return at;
  }
  return {};
}

LockSet held_throughout(const Trace& trace, LockSet locks, std::size_t first, std::size_t last) {
  for (const Release& release : trace.releases) {
    if (release.access < first || last < release.access) continue;
    if (!are_exclusive(trace, release.context, trace.accesses[last].context)) locks.erase(release.lock);
  }
  return locks;
}

bool is_write(AccessKind kind) {
  switch (kind) {
    case AccessKind::rebind:
    case AccessKind::unbind:
    case AccessKind::mutate:
    case AccessKind::item_write:
    case AccessKind::item_delete:
    case AccessKind::attribute_write:
      return true;
    default:
      return false;
  }
}

}  // namespace analysis
