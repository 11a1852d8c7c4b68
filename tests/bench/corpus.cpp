#include "tests/bench/corpus.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

namespace bench {
namespace {

namespace fs = std::filesystem;

std::string output_of(const char* command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command, "r"), ::pclose);
  std::string output;
  std::array<char, 256> bytes{};
  while (pipe && std::fgets(bytes.data(), bytes.size(), pipe.get()) != nullptr) output += bytes.data();
  return output.substr(0, output.find('\n'));
}

}  // namespace

Corpus find_standard_library() {
  return find_corpus(output_of("python3 -c 'import sysconfig; print(sysconfig.get_paths()[\"stdlib\"])'"));
}

Corpus find_corpus(fs::path folder) {
  Corpus corpus{.folder = std::move(folder), .files = {}};
  std::error_code error;  // a folder that is not there has no files
  auto entry = fs::recursive_directory_iterator(corpus.folder, error);
  std::vector<std::pair<std::uintmax_t, fs::path>> files;
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->path().filename() == "site-packages") {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && entry->path().extension() == ".py") {
      files.emplace_back(entry->file_size(), entry->path());
    }
  }
  std::ranges::sort(files, std::ranges::greater());
  for (auto& [size, path] : files) corpus.files.push_back(std::move(path));
  return corpus;
}

std::string read_file(const fs::path& file) {
  std::string bytes(fs::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

std::string concatenated(const Corpus& corpus, std::size_t lines) {
  std::vector<fs::path> modules;
  for (const fs::path& file : corpus.files) {
    if (file.parent_path() == corpus.folder) modules.push_back(file);
  }
  std::ranges::sort(modules);
  std::string text;
  std::size_t count = 0;
  for (const fs::path& module : modules) {
    std::istringstream stream(read_file(module));
    for (std::string line; count < lines && std::getline(stream, line); ++count) text += line + '\n';
  }
  return text;
}

}  // namespace bench
