// Which rules run, how severe they are, and what is assumed about threads.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "analysis/rules/finding.h"
#include "analysis/semantics/added_knowledge.h"

namespace analysis {

/// `assumed`: code is taken to run under threads, as libraries and web code do (evidence E1). `evidence`: only what the
/// code itself shows counts.
enum class ThreadsProfile : std::uint8_t { assumed, evidence };

/// Names are rule names; whoever fills this checks that they exist.
struct RuleSettings {
  std::set<std::string, std::less<>> selected;  // empty: all that are not preview
  std::set<std::string, std::less<>> ignored;
  std::map<std::string, Severity, std::less<>> severities;
  bool preview = false;
  ThreadsProfile threads = ThreadsProfile::assumed;
  /// Every interpreter that runs the code has the GIL of CPython 3.10 or later: what it hides is not reported.
  bool has_recent_gil = false;
  /// Every interpreter that runs the code is CPython 3.15 or later, whose `defaultdict` keeps the first of two values
  /// that are made for one key (https://github.com/python/cpython/issues/142495; also since 3.13.12 and 3.14.3).
  bool defaultdict_keeps_first = false;
  AddedKnowledge added = {};
  std::set<std::uint64_t> baseline = {};  // fingerprints of findings that are not reported, because they are known
  friend bool operator==(const RuleSettings&, const RuleSettings&) = default;
};

[[nodiscard]] bool is_enabled(const RuleSettings& settings, const Rule& rule);

}  // namespace analysis
