// The inventory as one page for a browser, which needs no network: a chart, sortable tables, and all about each cell
// behind its name.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/check/summary.h"
#include "server/review/html_page.h"
#include "server/review/review.h"
#include "server/workspace/character.h"

namespace server {
namespace {

/// From bad to good: what the colours of the chart and of the badges mean.
enum class Standing : std::uint8_t { problem, open, held, safe };

constexpr std::array standings{Standing::problem, Standing::open, Standing::held, Standing::safe};

std::string_view word(Standing standing) {
  static constexpr auto words = std::to_array<std::string_view>({"problem", "open", "held", "safe"});
  return words.at(static_cast<std::size_t>(standing));
}

std::string_view meaning(Standing standing) {
  static constexpr auto words =
      std::to_array<std::string_view>({"problem", "changed without protection", "protected", "not changed"});
  return words.at(static_cast<std::size_t>(standing));
}

Standing standing_of(const ReviewRow& row) {
  if (row.is_problem) return Standing::problem;
  if (row.cell->kind == 1 || (row.group == CellGroup::global && row.cell->kind == 2)) return Standing::safe;
  return row.cell->protection == "none" ? Standing::open : Standing::held;
}

/// As text of an element or value of an attribute.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : displayable(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

/// The same with what is in backticks as code.
std::string prose(std::string_view text) {
  std::string result;
  bool is_code = false;
  for (const char c : escaped(text)) {
    if (c != '`') {
      result += c;
      continue;
    }
    is_code = !is_code;
    result += is_code ? "<code>" : "</code>";
  }
  return is_code ? result + "</code>" : result;
}

std::string_view line_text(const CheckedFile& file, std::uint32_t offset) {
  const analysis::LineIndex& lines = file.text->lines();
  std::string_view line = file.text->slice(lines.line_range(file.text->bytes(), lines.line_of(offset)));
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

std::string source_line(const CheckedFile& file, std::uint32_t offset) {
  return fmt::format("line {} <code>{}</code>", file.text->row(offset), escaped(line_text(file, offset)));
}

std::string users_list(const Review& review, const ReviewRow& row, std::string_view title,
                       const std::vector<analysis::CellUser>& users) {
  if (users.empty()) return {};
  std::string out = fmt::format("<h3>{} ({})</h3><ul>", title, users.size());
  for (const analysis::CellUser& user : users) {
    const CheckedFile& home = file_of(review, row, user);
    const std::string who =
        user.function.empty() ? "module level" : fmt::format("<code>{}</code>", escaped(user.function));
    const std::string where = user.module.empty() ? "" : fmt::format(" of <code>{}</code>", escaped(user.module));
    out += fmt::format("<li>{}{}, {}, {}", who, where, user.how, source_line(home, user.range.begin));
    for (const std::string& lock : user.locks) out += fmt::format(" with <code>{}</code> held", escaped(lock));
    out += "</li>";
  }
  return out + "</ul>";
}

std::string finding_text(const Review& review, const ReviewRow& row, const analysis::Finding& finding) {
  std::string out =
      fmt::format("<h3>{} <code>{}</code></h3>", word(finding.severity), escaped(finding.rule->info.name));
  if (finding.message != row.cell->why) out += fmt::format("<p>{}</p>", prose(finding.message));
  if (finding.interleaving.empty()) return out;
  out += "<ol>";
  for (const analysis::Step& step : finding.interleaving) {
    const CheckedFile& home = file_of(review.report, *row.file, step);
    const std::string function = step.function.empty() ? "" : fmt::format("<code>{}</code>, ", escaped(step.function));
    out += fmt::format("<li{}>thread {} {} ({}{})</li>", step.thread == 1 ? "" : " class=\"second\"", step.thread,
                       prose(step.text), function, source_line(home, step.range.begin));
  }
  return out + "</ol>";
}

std::string details(const Review& review, const ReviewRow& row) {
  const analysis::ReviewedCell& cell = *row.cell;
  std::string out = fmt::format("<p>{}</p>", prose(cell.why));
  out +=
      fmt::format("<p class=\"soft\">incomplete initialization: {}; duplicate initialization: {}; protection: {}{}</p>",
                  word(cell.incomplete), word(cell.duplicate), escaped(cell.protection),
                  cell.is_hidden ? "; hidden by instance attributes" : "");
  for (const analysis::Finding& finding : row.inventory->findings) {
    if (finding.symbol == cell.symbol) out += finding_text(review, row, finding);
  }
  out += users_list(review, row, "writers", cell.writers);
  return out + users_list(review, row, "readers", cell.readers);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string table_row(const Review& review, const ReviewRow& row) {
  const std::string title = title_of(row);
  const std::string place = fmt::format("{}:{}", row.file->path, line_of(row));
  const Standing standing = standing_of(row);
  return fmt::format(
      "<tr data-text=\"{}\" data-kind=\"{}\" data-verdict=\"{}\"><td data-key=\"{}\"><details><summary><code>{}</code>"
      "</summary><div>{}</div></details></td><td data-key=\"{}\" title=\"{}\">{}</td><td data-key=\"{}\">{}</td><td "
      "data-key=\"{}\">{}</td>"
      "<td data-key=\"{}\"><span class=\"badge {}\">{}</span></td></tr>\n",
      escaped(lower(title + " " + row.file->path)), row.cell->kind, word(standing), escaped(title), escaped(title),
      details(review, row), escaped(place), escaped(place), escaped(place), row.cell->kind, row.cell->kind,
      word(row.cell->value), word(row.cell->value), static_cast<int>(standing), word(standing), meaning(standing));
}

/// Each table begins with what is worst.
std::string section(const Review& review, CellGroup group, std::string_view id, std::string_view title) {
  std::vector<const ReviewRow*> rows;
  for (const ReviewRow& row : review.rows) {
    if (row.group == group) rows.push_back(&row);
  }
  if (rows.empty()) return fmt::format("<section id=\"{}\"><h2>{}</h2><p>None.</p></section>\n", id, title);
  std::ranges::stable_sort(rows, {}, [](const ReviewRow* row) { return standing_of(*row); });
  std::string body;
  for (const ReviewRow* row : rows) body += table_row(review, *row);
  std::string head;
  for (const std::string_view column : {"Name", "Place", "Kind", "Value", "Verdict"})
    head += fmt::format("<th{}><button type=\"button\">{}</button></th>",
                        column == "Verdict" ? " aria-sort=\"ascending\"" : "", column);
  return fmt::format(
      "<section class=\"cells\" id=\"{}\"><h2>{} (<span class=\"shown\">{}</span> of {})</h2><table "
      "class=\"cells\"><colgroup>"
      "<col class=\"name\"><col class=\"place\"><col class=\"kind\"><col "
      "class=\"value\"><col class=\"verdict\"></colgroup><thead><tr>{}</tr>"
      "</thead><tbody>\n{}</tbody></table></section>\n",
      id, title, rows.size(), rows.size(), head, body);
}

struct Bar {
  std::string label;
  std::array<std::size_t, standings.size()> counts{};
};

std::vector<Bar> bars_of(const Review& review) {
  std::vector<Bar> bars;
  const auto add = [&](CellGroup group, int first, int last, std::string_view noun) {
    for (int kind = first; kind <= last; ++kind) {
      Bar bar{fmt::format("{}, kind {}", noun, kind), {}};
      for (const ReviewRow& row : review.rows) {
        if (row.group == group && row.cell->kind == kind) ++bar.counts.at(static_cast<std::size_t>(standing_of(row)));
      }
      bars.push_back(std::move(bar));
    }
  };
  add(CellGroup::global, 1, 4, "globals");
  add(CellGroup::class_attribute, 1, 3, "class attributes");
  add(CellGroup::instance_attribute, 2, 3, "shared instances");  // of kind 1 there are none in the inventory
  return bars;
}

std::size_t size_of(const Bar& bar) {
  std::size_t all = 0;
  for (const std::size_t count : bar.counts) all += count;
  return all;
}

/// Each bar has the length of the whole chart: kind 1 is so frequent that nothing else would be seen beside it.
std::string chart(const Review& review) {
  constexpr std::size_t left = 170;
  constexpr std::size_t width = 480;
  constexpr std::size_t row_height = 26;
  const std::vector<Bar> bars = bars_of(review);
  std::string out;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const std::size_t top = i * row_height;
    const std::size_t all = size_of(bars[i]);
    out += fmt::format("<text x=\"0\" y=\"{}\">{}</text>", top + 15, bars[i].label);
    std::size_t before = 0;
    for (const Standing standing : standings) {
      const std::size_t count = bars[i].counts.at(static_cast<std::size_t>(standing));
      if (count == 0) continue;
      const std::size_t from = width * before / all;
      const std::size_t to = width * (before + count) / all;
      out +=
          fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"18\"><title>{}: {} {}</title></rect>",
                      word(standing), left + from, top + 1, std::max<std::size_t>(1, to - from), bars[i].label, count,
                      meaning(standing));
      before += count;
    }
    out += fmt::format("<text class=\"count\" x=\"{}\" y=\"{}\">{}</text>", left + (all == 0 ? 0 : width + 8), top + 15,
                       all);
  }
  const std::size_t legend = bars.size() * row_height + 14;
  static constexpr std::array<std::size_t, standings.size()> columns{0, 100, 320, 430};
  for (std::size_t i = 0; i < standings.size(); ++i) {
    out += fmt::format(
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"12\" height=\"12\"/><text x=\"{}\" y=\"{}\">{}</text>",
        word(standings.at(i)), columns.at(i), legend - 10, columns.at(i) + 18, legend + 1, meaning(standings.at(i)));
  }
  return fmt::format(
      "<svg viewBox=\"0 0 720 {}\" width=\"720\" role=\"img\" aria-label=\"Cells by kind and verdict\">{}</svg>\n",
      legend + 8, out);
}

std::string filters() {
  std::string verdicts;
  for (const Standing standing : standings)
    verdicts += fmt::format("<option value=\"{}\">{}</option>", word(standing), meaning(standing));
  return "<form><label>Filter <input id=\"text\" type=\"search\" placeholder=\"name or path\"></label>"
         "<label>Kind <select id=\"kind\"><option value=\"\">all</option><option>1</option><option>2</option>"
         "<option>3</option><option>4</option></select></label>"
         "<label>Verdict <select id=\"verdict\"><option value=\"\">all</option>" +
         verdicts + "</select></label></form>\n";
}

}  // namespace

std::string html_review(const Review& review, const TextStyle& /*style*/) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>Threading review</title>\n<style>{}</style>\n</head>\n"
      "<body>\n<h1>Threading review</h1>\n<p class=\"summary\">{}</p>\n{}{}"
      "<nav><a href=\"#globals\">Globals</a><a href=\"#class-attributes\">Class attributes</a>"
      "<a href=\"#instances\">Attributes of shared instances</a></nav>\n{}{}{}<script>{}</script>\n</body>\n</html>\n",
      html_style, escaped(summary_line(review)), chart(review), filters(),
      section(review, CellGroup::global, "globals", "Globals"),
      section(review, CellGroup::class_attribute, "class-attributes", "Class attributes"),
      section(review, CellGroup::instance_attribute, "instances", "Attributes of shared instances"), html_script);
}

}  // namespace server
