// Compares what came out with what a page says; rewrites the page when UPDATE_EXPECTATIONS=1 is in the environment.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/markdown_page.h"

namespace tests {

/// Both texts, line by line: "  " both have it, "- " only the first, "+ " only the second. Empty for equal texts.
[[nodiscard]] std::string line_difference(std::string_view expected, std::string_view actual);

/// Fails the running test at the block's line, with the difference, unless `actual` is the block's text. `source` says
/// in the message where `actual` came from. Under UPDATE_EXPECTATIONS=1 it makes it the block's text in the file
/// instead.
void expect_block(const Page& page, const Section& section, const Block& block, std::string_view actual,
                  std::string_view source);

}  // namespace tests
