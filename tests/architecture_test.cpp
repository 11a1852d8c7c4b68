// The borders of the project: who may include what, and what every file looks like. analysis/README.md,
// server/README.md and protocol/README.md argue for them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string_view>;

struct File {
  fs::path path;
  std::string name;  // relative to the repository: `analysis/text/line_index.h`
  std::vector<std::string> lines;
};

/// Folders that tools make, wherever they stand.
const std::set<std::string, std::less<>> not_ours{".git",  "build",        "node_modules", "__pycache__",
                                                  ".venv", ".vscode-test", "out"};
/// Folders and files at the top that a contributor's tools may leave.
const std::set<std::string, std::less<>> tolerated{".git",  "build", ".cache",        ".vscode",
                                                   ".idea", ".venv", ".pytest_cache", "compile_commands.json"};
const std::set<std::string, std::less<>> top_level{".ci",           ".github",    ".clang-format",     ".clang-tidy",
                                                   ".editorconfig", ".gitignore", "CHANGELOG.md",      "CMakeLists.txt",
                                                   "dev",           "LICENSE",    "README.md",         "analysis",
                                                   "editors",       "protocol",   "CMakePresets.json", "server",
                                                   "tests"};

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return lines;
}

/// All files of the repository whose name ends with one of `endings`.
std::vector<File> files_ending(const Names& endings) {
  std::vector<File> files;
  const fs::path root = THREADLINT_SOURCE_DIR;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && not_ours.contains(entry->path().filename().string()))
      entry.disable_recursion_pending();
    const std::string extension = entry->path().extension().string();
    if (!entry->is_regular_file() || std::ranges::find(endings, extension) == endings.end()) continue;
    const std::string name = entry->path().lexically_relative(root).generic_string();
    if (top_level.contains(name.substr(0, name.find('/'))))
      files.push_back({entry->path(), name, lines_of(entry->path())});
  }
  std::ranges::sort(files, {}, &File::name);
  return files;
}

const std::vector<File>& sources() {
  static const std::vector<File> files = files_ending({".h", ".cpp"});
  return files;
}

struct Include {
  std::string header;
  bool is_ours = false;  // in quotes
  int line = 0;
};

std::vector<Include> includes_of(const File& file) {
  constexpr std::string_view directive = "#include ";
  std::vector<Include> includes;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    if (!line.starts_with(directive) || line.size() < directive.size() + 2) continue;
    const bool is_ours = line[directive.size()] == '"';
    const std::size_t begin = directive.size() + 1;
    const std::size_t end = line.find(is_ours ? '"' : '>', begin);
    includes.push_back({std::string(line.substr(begin, end - begin)), is_ours, static_cast<int>(i + 1)});
  }
  return includes;
}

bool is_in(std::string_view name, const Names& prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

std::string listed(const Names& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

/// Files that begin with `folder` may include our own headers that begin with one of `allowed`. The first match counts.
struct Layer {
  std::string_view folder;
  Names allowed;
};

const std::vector<Layer> layers{
    {"analysis/text/", {"analysis/text/"}},
    {"analysis/syntax/", {"analysis/text/", "analysis/syntax/"}},
    {"analysis/semantics/", {"analysis/text/", "analysis/syntax/", "analysis/semantics/"}},
    {"analysis/concurrency/", {"analysis/text/", "analysis/syntax/", "analysis/semantics/", "analysis/concurrency/"}},
    {"analysis/project/",
     {"analysis/text/", "analysis/syntax/", "analysis/semantics/", "analysis/concurrency/", "analysis/project/"}},
    {"analysis/rules/",
     {"analysis/text/", "analysis/syntax/", "analysis/semantics/", "analysis/concurrency/", "analysis/project/",
      "analysis/rules/"}},
    {"analysis/review/",
     {"analysis/text/", "analysis/syntax/", "analysis/semantics/", "analysis/concurrency/", "analysis/project/",
      "analysis/rules/", "analysis/review/"}},
    {"analysis/proof/",
     {"analysis/text/", "analysis/syntax/", "analysis/semantics/", "analysis/concurrency/", "analysis/project/",
      "analysis/rules/", "analysis/proof/"}},
    {"analysis/storage/",
     {"analysis/text/", "analysis/syntax/", "analysis/semantics/", "analysis/concurrency/", "analysis/project/",
      "analysis/rules/", "analysis/storage/"}},
    {"analysis/", {"analysis/"}},
    {"protocol/", {"protocol/"}},
    {"server/", {"analysis/", "protocol/", "server/"}},
    {"tests/", {"analysis/", "protocol/", "server/", "tests/"}},
};

TEST(Architecture, LayersIncludeOnlyWhatIsBelowThem) {
  for (const File& file : sources()) {
    const auto layer = std::ranges::find_if(layers, [&](const Layer& it) { return file.name.starts_with(it.folder); });
    if (layer == layers.end()) continue;
    for (const Include& include : includes_of(file)) {
      if (!include.is_ours || is_in(include.header, layer->allowed)) continue;
      ADD_FAILURE_AT(file.path.c_str(), include.line)
          << layer->folder << " may include only " << listed(layer->allowed)
          << ", written from the repository's root; not \"" << include.header
          << "\". Move the code to the folder that owns it, or pass what it needs as a value.";
    }
  }
}

/// Headers of packages that begin with `prefix` belong to the files that begin with one of `owners`.
struct PackageOwner {
  std::string_view prefix;
  Names owners;
};

const std::vector<PackageOwner> packages{
    {"tree_sitter/", {"analysis/syntax/", "tests/bench/"}},
    {"mimalloc", {"server/tree_heap"}},
    {"xxhash", {"analysis/", "server/cache/"}},
    {"cereal/", {"analysis/semantics/"}},
    {"nlohmann/", {"protocol/", "server/check/", "server/review/", "server/prove/", "server/rules_command", "tests/"}},
    {"rapidjson/", {"protocol/diagnostics_text"}},
    {"boost/", {"server/"}},
    {"spdlog/", {"server/", "tests/support/running_server"}},
    {"CLI/", {"server/options", "tests/bench/"}},
    {"toml++/", {"server/workspace/"}},
    {"git2", {"server/workspace/", "server/check/text_diff"}},
    {"sqlite3", {"server/cache/", "tests/server/remembered_check_test"}},
    {"zstd", {"server/cache/"}},
    {"gtest/", {"tests/"}},
    {"gmock/", {"tests/"}},
    {"benchmark/", {"tests/bench/"}},
    // One mutex in the program: the writer's queue. The main thread owns all state, workers get values.
    {"mutex", {"server/transport/stdout_writer", "tests/"}},
    {"shared_mutex", {}},
    {"condition_variable", {"server/transport/stdout_writer", "tests/"}},
    // The libraries are texts in, findings out, and bytes to messages: no files, threads or clocks.
    {"fstream", {"server/", "tests/"}},
    {"filesystem", {"server/", "tests/"}},
    {"thread", {"server/", "tests/"}},
    {"chrono", {"server/", "tests/"}},
};

TEST(Architecture, PackagesAreUsedOnlyByTheirOwners) {
  for (const File& file : sources()) {
    for (const Include& include : includes_of(file)) {
      const auto package = std::ranges::find_if(packages, [&](const PackageOwner& it) {
        return it.prefix.ends_with('/') ? include.header.starts_with(it.prefix)
                                        : include.header.substr(0, include.header.find('.')) == it.prefix;
      });
      if (include.is_ours || package == packages.end() || is_in(file.name, package->owners)) continue;
      ADD_FAILURE_AT(file.path.c_str(), include.line)
          << "<" << include.header << "> belongs to: " << listed(package->owners)
          << ". Ask the owner for what you need as a value; a new owner needs a line in tests/architecture_test.cpp "
             "and a "
             "reason in its folder's README.";
    }
  }
}

TEST(Architecture, HeadersSayWhatTheyAreFor) {
  for (const File& file : sources()) {
    if (!file.name.ends_with(".h")) continue;
    const bool has_comment = !file.lines.empty() && file.lines.front().starts_with("// ");
    EXPECT_TRUE(has_comment) << file.name
                             << ":1: begin the header with a comment of one to five lines: what is it for?";
    EXPECT_NE(std::ranges::find(file.lines, "#pragma once"), file.lines.end()) << file.name << ": add `#pragma once`";
  }
}

TEST(Architecture, SourcesBeginWithTheirHeaderOrAComment) {
  for (const File& file : sources()) {
    if (!file.name.ends_with(".cpp")) continue;
    const std::string own_header = "#include \"" + file.name.substr(0, file.name.size() - 4) + ".h\"";
    const bool is_right =
        !file.lines.empty() && (file.lines.front().starts_with("// ") || file.lines.front() == own_header);
    EXPECT_TRUE(is_right) << file.name << ":1: begin with " << own_header
                          << " or, where there is no such header, with a comment: what is the file for?";
  }
}

TEST(Architecture, HeadersOpenNoNamespaces) {
  for (const File& file : sources()) {
    if (!file.name.ends_with(".h")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (file.lines[i].find("using namespace") == std::string::npos) continue;
      ADD_FAILURE_AT(file.path.c_str(), static_cast<int>(i + 1))
          << "`using namespace` in a header changes the meaning of names in every file that includes it: spell them "
             "out";
    }
  }
}

TEST(Architecture, FilesStayShort) {
  constexpr std::size_t longest = 400;
  for (const File& file : files_ending({".h", ".cpp", ".py", ".ts"})) {
    // Users copy it beside their tests: it has to be one file.
    if (file.name == "server/prove/threadlint_witness.py") continue;
    EXPECT_LE(file.lines.size(), longest)
        << file.name << ": split the file where its reason can be told in two sentences";
  }
}

TEST(Architecture, TheTopLevelStaysSmall) {
  std::set<std::string, std::less<>> entries;
  for (const auto& entry : fs::directory_iterator(THREADLINT_SOURCE_DIR)) {
    const std::string name = entry.path().filename().string();
    if (!tolerated.contains(name)) entries.insert(name);
  }
  for (const std::string& name : entries) {
    EXPECT_TRUE(top_level.contains(name))
        << "`" << name << "` is new at the top level: put it into the folder that it serves (README.md has a map)";
  }
  for (const std::string& name : top_level) EXPECT_TRUE(entries.contains(name)) << "`" << name << "` is missing";
}

}  // namespace
