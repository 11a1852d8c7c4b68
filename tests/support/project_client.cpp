#include "tests/support/project_client.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <mutex>

#include "protocol/uri.h"

namespace tests {

/// Written by workers.
struct ProjectClient::Counts {
  std::mutex mutex;
  std::map<std::string, int> by_module;
};

server::ServeOptions ProjectClient::counting(Counts& counts) {
  server::ServeOptions options;
  options.analysis.find_problems = [&counts](const analysis::ModuleFacts& module, auto&... rest) {
    {
      const std::lock_guard lock(counts.mutex);
      ++counts.by_module[module.name];
    }
    return analysis::find_problems_again(module, rest...);
  };
  return options;
}

ProjectClient::ProjectClient(const TemporaryFolder& folder)
    : folder_(folder), counts_(std::make_unique<Counts>()), client_(counting(*counts_)) {
  Json capabilities = modern_capabilities();
  capabilities["workspace"]["didChangeWatchedFiles"] = {{"dynamicRegistration", true}};
  client_.initialize(capabilities, protocol::uri_of_path(folder.path().string()));
}

ProjectClient::~ProjectClient() = default;

std::string ProjectClient::uri_of(std::string_view name) const { return protocol::uri_of_path(folder_ / name); }

void ProjectClient::open(std::string_view name) { client_.open(uri_of(name), folder_.read(name)); }

void ProjectClient::edit(std::string_view name, std::string_view text) {
  const std::string uri = uri_of(name);
  client_.edit(uri, {0, static_cast<std::uint32_t>(client_.text(uri).size())}, text);
}

void ProjectClient::close(std::string_view name) { client_.close(uri_of(name)); }

void ProjectClient::tell(std::string_view name, const std::vector<int>& changes) {
  Json events = Json::array();
  for (const int change : changes) events.push_back({{"uri", uri_of(name)}, {"type", change}});
  client_.notify("workspace/didChangeWatchedFiles", {{"changes", events}});
}

void ProjectClient::write(std::string_view name, std::string_view text) {
  const bool is_new = !std::filesystem::exists(folder_ / name);
  folder_.write(name, text);
  tell(name, {is_new ? 1 : 2});
}

void ProjectClient::remove(std::string_view name) {
  std::filesystem::remove(folder_ / name);
  tell(name, {3});
}

void ProjectClient::rename(std::string_view from, std::string_view to) {
  const std::string text = folder_.read(from);
  remove(from);
  write(to, text);
}

void ProjectClient::write_and_remove(std::string_view name, std::string_view text) {
  folder_.write(name, text);
  std::filesystem::remove(folder_ / name);
  tell(name, {1, 3});
}

std::vector<std::string> ProjectClient::examined() {
  client_.wait_idle();
  const std::lock_guard lock(counts_->mutex);
  std::vector<std::string> result;
  for (const auto& [module, count] : std::exchange(counts_->by_module, {})) {
    result.push_back(count == 1 ? module : fmt::format("{} {}", module, count));
  }
  return result;
}

}  // namespace tests
