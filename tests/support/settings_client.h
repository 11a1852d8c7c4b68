// An editor with settings: it is asked for them, or tells them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/uri.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace tests {

/// Has one finding, of `incomplete-initialization`, and nothing else that any rule reports.
extern const std::string_view example_module;

/// `modern_capabilities` of a client that answers `workspace/configuration`.
[[nodiscard]] Json asked_capabilities();

class SettingsClient : public ScriptedClient {
 public:
  using ScriptedClient::ScriptedClient;

  /// Initialises with several folders, given by their paths.
  void start(const Json& capabilities, const std::vector<std::string>& folders);
  /// Opens a document with the text of `example_module`.
  void open_example(const std::string& uri) { open(uri, std::string(example_module)); }

  /// The next `workspace/configuration`; others that come before it are forgotten.
  [[nodiscard]] Json next_question();
  void answer(const Json& question, const Json& answers);
  /// As a client does that is not asked.
  void tell(const Json& settings);
  /// Writes a file of the disk, or removes it, and tells it as a client's watcher would.
  void write(const TemporaryFolder& folder, std::string_view name, std::string_view text);
  void remove(const TemporaryFolder& folder, std::string_view name);

  /// On the name `codecs` at the beginning.
  [[nodiscard]] Json hover(const std::string& uri);
  /// The rules of the last publication.
  [[nodiscard]] std::vector<std::string> rules(const std::string& uri) const;
  /// Those of all publications that were not looked at.
  [[nodiscard]] std::vector<std::string> rules_ever_published(const std::string& uri) const;
  /// The texts of all `window/showMessage` that were not looked at.
  [[nodiscard]] std::vector<std::string> messages() const;
};

}  // namespace tests
