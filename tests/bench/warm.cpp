#include "tests/bench/warm.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "tests/bench/child.h"
#include "tests/bench/statistics.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t few = 1000;

/// A copy of files of the corpus, with their times of change, and a cache of its own. Removed at the end.
class Copy {
 public:
  Copy(const Corpus& corpus, std::size_t limit)
      : folder_(fs::temp_directory_path() / ("threadlint-bench-" + std::to_string(::getpid()))) {
    std::vector<fs::path> files = corpus.files;
    std::ranges::sort(files);
    files.resize(std::min(limit, files.size()));
    for (const fs::path& file : files) {
      const fs::path target = folder_ / "files" / file.lexically_relative(corpus.folder);
      fs::create_directories(target.parent_path());
      fs::copy_file(file, target);
      fs::last_write_time(target, fs::last_write_time(file));
      files_.push_back(target);
    }
  }
  ~Copy() { fs::remove_all(folder_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  [[nodiscard]] const std::vector<fs::path>& files() const { return files_; }

  /// Milliseconds.
  [[nodiscard]] double check(const std::vector<std::string>& options = {}) const {
    std::vector<std::string> command{THREADLINT_BINARY, "check",           "--output-format",           "concise",
                                     "--cache-dir",     folder_ / "cache", (folder_ / "files").string()};
    command.insert(command.end(), options.begin(), options.end());
    return run(command).wall_ms;
  }

  void forget() const { fs::remove_all(folder_ / "cache"); }

  [[nodiscard]] double cache_bytes() const {
    double bytes = 0;
    for (const auto& entry : fs::directory_iterator(folder_ / "cache")) bytes += static_cast<double>(entry.file_size());
    return bytes;
  }

 private:
  fs::path folder_;
  std::vector<fs::path> files_;
};

}  // namespace

WarmReport measure_warm(const Corpus& corpus, std::size_t runs) {
  WarmReport report;
  report.runs = runs;
  {
    const Copy copy(corpus, corpus.files.size());
    report.files = copy.files().size();
    std::vector<double> cold, uncached, warm, verified;
    for (std::size_t i = 0; i < runs; ++i) {
      uncached.push_back(copy.check({"--no-cache"}));
      copy.forget();
      cold.push_back(copy.check());
      warm.push_back(copy.check());
      verified.push_back(copy.check({"--no-mtime"}));
    }
    report.cold = median(cold);
    report.uncached = median(uncached);
    report.warm = median(warm);
    report.verified = median(verified);
    report.cache_bytes = copy.cache_bytes();
  }
  const Copy copy(corpus, few);
  report.few_files = copy.files().size();
  (void)copy.check();
  std::vector<double> warm, verified, changed, ratios;
  for (std::size_t i = 0; i < runs; ++i) {
    warm.push_back(copy.check());
    // A comment more at the end, each time of another file.
    std::ofstream(copy.files()[(i + 1) * copy.files().size() / (runs + 2)], std::ios::app) << "# " << i << '\n';
    changed.push_back(copy.check());
    ratios.push_back(changed.back() / warm.back());
    verified.push_back(copy.check({"--no-mtime"}));
  }
  report.few_warm = median(warm);
  report.few_verified = median(verified);
  report.few_changed = median(changed);
  report.change_ratio = median(ratios);
  return report;
}

}  // namespace bench
