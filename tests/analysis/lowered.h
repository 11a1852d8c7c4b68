// For tests of lowering: from Python source to the dump of its facts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/semantics/ir_dump.h"
#include "analysis/semantics/lowering.h"

namespace analysis {

/// As a whole if it has no errors, else piece by piece.
inline std::vector<ir::PlacedStatement> lowered(std::string_view source, const LoweredText& previous = {}) {
  const auto tree = parse_without_errors(make_source_text(std::string(source)));
  return (tree != nullptr ? lower(source, *tree, previous) : lower_pieces(source, previous)).statements;
}

/// The dumps of all statements, one after the other.
inline std::string dump_of(std::string_view source) {
  std::string text;
  for (const ir::PlacedStatement& statement : lowered(source)) text += dump(*statement.facts);
  return text;
}

/// The operations of the first statement's module-level code, without indentation of the first level.
inline std::string ops_of(std::string_view source) {
  const std::vector<ir::PlacedStatement> statements = lowered(source);
  if (statements.empty()) return "no statement";
  const std::string text = dump(*statements.front().facts);
  std::string ops;
  std::size_t at = text.find('\n') + 1;
  while (text.compare(at, 2, "  ") == 0) {
    const std::size_t end = text.find('\n', at) + 1;
    ops += text.substr(at + 2, end - at - 2);
    at = end;
  }
  return ops;
}

/// The tests of the condition of `if <condition>: pass`, as the dump writes them.
inline std::string tests_of(std::string_view condition) {
  const std::string ops = ops_of("if " + std::string(condition) + ": pass\n");
  const std::size_t branch = ops.rfind("\nbranch");
  const std::size_t begin = branch == std::string::npos && ops.compare(0, 6, "branch") == 0 ? 0 : branch + 1;
  const std::string line = ops.substr(begin, ops.find('\n', begin) - begin);
  return line == "branch" ? "" : line.substr(8, line.size() - 9);
}

}  // namespace analysis
