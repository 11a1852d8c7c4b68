#include "server/prove/test_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "server/prove/witness_source.h"

namespace server {
namespace {

namespace fs = std::filesystem;

fs::path default_path(const Proof& proof) {
  fs::path folder = proof.root;
  for (const char* name : {"tests", "test"}) {
    std::error_code ignored;
    if (!fs::is_directory(folder / name, ignored)) continue;
    folder /= name;
    break;
  }
  std::string stem = proof.plan.module;
  std::ranges::replace(stem, '.', '_');
  return folder / fmt::format("test_{}_threads.py", stem);
}

fs::path free_path(const fs::path& wanted) {
  fs::path path = wanted;
  std::error_code ignored;
  for (int number = 2; fs::exists(path, ignored); ++number) {
    path = wanted.parent_path() / fmt::format("{}_{}{}", wanted.stem().string(), number, wanted.extension().string());
  }
  return path;
}

}  // namespace

TestFile make_test_file(const Proof& proof, const TestFileOptions& options) {
  const fs::path wanted = options.path.empty() ? default_path(proof) : fs::path(options.path);
  const fs::path path = fs::absolute(free_path(wanted)).lexically_normal();
  const fs::path runtime = path.parent_path() / fmt::format("{}.py", witness_module);
  std::error_code ignored;
  const bool needs_runtime = !options.is_inlined && !fs::exists(runtime, ignored);
  return {.path = path.string(),
          .text = test_text(proof, path.parent_path().string(), options.is_inlined, options.harm),
          .runtime = needs_runtime ? runtime.string() : ""};
}

bool write_new(const std::string& path, std::string_view text) {
  std::FILE* const file = std::fopen(path.c_str(), "wbx");
  if (file == nullptr) return false;
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return (std::fclose(file) == 0) && is_written;
}

}  // namespace server
