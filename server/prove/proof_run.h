// Performs a proof in an interpreter of the user's, as a child process.
#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>

#include "server/prove/proof.h"

namespace server {

enum class Verdict : std::uint8_t {
  proven,          // the steps did harm
  other_schedule,  // they did not, but another schedule did
  not_shown,       // none within the bounds did
  not_run,         // the module or its calls could not be run
};

struct ProofResult {
  Verdict verdict = Verdict::not_run;
  std::string python;   // version, as `3.12.1`; empty when none ran
  std::string message;  // for people: what was shown, or why not
  std::string output;   // what the code printed meanwhile
};

/// Runs `python`, a command or a path. Importing the module runs the user's code: only on request. When `limit` has
/// passed, the interpreter and all that it started are ended. An error, when nothing could be started, is for people.
[[nodiscard]] tl::expected<ProofResult, std::string> run_proof(const Proof& proof, const std::string& python,
                                                               std::chrono::seconds limit = std::chrono::seconds(60));

}  // namespace server
