// Where the output of a command goes, and what the command says to the shell.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "server/cache/cache_folder.h"
#include "server/cache/facts_store.h"
#include "server/check/text_style.h"
#include "server/workspace/file_error.h"

namespace server {

namespace exit_code {
inline constexpr int clean = 0;
inline constexpr int found_something = 1;
inline constexpr int could_not_run = 2;
}  // namespace exit_code

/// On standard error.
void print_errors(const std::vector<FileError>& errors);

/// Whether all of it arrived.
bool print(std::FILE* stream, const std::string& text);

/// Writes to the file `path`, to `stream` if there is no path. Whether all of it arrived; says so if not.
[[nodiscard]] bool write_output(const std::string& path, const std::string& text, std::FILE* stream = stdout);

/// The style of what `write_output` writes to standard output or to a file.
[[nodiscard]] TextStyle style_of_output(const std::string& path, ColorChoice color);

/// What is kept from one run to the next. Tells on standard error when a folder that the user has named is of no use;
/// the run goes on without.
[[nodiscard]] FactsStore open_store(const CacheOptions& options);

}  // namespace server
