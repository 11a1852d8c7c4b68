// Performs a proof in an interpreter of the user's, as a child process.
#pragma once

#include <stop_token>
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

/// "importing shop.codecs from /home/me/shop, which runs its code, with python3": what `run_proof` is about to do.
[[nodiscard]] std::string announcement(const Proof& proof, const std::string& python);

/// Runs `python`, a command or a path. Importing the module runs the user's code: only on request. Soon after the
/// proof's time is over, or when `stop` is requested, the interpreter and all that it started are ended. An error, when
/// nothing could be started, is for people.
[[nodiscard]] tl::expected<ProofResult, std::string> run_proof(const Proof& proof, const std::string& python,
                                                               const std::stop_token& stop = {});

}  // namespace server
