// What a rule says: a place, a message, the interleaving that breaks it, and how it can be repaired.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text/text_edit.h"
#include "analysis/text/text_range.h"

namespace analysis {

struct Rule;

enum class Severity : std::uint8_t { error, warning, information, hint };

/// What goes wrong (design.md §2).
enum class Effect : std::uint8_t {
  none,
  incomplete,
  duplicate_work,
  lost_update,
  stale_decision,
  torn_pair,
  exception,
  leak_between_requests,
  deadlock,
  no_protection,
};

/// Which interpreters show it (design.md §2). `never` for findings that are not about an interleaving.
enum class BreaksOn : std::uint8_t { never, every_build, free_threaded, await };

enum class StepAccess : std::uint8_t {
  read,
  write,
  item_read,
  item_write,
  call,
  iterate,
  test,
  acquire,
  release,
  return_
};

/// One step of an interleaving. The last step of a list observes the harm.
struct Step {
  int thread = 1;  // counted from 1
  StepAccess access = StepAccess::read;
  std::string function;  // qualified within its module; empty at module level
  std::string name;      // of the cell, as messages call it
  std::string text;      // what happens, without subject: "finds it empty"
  std::string module;    // qualified name; empty: the module of the finding
  TextRange range;
};

/// `safe`: same behaviour in one thread, whatever the rest of the program does. `review`: may change behaviour.
enum class Applicability : std::uint8_t { safe, review };

struct Fix {
  std::string title;
  Applicability applicability = Applicability::review;
  bool is_preferred = false;
  std::vector<TextEdit> edits;  // in the text of the finding's module; empty when it cannot be done
  std::string disabled_reason;  // why it cannot be done; empty when it can
};

struct Finding {
  const Rule* rule = nullptr;  // rules are constants; never null
  Severity severity = Severity::warning;
  Effect effect = Effect::none;
  BreaksOn breaks_on = BreaksOn::never;
  TextRange range;
  std::string message;
  std::string evidence;  // why we believe that threads run this: "`Cache` owns a lock"; empty when not about threads
  std::string symbol;    // qualified name of the cell: `shop.codecs.CODECS`; empty when about none
  std::vector<Step> interleaving;
  std::vector<Fix> fixes;
  std::uint64_t fingerprint = 0;  // stays when lines move
};

/// A change of the code around a shared cell that nobody has to make; checked as fixes are, and if there are findings
/// about the cell, they are gone afterwards.
struct Refactoring {
  Fix fix;
  std::string symbol;  // of the cell, as `Finding::symbol`
};

/// The words of design.md §3: "error", "duplicate-work", "free-threaded", "item-write" …
[[nodiscard]] std::string_view word(Severity severity);
[[nodiscard]] std::string_view word(Effect effect);
[[nodiscard]] std::string_view word(BreaksOn breaks_on);
[[nodiscard]] std::string_view word(StepAccess access);
[[nodiscard]] std::string_view word(Applicability applicability);

}  // namespace analysis
