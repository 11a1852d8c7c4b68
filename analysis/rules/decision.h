// Decisions that another thread can make wrong before they are carried out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/rules/rule_context.h"

namespace analysis {

/// A decision and what carries it out.
struct Decision {
  CellPart part;    // what the act needs
  CellPart tested;  // the same, or the entry of another container that comes and goes with it
  TextRange test;
  StepAccess test_access = StepAccess::test;
  std::optional<TextRange> test_call;  // `len(X)`, `list(X.items())`: only when it has returned, the answer is known
  LockSet locks;                       // held from the test to the act
  LockSet test_locks;                  // held at the test
  const Access* act = nullptr;
  ContextId region;                  // what runs only if the test finds it; none: all of the function
  const Access* last_act = nullptr;  // that fails in the same way, in the same branch; null: it was not looked for
  std::string_view raised;           // by the act when the test no longer holds
  bool is_of_binding = false;        // the test asks whether the cell holds an object at all
  bool is_count = false;             // the test asks how many elements there are
  std::string found;                 // "finds the key"
};

/// What the test of `guard`, one of the body's presences, decides: the first act behind it that fails unless the test
/// still holds. Nothing if there is none, or if the act's exception is caught.
[[nodiscard]] std::optional<Decision> decision_of(const RuleContext& context, const Trace& body, const Guard& guard);

/// Keys that are collected from the container first and deleted afterwards: the second cleaner finds them gone.
[[nodiscard]] std::optional<Decision> clean_up_of(const RuleContext& context, const Trace& body, CellId cell);

/// Elements that are counted first and taken one by one afterwards, by `act`: the second taker runs out of them.
[[nodiscard]] std::optional<Decision> counted_taking_of(const RuleContext& context, const Trace& body,
                                                        const Access& act);

}  // namespace analysis
