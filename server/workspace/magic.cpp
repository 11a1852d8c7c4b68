#include "server/workspace/magic.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace server {
namespace {

// What follows in the cell is Python nevertheless.
constexpr std::array<std::string_view, 5> python_magics{"%%capture", "%%prun", "%%python3", "%%time", "%%timeit"};

constexpr std::string_view blanks = " \t\f";

bool is_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || 0x80 <= byte;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\f\r\n") + 1 - begin);
}

/// Whether the next line goes on with the logical line of those before it: inside brackets, a string, or after a
/// backslash. `read` is given one line after the other.
class LogicalLine {
 public:
  [[nodiscard]] bool is_open() const { return 0 < depth_ || !quote_.empty() || has_backslash_; }

  void read(std::string_view line) {
    has_backslash_ = false;
    std::size_t at = 0;
    while (at < line.size()) at = quote_.empty() ? read_code(line, at) : read_string(line, at);
    // Strings in one pair of quotes end with their line, right or not.
    if (quote_.size() == 1 && !has_backslash_) quote_ = {};
  }

 private:
  std::size_t read_code(std::string_view line, std::size_t at) {
    const char c = line[at];
    if (c == '#') return line.size();
    if (c == '\\') has_backslash_ = trimmed(line.substr(at)) == "\\";
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if (c == ')' || c == ']' || c == '}') depth_ = std::max(0, depth_ - 1);
    if (c != '"' && c != '\'') return at + 1;
    const std::string_view three = line.substr(at, 3);
    const bool is_long = three == "\"\"\"" || three == "'''";
    quote_ = is_long ? three : three.substr(0, 1);
    return at + quote_.size();
  }

  std::size_t read_string(std::string_view line, std::size_t at) {
    if (line[at] == '\\') {
      has_backslash_ = trimmed(line.substr(at)) == "\\";
      return at + 2;
    }
    if (!line.substr(at).starts_with(quote_)) return at + 1;
    const std::size_t next = at + quote_.size();
    quote_ = {};
    return next;
  }

  int depth_ = 0;
  std::string quote_;  // of the string that is open
  bool has_backslash_ = false;
};

/// Where the part of a line begins that IPython takes; at its end if there is none.
std::size_t magic_in(std::string_view line) {
  const std::size_t begin = std::min(line.find_first_not_of(blanks), line.size());
  const std::string_view code = trimmed(line);
  if (code.empty()) return line.size();
  if (code.front() == '%' || code.front() == '!' || code.front() == '?') return begin;
  const bool is_question = code.ends_with('?') && std::ranges::all_of(code, [](char c) {
                             return is_name(c) || c == '.' || c == '*' || c == '?';
                           });
  if (is_question) return begin;
  // `files = !ls` and `took = %timeit f()`.
  const std::size_t sign = line.find('=', begin);
  if (sign == std::string_view::npos) return line.size();
  const std::string_view targets = line.substr(begin, sign - begin);
  const bool is_assignment =
      std::ranges::all_of(targets, [](char c) { return is_name(c) || c == '.' || c == ',' || c == ' '; });
  const std::size_t value = line.find_first_not_of(blanks, sign + 1);
  if (!is_assignment || value == std::string_view::npos) return line.size();
  return line[value] == '%' || line[value] == '!' ? value : line.size();
}

bool is_foreign(std::string_view cell) {
  const std::size_t begin = cell.find_first_not_of(" \t\f\r\n");
  if (begin == std::string_view::npos || !cell.substr(begin).starts_with("%%")) return false;
  const std::string_view magic = cell.substr(begin, cell.find_first_of(" \t\r\n", begin) - begin);
  return std::ranges::find(python_magics, magic) == python_magics.end();
}

}  // namespace

MaskedText mask_magic(std::string_view cell) {
  MaskedText masked{std::string(cell), {}};
  const bool masks_all = is_foreign(cell);
  LogicalLine logical;
  bool goes_on = false;  // a magic line that ends in a backslash
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin < cell.size(); ++number) {
    const std::size_t stop = std::min(cell.find_first_of("\r\n", begin), cell.size());
    const std::size_t next = std::min(stop + (cell.substr(stop, 2) == "\r\n" ? 2 : 1), cell.size());
    const std::string_view line = cell.substr(begin, stop - begin);
    std::size_t magic = logical.is_open() ? line.size() : magic_in(line);
    if (masks_all || goes_on) magic = std::min(line.find_first_not_of(blanks), line.size());
    if (magic < line.size()) {
      const std::size_t from = begin + magic;
      masked.text.replace(from, stop - from, stop - from, ' ');
      // A body must not become empty, and lines that go on have a statement already.
      if (!goes_on && !masks_all) masked.text[from] = '0';
      goes_on = line.ends_with('\\');
      masked.lines.push_back(number);
    } else {
      goes_on = false;
      logical.read(line);
    }
    begin = next;
  }
  return masked;
}

}  // namespace server
