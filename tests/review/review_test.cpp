// Runs the pages of tests/review, whose console blocks call `threadlint review`.
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/console.h"
#include "tests/support/section_tests.h"

namespace tests {
namespace {

const std::vector<Page>& review_pages =
    register_sections(THREADLINT_SOURCE_DIR "/tests/review", "review_", play_section);

TEST(ReviewPages, EverySectionRunsACommand) { expect_commands(review_pages); }

}  // namespace
}  // namespace tests
