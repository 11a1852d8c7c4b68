// A summary that may stay where it is until somebody asks for it.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "analysis/project/module_summary.h"
#include "analysis/text/made_once.h"

namespace analysis {

/// Copies share what is read. May be shared between threads.
class LazySummary {
 public:
  using Read = std::function<ModuleSummary()>;

  /// Of nothing; must not be asked.
  LazySummary() = default;
  explicit LazySummary(std::shared_ptr<const ModuleSummary> known) : known_(std::move(known)) {}
  /// `read` may be called by several threads at once, and may throw.
  explicit LazySummary(Read read) : later_(std::make_shared<const Later>(std::move(read))) {}

  /// The same each time. These throw what `read` throws.
  [[nodiscard]] const ModuleSummary& operator*() const { return later_ == nullptr ? *known_ : later_->get(); }
  [[nodiscard]] const ModuleSummary* operator->() const { return &**this; }
  [[nodiscard]] std::shared_ptr<const ModuleSummary> get() const {
    return later_ == nullptr ? known_ : std::shared_ptr<const ModuleSummary>(later_, &later_->get());
  }

 private:
  struct Later {
    explicit Later(Read how) : read(std::move(how)) {}
    [[nodiscard]] const ModuleSummary& get() const { return made.get(read); }

    Read read;
    MadeOnce<ModuleSummary> made;
  };

  std::shared_ptr<const ModuleSummary> known_;
  std::shared_ptr<const Later> later_;
};

}  // namespace analysis
