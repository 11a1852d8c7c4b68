#include "analysis/project/project_module.h"

#include "analysis/project/outline.h"

namespace analysis {

FoundByName::~FoundByName() {
  for (const Entry* entry = first_.load(); entry != nullptr;) delete std::exchange(entry, entry->next);
}

const FoundByName::Statements& FoundByName::get(const std::string& name,
                                                const std::function<Statements()>& find) const {
  for (const Entry* entry = first_.load(); entry != nullptr; entry = entry->next) {
    if (entry->name == name) return entry->statements;
  }
  // Of several threads that find it at once each adds its own, which is the same.
  auto found = std::make_unique<Entry>(Entry{name, find(), first_.load()});
  while (!first_.compare_exchange_weak(found->next, found.get())) {
  }
  return found.release()->statements;
}

std::size_t ProjectModule::statement_count() const {
  return std::visit([](const auto& all) { return all.size(); }, code->get().statements);
}

ir::PlacedStatement ProjectModule::statement(std::size_t index) const {
  return std::visit([&](const auto& all) { return all[index]; }, code->get().statements);
}

std::vector<ir::PlacedStatement> ProjectModule::statements() const {
  if (const auto* all = std::get_if<std::vector<ir::PlacedStatement>>(&code->get().statements)) return *all;
  std::vector<ir::PlacedStatement> all;
  all.reserve(statement_count());
  for (std::size_t i = 0; i < statement_count(); ++i) all.push_back(statement(i));
  return all;
}

bool ProjectModule::may_name(std::size_t index, std::string_view name) const {
  const auto* const packed = std::get_if<PackedStatements>(&code->get().statements);
  return packed == nullptr || packed->may_name(index, name);
}

const std::vector<std::uint32_t>& ProjectModule::changers_of(const std::string& global) const {
  return code->changers().get(global, [&] {
    std::vector<std::uint32_t> changers;
    for (std::uint32_t i = 0; i < statement_count(); ++i) {
      if (may_name(i, global) && changes_variable(*statement(i).facts, global)) changers.push_back(i);
    }
    return changers;
  });
}

}  // namespace analysis
