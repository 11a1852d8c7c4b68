// The Python that is measured: the standard library of the python3 on PATH, or a folder that was asked for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace bench {

struct Corpus {
  std::filesystem::path folder;
  std::vector<std::filesystem::path> files;  // all `*.py` but those under site-packages, largest first
};

/// No files when there is no python3 or no library.
[[nodiscard]] Corpus find_standard_library();

/// No files when there is no such folder.
[[nodiscard]] Corpus find_corpus(std::filesystem::path folder);

[[nodiscard]] std::string read_file(const std::filesystem::path& file);

/// Modules from the top folder of the corpus, by name, one after the other, until there are `lines` lines; then cut
/// there.
[[nodiscard]] std::string concatenated(const Corpus& corpus, std::size_t lines);

}  // namespace bench
