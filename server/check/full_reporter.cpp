// Findings for reading: the place in the source, how two threads break it there, and the repair.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "analysis/rules/rule.h"
#include "server/check/excerpt.h"
#include "server/check/reporter.h"
#include "server/check/text_diff.h"
#include "server/workspace/character.h"

namespace server {
namespace {

/// A finding, the file that it is in, and where output goes.
struct Page {
  const Report& report;
  const CheckedFile& file;
  const analysis::Finding& finding;
  const TextStyle& style;
  std::size_t gutter = 0;  // columns of the widest line number
  std::string text = {};
};

template <class... Parts>
void write(Page& page, fmt::format_string<Parts...> format, Parts&&... parts) {
  fmt::format_to(std::back_inserter(page.text), format, std::forward<Parts>(parts)...);
}

std::string_view breaks_where(analysis::BreaksOn breaks_on) {
  switch (breaks_on) {
    case analysis::BreaksOn::never:
      return {};
    case analysis::BreaksOn::every_build:
      return "on every build of Python";
    case analysis::BreaksOn::free_threaded:
      return "on free-threaded Python, and on CPython 3.9 and older";
    case analysis::BreaksOn::await:
      return "at an `await`";
  }
  return {};
}

void write_header(Page& page) {
  const analysis::LineColumn place = page.file.text->locate(page.finding.range.begin, analysis::ColumnUnit::utf32);
  const std::string where = fmt::format("{}:{}:{}:", displayable(page.file.path), place.line + 1, place.column + 1);
  const std::string what = fmt::format("{}[{}]", word(page.finding.severity), page.finding.rule->info.name);
  write(page, "{} {} {}\n", painted(page.style, Ink::bold, where),
        painted(page.style, ink_of(page.finding.severity), what),
        painted(page.style, Ink::bold, displayable(page.finding.message)));
}

void write_note(Page& page, std::string_view note) {
  write(page, "{} {}\n", painted(page.style, Ink::line_number, fmt::format("{:>{}}", "=", page.gutter + 2)),
        displayable(note));
}

bool names_several_functions(const std::vector<analysis::Step>& steps) {
  return std::ranges::any_of(steps, [&](const analysis::Step& step) { return step.function != steps[0].function; });
}

/// The steps of the second thread are set off to the right, so that the eye sees who runs when.
void write_step(Page& page, const analysis::Step& step, std::size_t number) {
  const CheckedFile& home = file_of(page.report, page.file, step);
  const Ink ink = step.thread == 1 ? Ink::first_thread : Ink::second_thread;
  const std::string inset(step.thread == 1 ? 0 : 4, ' ');
  std::string place = fmt::format("{}:{}", displayable(home.path), home.text->row(step.range.begin));
  if (!step.function.empty() && names_several_functions(page.finding.interleaving)) {
    place += fmt::format(" in `{}`", displayable(step.function));
  }
  const std::size_t margin = page.gutter + 4;
  write(page, "{:>{}}. {}{} {}\n", number, margin, inset,
        painted(page.style, ink, fmt::format("thread {}", step.thread)), displayable(step.text));
  write(page, "{:>{}}  {}{} {} {}\n", "", margin, inset, painted(page.style, Ink::dim, place),
        painted(page.style, ink, "|"), shown_statement(*home.text, step.range.begin));
}

void write_interleaving(Page& page) {
  if (page.finding.interleaving.empty()) return;
  const std::string_view where = breaks_where(page.finding.breaks_on);
  write_note(page, where.empty() ? "how it breaks:" : fmt::format("how it breaks, {}:", where));
  std::size_t number = 0;
  for (const analysis::Step& step : page.finding.interleaving) write_step(page, step, ++number);
}

void write_diff(Page& page, const std::vector<DiffHunk>& hunks) {
  const std::string bar = painted(page.style, Ink::line_number, fmt::format("{:>{}}", "|", page.gutter + 2)) + '\n';
  page.text += bar;
  for (const DiffHunk& hunk : hunks) {
    if (&hunk != &hunks.front()) write(page, "{}\n", painted(page.style, Ink::line_number, "..."));
    for (const DiffLine& line : hunk.lines) {
      const Ink ink = line.mark == DiffMark::added     ? Ink::added
                      : line.mark == DiffMark::removed ? Ink::removed
                                                       : Ink::plain;
      const std::string_view content = std::string_view(line.text).substr(0, line.text.find_last_not_of("\r\n") + 1);
      const std::string shown = shown_line(content, {}).text;
      const char mark = line.mark == DiffMark::same ? '|' : static_cast<char>(line.mark);
      const std::string sign = painted(page.style, line.mark == DiffMark::same ? Ink::line_number : ink, {&mark, 1});
      write(page, "{} {}{}{}\n", painted(page.style, Ink::line_number, fmt::format("{:>{}}", line.row, page.gutter)),
            sign, shown.empty() ? "" : " ", painted(page.style, ink, shown));
    }
  }
  page.text += bar;
}

/// How to have the repair made.
std::string_view manner(const analysis::Fix& fix) {
  return fix.applicability == analysis::Applicability::safe ? "`--fix` does this"
                                                            : "`--fix --unsafe-fixes` does this; look at the result";
}

void write_repair(Page& page, const std::vector<DiffHunk>& hunks) {
  const std::string help = painted(page.style, Ink::help, "help:");
  if (const analysis::Fix* fix = best_fix(page.finding)) {
    write(page, "{} {} ({})\n", help, displayable(fix->title), manner(*fix));
    return write_diff(page, hunks);
  }
  for (const analysis::Fix& fix : page.finding.fixes) {
    write(page, "{} cannot {}: {}\n", help, displayable(fix.title), displayable(fix.disabled_reason));
  }
}

std::vector<DiffHunk> repair_of(const CheckedFile& file, const analysis::Finding& finding) {
  const analysis::Fix* fix = best_fix(finding);
  if (fix == nullptr) return {};
  const std::string_view text = file.text->bytes();
  const auto repaired = analysis::apply_edits(text, fix->edits);
  return repaired ? difference(text, *repaired, /*context=*/1) : std::vector<DiffHunk>();
}

std::size_t gutter_width(const CheckedFile& file, const analysis::Finding& finding,
                         const std::vector<DiffHunk>& hunks) {
  constexpr std::uint32_t rows_below = 3;  // an excerpt ends a little after the finding
  std::size_t last = std::min(file.text->row(finding.range.begin) + rows_below, file.text->lines().line_count());
  if (!hunks.empty()) last = std::max(last, hunks.back().lines.back().row);
  return std::to_string(last).size();
}

}  // namespace

std::string full_report(const Report& report, const TextStyle& style) {
  std::string result;
  for (const CheckedFile& file : report.files) {
    for (const analysis::Finding& finding : file.findings) {
      const std::vector<DiffHunk> repair = repair_of(file, finding);
      Page page{report, file, finding, style, gutter_width(file, finding, repair)};
      write_header(page);
      page.text += excerpt(*file.text, finding.range, page.gutter, style, ink_of(finding.severity));
      if (!finding.evidence.empty()) write_note(page, "evidence: " + finding.evidence);
      write_interleaving(page);
      write_repair(page, repair);
      result += page.text + '\n';
    }
  }
  return result;
}

}  // namespace server
