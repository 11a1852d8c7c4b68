// Runs the pages of tests/check, whose console blocks call the program.
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/console.h"
#include "tests/support/section_tests.h"

namespace tests {
namespace {

const std::vector<Page>& check_pages = register_sections(THREADLINT_SOURCE_DIR "/tests/check", "check_", play_section);

TEST(CheckPages, EverySectionRunsACommand) { expect_commands(check_pages); }

}  // namespace
}  // namespace tests
