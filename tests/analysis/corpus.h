// The Python files that tests of the analysis run over.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace analysis {

/// The Python files of a folder, in no order.
inline std::vector<std::filesystem::path> python_files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".py" && entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

/// Those of this repository, or of the folder that the environment variable THREADLINT_CORPUS names.
inline std::vector<std::filesystem::path> python_files() {
  const char* const folder = std::getenv("THREADLINT_CORPUS");
  return python_files_in(folder == nullptr ? THREADLINT_SOURCE_DIR "/tests" : folder);
}

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return (std::ostringstream() << stream.rdbuf()).str();
}

}  // namespace analysis
