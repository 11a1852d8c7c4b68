// Which rules run, how severe they are, and what is assumed about threads.
#pragma once

#include <map>
#include <set>
#include <string>

#include "analysis/rules/finding.h"

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
};

[[nodiscard]] bool is_enabled(const RuleSettings& settings, const Rule& rule);

}  // namespace analysis
