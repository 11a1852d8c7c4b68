// `threadlint show`: what one stage of the analysis makes of a file.
#pragma once

#include <cstdint>
#include <string>

namespace server {

enum class Stage : std::uint8_t { tree, symbols, accesses, effects };

struct ShowOptions {
  Stage stage = Stage::tree;
  std::string file;  // `-`: standard input
};

/// Writes to standard output and standard error; returns the exit code: 0, or 2 for a file that cannot be read.
[[nodiscard]] int show(const ShowOptions& options);

}  // namespace server
