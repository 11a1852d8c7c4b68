// Which settings hold for which file: those of the closest settings file, and what stands above files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "server/workspace/settings.h"
#include "server/workspace/settings_file.h"

namespace server {

/// Where an editor's or a command line's settings stand.
enum class Precedence : std::uint8_t { above_files, below_files, instead_of_files };

/// What does not come from the files of the project.
struct Override {
  std::shared_ptr<const SettingsLayer> layer;  // null: nothing
  Precedence precedence = Precedence::above_files;
  bool is_enabled = true;  // otherwise no file is looked at
};

/// What is in force for one file.
struct FileSettings {
  std::shared_ptr<const analysis::RuleSettings> rules;  // never null; the same pointer as long as they are equal
  bool is_excluded = false;                             // the file is not looked at
};

/// For one thread. Copies share what was read, and go on by themselves.
class SettingsStore {
 public:
  /// The file that stands for all files of the disk (`--config FILE`).
  void use_file(std::shared_ptr<const SettingsFile> file);
  /// What stands above files: everywhere, and instead of that in folders, given by their canonical paths.
  void set_overrides(Override common, std::map<std::string, Override> by_folder = {});

  /// Of a file, given by its canonical path; other names (of documents that are in no file) have no settings file.
  [[nodiscard]] FileSettings of(const std::string& file);
  /// Those behind `of`, with where each comes from.
  [[nodiscard]] std::shared_ptr<const Settings> behind(const std::string& file);
  /// Whether a walk leaves out a file or folder that is in no folder which it leaves out.
  [[nodiscard]] bool is_left_out(const std::string& path);

  /// Whether the disk has another settings file for a file than it had, or another text in it. Some dozen system calls.
  [[nodiscard]] bool is_outdated(const std::string& file) const;
  /// The disk may have other settings files than before, or other texts in them.
  void read_again();
  /// What a copy has found since.
  void adopt(const SettingsStore& copy);

  /// The settings files that were asked for, by path; those that are used by no file included.
  [[nodiscard]] std::vector<std::shared_ptr<const SettingsFile>> files() const;
  /// Whether what is said about settings depends on that file, given by its canonical path.
  [[nodiscard]] bool depends_on(const std::string& file) const;

 private:
  using FilePointer = std::shared_ptr<const SettingsFile>;
  /// Tells whether a file was written since: its time, size and number.
  using Stamp = std::tuple<std::int64_t, std::int64_t, std::uint64_t, std::uint64_t>;
  struct ReadFile {
    FilePointer file;  // null: not a settings file
    Stamp stamp;
  };
  using Rules = std::shared_ptr<const analysis::RuleSettings>;

  [[nodiscard]] static Stamp stamp_of(const std::string& path);
  [[nodiscard]] FilePointer file_for(const std::string& folder);
  [[nodiscard]] FilePointer file_in(const std::string& folder);
  [[nodiscard]] const Override& override_for(const std::string& file) const;
  /// The pointer that stands for all that are equal.
  [[nodiscard]] Rules shared(Rules rules);
  [[nodiscard]] Rules rules_for(const Settings& settings, const std::string& file);

  FilePointer only_file_;
  Override common_;
  std::map<std::string, Override> by_folder_;
  std::map<std::string, ReadFile> read_;        // by path
  std::map<std::string, FilePointer> folders_;  // folder → the closest file
  /// By the layers, which the settings keep alive.
  std::map<std::tuple<const SettingsLayer*, const SettingsLayer*, Precedence>, std::shared_ptr<const Settings>>
      combined_;
  std::vector<Rules> rules_;  // all that differ
};

}  // namespace server
