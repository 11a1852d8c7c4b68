#include "server/show_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/show.h"
#include "server/workspace/character.h"
#include "server/workspace/module_name.h"
#include "server/workspace/source_file.h"

namespace server {
namespace {

/// Deeper levels are no further to the right: a tree can be as deep as its file is long.
constexpr std::size_t indentation_limit = 200;

/// Every named node on a line of its own, indented by its depth, with its place and, if it has no parts, its text.
std::string show_tree(const analysis::ModuleFacts& module) {
  std::string result;
  const auto tree = analysis::tree_of(module);
  // Not recursive: the depth of a tree is in the hand of whoever wrote the file.
  std::vector<std::pair<analysis::Node, std::size_t>> open{{tree->root(), 0}};
  while (!open.empty()) {
    const auto [node, depth] = open.back();
    open.pop_back();
    const analysis::TextRange range = node.range();
    const analysis::LineColumn begin = module.text->locate(range.begin, analysis::ColumnUnit::utf32);
    const analysis::LineColumn end = module.text->locate(range.end, analysis::ColumnUnit::utf32);
    fmt::format_to(std::back_inserter(result), "{:{}}{}{} {}:{}-{}:{}", "", std::min(2 * depth, indentation_limit),
                   node.is_missing() ? "missing " : "", node.type(), begin.line + 1, begin.column + 1, end.line + 1,
                   end.column + 1);
    const std::uint32_t children = node.named_child_count();
    if (children == 0) result += " `" + displayable(module.text->slice(range)) + '`';
    result += '\n';
    for (std::uint32_t i = children; i-- > 0;) open.emplace_back(node.named_child(i), depth + 1);
  }
  return result;
}

std::string shown(const analysis::ModuleFacts& module, Stage stage) {
  switch (stage) {
    case Stage::tree:
      return show_tree(module);
    case Stage::symbols:
      return analysis::show_symbols(module);
    case Stage::accesses:
      return analysis::show_accesses(module);
    case Stage::effects:
      return analysis::show_effects(module);
  }
  return {};
}

}  // namespace

int show(const ShowOptions& options) {
  auto source = options.file == "-" ? read_standard_input().and_then(decode_source) : read_source(options.file);
  if (!source) {
    fmt::print(stderr, "error: {}: {}\n", displayable(options.file), source.error());
    return 2;
  }
  const analysis::ModuleFacts module =
      analysis::examine_module(module_name(options.file), analysis::make_source_text(std::move(source->text)));
  fmt::print("{}", shown(module, options.stage));
  return 0;
}

}  // namespace server
