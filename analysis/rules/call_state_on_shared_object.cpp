// Finds objects that serve many calls and keep on `self` what belongs to one of them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/rules/argument_flow.h"
#include "analysis/rules/constant_value.h"
#include "analysis/rules/kept_object.h"
#include "analysis/rules/own_methods.h"
#include "analysis/rules/replaced_for_a_call.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/framework_knowledge.h"

namespace analysis {

extern const Rule call_state_on_shared_object;

namespace {

/// Where state of a call is used.
struct Use {
  FunctionId function;
  TextRange range;
  StepAccess access = StepAccess::read;
};

/// What a method stores for the time of one call, and who uses it.
struct CallState {
  const Access* write = nullptr;
  Use use;
  bool is_taken_back = false;  // the method puts back what was there: it knows of calls within calls
};

bool is_part_of(const std::vector<FunctionId>& functions, FunctionId function) {
  return std::ranges::find(functions, function) != functions.end();
}

bool is_fresh(const ir::Value& value) { return is_constant(value) || value.is_empty; }

/// Whether the value is a container that nobody else has: `[]`, `deque()`.
bool is_new_container(const ir::StatementFacts& facts, const ir::Value& value) {
  const bool is_display =
      value.kind == ir::ValueKind::list || value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set;
  return (is_display && value.is_empty) || container_made_by(maker_of(facts, value)) != ContainerType::none;
}

/// Whether the function always gets there, if it does not leave before.
bool is_unconditional(const Trace& body, const Access& access) {
  for (ContextId at = access.context; at; at = body.contexts[at.index].parent) {
    const Context::Kind kind = body.contexts[at.index].kind;
    if (kind != Context::Kind::root && kind != Context::Kind::with) return false;
  }
  return true;
}

bool is_reading(const Access& access) {
  return access.kind != AccessKind::rebind && access.kind != AccessKind::unbind &&
         access.kind != AccessKind::item_write && access.kind != AccessKind::item_delete;
}

/// Whether a name says that it is about what goes on at the moment: `current_node`, `parser_state`.
bool names_the_moment(std::string_view attribute) {
  static constexpr std::array<std::string_view, 4> parts{"state", "current", "context", "request"};
  return std::ranges::any_of(parts,
                             [&](std::string_view part) { return attribute.find(part) != std::string_view::npos; });
}

class MethodCheck {
 public:
  MethodCheck(const RuleContext& context, FunctionId method)
      : context_(context),
        model_(context.model),
        method_(method),
        function_(model_.function(method)),
        body_(model_.bodies[method.index]),
        line_(model_.symbols.class_of(function_.owner).line),
        run_(with_own_callees(model_, line_, method)),
        arguments_(names_from_arguments(function_)),
        hands_itself_on_(finds_receiver_alone()) {
    if (!hands_itself_on_) return;
    // Whoever has the object may call any of its methods.
    for (const ClassId id : line_) {
      const std::vector<FunctionId>& methods = model_.symbols.class_of(id).methods;
      run_.insert(run_.end(), methods.begin(), methods.end());
    }
  }

  [[nodiscard]] std::optional<CallState> examine(const std::vector<const Access*>& accesses) const {
    for (const Access* write : accesses) {
      if (write->function != method_ || !write->locks.empty() || write->value == nullptr) continue;
      if (asks_first(body_, *write)) continue;
      if (const std::optional<Use> use = use_of(accesses, *write))
        return CallState{write, *use, is_taken_back(accesses, *write)};
    }
    return {};
  }

 private:
  [[nodiscard]] bool is_taken_back(const std::vector<const Access*>& accesses, const Access& write) const {
    return std::ranges::any_of(accesses, [&](const Access* other) {
      return other->kind == AccessKind::rebind && other->function == method_ && write.range.end <= other->range.begin;
    });
  }

  [[nodiscard]] std::string_view text(Name name) const { return model_.symbols.names.text(name); }

  /// `visit(self)`, `super().visit()`, `getattr(self, name)`; not `return self`.
  [[nodiscard]] bool finds_receiver_alone() const {
    return std::ranges::any_of(function_.code->ops, [&](const ir::Op& op) {
      if (op.kind != ir::OpKind::call) return false;
      const ir::Call& call = function_.facts->calls[op.call.index];
      if (is_super(call.callee)) return true;
      return std::ranges::any_of(function_.code->ops, [&](const ir::Op& argument) {
        return argument.kind == ir::OpKind::read && call.range.contains(argument.range) && is_receiver(argument.place);
      });
    });
  }

  [[nodiscard]] bool leads_from_receiver(const ir::Place& place) const {
    return place.root && model_.symbols.name(function_, place.root) == function_.receiver_name;
  }

  [[nodiscard]] bool is_receiver(ir::PlaceId id) const {
    const ir::Place& place = function_.facts->places[id.index];
    return place.segment_count == 0 && leads_from_receiver(place);
  }

  [[nodiscard]] bool is_super(ir::PlaceId id) const {
    const ir::Place& place = function_.facts->places[id.index];
    if (!leads_from_receiver(place) || place.segment_count == 0) return false;
    const ir::NameId first = function_.facts->segments[place.first_segment].name;
    return first && function_.facts->names[first.index] == "super";
  }

  [[nodiscard]] std::optional<Use> use_of(const std::vector<const Access*>& accesses, const Access& write) const {
    if (is_setter_of(write)) return use_elsewhere(accesses);
    if (stores_argument(write)) return first_use(accesses, write);
    if (write.kind != AccessKind::rebind || !is_unconditional(body_, write)) return {};
    if (!is_fresh(*write.value) && !is_new_container(*function_.facts, *write.value)) return {};
    // `self.started = True` marks what has begun; it begins nothing anew for another method to fill.
    const bool is_mark = text_of(context_, function_.absolute(write.value->range)) == "True";
    const bool is_filled = std::ranges::any_of(accesses, [&](const Access* other) {
      if (is_mark && other->function != method_) return false;
      return other != &write && is_write(other->kind) && follows(*other, write) &&
             (other->kind != AccessKind::rebind || other->is_update || other->function != method_);
    });
    return is_filled || is_bound_by_others(write) ? first_use(accesses, write) : std::nullopt;
  }

  /// `self.x = f(argument)`, `self.x["name"] = argument`.
  [[nodiscard]] bool stores_argument(const Access& write) const {
    const bool is_rebinding = write.kind == AccessKind::rebind && write.depth == 0 && !write.is_update;
    const std::string_view key = text(write.key);
    const bool is_entry = write.kind == AccessKind::item_write && write.depth == 1 && !key.empty() &&
                          (key.front() == '"' || key.front() == '\'');
    return (is_rebinding || is_entry) && !is_fresh(*write.value) && is_computed_of(function_, *write.value, arguments_);
  }

  /// `def set_state(self, state): self.state = state`.
  [[nodiscard]] bool is_setter_of(const Access& write) const {
    const std::string_view attribute = text(model_.cells.cell(write.cell).name);
    const std::string_view name = model_.symbols.text(function_, function_.code->name);
    return name.starts_with("set_") && name.substr(4) == attribute && names_the_moment(attribute) &&
           stores_argument(write);
  }

  /// A generator of another method, which stops half-way and goes on later.
  [[nodiscard]] std::optional<Use> use_elsewhere(const std::vector<const Access*>& accesses) const {
    const auto found = std::ranges::find_if(accesses, [&](const Access* access) {
      return access->function != method_ && is_reading(*access) && access->locks.empty() &&
             model_.function(access->function).code->is_generator;
    });
    if (found == accesses.end()) return {};
    return Use{(*found)->function, (*found)->range, step_access(**found)};
  }

  [[nodiscard]] bool follows(const Access& access, const Access& write) const {
    if (!access.locks.empty()) return false;
    return access.function == method_ ? write.range.end <= access.range.begin : is_part_of(run_, access.function);
  }

  /// What reads the state before the call is over.
  [[nodiscard]] std::optional<Use> first_use(const std::vector<const Access*>& accesses, const Access& write) const {
    const auto found = std::ranges::find_if(accesses, [&](const Access* access) {
      if (!is_reading(*access) || !follows(*access, write)) return false;
      return access->function != method_ || access->kind == AccessKind::escape ||
             runs_code_within(function_, {write.range.end, access->range.begin});
    });
    if (found != accesses.end()) return Use{(*found)->function, (*found)->range, step_access(**found)};
    return foreign_use(write, ir::OpKind::read);
  }

  [[nodiscard]] bool is_bound_by_others(const Access& write) const {
    return foreign_use(write, ir::OpKind::bind).has_value();
  }

  /// `choice.matched` in a function of the module that may have got our object.
  [[nodiscard]] std::optional<Use> foreign_use(const Access& write, ir::OpKind kind) const {
    if (!hands_itself_on_) return {};
    const Name attribute = model_.cells.cell(write.cell).name;
    for (std::uint32_t i = 0; i < model_.symbols.functions.size(); ++i) {
      const FunctionSymbol& other = model_.symbols.functions[i];
      if (other.owner == function_.owner || !other.code->name || model_.symbols.statement_modules[other.statement] != 0)
        continue;
      for (const ir::Op& op : other.code->ops) {
        if (op.kind != kind || !op.place) continue;
        const ir::Place& place = other.facts->places[op.place.index];
        if (place.segment_count != 1 || !place.root || model_.symbols.name(other, place.root) == other.receiver_name)
          continue;
        const ir::Segment& segment = other.facts->segments[place.first_segment];
        if (segment.kind != ir::Segment::Kind::attribute || model_.symbols.name(other, segment.name) != attribute)
          continue;
        return Use{FunctionId{i}, other.absolute(op.range), StepAccess::read};
      }
    }
    return {};
  }

  const RuleContext& context_;
  const ConcurrencyModel& model_;
  FunctionId method_;
  const FunctionSymbol& function_;
  const Trace& body_;
  const std::vector<ClassId>& line_;
  std::vector<FunctionId> run_;
  std::vector<std::string_view> arguments_;
  bool hands_itself_on_ = false;
};

std::vector<Step> steps(const RuleContext& context, const CallState& state) {
  const CellPart part{state.write->cell, {}};
  const FunctionId writer = state.write->function;
  return {make_step(context, 1, StepAccess::write, writer, part, "stores what belongs to its call", state.write->range),
          make_step(context, 2, StepAccess::write, writer, part, "stores its own over it, for another call",
                    state.write->range),
          make_step(context, 1, state.use.access, state.use.function, part, "uses what belongs to the other call",
                    state.use.range)};
}

/// "`A.x` and `A.y`", at most five.
std::string names_of(const RuleContext& context, const std::vector<CallState>& states) {
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(states.size(), most); ++i) {
    if (0 < i) text += i + 1 == states.size() ? " and " : ", ";
    text += "`" + context.model.name_of(states[i].write->cell) + "`";
  }
  return states.size() <= most ? text : text + fmt::format(" and {} more", states.size() - most);
}

void add_finding(const RuleContext& context, FunctionId method, const std::vector<CallState>& states, KeptObject object,
                 std::vector<Finding>& findings) {
  const FunctionSymbol& function = context.model.function(method);
  const CallState& first = states.front();
  findings.push_back({.rule = &call_state_on_shared_object,
                      .severity = object.severity,
                      .effect = Effect::leak_between_requests,
                      .breaks_on = function.code->is_async ? BreaksOn::await : BreaksOn::every_build,
                      .range = first.write->range,
                      .message = fmt::format(
                          "{} {} what belongs to one call: when two threads call `{}` of one object, each works "
                          "with what the other has put there",
                          names_of(context, states), states.size() == 1 ? "keeps" : "keep", function.qualified_name),
                      .evidence = std::move(object.evidence),
                      .symbol = symbol_of(context, first.write->cell),
                      .interleaving = steps(context, first),
                      .fixes = {},
                      .fingerprint = 0});
}

bool may_serve_calls(const RuleContext& context, FunctionId method) {
  const FunctionSymbol& function = context.model.function(method);
  return function.owner && function.receiver == Receiver::instance &&
         is_in_module(context, function.absolute(function.code->range));
}

/// Methods by which others call an object: no helpers, and none that begin or end its use.
bool is_entered_by_others(const RuleContext& context, FunctionId method) {
  const FunctionSymbol& function = context.model.function(method);
  const std::string_view name = context.model.symbols.text(function, function.code->name);
  if (name.starts_with("set_") && names_the_moment(name)) return true;
  const bool is_setter = std::ranges::any_of(function.code->decorators, [&](ir::PlaceId decorator) {
    return last_name(*function.facts, function.facts->places[decorator.index]) == "setter";
  });
  return !is_setter && !sets_object_up(name) && (!name.starts_with('_') || name == "__call__");
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  std::vector<std::vector<CellId>> written(context.model.functions.size());
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    if (context.model.cells.cell(CellId{i}).kind != CellKind::instance_attribute) continue;
    for (const Access* access : context.accesses[i]) {
      if (access->kind != AccessKind::rebind && access->kind != AccessKind::item_write) continue;
      std::vector<CellId>& cells = written[access->function.index];
      if (cells.empty() || cells.back() != CellId{i}) cells.push_back(CellId{i});
    }
  }
  for (std::uint32_t i = 0; i < written.size(); ++i) {
    if (written[i].empty() || !may_serve_calls(context, FunctionId{i})) continue;
    const MethodCheck method(context, FunctionId{i});
    std::vector<CallState> states;
    for (const CellId cell : written[i]) {
      if (const std::optional<CallState> state = method.examine(context.accesses[cell.index])) states.push_back(*state);
    }
    if (states.empty()) continue;
    KeptObject object = kept_object_of(context, states.front().write->cell, FunctionId{i});
    if (!object.is_possible || (!object.is_framework && !is_entered_by_others(context, FunctionId{i}))) continue;
    if (object.severity == Severity::hint)
      std::erase_if(states, [](const CallState& state) { return state.is_taken_back; });
    if (states.empty()) continue;
    std::ranges::sort(states, {}, [](const CallState& state) { return state.write->range; });
    add_finding(context, FunctionId{i}, states, std::move(object), findings);
  }
}

}  // namespace

const Rule call_state_on_shared_object{
    .info = {.name = "call-state-on-shared-object",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "an object that serves many calls keeps something of one call",
             .why = "A method stores on `self` what it was called with, or empties there what it is going to fill, and "
                    "it or its helpers read it back later. That works while one thread uses the object. When two call "
                    "it at once, the second overwrites what the first is working with: results are mixed, or belong "
                    "to somebody else. Pass the values as arguments, return them, or make an object for each call. "
                    "Reported as a warning for methods that frameworks call of one object in all their threads, and as "
                    "information where something else says that the object is kept for many calls.",
             .bad = R"py(import logging

class Redact(logging.Filter):
    def filter(self, record):
        self.message = record.getMessage()
        self.strip_passwords()
        record.msg = self.message
        return True

    def strip_passwords(self):
        self.message = self.message.replace("secret", "***")
)py",
             .good = R"py(import logging

class Redact(logging.Filter):
    def filter(self, record):
        record.msg = self.strip_passwords(record.getMessage())
        return True

    def strip_passwords(self, message):
        return message.replace("secret", "***")
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
