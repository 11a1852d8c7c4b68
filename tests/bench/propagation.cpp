#include "tests/bench/propagation.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "protocol/framing.h"
#include "protocol/uri.h"
#include "tests/bench/child.h"
#include "tests/bench/parse.h"
#include "tests/bench/statistics.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t modules = 1000;
constexpr std::size_t users = 240;
constexpr std::size_t open_users = 20;
constexpr std::size_t open_others = 20;
constexpr const char* filler = "def fill(x):\n    for i in range(9):\n        x[i] = load(i)\n";
constexpr const char* harmless_filler = "def fill(x):\n    for i in range(9):\n        print(load(i))\n";

/// Removed with all that is in it.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fmt::format("threadlint-bench-{}", ::getpid())) {
    fs::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::string uri(const std::string& name) const {
    return protocol::uri_of_path((path_ / name).string());
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  fs::path path_;
};

/// An editor with a folder and several documents.
class FolderEditor {
 public:
  /// Begins to read the folder; there may be none.
  explicit FolderEditor(const std::string& root_uri) : server_({THREADLINT_BINARY, "server", "--no-cache"}) {
    request("initialize", {{"processId", nullptr},
                           {"rootUri", root_uri.empty() ? json() : json(root_uri)},
                           {"capabilities", json::object()},
                           {"initializationOptions", {{"debounceMs", 0}}}});
    send({{"method", "initialized"}, {"params", json::object()}});
  }

  /// False if the server ended.
  bool request(const char* method, const json& params) {
    send({{"id", ++last_id_}, {"method", method}, {"params", params}});
    while (auto message = receive()) {
      if (message->value("id", json()) == last_id_) return true;
    }
    return false;
  }

  bool wait_idle() { return request("threadlint/idle", nullptr); }

  void open(const std::string& uri, const std::string& text) {
    send({{"method", "textDocument/didOpen"},
          {"params", {{"textDocument", {{"uri", uri}, {"languageId", "python"}, {"version", 1}, {"text", text}}}}}});
  }

  void change(const std::string& uri, const std::string& text) {
    changed_ = Clock::now();
    published_.clear();
    send({{"method", "textDocument/didChange"},
          {"params",
           {{"textDocument", {{"uri", uri}, {"version", ++version_}}},
            {"contentChanges", json::array({{{"text", text}}})}}}});
  }

  /// Milliseconds from the change until all of these had new diagnostics; nothing if the server ended.
  std::optional<double> until_published(const std::set<std::string>& wanted) {
    while (!std::ranges::includes(published_, wanted)) {
      if (!receive()) return std::nullopt;
    }
    return milliseconds_since(changed_);
  }

  /// What had new diagnostics since the change.
  [[nodiscard]] const std::set<std::string>& published() const { return published_; }

  /// Bytes of memory that the server holds.
  [[nodiscard]] double memory() const {
    std::ifstream status(fmt::format("/proc/{}/statm", server_.process()));
    double total = 0;
    double resident = 0;
    status >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }

 private:
  void send(json message) {
    message["jsonrpc"] = "2.0";
    server_.write(protocol::frame(message.dump()));
  }

  std::optional<json> receive() {
    while (true) {
      if (auto body = decoder_.next()) {
        if (!body->has_value()) continue;
        json message = json::parse(**body, nullptr, /*allow_exceptions=*/false);
        if (message.value("method", "") == "textDocument/publishDiagnostics")
          published_.insert(message["params"]["uri"]);
        return message;
      }
      const std::string bytes = server_.read();
      if (bytes.empty()) return std::nullopt;
      decoder_.feed(bytes);
    }
  }

  int last_id_ = 0;
  int version_ = 1;
  Clock::time_point changed_;
  std::set<std::string> published_;
  protocol::FrameDecoder decoder_;
  Child server_;
};

/// Imports what it calls from a module.
std::string user_of(std::string_view module, std::size_t number, const std::string& body) {
  return fmt::format(
      "from {2} import fill\n_cache_{0} = {{}}\n\ndef cached_{0}():\n    if not _cache_{0}:\n        "
      "fill(_cache_{0})\n"
      "    return _cache_{0}\n\n{1}",
      number, body, module);
}

bool measure_edits(const Corpus& corpus, std::size_t runs, PropagationReport& report) {
  const Folder folder;
  const std::string body = concatenated(corpus, 2'000);
  const std::string small = concatenated(corpus, 150);
  const std::string core = folder.uri("core.py");
  folder.write("core.py", body + filler);
  folder.write("other.py", filler);
  std::set<std::string> open{core};
  std::set<std::string> all{core};
  std::vector<std::pair<std::string, std::string>> documents{{core, body + filler}};
  for (std::size_t i = 0; i + 2 < modules; ++i) {
    const bool is_user = i < users;
    const std::string name = fmt::format("module_{}.py", i);
    const std::string text = user_of(is_user ? "core" : "other", i, small);
    folder.write(name, text);
    if (is_user) all.insert(folder.uri(name));
    if (i < open_users) open.insert(folder.uri(name));
    if (i < open_users || (users <= i && i < users + open_others)) documents.emplace_back(folder.uri(name), text);
  }
  FolderEditor editor(folder.uri(""));
  for (const auto& [uri, text] : documents) editor.open(uri, text);
  if (!editor.wait_idle()) return false;
  report.modules = modules;
  report.users = users;
  report.open = open_users;
  report.bytes = body.size();
  std::vector<double> parses;
  for (std::size_t i = 0; i < runs; ++i) {
    for (const char* function : {harmless_filler, filler}) {
      parses.push_back(parse_time({body + function}, 1));
      editor.change(core, body + function);
      const auto in_open_ones = editor.until_published(open);
      const auto in_all = editor.until_published(all);
      if (!in_open_ones || !in_all || !editor.wait_idle()) return false;
      report.edits.push_back(*in_open_ones);
      report.all_edits.push_back(*in_all);
      report.others = std::max(report.others, editor.published().size() - all.size());
      editor.change(core, body + function + "# end\n");
      const auto unseen = editor.until_published({core});
      if (!unseen || !editor.wait_idle()) return false;
      report.unseen.push_back(*unseen);
    }
  }
  report.parse = median(parses);
  return true;
}

bool measure_memory(const Corpus& corpus, PropagationReport& report) {
  FolderEditor none("");
  if (!none.wait_idle()) return false;
  const Clock::time_point begin = Clock::now();
  FolderEditor editor(protocol::uri_of_path(corpus.folder.string()));
  if (!editor.wait_idle()) return false;
  report.project_read = milliseconds_since(begin);
  report.project_memory = editor.memory() - none.memory();
  std::vector<std::string> texts;
  for (const fs::path& file : corpus.files) texts.push_back(read_file(file));
  report.project_files = texts.size();
  for (const std::string& text : texts) report.project_bytes += text.size();
  report.project_parse = parse_time(texts, 1);
  return true;
}

}  // namespace

std::optional<PropagationReport> measure_propagation(const Corpus& corpus, std::size_t runs) {
  PropagationReport report;
  if (!measure_memory(corpus, report) || !measure_edits(corpus, runs, report)) return std::nullopt;
  return report;
}

}  // namespace bench
