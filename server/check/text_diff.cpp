#include "server/check/text_diff.h"

#include <fmt/format.h>
#include <git2.h>

#include <algorithm>

#include "server/workspace/git_library.h"

namespace server {
namespace {

int begin_hunk(const git_diff_delta* /*file*/, const git_diff_hunk* hunk, void* hunks) {
  std::string header(hunk->header, hunk->header_len);
  header.resize(header.find_last_not_of("\r\n") + 1);
  static_cast<std::vector<DiffHunk>*>(hunks)->push_back({.header = std::move(header), .lines = {}});
  return 0;
}

int add_line(const git_diff_delta* /*file*/, const git_diff_hunk* /*hunk*/, const git_diff_line* line, void* hunks) {
  std::vector<DiffLine>& lines = static_cast<std::vector<DiffHunk>*>(hunks)->back().lines;
  std::string text(line->content, line->content_len);
  switch (line->origin) {
    case GIT_DIFF_LINE_CONTEXT:
      lines.push_back({DiffMark::same, static_cast<std::size_t>(line->new_lineno), std::move(text)});
      break;
    case GIT_DIFF_LINE_ADDITION:
      lines.push_back({DiffMark::added, static_cast<std::size_t>(line->new_lineno), std::move(text)});
      break;
    case GIT_DIFF_LINE_DELETION:
      lines.push_back({DiffMark::removed, static_cast<std::size_t>(line->old_lineno), std::move(text)});
      break;
    default:
      break;  // remarks on a missing newline, which shows in the text of the line before
  }
  return 0;
}

Ink ink_of(DiffMark mark) {
  return mark == DiffMark::added ? Ink::added : mark == DiffMark::removed ? Ink::removed : Ink::plain;
}

}  // namespace

std::vector<DiffHunk> difference(std::string_view before, std::string_view after, unsigned context) {
  start_git_library();
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
  options.context_lines = context;
  std::vector<DiffHunk> hunks;
  git_diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(), nullptr, &options, nullptr,
                   nullptr, begin_hunk, add_line, &hunks);
  return hunks;
}

std::vector<analysis::TextEdit> edits_between(std::string_view before, std::string_view after) {
  std::vector<analysis::TextEdit> edits;
  // With all lines around the changes, these stand where the lengths of the lines before them say.
  const auto lines = static_cast<unsigned>(std::ranges::count(before, '\n') + 1);
  std::uint32_t at = 0;
  bool is_same = true;
  for (const DiffHunk& hunk : difference(before, after, lines)) {
    for (const DiffLine& line : hunk.lines) {
      const auto size = static_cast<std::uint32_t>(line.text.size());
      if (line.mark != DiffMark::same && is_same) edits.push_back({{at, at}, ""});
      is_same = line.mark == DiffMark::same;
      if (line.mark == DiffMark::added) {
        edits.back().replacement += line.text;
      } else {
        at += size;
        if (!is_same) edits.back().range.end = at;
      }
    }
  }
  return edits;
}

std::string unified_diff(const std::string& path, std::string_view before, std::string_view after,
                         const TextStyle& style) {
  std::string result;
  for (const DiffHunk& hunk : difference(before, after, /*context=*/3)) {
    if (result.empty()) {
      result += painted(style, Ink::bold, fmt::format("--- {}", path)) + '\n';
      result += painted(style, Ink::bold, fmt::format("+++ {}", path)) + '\n';
    }
    result += painted(style, Ink::hint, hunk.header) + '\n';
    for (const DiffLine& line : hunk.lines) {
      const bool has_newline = line.text.ends_with('\n');
      const std::string_view content = std::string_view(line.text).substr(0, line.text.size() - (has_newline ? 1 : 0));
      result += painted(style, ink_of(line.mark), static_cast<char>(line.mark) + std::string(content)) + '\n';
      if (!has_newline) result += "\\ No newline at end of file\n";
    }
  }
  return result;
}

}  // namespace server
