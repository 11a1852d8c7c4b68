#include "server/prove/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "protocol/uri.h"
#include "server/prove/witness_source.h"

namespace server {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// How long the runtime looks for a schedule that does harm, in seconds.
constexpr int search_seconds = 20;

/// The folder above the module's package.
fs::path root_of(const fs::path& file, const std::string& module) {
  fs::path folder = file.parent_path();
  auto levels = std::ranges::count(module, '.');
  if (file.filename() == "__init__.py") ++levels;
  for (; 0 < levels; --levels) folder = folder.parent_path();
  return folder;
}

std::string relative_to(const fs::path& root, const std::string& path) {
  return fs::absolute(path).lexically_normal().lexically_relative(root).generic_string();
}

std::string file_named(const std::string& path_or_uri) {
  return path_or_uri.starts_with("file:") ? protocol::path_of_uri(path_or_uri).value_or(path_or_uri) : path_or_uri;
}

/// `_jobs` of `_jobs[name]`, and `Cache.items` of itself.
std::string bare(const std::string& name) { return name.substr(0, name.find('[')); }

Json steps_as_json(const Proof& proof) {
  Json steps = Json::array();
  for (const analysis::ReplayStep& step : proof.plan.steps) {
    const std::size_t number = steps.size();
    steps.push_back({{"step", number + 1},
                     {"thread", step.thread},
                     {"function", step.function},
                     {"filename", proof.step_files[number]},
                     {"line", step.line},
                     {"nth", step.nth},
                     {"hit", step.hit},
                     {"access", word(step.access)},
                     {"name", bare(step.name)},
                     {"text", step.text}});
  }
  return steps;
}

std::string dumped(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

/// A Python literal.
std::string quoted(const std::string& text) { return dumped(Json(text)); }

/// `test_find_template` for a finding in `Loader.find_template`.
std::string test_name(const Proof& proof) {
  std::string name = proof.plan.steps.empty() ? proof.finding.symbol : proof.plan.steps.front().function;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return "test_" + name;
}

std::string indented(const std::string& code, std::string_view indent) {
  std::string result;
  for (std::size_t at = 0; at <= code.size();) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    result += fmt::format("{}{}\n", indent, code.substr(at, end - at));
    at = end + 1;
  }
  return result;
}

/// The runtime without what makes it a program.
std::string_view inlined_witness() {
  const std::string_view source = witness_source();
  return source.substr(0, source.find("\nif __name__ == "));
}

}  // namespace

Proof make_proof(const std::string& path, const analysis::ModuleFacts& module, const analysis::Finding& finding,
                 const analysis::ProjectIndex& project) {
  const fs::path file = fs::absolute(path).lexically_normal();
  const fs::path root = root_of(file, module.name);
  Proof proof{.root = root.string(),
              .module = module.name,
              .filename = relative_to(root, path),
              .finding = finding,
              .row = module.text->lines().line_of(finding.range.begin) + 1,
              .plan = analysis::plan_proof(module, finding, project),
              .step_files = {}};
  for (const analysis::ReplayStep& step : proof.plan.steps) {
    const analysis::ProjectModule* const home = step.module == module.name ? nullptr : project.find(step.module);
    proof.step_files.push_back(home == nullptr ? proof.filename : relative_to(root, file_named(home->path)));
  }
  return proof;
}

std::string missing_in(const Proof& proof) {
  std::string missing;
  for (const analysis::ThreadCall& call : proof.plan.calls) {
    if (call.missing.empty() || missing.find(call.missing) != std::string::npos) continue;
    missing += (missing.empty() ? "fill in " : ", and ") + call.missing;
  }
  return missing;
}

std::string plan_as_json(const Proof& proof) {
  Json calls = Json::array();
  for (const analysis::ThreadCall& call : proof.plan.calls) {
    calls.push_back({{"thread", call.thread}, {"code", call.code}, {"known", call.missing.empty()}});
  }
  const Json plan{{"version", 1},
                  {"finding",
                   {{"rule", proof.finding.rule->info.name},
                    {"fingerprint", fmt::format("{:016x}", proof.finding.fingerprint)},
                    {"effect", word(proof.finding.effect)},
                    {"breaks_on", word(proof.finding.breaks_on)}}},
                  {"root", proof.root},
                  {"module", proof.module},
                  {"filename", proof.filename},
                  {"reset", "import"},
                  {"trace", {proof.filename}},
                  {"setup", proof.plan.setup},
                  {"calls", std::move(calls)},
                  {"observe", ""},
                  {"steps", steps_as_json(proof)},
                  {"search", {{"bound", 2}, {"switch", "any"}, {"seconds", search_seconds}}}};
  return dumped(plan, 1) + '\n';
}

std::string test_text(const Proof& proof, const std::string& folder, bool is_inlined, HarmMeans harm) {
  const std::string place = fmt::format("{}:{}", proof.filename, proof.row);
  const std::string root = fs::path(proof.root).lexically_relative(fs::absolute(folder)).generic_string();
  std::string text = is_inlined ? std::string(inlined_witness()) + "\n\n" : std::string();
  const std::string purpose = fmt::format(
      "Performs the interleaving of {} at {}:\n{}\n\n{}", proof.finding.rule->info.name, place, proof.finding.message,
      harm == HarmMeans::failure
          ? "Fails while two threads can do harm. Run it with pytest, or with python -m unittest."
          : "Passes as long as the harm, which is known, can be shown.");
  text += is_inlined ? indented(purpose, "# ") : fmt::format("\"\"\"{}\n\"\"\"\n\n", purpose);
  text += "import pathlib\nimport sys\nimport unittest\n\n";
  text += "HERE = pathlib.Path(__file__).resolve().parent\n";
  const std::string project = root == "." ? "" : fmt::format(", str(HERE / {})", quoted(root));
  text += fmt::format("sys.path[:0] = [str(HERE){}]\n", project);
  text += is_inlined ? "witness = sys.modules[__name__]\n\n" : "import threadlint_witness as witness  # noqa: E402\n\n";
  text += "STEPS = [\n";
  for (const Json& step : steps_as_json(proof)) text += "    " + dumped(step) + ",\n";
  text += "]\n\n";
  if (!proof.plan.setup.empty()) {
    text += "\ndef setup(m):\n    global shared\n" + indented(proof.plan.setup, "    ") + '\n';
  }
  for (const analysis::ThreadCall& call : proof.plan.calls) {
    text += fmt::format("\ndef call_{}(m):\n", call.thread);
    if (!call.missing.empty()) text += fmt::format("    # threadlint: fill in {}\n", call.missing);
    text += fmt::format("    return {}\n\n", call.code);
  }
  text += fmt::format("\nclass Interleaving(unittest.TestCase):\n    def {}(self):\n", test_name(proof));
  if (const std::string missing = missing_in(proof); !missing.empty())
    text += fmt::format("        self.skipTest({})  # remove this line then\n", quoted(missing));
  std::string calls;
  for (const analysis::ThreadCall& call : proof.plan.calls)
    calls += fmt::format("{}call_{}", calls.empty() ? "" : ", ", call.thread);
  text += fmt::format("        result = witness.check({}, [{}], STEPS{})\n", quoted(proof.module), calls,
                      proof.plan.setup.empty() ? "" : ", setup=setup");
  text += harm == HarmMeans::failure ? "        result.raise_for_harm()\n"
                                     : "        self.assertTrue(result.harm, result.text)\n";
  text += "\n\nif __name__ == \"__main__\":\n    unittest.main()\n";
  return text;
}

}  // namespace server
