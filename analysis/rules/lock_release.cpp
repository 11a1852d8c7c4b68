#include "analysis/rules/lock_release.h"

#include <algorithm>
#include <optional>

#include "analysis/rules/begins_line.h"
#include "analysis/rules/raising.h"
#include "analysis/rules/rule_context.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::OpKind;

bool is_block(OpKind kind) {
  return kind == OpKind::branch || kind == OpKind::loop || kind == OpKind::try_ || kind == OpKind::with;
}

bool is_part(OpKind kind) { return kind == OpKind::otherwise || kind == OpKind::handler || kind == OpKind::finally; }

/// One function as this file looks at it.
struct Code {
  const RuleContext& context;
  FunctionId id;
  const FunctionSymbol& symbol;
  const std::vector<ir::Op>& ops;
};

/// `self._lock` when the op calls `self._lock.acquire()` and `is_wanted` says yes to "acquire"; else empty.
template <class Predicate>
std::string_view called_on(const Code& code, const ir::Op& op, Predicate is_wanted) {
  if (op.kind != OpKind::call) return {};
  const ir::Place& callee = code.symbol.facts->places[code.symbol.facts->calls[op.call.index].callee.index];
  if (callee.segment_count == 0 || !callee.root) return {};
  if (!is_wanted(last_name(*code.symbol.facts, callee))) return {};
  const std::string_view text = text_of(code.context, code.symbol.absolute(callee.range));
  const std::size_t dot = text.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : text.substr(0, dot);
}

bool releases_lock(const Code& code, const ir::Op& op, std::string_view lock) {
  return called_on(code, op, [](std::string_view name) { return releases(name); }) == lock;
}

bool acquires_lock(const Code& code, const ir::Op& op, std::string_view lock) {
  return called_on(code, op, [](std::string_view name) { return acquires(name); }) == lock;
}

/// `acquire()`, `acquire(True)`: it does not return without the lock.
bool waits_for_ever(const Code& code, const ir::Op& op) {
  const ir::StatementFacts& facts = *code.symbol.facts;
  const ir::Call& call = facts.calls[op.call.index];
  if (call.argument_count == 0) return true;
  const ir::Argument& argument = facts.arguments[call.first_argument];
  if (call.argument_count != 1 || argument.keyword || argument.is_splat) return false;
  const ir::Value& value = facts.values[argument.value.index];
  return (value.kind == ir::ValueKind::boolean || value.kind == ir::ValueKind::number) && !value.is_empty;
}

/// What binds the lock, as far as it can be told from its spelling: `self.x` or a global.
const std::vector<CellTable::Binding>& bindings_of_lock(const Code& code, const ir::Place& callee) {
  static const std::vector<CellTable::Binding> none;
  const SymbolTable& symbols = code.context.model.symbols;
  const auto [variable, first] = origin_of(symbols, code.id, callee);
  const std::uint32_t rest = callee.segment_count - first;
  if (rest == 1 && !variable.owner) return code.context.model.cells.bindings_of(variable.name);
  if (rest != 2) return none;
  const ReceiverOf receiver = receiver_of(symbols, variable);
  const ir::Segment& attribute = code.symbol.facts->segments[callee.first_segment + first];
  if (!receiver.class_id || attribute.kind != ir::Segment::Kind::attribute) return none;
  return code.context.model.cells.bindings_of_attribute(receiver.class_id, symbols.name(code.symbol, attribute.name));
}

/// Whether it is a lock that others can wait for: not one that this function made.
bool is_shared_lock(const Code& code, const ir::Op& acquire) {
  const ir::StatementFacts& facts = *code.symbol.facts;
  const ir::Place& callee = facts.places[facts.calls[acquire.call.index].callee.index];
  const SymbolTable& symbols = code.context.model.symbols;
  const Variable variable = look_up(symbols, code.id, symbols.name(code.symbol, callee.root));
  if (variable.owner == code.id && callee.segment_count == 1) {
    const bool is_parameter = std::ranges::any_of(code.symbol.code->parameters, [&](const ir::Parameter& parameter) {
      return parameter.name && symbols.name(code.symbol, parameter.name) == variable.name;
    });
    if (!is_parameter) return false;
  }
  const std::vector<CellTable::Binding>& bindings = bindings_of_lock(code, callee);
  bool is_made_here = false;
  for (const CellTable::Binding& binding : bindings) {
    if (!binding.op->value) continue;
    const ir::StatementFacts& there = *symbols.function(binding.function).facts;
    const ir::Value& value = there.values[binding.op->value.index];
    if (makes_lock(symbols.added, maker_of(there, value))) return true;
    is_made_here = is_made_here || value.kind == ir::ValueKind::call;
  }
  if (is_made_here) return false;  // of a class whose `acquire` may mean anything
  const std::string_view before =
      callee.segment_count == 1
          ? symbols.text(code.symbol, callee.root)
          : symbols.text(code.symbol, facts.segments[callee.first_segment + callee.segment_count - 2].name);
  return is_lock_name(before);
}

/// Whether a `finally` or `except` of the try block at `index` releases the lock.
bool makes_sure(const Code& code, std::size_t index, std::string_view lock) {
  bool is_rescue = false;
  for (std::size_t i = index + 1; i < code.ops[index].end; ++i) {
    const ir::Op& op = code.ops[i];
    if (op.end == code.ops[index].end && is_part(op.kind)) is_rescue = op.kind != OpKind::otherwise;
    if (is_rescue && releases_lock(code, op, lock)) return true;
  }
  return false;
}

/// Whether no exception of the body of the try block at `index` gets out of it: it has an `except:` or an `except
/// Exception:`.
bool catches_all(const Code& code, std::size_t index) {
  const ir::StatementFacts& facts = *code.symbol.facts;
  for (std::size_t i = index + 1; i < code.ops[index].end; ++i) {
    const ir::Op& op = code.ops[i];
    if (op.kind != OpKind::handler || op.end != code.ops[index].end) continue;
    if (op.test_count == 0) return true;
    for (std::uint32_t k = 0; k < op.test_count; ++k) {
      const ir::NameId name = facts.exceptions[op.first_test + k];
      const std::string_view word = name ? std::string_view(facts.names[name.index]) : std::string_view();
      if (word == "Exception" || word == "BaseException") return true;
    }
  }
  return false;
}

/// A block that was opened while the lock was held.
struct OpenBlock {
  const ir::Op* op = nullptr;
  bool was_held = true;       // where it began
  bool is_protected = false;  // what raises in this part of it is taken care of
  bool is_caught = false;     // is_protected holds for the body only
  bool is_left = false;       // this part ended in return, raise, break or continue
};

/// Follows the code from the acquire at `index` to the release in the same block.
class HoldWalk {
 public:
  HoldWalk(const Code& code, std::string_view lock) : code_(code), lock_(lock) {}

  std::optional<UnsafeHold> run(std::size_t index) {
    UnsafeHold hold{code_.id, &code_.ops[index], nullptr, nullptr, std::string(lock_)};
    for (std::size_t i = index + 1; i < code_.ops.size() && !is_unclear_; ++i) {
      const ir::Op& op = code_.ops[i];
      if (open_.empty() && (op.kind == OpKind::end || is_part(op.kind))) break;
      if (op.kind == OpKind::end || is_part(op.kind)) {
        close_part(op);
      } else if (is_block(op.kind)) {
        if (open_.empty() && op.kind == OpKind::try_ && makes_sure(code_, i, lock_)) return found(hold, op);
        open(i);
      } else if (releases_lock(code_, op, lock_)) {
        if (open_.empty()) return found(hold, op);
        is_held_ = false;
      } else if (acquires_lock(code_, op, lock_)) {
        is_held_ = true;
      } else {
        look_at(op);
      }
    }
    return {};
  }

 private:
  std::optional<UnsafeHold> found(UnsafeHold hold, const ir::Op& release) const {
    hold.release = &release;
    hold.leaves = leaves_;
    return leaves_ == nullptr ? std::nullopt : std::optional(hold);
  }

  void open(std::size_t index) {
    OpenBlock block{&code_.ops[index], is_held_};
    if (code_.ops[index].kind == OpKind::try_) {
      block.is_caught = catches_all(code_, index);
      block.is_protected = makes_sure(code_, index, lock_);
    }
    open_.push_back(block);
  }

  void close_part(const ir::Op& op) {
    OpenBlock& block = open_.back();
    // Whoever comes out of here may or may not hold the lock.
    if (!block.is_left && is_held_ != block.was_held) is_unclear_ = true;
    is_held_ = block.was_held;
    block.is_left = false;
    block.is_caught = false;
    if (op.kind == OpKind::end) open_.pop_back();
  }

  void look_at(const ir::Op& op) {
    const bool is_exit = op.kind == OpKind::return_ || op.kind == OpKind::raise || op.kind == OpKind::break_ ||
                         op.kind == OpKind::continue_;
    const bool is_protected = std::ranges::any_of(open_, [](const OpenBlock& block) { return block.is_protected; });
    const bool is_caught = std::ranges::any_of(open_, [](const OpenBlock& block) { return block.is_caught; });
    const bool is_bad_return = op.kind == OpKind::return_ && !is_protected;
    const bool is_bad_raise = !is_protected && !is_caught && may_raise(code_.context.model, code_.id, op);
    if (is_held_ && leaves_ == nullptr && (is_bad_return || is_bad_raise)) leaves_ = &op;
    if (!is_exit) return;
    // A function that goes away with the lock in the block of the acquire means to.
    if (open_.empty()) is_unclear_ = true;
    if (!open_.empty()) open_.back().is_left = true;
  }

  const Code& code_;
  std::string_view lock_;
  std::vector<OpenBlock> open_;
  const ir::Op* leaves_ = nullptr;
  bool is_held_ = true;
  bool is_unclear_ = false;
};

/// Whether the lock is given to others to release: a function releases it that did not take it. `first` and `last` are
/// the hold in `code`.
bool is_handed_over(const Code& code, std::string_view lock, const ir::Op* first, const ir::Op* last) {
  for (std::uint32_t i = 0; i < code.context.model.symbols.functions.size(); ++i) {
    const FunctionSymbol& symbol = code.context.model.function(FunctionId{i});
    const Code other{code.context, FunctionId{i}, symbol, symbol.code->ops};
    const bool is_same = FunctionId{i} == code.id;
    if (!is_same && symbol.owner != code.symbol.owner) continue;
    bool is_taken = false;
    for (const ir::Op& op : other.ops) {
      if (is_same && first <= &op && &op <= last) {
        is_taken = false;
      } else if (acquires_lock(other, op, lock)) {
        is_taken = true;
      } else if (!is_taken && releases_lock(other, op, lock)) {
        return true;
      }
    }
  }
  return false;
}

/// The try blocks around the op at `index` that release the lock whatever happens.
bool is_inside_rescue(const Code& code, std::size_t index, std::string_view lock) {
  for (std::size_t i = 0; i < index; ++i) {
    const ir::Op& op = code.ops[i];
    if (op.kind == OpKind::try_ && index < op.end && makes_sure(code, i, lock)) return true;
  }
  return false;
}

}  // namespace

std::vector<UnsafeHold> find_unsafe_holds(const RuleContext& context, FunctionId function) {
  const FunctionSymbol& symbol = context.model.function(function);
  const Code code{context, function, symbol, symbol.code->ops};
  std::vector<UnsafeHold> found;
  for (std::size_t i = 0; i < code.ops.size(); ++i) {
    const std::string_view lock = called_on(code, code.ops[i], [](std::string_view name) {
      return acquires(name) && name != "__enter__" && name != "lock";
    });
    if (lock.empty() || !waits_for_ever(code, code.ops[i]) || !is_shared_lock(code, code.ops[i])) continue;
    if (!begins_line(context, symbol.absolute(code.ops[i].range)) || is_inside_rescue(code, i, lock)) continue;
    auto hold = HoldWalk(code, lock).run(i);
    if (!hold) continue;
    const bool is_return = hold->leaves->kind == OpKind::return_;
    if (is_return && is_handed_over(code, lock, hold->acquire, hold->release)) continue;
    found.push_back(std::move(*hold));
  }
  return found;
}

}  // namespace analysis
