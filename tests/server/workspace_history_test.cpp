// Whatever was typed, saved, renamed, deleted and created before: the server says what a new one says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "tests/support/project_client.h"
#include "tests/support/random_project.h"

namespace tests {
namespace {

/// All that the server says of the open documents.
Json said_by(ProjectClient& client, const std::set<std::string>& documents) {
  client.examined();
  Json said;
  for (const std::string& file : documents) {
    Json& of_file = said[file];
    of_file["diagnostics"] = Json::array();
    for (const SeenDiagnostic& each : client.client().diagnostics(client.uri_of(file))) {
      of_file["diagnostics"].push_back(each.json);
    }
    const Json document = {{"textDocument", {{"uri", client.uri_of(file)}}}};
    of_file["inventory"] = client.client().request("textDocument/codeLens", document).at("result");
  }
  return said;
}

/// One thing that somebody does, on the disk or in the editor.
void do_something(RandomProject& project, ProjectClient& client, std::set<std::string>& open) {
  for (const std::string& file : project.change()) {
    const auto text = project.texts().find(file);
    if (text == project.texts().end()) {
      client.remove(file);
    } else if (open.contains(file) && project.choose(2) == 0) {
      client.edit(file, text->second);
    } else {
      client.write(file, text->second);
    }
  }
  const std::string file = project.any_file();
  if (!open.contains(file)) {
    client.open(file);
    open.insert(file);
  } else if (project.choose(4) == 0) {
    client.close(file);
    open.erase(file);
  }
  if (project.choose(5) == 0) client.examined();
}

TEST(WorkspaceHistory, IsForgotten) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
  std::size_t findings = 0;
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE(fmt::format("THREADLINT_SEED={}", seed));
    RandomProject project(seed);
    const TemporaryFolder folder;
    for (const auto& [file, text] : project.texts()) folder.write(file, text);
    ProjectClient client(folder);
    std::set<std::string> open;
    for (int round = 0; round < 8 && std::chrono::steady_clock::now() < deadline; ++round) {
      for (int step = 0; step < 12; ++step) do_something(project, client, open);
      const Json said = said_by(client, open);
      ProjectClient fresh(folder);
      for (const std::string& file : open) {
        const std::string uri = fresh.uri_of(file);
        fresh.client().open(uri, client.client().text(uri));
      }
      ASSERT_EQ(said, said_by(fresh, open)) << "round " << round;
      for (const Json& each : said) findings += each["diagnostics"].size();
    }
  }
  EXPECT_LT(10u, findings) << "hardly anything is found, so hardly anything is shown";
}

}  // namespace
}  // namespace tests
