#include "server/check/remembered_check.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "analysis/storage/stored.h"
#include "server/cache/known_facts.h"
#include "server/check/current_file.h"
#include "server/workspace/canonical_path.h"
#include "server/workspace/source_file.h"

namespace server {
namespace {

using analysis::ModuleFacts;
using analysis::ProjectIndex;
using analysis::ProjectModule;
using Modules = std::vector<std::shared_ptr<const ProjectModule>>;

/// Thrown where a file is no longer what it was when the check began.
struct HasChanged : std::runtime_error {
  HasChanged() : std::runtime_error("a file changed during the check") {}
};

/// Null if it was not looked at.
std::shared_ptr<const analysis::SourceText> text_of(const CurrentFile& file) {
  if (file.module_code != nullptr) return file.module_code->text();
  return file.facts ? file.facts->text : nullptr;
}

/// The text of a file that is as it is known.
std::shared_ptr<const analysis::SourceText> text_of(const KnownFile& file) {
  auto source = read_source(file.path);
  if (!source) throw HasChanged();
  auto text = analysis::make_source_text(std::move(source->text));
  if (text->digest() != file.text) throw HasChanged();
  return text;
}

class Check {
 public:
  Check(const RememberedCheck& check, const FactsStore& store, Workers& workers, Progress& progress)
      : check_(check), store_(store), workers_(workers), progress_(progress) {
    std::string asked = canonical_path(".") + (check.wants_fixes ? " with fixes" : "");
    for (const std::string& path : check.paths) asked += '\n' + path;
    key_ = digest_of_bytes(asked);
    FactsStore::List stored = store.find_list(StoredList::files, key_);
    version_ = stored.version;
    known_.reserve(stored.entries.size());
    for (std::string& entry : stored.entries) {
      auto file = decode_file(entry);
      if (file) known_.push_back(*std::move(file));
    }
    if (known_.size() != stored.entries.size()) known_.clear();
  }

  Report run(FoundFiles found, SettingsStore& settings) {
    errors_ = std::move(found.errors);
    files_ = compare_files(std::move(found.files), known_, check_.trusts_modification, settings, workers_);
    judged_.resize(files_.size());
    if (!is_everything_same() && !judge_what_is_affected()) judge_all();
    Report report;
    const auto conclude = [&](std::size_t i, unsigned /*worker*/) {
      if (i == 0) report = make_report();
      if (i == 1) remember();
    };
    for_each_index(workers_, is_outdated_ ? 2 : 1, conclude);
    return report;
  }

 private:
  // What has changed.

  /// Whether the same files are there, read or not.
  [[nodiscard]] bool are_files_the_same() const {
    std::size_t known = 0;
    for (const CurrentFile& file : files_) {
      if (file.can_be_read() != (file.known != nullptr)) return false;
      if (!file.can_be_read()) continue;
      if (file.known->module != file.module || !file.has_known_settings()) return false;
      ++known;
    }
    return known == known_.size();
  }

  [[nodiscard]] bool is_everything_same() {
    const auto is_same = [](const CurrentFile& file) { return file.is_same || file.known == nullptr; };
    const auto is_known = [](const CurrentFile& file) { return file.is_known_as_it_is() || file.known == nullptr; };
    const bool is_all_same = are_files_the_same() && std::ranges::all_of(files_, is_same);
    is_outdated_ = !is_all_same || !std::ranges::all_of(files_, is_known);
    return is_all_same;
  }

  // Some files have another text than before, which changes nothing in how modules name each other.

  [[nodiscard]] bool judge_what_is_affected() {
    try {
      return are_files_the_same() && find_known_project() && judge_by_known_project();
    } catch (const HasChanged&) {
      is_project_known_ = false;
      return false;
    }
  }

  /// The project as it was: its modules, beside `known_`, and their summaries are fetched when they are asked for.
  [[nodiscard]] bool find_known_project() {
    const auto stored = store_.find_entry(StoredList::links, key_, version_, 0);
    auto links = stored ? analysis::decode_links(*stored, known_.size()) : nullptr;
    if (links == nullptr) return false;
    Modules modules;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const auto read = [i, this] {
        const auto bytes = store_.find_entry(StoredList::summaries, key_, version_, i);
        auto summary = bytes ? analysis::decode_summary(*bytes) : std::nullopt;
        if (!summary) throw HasChanged();
        return *std::move(summary);
      };
      const auto fetch = [&file = known_[i], this] {
        const ModuleFacts facts = known_facts(file.module, text_of(file), store_);
        return analysis::ModuleCode{facts.text, facts.statements};
      };
      modules.push_back(std::make_shared<const ProjectModule>(ProjectModule{
          known_[i].path, analysis::LazySummary(read), std::make_shared<const analysis::LazyCode>(fetch)}));
    }
    known_project_ = ProjectIndex(std::move(modules), std::move(links));
    is_project_known_ = true;
    return true;
  }

  /// False if modules name each other in another way than before.
  [[nodiscard]] bool judge_by_known_project() {
    std::vector<CurrentFile*> changed;
    for (CurrentFile& file : files_) {
      if (!file.is_same && file.known != nullptr) changed.push_back(&file);
    }
    const auto examine = [&](std::size_t i, unsigned /*worker*/) { changed[i]->facts = facts_of(*changed[i]); };
    for_each_index(workers_, changed.size(), examine, progress_.observer("reading", changed.size()));
    Modules modules = known_project_.modules();
    Changes changes;
    for (const CurrentFile* const file : changed) {
      auto& module = modules[static_cast<std::size_t>(file->known - known_.data())];
      const analysis::ModuleSummary& before = *module->summary;
      if (!defines_the_same(*file->facts->summary, before)) return false;
      changes.texts.insert(file->module);
      if (file->facts->summary->digest != before.digest) changes.meanings.insert(file->module);
      module = std::make_shared<const ProjectModule>(analysis::as_project_module(*file->facts, file->found.path));
    }
    const ProjectIndex project{std::move(modules), known_project_};
    if (!project.is_linked_as(known_project_)) return false;
    std::vector<std::size_t> affected;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (files_[i].known != nullptr && is_affected(files_[i], changes)) affected.push_back(i);
    }
    judge(affected, project);
    return true;
  }

  [[nodiscard]] static bool defines_the_same(const analysis::ModuleSummary& left,
                                             const analysis::ModuleSummary& right) {
    return std::ranges::equal(
        left.definitions, right.definitions, {}, [](const auto& entry) { return entry.first; },
        [](const auto& entry) { return entry.first; });
  }

  /// Names of modules.
  struct Changes {
    using Names = std::set<std::string, std::less<>>;
    Names texts;     // all that changed
    Names meanings;  // those that mean something else to others than before
  };

  [[nodiscard]] static bool is_affected(const CurrentFile& file, const Changes& changes) {
    if (!file.is_same) return true;
    const auto has_one_of = [](const std::vector<std::string>& modules, const Changes::Names& names) {
      return std::ranges::any_of(modules, [&](const std::string& module) { return names.contains(module); });
    };
    const analysis::Surroundings& surroundings = file.known->surroundings;
    // Findings name places; where there are none, it does not matter that these moved.
    return has_one_of(surroundings.asked, changes.meanings) ||
           (!file.known->findings.empty() && has_one_of(surroundings.modules, changes.texts));
  }

  void judge(const std::vector<std::size_t>& affected, const ProjectIndex& project) {
    std::atomic<bool> has_changed = false;
    const auto body = [&](std::size_t i, unsigned /*worker*/) {
      try {
        CurrentFile& file = files_[affected[i]];
        const auto& module = project.modules()[static_cast<std::size_t>(file.known - known_.data())];
        if (!file.facts) file.facts = analysis::as_module_facts(*module);
        if (!is_still_so(affected[i], *file.facts, project)) judge(affected[i], *file.facts, project);
      } catch (const HasChanged&) {
        has_changed = true;
      }
    };
    for_each_index(workers_, affected.size(), body, progress_.observer("checking", affected.size()));
    if (has_changed) throw HasChanged();
  }

  void judge(std::size_t index, const ModuleFacts& facts, const ProjectIndex& project) {
    const CurrentFile& file = files_[index];
    analysis::Judgement judgement = analysis::judge_module(facts, project, *file.settings);
    if (check_.wants_fixes) analysis::add_fixes(facts, judgement.findings, project, *file.settings);
    judged_[index] = std::move(judgement);
  }

  // Anything may have changed.

  void judge_all() {
    judged_.assign(files_.size(), {});
    const auto read = [&](std::size_t i, unsigned /*worker*/) { load(files_[i]); };
    for_each_index(workers_, files_.size(), read, progress_.observer("reading", files_.size()));
    Modules modules;
    for (const CurrentFile& file : files_) {
      if (file.module_code != nullptr) modules.push_back(file.module_code);
    }
    const ProjectIndex project(std::move(modules), ProjectIndex());
    new_links_ = project.links();
    const auto body = [&](std::size_t i, unsigned /*worker*/) {
      if (files_[i].module_code == nullptr) return;
      const ModuleFacts facts = analysis::as_module_facts(*files_[i].module_code);
      if (!is_still_so(i, facts, project)) judge(i, facts, project);
    };
    for_each_index(workers_, files_.size(), body, progress_.observer("checking", files_.size()));
  }

  [[nodiscard]] ModuleFacts facts_of(CurrentFile& file) const {
    return known_facts(file.module, analysis::make_source_text(std::move(file.source->text)), store_);
  }

  void load(CurrentFile& file) const {
    if (!file.facts && !file.source && file.error.empty()) read_anyway(file);
    if (!file.facts && file.source) file.facts = facts_of(file);
    if (!file.facts) return;
    file.module_code = std::make_shared<const ProjectModule>(analysis::as_packed_module(*file.facts, file.found.path));
    file.facts.reset();
  }

  /// Whether what is known of a file still holds in the project as it is.
  bool is_still_so(std::size_t index, const ModuleFacts& facts, const ProjectIndex& project) {
    const CurrentFile& file = files_[index];
    if (!file.is_same || !file.has_known_settings()) return false;
    analysis::Surroundings surroundings = analysis::surroundings_of(facts, project);
    const analysis::Surroundings& before = file.known->surroundings;
    // Findings name places; where there are none, it does not matter that these moved.
    if (surroundings.meaning != before.meaning) return false;
    if (!file.known->findings.empty() && surroundings.places != before.places) return false;
    judged_[index] = analysis::Judgement{file.known->findings, std::move(surroundings)};
    return true;
  }

  // What comes of it.

  Report make_report() {
    Report report;
    report.errors = std::move(errors_);
    for (std::size_t i = 0; i < files_.size(); ++i) {
      CurrentFile& file = files_[i];
      const std::string& complaint = file.source    ? file.source->complaint
                                     : file.is_same ? file.known->complaint
                                                    : file.error;
      if (!complaint.empty()) report.errors.push_back({file.found.path, complaint});
      if (!file.can_be_read()) continue;
      CheckedFile checked{
          .path = file.found.path, .module = file.module, .text = text_of(file), .code = {}, .settings = file.settings};
      checked.has_bom = file.source ? file.source->has_bom : file.known->has_bom;
      checked.findings = judged_[i] ? judged_[i]->findings : file.known->findings;
      report.modules.try_emplace(file.module, report.files.size());
      report.files.push_back(std::move(checked));
    }
    std::ranges::sort(report.errors);
    add_texts(report);
    return report;
  }

  /// Of the files that are shown: in which something was found, and those that steps lead through.
  static void add_texts(Report& report) {
    const auto add = [](CheckedFile& file) {
      if (file.text != nullptr) return;
      auto source = read_source(file.path);
      file.text = analysis::make_source_text(source ? std::move(source->text) : std::string());
    };
    for (CheckedFile& file : report.files) {
      if (file.findings.empty()) continue;
      add(file);
      for (const analysis::Finding& finding : file.findings) {
        for (const analysis::Step& step : finding.interleaving) {
          const auto found = report.modules.find(step.module);
          if (found != report.modules.end()) add(report.files[found->second]);
        }
      }
    }
  }

  /// What is known of a file from now on.
  [[nodiscard]] KnownFile known_now(std::size_t index) const {
    const CurrentFile& file = files_[index];
    KnownFile known = file.known == nullptr ? KnownFile() : *file.known;
    known.path = file.found.path;
    known.module = file.module;
    known.size = file.found.size;
    known.modified = file.found.modified;
    known.is_settled = file.is_settled;
    known.content = file.content;
    known.settings = file.settings_digest;
    if (const auto text = text_of(file)) known.text = text->digest();
    if (file.source) {
      known.has_bom = file.source->has_bom;
      known.complaint = file.source->complaint;
    }
    if (judged_[index]) {
      known.surroundings = judged_[index]->surroundings;
      known.findings = judged_[index]->findings;
    }
    return known;
  }

  void remember() const {
    FactsStore::Change files{.list = StoredList::files, .size = 0, .entries = {}};
    FactsStore::Change summaries{.list = StoredList::summaries, .size = 0, .entries = {}};
    FactsStore::Change links{.list = StoredList::links, .size = 1, .entries = {}};
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const CurrentFile& file = files_[i];
      if (!file.can_be_read()) continue;
      const std::size_t place = files.size++;
      const bool is_there = file.known != nullptr && file.known == known_.data() + place;
      if (!is_there || !file.is_known_as_it_is() || judged_[i]) files.entries.emplace_back(place, encode(known_now(i)));
      const bool is_known_text = is_there && file.is_same && is_project_known_;
      const auto summary = file.module_code != nullptr ? file.module_code->summary.get()
                           : file.facts                ? file.facts->summary
                                                       : nullptr;
      if (summary != nullptr && !is_known_text) summaries.entries.emplace_back(place, analysis::encode(*summary));
    }
    summaries.size = files.size;
    if (new_links_ != nullptr) links.entries.emplace_back(0, analysis::encode(*new_links_));
    store_.keep_lists(key_, version_, {std::move(files), std::move(summaries), std::move(links)});
    store_.trim();
  }

  const RememberedCheck& check_;
  const FactsStore& store_;
  Workers& workers_;
  Progress& progress_;
  std::uint64_t key_ = 0;
  std::int64_t version_ = 0;      // of what is known
  std::vector<KnownFile> known_;  // by path; without files that could not be read
  bool is_project_known_ = false;
  ProjectIndex known_project_;                        // of `known_`
  std::shared_ptr<const analysis::Links> new_links_;  // null: as they are known
  std::vector<FileError> errors_;
  std::vector<CurrentFile> files_;                          // by path
  std::vector<std::optional<analysis::Judgement>> judged_;  // of those that were looked at, beside `files_`
  bool is_outdated_ = true;
};

}  // namespace

Report check_remembered(const RememberedCheck& check, FoundFiles found, SettingsStore& settings,
                        const FactsStore& store, Workers& workers, Progress& progress) {
  return Check(check, store, workers, progress).run(std::move(found), settings);
}

}  // namespace server
