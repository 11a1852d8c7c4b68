// An editor with a folder of files, whose server tells which modules it examined.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace tests {

/// Files are written to the disk and told as a client's watcher would; all calls but `examined` return at once.
class ProjectClient {
 public:
  /// The files of `folder`, which outlives it, are there from the beginning.
  explicit ProjectClient(const TemporaryFolder& folder);
  ~ProjectClient();

  /// Opens a document with the text that its file has now.
  void open(std::string_view name);
  /// The whole text of an open document becomes another.
  void edit(std::string_view name, std::string_view text);
  void close(std::string_view name);
  void write(std::string_view name, std::string_view text);
  void remove(std::string_view name);
  void rename(std::string_view from, std::string_view to);
  /// A file that is gone again when the watcher tells of both.
  void write_and_remove(std::string_view name, std::string_view text);

  /// Waits until nothing is left to do: the modules whose problems were looked for since the last time, sorted, with
  /// the times if more than one: "shop.cache", "shop.cart 2".
  std::vector<std::string> examined();

  [[nodiscard]] std::string uri_of(std::string_view name) const;
  [[nodiscard]] ScriptedClient& client() { return client_; }

 private:
  struct Counts;
  void tell(std::string_view name, const std::vector<int>& changes);
  [[nodiscard]] static server::ServeOptions counting(Counts& counts);

  const TemporaryFolder& folder_;
  std::unique_ptr<Counts> counts_;
  ScriptedClient client_;
};

}  // namespace tests
