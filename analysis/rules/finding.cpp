#include "analysis/rules/finding.h"

#include <array>

namespace analysis {
namespace {

template <std::size_t Size, class Enum>
std::string_view spelled(const std::array<std::string_view, Size>& words, Enum value) {
  return words.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view word(Severity severity) {
  return spelled(std::to_array<std::string_view>({"error", "warning", "information", "hint"}), severity);
}

std::string_view word(Effect effect) {
  return spelled(
      std::to_array<std::string_view>({"none", "incomplete", "duplicate-work", "lost-update", "stale-decision",
                                       "torn-pair", "exception", "leak-between-requests", "deadlock", "no-protection"}),
      effect);
}

std::string_view word(BreaksOn breaks_on) {
  return spelled(std::to_array<std::string_view>({"never", "every-build", "free-threaded", "await"}), breaks_on);
}

std::string_view word(StepAccess access) {
  return spelled(std::to_array<std::string_view>({"read", "write", "item-read", "item-write", "call", "iterate", "test",
                                                  "acquire", "release", "return"}),
                 access);
}

std::string_view word(Applicability applicability) {
  return spelled(std::to_array<std::string_view>({"safe", "review"}), applicability);
}

}  // namespace analysis
