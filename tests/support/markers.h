// Marks in the code of a page: comments whose carets say which findings are expected.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// A finding as pages speak of it. Rows and columns count from 1, columns in characters, and `end_column` is exclusive.
/// Of a range of several lines the part in its first line counts.
///
/// Written `#   ^^^^ rule: text` or `#   ^^^^ error[rule]: text` below the line of code; `: text` may be missing. A `#`
/// that touches the carets counts as one, which reaches the first column.
struct Mark {
  std::size_t row = 0;  // in the text without marks
  std::size_t column = 0;
  std::size_t end_column = 0;
  std::string severity;  // "error" …; empty in an expectation: any
  std::string rule;      // empty in an expectation that was not understood, which so agrees with nothing
  std::string message;   // in an expectation: a part of it

  friend auto operator<=>(const Mark&, const Mark&) = default;
};

struct MarkedText {
  std::string text;  // the lines that are no marks
  std::vector<Mark> marks;
};

[[nodiscard]] MarkedText read_marks(std::string_view code);

/// Whether a finding is the one that is expected.
[[nodiscard]] bool agrees(const Mark& expected, const Mark& seen);

/// `code` with marks for exactly the findings that were seen: those it has and that agree stay as they are written,
/// others go, what is missing comes. Equal to `code` if all expectations hold.
[[nodiscard]] std::string with_marks(std::string_view code, std::vector<Mark> seen);

}  // namespace tests
