// The inventory of a module: every shared cell with its kind, its verdicts, and who writes and reads it (design.md §2
// "the seed's kinds", §3 `review`).
#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/review/call_graph.h"
#include "analysis/rules/finding.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

enum class CellValue : std::uint8_t { list, dict, set, tuple, instance, function, lock, constant, other };

/// `ok`: initialised lazily, but safely. `none`: not initialised lazily.
enum class IncompleteInitialization : std::uint8_t { none, ok, problem };
enum class DuplicateInitialization : std::uint8_t { none, possible };

struct CellUser {
  std::string module;    // empty: the one that is reviewed
  std::string function;  // qualified within the module; empty at module level
  TextRange range;
  std::string_view how;            // "rebind", "mutate", "item-write", "iterate" … constant text
  std::vector<std::string> locks;  // held there, as the module names them
  bool runs_at_import = false;     // while the module is imported, before threads meet it
};

struct ReviewedCell {
  std::string class_name;  // of attributes; for a class of another module as the code reaches it: `request.__class__`
  std::string name;
  std::string symbol;                 // as `Finding::symbol`
  TextRange range;                    // where it is first bound
  int kind = 1;                       // globals 1 to 4, class attributes 1 to 3: design.md §2
  bool is_changed_elsewhere = false;  // another module changes the object, or rebinds the name
  bool is_hidden = false;             // of class attributes: `self.x = …` makes instance attributes that hide it
  CellValue value = CellValue::other;
  IncompleteInitialization incomplete = IncompleteInitialization::none;
  DuplicateInitialization duplicate = DuplicateInitialization::none;
  std::string protection = "none";      // design.md §3: `none`, `lock:<name>`, `per-thread-key` …
  std::vector<CellUser> writers;        // by place; at module level only those after the first binding
  std::vector<CellUser> readers;        // by place
  std::vector<std::string_view> rules;  // that report it: sorted
  bool should_be_tuple = false;         // a list of kind 1
  std::string why;                      // half a sentence: the reason for the verdict
};

/// `x.__class__.name` or `type(x).name`: a place that leads through the class of an object.
struct ClassAccess {
  std::string text;      // `self.__class__._cache`
  std::string function;  // qualified within the module
  TextRange range;
  std::string what;  // half a sentence: which cell it is, or why it is none
};

struct Inventory {
  // Each by place.
  std::vector<ReviewedCell> globals;
  std::vector<ReviewedCell> class_attributes;
  // Those that change after construction, of objects that threads share. Their kinds are those of class attributes.
  std::vector<ReviewedCell> instance_attributes;
  std::vector<ClassAccess> class_accesses;  // in functions, by place; without names like `__name__`
  std::vector<Finding> findings;            // of the module
  CallGraph calls;
};

/// Incomplete, and not to be used, when `stop` was requested.
[[nodiscard]] Inventory take_inventory(const RuleContext& context, std::vector<Finding> findings,
                                       const std::stop_token& stop = {});

/// Whether something is wrong with it: it may be seen incomplete, or a rule says more than a hint of it.
[[nodiscard]] bool is_problem(const Inventory& inventory, const ReviewedCell& cell);

/// The words of design.md §3.
[[nodiscard]] std::string_view word(CellValue value);
[[nodiscard]] std::string_view word(IncompleteInitialization verdict);
[[nodiscard]] std::string_view word(DuplicateInitialization verdict);

}  // namespace analysis
