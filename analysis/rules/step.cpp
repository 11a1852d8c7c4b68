#include "analysis/rules/step.h"

#include "analysis/rules/initialization.h"
#include "analysis/rules/step_word.h"
#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

StepAccess step_access(const Access& access) {
  switch (access.kind) {
    case AccessKind::rebind:
    case AccessKind::unbind:
    case AccessKind::attribute_write:
      return StepAccess::write;
    case AccessKind::item_write:
    case AccessKind::item_delete:
      return StepAccess::item_write;
    case AccessKind::call_on:
      // What fails is the look-up of the entry, before anything of it is called.
      if (0 < access.depth) return StepAccess::item_read;
      return StepAccess::call;
    case AccessKind::mutate:
      return StepAccess::call;
    case AccessKind::iterate:
      return StepAccess::iterate;
    case AccessKind::test:
      return StepAccess::test;
    case AccessKind::give_back:
      return StepAccess::return_;
    case AccessKind::read:
    case AccessKind::escape:
      return 0 < access.depth ? StepAccess::item_read : StepAccess::read;
  }
  return StepAccess::read;
}

Step make_step(const RuleContext& context, int thread, StepAccess access, FunctionId function, const CellPart& part,
               std::string text, TextRange range) {
  return make_step(context, thread, access, function, part_name(context.model, part), std::move(text), range);
}

Step make_step(const RuleContext& context, int thread, StepAccess access, FunctionId function, std::string name,
               std::string text, TextRange range) {
  const ProgramPlace place = place_of(context, range);
  // An entry that is found unfinished is returned so.
  const bool returns_entry = access == StepAccess::return_ && name.ends_with(']');
  return {.thread = thread,
          .access = returns_entry ? access : word_for(access, text_of(context, range)),
          .function = context.model.function(function).qualified_name,
          .name = std::move(name),
          .text = std::move(text),
          .module = std::string(place.module),
          .range = place.range};
}

std::optional<Step> make_entry(const RuleContext& context, int thread, FunctionId function, std::string text) {
  const FunctionSymbol& symbol = context.model.function(function);
  for (const ir::Op& op : symbol.code->ops) {
    const TextRange range = symbol.absolute(op.range);
    if (op.kind == ir::OpKind::call) {
      return make_step(context, thread, StepAccess::call, function, called_name(context, range), std::move(text),
                       range);
    }
    if (op.kind != ir::OpKind::bind || !op.place) continue;
    const std::string name(last_name(*symbol.facts, symbol.facts->places[op.place.index]));
    if (!name.empty()) return make_step(context, thread, StepAccess::write, function, name, std::move(text), range);
  }
  return {};
}

std::optional<TextRange> call_for_element(const FunctionSymbol& function, TextRange range) {
  const std::vector<ir::Op>& ops = function.code->ops;
  const auto loop = std::ranges::find_if(ops, [&](const ir::Op& op) {
    return op.kind == ir::OpKind::loop && range.contains(function.absolute(op.block));
  });
  if (loop == ops.end()) return {};
  const auto is_call = [&](const ir::Op& op) { return op.kind == ir::OpKind::call && loop->block.contains(op.range); };
  const auto call = std::ranges::find_if(ops, is_call);
  return call == ops.end() ? std::optional<TextRange>() : function.absolute(call->range);
}

Step make_last_use(const RuleContext& context, int thread, const Access& use, const CellPart& part, std::string text) {
  const FunctionSymbol& function = context.model.function(use.function);
  for (const ir::Op& op : function.code->ops) {
    const TextRange statement = function.absolute(op.range);
    if (op.kind != ir::OpKind::return_ || !statement.contains(use.range)) continue;
    // A look-up may fail before anything is returned.
    if (text_of(context, statement).find('[') != std::string_view::npos) break;
    return make_step(context, thread, StepAccess::return_, use.function, part, std::move(text), statement);
  }
  return make_step(context, thread, step_access(use), use.function, part, std::move(text), use.range);
}

std::optional<Step> make_release(const RuleContext& context, int thread, FunctionId function, TextRange held,
                                 TextRange later) {
  const FunctionSymbol& symbol = context.model.function(function);
  const auto release = [&](StepAccess access, std::string name, TextRange range) {
    return make_step(context, thread, access, function, std::move(name), "gives the lock back", range);
  };
  const ir::Op* with = nullptr;
  for (const ir::Op& op : symbol.code->ops) {
    if (op.kind == ir::OpKind::with && symbol.absolute(op.block).contains(held) &&
        !symbol.absolute(op.block).contains(later))
      with = &op;  // the innermost
  }
  if (with != nullptr) {
    const TextRange range = symbol.absolute(with->range);
    return release(StepAccess::release, std::string(text_of(context, range)), range);
  }
  for (const ir::Op& op : symbol.code->ops) {
    if (op.kind != ir::OpKind::call || symbol.absolute(op.range).begin < held.end) continue;
    const ir::Place& callee = symbol.facts->places[symbol.facts->calls[op.call.index].callee.index];
    const TextRange range = symbol.absolute(op.range);
    const std::string_view method = last_name(*symbol.facts, callee);
    const std::string written = called_name(context, range);
    if (method == "wait" && range.end <= later.begin) return release(StepAccess::call, written, range);
    const std::size_t dot = written.rfind('.');
    if (releases(method) && dot != std::string::npos)
      return release(StepAccess::release, written.substr(0, dot), range);
  }
  return {};
}

std::string called_name(const RuleContext& context, TextRange range) {
  const std::string_view text = text_of(context, range);
  return std::string(text.substr(0, text.find('(')));
}

}  // namespace analysis
