#include "analysis/semantics/added_knowledge.h"

#include <algorithm>

#include "analysis/semantics/library_knowledge.h"

namespace analysis {
namespace {

/// Goes back to the last `*` only, which is enough: the first place where the rest fits is as good as any.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t next = 0;
  std::size_t star = std::string_view::npos;
  std::size_t covered = 0;  // where what the last `*` stands for ends
  while (at < text.size()) {
    if (next < pattern.size() && pattern[next] == '*') {
      star = next++;
      covered = at;
    } else if (next < pattern.size() && pattern[next] == text[at]) {
      ++next;
      ++at;
    } else if (star != std::string_view::npos) {
      next = star + 1;
      at = ++covered;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', next) == std::string_view::npos;
}

}  // namespace

bool makes_lock(const AddedKnowledge& added, std::string_view callee) {
  return makes_lock(callee) || added.lock_types.contains(callee);
}

bool makes_synchronised(const AddedKnowledge& added, std::string_view callee) {
  return makes_synchronised(callee) || added.thread_safe_types.contains(callee);
}

bool is_entry_point(const AddedKnowledge& added, std::string_view function) {
  return std::ranges::any_of(added.entry_points,
                             [&](const std::string& pattern) { return matches(pattern, function); });
}

}  // namespace analysis
