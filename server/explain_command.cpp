#include "server/explain_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "analysis/rules/registry.h"
#include "server/rule_names.h"

namespace server {
namespace {

constexpr std::size_t page_width = 80;

/// `text` in lines of at most the page's width, broken at spaces. Empty lines part paragraphs.
std::string wrapped(std::string_view text) {
  std::string result;
  std::size_t column = 0;
  for (std::size_t at = text.find_first_not_of(" \n"); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (column != 0 && page_width < column + 1 + word.size()) {
      result += '\n';
      column = 0;
    }
    if (column != 0) result += ' ';
    column += word.size() + (column == 0 ? 0 : 1);
    result += word;
    at = text.find_first_not_of(" \n", end);
    const std::string_view gap = text.substr(end, std::min(at, text.size()) - end);
    if (at != std::string_view::npos && 1 < std::ranges::count(gap, '\n')) {
      result += "\n\n";
      column = 0;
    }
  }
  return result + '\n';
}

std::string indented(std::string_view code) {
  std::string result;
  code.remove_prefix(std::min(code.find_first_not_of('\n'), code.size()));
  while (!code.empty()) {
    const std::size_t end = std::min(code.find('\n'), code.size());
    const std::string_view line = code.substr(0, end);
    result += line.empty() ? "\n" : fmt::format("    {}\n", line);
    code.remove_prefix(std::min(end + 1, code.size()));
  }
  return result;
}

std::string page(const analysis::Rule& rule, const TextStyle& style) {
  const analysis::RuleInfo& info = rule.info;
  const auto heading = [&](std::string_view text) { return '\n' + painted(style, Ink::help, text) + "\n\n"; };
  std::string result = fmt::format("{}: {}\n{}{}\n", painted(style, Ink::bold, info.name), info.summary,
                                   painted(style, ink_of(info.severity), word(info.severity)),
                                   info.is_preview ? ", runs with `--preview` only" : "");
  result += heading("why") + wrapped(info.why);
  result += heading("breaks") + indented(info.bad);
  result += heading("holds") + indented(info.good);
  if (!info.repair.empty()) result += heading("repair") + wrapped(info.repair);
  return result + '\n' + painted(style, Ink::dim, documentation_url(rule)) + '\n';
}

}  // namespace

int explain(const ExplainOptions& options) {
  const analysis::Rule* rule = analysis::find_rule(options.rule);
  if (rule == nullptr) {
    fmt::print(stderr, "error: {}\n", unknown_rule(options.rule));
    return 2;
  }
  fmt::print("{}", page(*rule, style_of(STDOUT_FILENO, options.color)));
  return 0;
}

}  // namespace server
