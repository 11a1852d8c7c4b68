// The program: reads the command line and runs the command.

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <memory>

#include "server/options.h"
#include "server/serve.h"
#include "server/tree_heap.h"

namespace {

int run(const server::ServerOptions& options) {
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (options.log_file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.log_file);
  }
  server::Log log("threadlint", std::move(sink));
  log.set_level(spdlog::level::from_str(options.log_level));
  log.flush_on(spdlog::level::trace);
  server::ServeOptions serve_options;
  serve_options.client_process_id = options.client_process_id;
  return server::serve(STDIN_FILENO, STDOUT_FILENO, log, serve_options);
}

int run(const server::CheckOptions& options) { return server::check(options); }
int run(const server::ReviewOptions& options) { return server::review(options); }
int run(const server::ProveOptions& options) { return server::prove(options); }
int run(const server::ExplainOptions& options) { return server::explain(options); }
int run(const server::RulesOptions& options) { return server::list_rules(options); }
int run(const server::ConfigOptions& options) { return server::print_config(options); }
int run(const server::ShowOptions& options) { return server::show(options); }
int run(const server::CleanOptions& options) { return server::clean(options); }

}  // namespace

int main(int count, char** arguments) {
  const auto command = server::parse_command_line(count, arguments);
  if (!command) {
    fmt::print(command.error().exit_code == 0 ? stdout : stderr, "{}", command.error().text);
    return command.error().exit_code;
  }
  server::give_trees_a_heap();
  try {
    return std::visit([](const auto& options) { return run(options); }, *command);
  } catch (const std::exception& error) {
    // Not a file that cannot be read nor one that does not parse, but want of memory, or a mistake of ours.
    fmt::print(stderr, "error: {}\n", error.what());
    return 2;
  }
}
