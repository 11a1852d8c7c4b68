#include "analysis/rules/raising.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using namespace std::string_view_literals;

constexpr int call_depth = 3;

/// Methods of builtin containers, locks, events, loggers and clocks, and builtin functions, that raise for nobody who
/// uses them with the types they are made for.
bool is_harmless(std::string_view name) {
  static constexpr std::array names{
      "Condition"sv,     "Event"sv,        "Lock"sv,         "RLock"sv,         "acquire"sv,
      "add"sv,           "append"sv,       "appendleft"sv,   "bool"sv,          "cancel"sv,
      "clear"sv,         "copy"sv,         "count"sv,        "critical"sv,      "current_thread"sv,
      "currentThread"sv, "debug"sv,        "deque"sv,        "dict"sv,          "difference"sv,
      "discard"sv,       "done"sv,         "empty"sv,        "endswith"sv,      "error"sv,
      "exc_info"sv,      "exception"sv,    "extend"sv,       "format"sv,        "frozenset"sv,
      "get"sv,           "getName"sv,      "get_ident"sv,    "get_name"sv,      "getpid"sv,
      "hasattr"sv,       "has_key"sv,      "id"sv,           "info"sv,          "insert"sv,
      "isSet"sv,         "is_alive"sv,     "is_set"sv,       "isinstance"sv,    "issubclass"sv,
      "items"sv,         "iteritems"sv,    "iterkeys"sv,     "itervalues"sv,    "join"sv,
      "keys"sv,          "len"sv,          "list"sv,         "locked"sv,        "log"sv,
      "lower"sv,         "max"sv,          "min"sv,          "monotonic"sv,     "notify"sv,
      "notifyAll"sv,     "notify_all"sv,   "perf_counter"sv, "pop"sv,           "popleft"sv,
      "popitem"sv,       "print"sv,        "put_nowait"sv,   "qsize"sv,         "range"sv,
      "release"sv,       "remove"sv,       "repr"sv,         "reversed"sv,      "set"sv,
      "setDaemon"sv,     "setdefault"sv,   "sleep"sv,        "sorted"sv,        "startswith"sv,
      "str"sv,           "strip"sv,        "super"sv,        "time"sv,          "tuple"sv,
      "type"sv,          "update"sv,       "upper"sv,        "values"sv,        "wait"sv,
      "warning"sv,       "xrange"sv,       "zip"sv,          "enumerate"sv,     "getattr"sv,
      "setattr"sv,       "intersection"sv, "union"sv,        "total_seconds"sv, "utcnow"sv,
      "now"sv,           "ref"sv};
  return std::ranges::find(names, name) != names.end();
}

const CallSite* site_of(const ConcurrencyModel& model, FunctionId function, const ir::Call& call) {
  const std::vector<CallSite>& calls = model.functions[function.index].calls;
  const auto found = std::ranges::find_if(calls, [&](const CallSite& site) { return site.call == &call; });
  return found == calls.end() ? nullptr : &*found;
}

/// Functions still to be looked into, and how deep they were called.
struct Pending {
  FunctionId function;
  int depth = 0;
};

}  // namespace

bool may_raise(const ConcurrencyModel& model, FunctionId function, const ir::Op& op) {
  std::vector<Pending> pending;
  const auto raises = [&](FunctionId in, const ir::Op& each, int depth) {
    if (each.kind == ir::OpKind::raise || (each.kind == ir::OpKind::yield && depth == 0)) return true;
    if (each.kind != ir::OpKind::call) return false;
    const FunctionSymbol& symbol = model.function(in);
    const ir::Call& call = symbol.facts->calls[each.call.index];
    const CallSite* site = site_of(model, in, call);
    if (site != nullptr && (site->callee || site->constructed)) {
      if (!site->callee) return false;  // made without arguments to look at
      if (depth == call_depth) return true;
      pending.push_back({site->callee, depth + 1});
      return false;
    }
    return !is_harmless(last_name(*symbol.facts, symbol.facts->places[call.callee.index]));
  };
  if (raises(function, op, 0)) return true;
  while (!pending.empty()) {
    const Pending next = pending.back();
    pending.pop_back();
    const ir::Function& code = *model.function(next.function).code;
    if (code.is_generator) continue;  // calling it runs nothing
    if (std::ranges::any_of(code.ops, [&](const ir::Op& each) { return raises(next.function, each, next.depth); }))
      return true;
  }
  return false;
}

}  // namespace analysis
