// A finding with all that is needed to perform its interleaving, and its two forms: a plan for the runtime, and a test
// for people.
#pragma once

#include <string>

#include "analysis/analyze.h"

namespace server {

struct Proof {
  std::string root;      // absolute path of the folder that Python has to look for the plan's module in
  std::string filename;  // of the plan's module, relative to the root
  std::string place;     // of the finding: its file, relative to the root, and row
  analysis::Finding finding;
  analysis::ProofPlan plan;
  std::vector<std::string> step_files;  // of each of the plan's steps, relative to the root
  int seconds = 20;                     // how long the runtime looks for a schedule that does harm
};

/// `path` is the file of the module of the finding, as the user spelled it. The project's modules go by their paths or,
/// in an editor, by their URIs.
[[nodiscard]] Proof make_proof(const std::string& path, const analysis::ModuleFacts& module,
                               const analysis::Finding& finding, const analysis::ProjectIndex& project);

/// Puts the user's own code in place of the plan's. `setup` is for statements, and replaces the plan's unless it is
/// empty; `calls` are expressions, one for each thread or one for all, or none. False: there are too many of them.
[[nodiscard]] bool fill_in(Proof& proof, const std::string& setup, const std::vector<std::string>& calls);

/// What has to be filled in by hand, as a sentence; empty: nothing.
[[nodiscard]] std::string missing_in(const Proof& proof);

/// PLAN.json of the runtime.
[[nodiscard]] std::string plan_as_json(const Proof& proof);

/// What a test does when the harm can be shown: fail, as for code that is to be repaired, or pass, as for a bug that is
/// known.
enum class HarmMeans : std::uint8_t { failure, success };

/// A test for pytest and unittest. `folder` is where it will be: the project is found from there. With `is_inlined` the
/// runtime is part of it, else it imports `threadlint_witness` from its folder.
[[nodiscard]] std::string test_text(const Proof& proof, const std::string& folder, bool is_inlined, HarmMeans harm);

}  // namespace server
