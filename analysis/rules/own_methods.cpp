#include "analysis/rules/own_methods.h"

#include <algorithm>

namespace analysis {

std::vector<FunctionId> with_own_callees(const ConcurrencyModel& model, const std::vector<ClassId>& classes,
                                         FunctionId method) {
  std::vector<FunctionId> found{method};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const CallSite& site : model.functions[found[i].index].calls) {
      if (!site.callee || site.constructed || std::ranges::find(found, site.callee) != found.end()) continue;
      const ClassId owner = model.function(site.callee).owner;
      if (owner && std::ranges::find(classes, owner) != classes.end()) found.push_back(site.callee);
    }
  }
  return found;
}

}  // namespace analysis
