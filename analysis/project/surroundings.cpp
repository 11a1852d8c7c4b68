#include "analysis/project/surroundings.h"

#include <algorithm>
#include <utility>

#include "analysis/text/digest.h"

namespace analysis {
namespace {

/// The statements of one module that are part of a program.
struct Part {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> statements;  // where each begins, and its key
  std::uint32_t end = 0;                                            // of the last one, in the module's text
};

/// By module; the first is left out, since it belongs to the program as a whole.
std::vector<Part> parts_of(const Program& program) {
  std::vector<Part> parts(program.modules.size());
  for (std::size_t i = 0; i < program.statements.size(); ++i) {
    const std::uint32_t module = program.modules_of_statements[i];
    if (module == 0) continue;
    const ir::PlacedStatement& statement = program.statements[i];
    const std::uint32_t begin = statement.begin - program.modules[module].begin;
    parts[module].statements.emplace_back(begin, statement.facts->key);
    parts[module].end = std::max(parts[module].end, begin + statement.facts->size);
  }
  return parts;
}

}  // namespace

Surroundings surroundings_of(const Program& program, const ProjectModule& module, const ProjectIndex& project) {
  Surroundings result;
  result.asked = program.asked;
  Digest meaning;
  Digest places;
  std::vector<Part> parts = parts_of(program);
  for (std::size_t i = 0; i < program.modules.size(); ++i) {
    const Program::Module& part = program.modules[i];
    meaning.add(part.imports.size());
    for (const auto& [name, target] : part.imports) {
      meaning.add(name);
      meaning.add(target);
    }
    if (i == 0) continue;
    meaning.add(part.name);
    meaning.add(parts[i].statements.size());
    // As they are found, and as they stand in the text.
    for (const auto& [begin, key] : parts[i].statements) meaning.add(key);
    std::ranges::sort(parts[i].statements);
    for (const auto& [begin, key] : parts[i].statements) meaning.add(key);
    result.modules.push_back(part.name);
    const ProjectModule* const other = project.find(part.name);
    if (other == nullptr) continue;
    places.add(other->path);
    places.add(other->text()->slice({0, parts[i].end}));
  }
  for (const auto& [name, is_mutated] : project.uses_of(module.summary->name)) {
    meaning.add(name);
    meaning.add(std::uint64_t{is_mutated});
  }
  result.meaning = meaning.value();
  result.places = places.value();
  return result;
}

}  // namespace analysis
