// Runs the pages of tests/prove, whose console blocks call the program and CPython.
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/console.h"
#include "tests/support/section_tests.h"

namespace tests {
namespace {

const std::vector<Page>& prove_pages = register_sections(THREADLINT_SOURCE_DIR "/tests/prove", "prove_", play_section);

TEST(ProvePages, EverySectionRunsACommand) { expect_commands(prove_pages); }

}  // namespace
}  // namespace tests
