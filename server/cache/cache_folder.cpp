#include "server/cache/cache_folder.h"

#include <fmt/format.h>
#include <link.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view beginning = "facts-";

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The linker's digest of the whole program (`--build-id`), which is the first object of the process; empty without
/// one.
std::string build_id() {
  std::string id;
  const auto visit = [](dl_phdr_info* program, std::size_t /*size*/, void* result) {
    for (int i = 0; i < program->dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = program->dlpi_phdr[i];
      if (header.p_type != PT_NOTE) continue;
      const char* at = reinterpret_cast<const char*>(program->dlpi_addr + header.p_vaddr);
      const char* const end = at + header.p_memsz;
      while (at + sizeof(ElfW(Nhdr)) <= end) {
        ElfW(Nhdr) note;
        std::memcpy(&note, at, sizeof note);
        const auto padded = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };
        const char* const name = at + sizeof note;
        const char* const content = name + padded(note.n_namesz);
        if (note.n_type == NT_GNU_BUILD_ID && std::string_view(name, note.n_namesz) == std::string_view("GNU\0", 4))
          static_cast<std::string*>(result)->assign(content, note.n_descsz);
        at = content + padded(note.n_descsz);
      }
    }
    return 1;  // the program alone
  };
  dl_iterate_phdr(visit, &id);
  return id;
}

}  // namespace

std::string default_cache_folder() {
  // The specification of base directories ignores relative paths.
  if (const std::string base = variable("XDG_CACHE_HOME"); base.starts_with('/')) return base + "/threadlint";
  if (const std::string home = variable("HOME"); home.starts_with('/')) return home + "/.cache/threadlint";
  return {};
}

std::string cache_folder(const CacheOptions& options) {
  if (options.is_off) return {};
  return options.folder.empty() ? default_cache_folder() : options.folder;
}

std::string cache_file(const std::string& folder) {
  static const std::string id = build_id();
  if (id.empty() || folder.empty()) return {};  // what another build has written could not be told apart
  return fmt::format("{}/{}{:016x}.db", folder, beginning, XXH3_64bits(id.data(), id.size()));
}

std::vector<std::string> cache_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  for (auto entry = fs::directory_iterator(folder, failed); !failed && entry != fs::directory_iterator();
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    const bool is_ours = name.starts_with(beginning) &&
                         (name.ends_with(".db") || name.ends_with(".db-wal") || name.ends_with(".db-shm"));
    if (is_ours && entry->is_regular_file(failed)) files.push_back(entry->path().string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace server
