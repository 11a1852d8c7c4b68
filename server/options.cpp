#include "server/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <map>
#include <memory>

namespace server {
namespace {

constexpr const char* version_text = "threadlint " THREADLINT_VERSION "\n";

const std::map<std::string, ColorChoice> color_choices{
    {"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}};
const std::map<std::string, OutputFormat> output_formats{
    {"full", OutputFormat::full}, {"concise", OutputFormat::concise}, {"json", OutputFormat::json}};
const std::map<std::string, ReviewFormat> review_formats{{"text", ReviewFormat::text},
                                                         {"markdown", ReviewFormat::markdown},
                                                         {"json", ReviewFormat::json},
                                                         {"html", ReviewFormat::html}};
const std::map<std::string, ReviewOrder> review_orders{
    {"module", ReviewOrder::module}, {"name", ReviewOrder::name}, {"kind", ReviewOrder::kind}};
const std::map<std::string, bool> review_choices{{"all", false}, {"problems", true}};
const std::map<std::string, Stage> stages{
    {"tree", Stage::tree}, {"symbols", Stage::symbols}, {"accesses", Stage::accesses}, {"effects", Stage::effects}};

/// What the options of all commands are read into.
struct Values {
  ServerOptions server;
  CheckOptions check;
  ConfigOptions config;
  ReviewOptions review;
  ProveOptions prove;
  ExplainOptions explain;
  RulesOptions list;
  ShowOptions show;
  CleanOptions clean;
  bool fix = false;
  bool diff = false;
  bool stdio = false;  // accepted because clients say it; there is no other way to talk
};

/// One of the words of a table.
template <class Value>
CLI::Option* add_choice(CLI::App& command, const std::string& name, Value& value,
                        const std::map<std::string, Value>& words, const std::string& help) {
  std::string list;
  for (const auto& [word, meaning] : words) list += (list.empty() ? "" : "|") + word;
  return command
      .add_option_function<std::string>(
          name, [&value, &words](const std::string& word) { value = words.at(word); }, help)
      ->check(CLI::IsMember(words))
      ->option_text(list);
}

void add_color(CLI::App& command, ColorChoice& color) {
  add_choice(command, "--color", color, color_choices, "When to colour the output (default: on a terminal)");
}

void add_cache_folder(CLI::App& command, CacheOptions& cache) {
  command
      .add_option("--cache-dir", cache.folder,
                  "Where to keep what is known of files (default: threadlint in the user's cache folder)")
      ->envname("THREADLINT_CACHE_DIR")
      ->option_text("FOLDER")
      ->group("Cache");
}

void add_cache(CLI::App& command, CacheOptions& cache) {
  add_cache_folder(command, cache);
  command.add_flag("-n,--no-cache", cache.is_off, "Keep nothing, and use nothing that was kept")->group("Cache");
}

void describe_server(CLI::App& command, Values& values) {
  command.add_flag("--stdio", values.stdio, "Talk over standard input and output, as the server always does");
  command.add_option("--clientProcessId", values.server.client_process_id, "End when the process with this id does")
      ->option_text("ID");
  command.add_option("--log-level", values.server.log_level, "What to log (default: warning)")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "off"}))
      ->option_text("trace|debug|info|warning|error|off");
  command.add_option("--log-file", values.server.log_file, "Where to log (default: standard error)")
      ->option_text("FILE");
  add_cache(command, values.server.cache);
}

CLI::Option* add_rules(CLI::App& command, const std::string& name, std::vector<std::string>& rules,
                       const std::string& help) {
  return command.add_option(name, rules, help)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->option_text("RULE,...")
      ->group("Rules")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_settings(CLI::App& command, SettingsOptions& settings) {
  command
      .add_option("--config", settings.config, "A settings file for all files, or a setting: `threads = 'evidence'`")
      ->allow_extra_args(false)
      ->option_text("FILE|KEY=VALUE")
      ->group("Settings");
  command.add_flag("--isolated", settings.is_isolated, "Do not look for settings files")->group("Settings");
}

void describe_check(CLI::App& command, Values& values) {
  CheckOptions& check = values.check;
  command.add_option("paths", check.paths, "Files and folders to check; - for standard input (default: .)")
      ->option_text("[PATH...]");
  command.add_option("--stdin-filename", check.stdin_filename, "The name of the file that comes on standard input")
      ->option_text("FILE");
  command.add_option("-j,--threads", check.threads, "Threads to use (default: as many as the machine has)")
      ->check(CLI::Range(1U, 1024U))
      ->option_text("N");
  add_settings(command, check.settings);
  command.add_flag("--exit-zero", check.exits_zero, "Exit with 0 even when something was found");

  add_choice(command, "--output-format,--format", check.format, output_formats, "How to print findings (default: full)")
      ->envname("THREADLINT_OUTPUT_FORMAT")
      ->group("Output");
  command.add_option("-o,--output-file", check.output_file, "Where to print them (default: standard output)")
      ->option_text("FILE")
      ->group("Output");
  command.add_flag("--statistics", check.shows_statistics, "Print how often each rule reports instead")
      ->group("Output");
  add_color(command, check.color);
  command.get_option("--color")->group("Output");

  command.add_flag("--fix", values.fix, "Make the repairs that are safe")->group("Repair");
  command.add_flag("--diff", values.diff, "Print what --fix would change")->group("Repair");
  command
      .add_flag_callback(
          "--unsafe-fixes", [&check] { check.fixes = analysis::Applicability::review; },
          "Include repairs that may change what the program does")
      ->group("Repair");

  add_rules(command, "--select", check.settings.select, "Run these rules only; ALL is every rule");
  add_rules(command, "--extend-select", check.settings.extend_select, "Run these rules too");
  add_rules(command, "--ignore", check.settings.ignore, "Do not run these rules");
  command.add_flag("--preview", check.settings.preview, "Run rules that are in preview, too")->group("Rules");

  command.add_option("--baseline", check.settings.baseline, "Do not report the findings that this file holds")
      ->option_text("FILE")
      ->group("Settings");
  command.add_flag("--write-baseline", check.writes_baseline, "Write all findings into the baseline instead")
      ->group("Settings");

  add_cache(command, check.cache);
  command
      .add_flag_callback(
          "--no-mtime", [&check] { check.cache.trusts_modification = false; },
          "Read every file to see whether it has changed, also those of the same size and time of change")
      ->group("Cache");
}

void describe_review(CLI::App& command, Values& values) {
  ReviewOptions& review = values.review;
  command.add_option("paths", review.paths, "Files and folders to review (default: .)")->option_text("[PATH...]");
  add_choice(command, "--format", review.format, review_formats, "How to print the inventory (default: text)");
  command.add_option("-o,--output", review.output_file, "Where to print it (default: standard output)")
      ->option_text("FILE");
  command.add_option("--kind", review.kinds, "Show cells of these kinds only")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1, 4))
      ->option_text("1|2|3|4,...");
  add_choice(command, "--only", review.shows_problems_only, review_choices, "Which cells to show (default: all)");
  add_choice(command, "--sort", review.order, review_orders, "What to sort by (default: module)");
  command.add_option("-j,--threads", review.threads, "Threads to use (default: as many as the machine has)")
      ->check(CLI::Range(1U, 1024U))
      ->option_text("N");
  add_settings(command, review.settings);
  add_cache(command, review.cache);
  command.add_flag("--exit-zero", review.exits_zero, "Exit with 0 even when there are problems");
  add_color(command, review.color);
}

void describe_prove(CLI::App& command, Values& values) {
  ProveOptions& prove = values.prove;
  command.add_option("finding", prove.finding, "A finding: its fingerprint, or where it is")
      ->required()
      ->option_text("FINGERPRINT|FILE:ROW[:COLUMN]");
  command.add_option("-o,--output", prove.output, "Where to write the test (default: among the project's tests)")
      ->option_text("FILE");
  command.add_flag("--inline", prove.is_inlined, "Put the runtime into the test instead of beside it");
  command.add_flag("--expect-harm", prove.expects_harm, "Write a test that passes while the harm can be shown");
  command.add_flag("--run", prove.runs,
                   "Perform the interleaving now, which imports the module; write no test unless --output is given");
  command.add_option("--python", prove.python, "The interpreter that performs it (default: python3)")
      ->option_text("EXE");
  command.add_option("--setup", prove.setup, "Statements before the calls of each schedule; `m` is the module")
      ->option_text("CODE");
  add_settings(command, prove.settings);
  add_cache(command, prove.cache);
  command
      .add_option("--call", prove.calls,
                  "What a thread calls, an expression: once for all threads, or for each in turn")
      ->allow_extra_args(false)
      ->option_text("CODE");
  command.add_option("--timeout", prove.seconds, "Seconds that the proof may take (default: 20)")
      ->check(CLI::Range(1, 3600))
      ->option_text("SECONDS");
}

void describe_show(CLI::App& command, Values& values) {
  add_choice(command, "stage", values.show.stage, stages, "Which result to show")->required();
  command.add_option("file", values.show.file, "The file to analyse; - for standard input")
      ->required()
      ->option_text("FILE");
}

void describe_config(CLI::App& command, Values& values) {
  ConfigOptions& config = values.config;
  command.add_option("path", config.path, "The file or folder whose settings are printed (default: .)")
      ->option_text("[PATH]");
  command.add_flag_callback(
      "--schema", [&config] { config.format = ConfigFormat::schema; }, "Print a JSON schema of the settings");
  command.add_flag_callback(
      "--markdown", [&config] { config.format = ConfigFormat::markdown; }, "Print what each setting does");
  add_settings(command, config.settings);
}

void describe_rules(CLI::App& command, Values& values) {
  RulesFormat& format = values.list.format;
  command.add_flag_callback(
      "--markdown", [&format] { format = RulesFormat::markdown; }, "Print the rule reference");
  command.add_flag_callback(
      "--json", [&format] { format = RulesFormat::json; }, "Print all that is known as JSON");
  add_color(command, values.list.color);
}

tl::unexpected<Usage> wrong(std::string message) {
  if (!message.empty()) message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  return tl::unexpected(Usage{"error: " + message + "\nFor more information, try `threadlint --help`.\n", 2});
}

tl::expected<Command, Usage> check_command(Values& values) {
  CheckOptions& check = values.check;
  if (std::ranges::find(check.paths, "-") != check.paths.end()) {
    if (check.paths.size() != 1) return wrong("`-` cannot be combined with other paths");
    check.reads_standard_input = true;
  }
  if (values.fix && values.diff) return wrong("--fix and --diff exclude each other");
  if (values.fix) check.fix_mode = FixMode::write;
  if (values.diff) check.fix_mode = FixMode::diff;
  if (check.writes_baseline && check.fix_mode != FixMode::none)
    return wrong("--write-baseline and repairs exclude each other");
  return check;
}

}  // namespace

tl::expected<Command, Usage> parse_command_line(int count, const char* const* arguments) {
  Values values;
  CLI::App app("Finds thread-safety bugs in Python, shows the interleaving that breaks the code, and repairs it.",
               "threadlint");
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text);
  CLI::App& server = *app.add_subcommand("server", "Run the language server");
  CLI::App& check = *app.add_subcommand("check", "Check files and folders");
  CLI::App& review = *app.add_subcommand("review", "List all that threads share, and what is wrong with it");
  CLI::App& prove =
      *app.add_subcommand("prove", "Perform the interleaving of a finding in CPython, or write a test that does");
  CLI::App& explain = *app.add_subcommand("explain", "Explain a rule");
  CLI::App& rules = *app.add_subcommand("rules", "List the rules");
  CLI::App& config = *app.add_subcommand("config", "Print the settings in force, and where they come from");
  CLI::App& show = *app.add_subcommand("show", "Show what a stage of the analysis makes of a file");
  CLI::App& clean = *app.add_subcommand("clean", "Remove what is kept from one run to the next");
  app.add_subcommand("version", "Print the version");
  describe_server(server, values);
  describe_check(check, values);
  describe_review(review, values);
  describe_prove(prove, values);
  explain.add_option("rule", values.explain.rule, "The name of the rule")->required()->option_text("RULE");
  add_color(explain, values.explain.color);
  describe_rules(rules, values);
  describe_config(config, values);
  describe_show(show, values);
  add_cache_folder(clean, values.clean.cache);

  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForVersion&) {
    return tl::unexpected(Usage{version_text, 0});
  } catch (const CLI::CallForHelp&) {
    return tl::unexpected(Usage{app.help(), 0});
  } catch (const CLI::ParseError& error) {
    if (count < 2) return tl::unexpected(Usage{app.help(), 2});
    const std::string_view word = arguments[1];
    if (!word.starts_with('-') && app.get_subcommands().empty())
      return wrong(fmt::format("there is no command `{}`", word));
    return wrong(error.what());
  }
  if (server.parsed()) return values.server;
  if (check.parsed()) return check_command(values);
  if (review.parsed()) return values.review;
  if (prove.parsed()) return values.prove;
  if (explain.parsed()) return values.explain;
  if (rules.parsed()) return values.list;
  if (config.parsed()) return values.config;
  if (show.parsed()) return values.show;
  if (clean.parsed()) return values.clean;
  return tl::unexpected(Usage{version_text, 0});
}

}  // namespace server
