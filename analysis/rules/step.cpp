#include "analysis/rules/step.h"

#include "analysis/rules/initialization.h"
#include "analysis/rules/step_word.h"

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
    case AccessKind::mutate:
    case AccessKind::call_on:
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

std::string called_name(const RuleContext& context, TextRange range) {
  const std::string_view text = text_of(context, range);
  return std::string(text.substr(0, text.find('(')));
}

}  // namespace analysis
