#include "server/prove/proof.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "protocol/uri.h"
#include "server/prove/witness_source.h"

namespace server {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

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

/// A step as Python has it, without what says as little as nothing.
std::string as_literal(const Json& step) {
  std::string text;
  for (const auto& [key, value] : step.items()) {
    const bool is_usual = key == "step" || ((key == "nth" || key == "hit") && value == 1);
    if (!is_usual) text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key, dumped(value));
  }
  return '{' + text + '}';
}

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

/// Patterns of the files in which threads may switch; none where those do that the runtime looks at by itself.
std::vector<std::string> traced_files(const Proof& proof) {
  const bool is_in_package = proof.filename.find('/') != std::string::npos;
  const std::string package = proof.plan.module.substr(0, proof.plan.module.find('.')) + '/';
  std::vector<std::string> patterns{is_in_package ? package + "*.py" : proof.filename};
  for (const std::string& file : proof.step_files) {
    const bool is_known = (is_in_package && file.starts_with(package)) || std::ranges::count(patterns, file) != 0;
    if (!is_known) patterns.push_back(file);
  }
  return patterns.size() == 1 ? std::vector<std::string>() : patterns;
}

/// The names that statements bind, for `global`.
std::string names_bound_by(const std::string& setup) {
  const auto text = std::make_shared<const analysis::SourceText>(setup);
  const analysis::ModuleFacts facts = analysis::examine_module("setup", text);
  std::set<std::string> names;
  for (const auto& [name, where] : facts.summary->definitions) names.insert(name);
  for (const auto& [name, imported] : facts.summary->imports) names.insert(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// What a test does before the calls of each schedule.
std::string setup_text(const std::string& setup) {
  const std::string names = names_bound_by(setup);
  return "\ndef setup(m):\n" + (names.empty() ? "" : fmt::format("    global {}\n", names)) + indented(setup, "    ") +
         '\n';
}

/// The runtime without what makes it a program.
std::string_view inlined_witness() {
  const std::string_view source = witness_source();
  return source.substr(0, source.find("\nif __name__ == "));
}

}  // namespace

Proof make_proof(const std::string& path, const analysis::ModuleFacts& module, const analysis::Finding& finding,
                 const analysis::ProjectIndex& project) {
  Proof proof{.root = {},
              .filename = {},
              .place = {},
              .finding = finding,
              .plan = analysis::plan_proof(module, finding, project),
              .step_files = {}};
  const auto path_of = [&](const std::string& name) {
    const analysis::ProjectModule* const home = name == module.name ? nullptr : project.find(name);
    return home == nullptr ? path : file_named(home->path);
  };
  const fs::path file = fs::absolute(path_of(proof.plan.module)).lexically_normal();
  const fs::path root = root_of(file, proof.plan.module);
  proof.root = root.string();
  proof.filename = relative_to(root, file.string());
  proof.place = fmt::format("{}:{}", relative_to(root, path), module.text->lines().line_of(finding.range.begin) + 1);
  for (const analysis::ReplayStep& step : proof.plan.steps)
    proof.step_files.push_back(relative_to(root, path_of(step.module)));
  return proof;
}

bool fill_in(Proof& proof, const std::string& setup, const std::vector<std::string>& calls) {
  std::vector<analysis::ThreadCall>& threads = proof.plan.calls;
  if (threads.size() < calls.size()) return false;
  if (!setup.empty()) proof.plan.setup = setup;
  for (std::size_t i = 0; i < threads.size() && !calls.empty(); ++i) {
    threads[i].code = calls[std::min(i, calls.size() - 1)];
    threads[i].missing.clear();
  }
  for (analysis::ThreadCall& call : threads) {
    if (!setup.empty() && call.code.find("...") == std::string::npos) call.missing.clear();
  }
  return true;
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
                  {"module", proof.plan.module},
                  {"filename", proof.filename},
                  {"reset", proof.plan.is_module_enough ? "import" : "fork"},
                  {"trace", traced_files(proof)},
                  {"setup", proof.plan.setup},
                  {"calls", std::move(calls)},
                  {"observe", ""},
                  {"steps", steps_as_json(proof)},
                  {"search", {{"bound", 2}, {"switch", "any"}, {"seconds", proof.seconds}}}};
  return dumped(plan, 1) + '\n';
}

std::string test_text(const Proof& proof, const std::string& folder, bool is_inlined, HarmMeans harm) {
  const std::string root = fs::path(proof.root).lexically_relative(fs::absolute(folder)).generic_string();
  std::string text = is_inlined ? std::string(inlined_witness()) + "\n\n" : std::string();
  const std::string purpose =
      fmt::format("Performs the interleaving of {} at {}:\n{}\n\n{}", proof.finding.rule->info.name, proof.place,
                  proof.finding.message,
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
  for (const Json& step : steps_as_json(proof)) text += "    " + as_literal(step) + ",\n";
  text += "]\n\n";
  if (!proof.plan.setup.empty()) text += setup_text(proof.plan.setup);
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
  std::string options = proof.plan.setup.empty() ? "" : ", setup=setup";
  if (const std::string_view effect = word(proof.finding.effect); !effect.empty())
    options += fmt::format(", effect=\"{}\"", effect);
  if (!proof.plan.is_module_enough) options += ", reset=\"fork\"";
  if (const auto files = traced_files(proof); !files.empty()) options += ", trace=" + dumped(files);
  text += fmt::format("        result = witness.check({}, [{}], STEPS{})\n", quoted(proof.plan.module), calls, options);
  text += harm == HarmMeans::failure ? "        result.raise_for_harm()\n"
                                     : "        self.assertTrue(result.harm, result.text)\n";
  text += "\n\nif __name__ == \"__main__\":\n    unittest.main()\n";
  return text;
}

}  // namespace server
