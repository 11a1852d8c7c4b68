#include "server/check/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "server/workspace/character.h"

namespace server {
namespace {

bool write_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return false;
  const bool is_written = print(file, text);
  return std::fclose(file) == 0 && is_written;
}

}  // namespace

void print_errors(const std::vector<FileError>& errors) {
  const TextStyle style = style_of(STDERR_FILENO, ColorChoice::automatic);
  for (const FileError& error : errors) {
    fmt::print(stderr, "{} {}: {}\n", painted(style, Ink::error, "error:"), displayable(error.path),
               displayable(error.message));
  }
}

bool print(std::FILE* stream, const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
}

bool write_output(const std::string& path, const std::string& text, std::FILE* stream) {
  if (path.empty() ? print(stream, text) : write_file(path, text)) return true;
  print_errors({{path.empty() ? "standard output" : path, system_message(errno)}});
  return false;
}

TextStyle style_of_output(const std::string& path, ColorChoice color) {
  return path.empty() ? style_of(STDOUT_FILENO, color) : style_of_file(color);
}

FactsStore open_store(const CacheOptions& options) {
  FactsStore store(cache_file(cache_folder(options)));
  if (!options.folder.empty() && !store.complaint().empty())
    fmt::print(stderr, "warning: nothing is kept for the next run: {}\n", store.complaint());
  return store;
}

}  // namespace server
