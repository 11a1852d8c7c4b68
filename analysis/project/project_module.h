// A module as others see it. Its code may stay where it is until somebody asks for it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analysis/project/module_summary.h"
#include "analysis/semantics/ir.h"
#include "analysis/text/source_text.h"

namespace analysis {

struct ModuleCode {
  std::shared_ptr<const SourceText> text;
  std::vector<ir::PlacedStatement> statements;
};

/// Code that is there, or is fetched when it is first asked for. May be shared between threads.
class LazyCode {
 public:
  using Fetch = std::function<ModuleCode()>;

  explicit LazyCode(ModuleCode code) : code_(new ModuleCode(std::move(code))) {}
  /// `fetch` may be called by several threads at once, and may throw.
  explicit LazyCode(Fetch fetch) : fetch_(std::move(fetch)) {}
  LazyCode(const LazyCode&) = delete;
  LazyCode& operator=(const LazyCode&) = delete;
  ~LazyCode() { delete code_.load(); }

  /// The same each time. Throws what `fetch` throws.
  [[nodiscard]] const ModuleCode& get() const {
    if (const ModuleCode* const known = code_.load()) return *known;
    auto fetched = std::make_unique<const ModuleCode>(fetch_());
    const ModuleCode* other = nullptr;
    // Of several threads that fetch at once the first one's stays.
    return code_.compare_exchange_strong(other, fetched.get()) ? *fetched.release() : *other;
  }

 private:
  Fetch fetch_;
  mutable std::atomic<const ModuleCode*> code_{nullptr};
};

struct ProjectModule {
  std::string path;  // whatever the driver calls the file by
  std::shared_ptr<const ModuleSummary> summary;
  std::shared_ptr<const LazyCode> code;

  [[nodiscard]] const std::shared_ptr<const SourceText>& text() const { return code->get().text; }
  [[nodiscard]] const std::vector<ir::PlacedStatement>& statements() const { return code->get().statements; }
};

}  // namespace analysis
