// Plays the console blocks of pages: the files of a section are written to a folder, its commands run there.
//
// A line that begins with `$ ` is a command for the shell; what it prints stands below, and then, unless it is 0, the
// exit code.
#pragma once

#include <vector>

#include "tests/support/markdown_page.h"

namespace tests {

/// A `CheckSection`. Fails the running test where a command prints something else than the page says.
void play_section(const Page& page, const Section& section);

/// Fails the running test for sections without a command, and when there are no pages.
void expect_commands(const std::vector<Page>& pages);

}  // namespace tests
