// Finds entries of shared containers that are stored first and filled afterwards.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule half_filled_entry;

namespace {

/// Whether the access changes what is stored under the key: `X[k]["a"] = v`, `X[k].a = v`, `X[k].update(…)`.
bool fills(const Access& access, const CellPart& part) {
  if (access.cell != part.cell || access.key != part.key) return false;
  if (access.kind == AccessKind::item_write || access.kind == AccessKind::attribute_write) return access.depth == 2;
  return adds_elements(access, 1);
}

/// `X[k] = {…}`, a new object that nobody else knows yet.
bool stores_new(const Access& access) {
  if (access.kind != AccessKind::item_write || access.depth != 1 || !access.key || access.value == nullptr)
    return false;
  return access.value->kind == ir::ValueKind::dict || access.value->kind == ir::ValueKind::place;
}

/// The last change of the entry that the function makes after it has stored it, in the same turn of a loop; null if
/// there is none.
const Access* last_filling(const Trace& body, std::size_t stored) {
  const Access& store = body.accesses[stored];
  const CellPart part{store.cell, store.key};
  const Access* last = nullptr;
  for (std::size_t i = stored + 1; i < body.accesses.size(); ++i) {
    const Access& access = body.accesses[i];
    if (access.cell == store.cell && is_write(access.kind) && !fills(access, part)) return last;
    if (fills(access, part) && is_within(body, access.context, store.context)) last = &access;
  }
  return last;
}

/// Who looks entries up meanwhile.
const Access* find_reader(const RuleContext& context, const Access& store, const Access& filling) {
  const LockSet held = intersection(store.locks, filling.locks);
  return find_rival(context, store.cell, store.function, [&](const Trace& body, const Access& access) {
    const bool looks_up = 1 <= access.depth || (access.depth == 0 && access.kind == AccessKind::call_on);
    return body.root != store.function && looks_up && is_use(access.kind) && access.kind != AccessKind::mutate &&
           are_unexcluded(context.model, access.locks, held);
  });
}

/// The step that finds a part missing: the last of the look-ups of `X[k]["a"]`, else what the thread does with the
/// entry.
Step make_look_up(const RuleContext& context, const Access& reader, const CellPart& part) {
  constexpr const char* text = "looks it up before thread 1 has filled it";
  const std::string_view expression = text_of(context, reader.range);
  if (1 < reader.depth && step_access(reader) == StepAccess::item_read && expression.ends_with(']'))
    return make_step(context, 2, StepAccess::item_read, reader.function, std::string(expression), text, reader.range);
  return make_last_use(context, 2, reader, part, text);
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  for (const Trace& body : model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    for (std::size_t i = 0; i < body.accesses.size(); ++i) {
      const Access& store = body.accesses[i];
      if (!stores_new(store) || !store.is_container || !can_race(model, store.cell)) continue;
      const Access* filling = last_filling(body, i);
      if (filling == nullptr || is_reported(context, half_filled_entry, store.cell, body.root, findings)) continue;
      if (!may_run_on_threads(model, body.root)) continue;
      const Access* reader = find_reader(context, store, *filling);
      if (reader == nullptr) continue;
      Weight weight = weigh(context, store.cell, {Severity::warning, Severity::information, Severity::hint}, body.root);
      if (!weight.is_reported) continue;
      const CellPart part{store.cell, store.key};
      findings.push_back({.rule = &half_filled_entry,
                          .severity = weight.severity,
                          .effect = Effect::incomplete,
                          .breaks_on = breaks_until(model, store.range.end, *filling),
                          .range = store.range,
                          .message = fmt::format(
                              "`{}` is stored here and filled until {}: `{}` may read it meanwhile, and finds a part",
                              part_name(model, part), line_of(context, filling->range.begin),
                              model.function(reader->function).qualified_name),
                          .evidence = std::move(weight.evidence),
                          .symbol = symbol_of(context, store.cell),
                          .interleaving = {make_step(context, 1, step_access(store), store.function, part,
                                                     "stores the entry", store.range),
                                           make_look_up(context, *reader, part)},
                          .fixes = {},
                          .fingerprint = 0});
    }
  }
}

}  // namespace

const Rule half_filled_entry{
    .info = {.name = "half-filled-entry",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "an entry is stored in a shared container and filled afterwards",
             .why =
                 "From the moment it is stored, every thread can look the entry up. One that does so before the last "
                 "part was added finds an entry, takes it for complete, and works with what is there so far. Where "
                 "nothing but operations of builtin containers lies between, the global lock of CPython hides it "
                 "mostly. Fill a local variable, and store it when it is complete.",
             .bad = R"py(_hosts = {}

def add_host(name):
    _hosts[name] = {"name": name}
    _hosts[name]["address"] = resolve(name)

def address_of(name):
    return _hosts[name]["address"]
)py",
             .good = R"py(_hosts = {}

def add_host(name):
    host = {"name": name}
    host["address"] = resolve(name)
    _hosts[name] = host

def address_of(name):
    return _hosts[name]["address"]
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
