// A module as others see it. What it is made of may stay where it is until somebody asks for it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/project/lazy_summary.h"
#include "analysis/semantics/ir.h"
#include "analysis/semantics/packed_statements.h"
#include "analysis/text/made_once.h"
#include "analysis/text/source_text.h"

namespace analysis {

/// Of a module that is edited, as they are; of others, packed.
using ModuleStatements = std::variant<std::vector<ir::PlacedStatement>, PackedStatements>;

struct ModuleCode {
  std::shared_ptr<const SourceText> text;
  ModuleStatements statements;
};

/// What was found out about each name, for all who ask later. May be shared between threads.
class FoundByName {
 public:
  using Statements = std::vector<std::uint32_t>;

  FoundByName() = default;
  FoundByName(const FoundByName&) = delete;
  FoundByName& operator=(const FoundByName&) = delete;
  ~FoundByName();

  /// What `find` gives, which several threads may ask at once.
  [[nodiscard]] const Statements& get(const std::string& name, const std::function<Statements()>& find) const;

 private:
  struct Entry {
    std::string name;
    Statements statements;
    const Entry* next = nullptr;
  };
  mutable std::atomic<const Entry*> first_{nullptr};  // entries come in front, and stay
};

/// Code that is there, or is fetched when it is first asked for. May be shared between threads.
class LazyCode {
 public:
  using Fetch = std::function<ModuleCode()>;

  explicit LazyCode(ModuleCode code) : code_(std::move(code)) {}
  /// `fetch` may be called by several threads at once, and may throw.
  explicit LazyCode(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// The same each time. Throws what `fetch` throws.
  [[nodiscard]] const ModuleCode& get() const { return code_.get(fetch_); }

  [[nodiscard]] const FoundByName& changers() const { return changers_; }

 private:
  Fetch fetch_;
  FoundByName changers_;
  MadeOnce<ModuleCode> code_;
};

struct ProjectModule {
  std::string path;  // whatever the driver calls the file by
  LazySummary summary;
  std::shared_ptr<const LazyCode> code;

  [[nodiscard]] const std::shared_ptr<const SourceText>& text() const { return code->get().text; }
  [[nodiscard]] std::size_t statement_count() const;
  /// Unpacks it if need be.
  [[nodiscard]] ir::PlacedStatement statement(std::size_t index) const;
  [[nodiscard]] std::vector<ir::PlacedStatement> statements() const;
  /// False: certainly none of the statement's names is `name`.
  [[nodiscard]] bool may_name(std::size_t index, std::string_view name) const;
  /// The statements with functions that change what a global of the module holds: indices. Found once for each name.
  [[nodiscard]] const std::vector<std::uint32_t>& changers_of(const std::string& global) const;
};

}  // namespace analysis
