// What the settings of a project add to the tables of library_knowledge.h.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace analysis {

/// Types go by the last part of their names, as in the tables: `shop.locks.Latch` is `Latch`.
struct AddedKnowledge {
  using Names = std::set<std::string, std::less<>>;

  Names lock_types;                       // what they make can be held
  Names thread_safe_types;                // their objects need no lock
  std::vector<std::string> entry_points;  // functions that threads run: `shop.jobs.run`, `shop.views.*`
  friend bool operator==(const AddedKnowledge&, const AddedKnowledge&) = default;
};

/// `makes_lock` with what is added to it.
[[nodiscard]] bool makes_lock(const AddedKnowledge& added, std::string_view callee);
/// `makes_synchronised` with what is added to it.
[[nodiscard]] bool makes_synchronised(const AddedKnowledge& added, std::string_view callee);
/// `function` is dotted, from its module on: `shop.jobs.Worker.run`. `*` in an entry point stands for any characters.
[[nodiscard]] bool is_entry_point(const AddedKnowledge& added, std::string_view function);

}  // namespace analysis
