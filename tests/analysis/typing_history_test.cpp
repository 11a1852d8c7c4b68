// The result does not depend on what was typed before, and nothing that is typed confuses the analysis: a short, seeded
// form of what tests/fuzz does for hours.
#include "tests/support/typing_history.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/support/rule_case.h"

namespace tests {
namespace {

std::vector<Page> rule_pages() { return read_pages(THREADLINT_SOURCE_DIR "/tests/rules"); }

/// All modules of a page, one after the other: many findings close together.
std::string modules_of(const Page& page) {
  std::string text;
  for (const Section& section : page.sections) {
    for (const Block& block : section.blocks) {
      if (is_module(block)) text += read_marks(block.text).text + "\n";
    }
  }
  return text;
}

/// Draws that other sections do not shift. `THREADLINT_SEED=n` gives others.
std::mt19937 random_for(const std::string& heading) {
  std::string seed = heading;
  if (const char* number = std::getenv("THREADLINT_SEED")) seed += number;
  std::seed_seq sequence(seed.begin(), seed.end());
  return std::mt19937(sequence);
}

Choose choose_with(std::mt19937& random) {
  return [&random](std::size_t limit) { return random() % limit; };
}

TEST(TypingHistory, IsForgottenWhereverTheRulesLook) {
  for (const Page& page : rule_pages()) {
    for (const Section& section : page.sections) {
      std::mt19937 random = random_for(section.heading);
      const Page part{.path = page.path, .title = {}, .sections = {section}};
      ASSERT_EQ(find_memory_of_history(modules_of(part), 12, choose_with(random)), "")
          << page.path << ": " << section.heading;
    }
  }
}

TEST(TypingHistory, IsForgottenInALongModule) {
  for (const Page& page : rule_pages()) {
    std::mt19937 random = random_for(page.path.filename().string());
    ASSERT_EQ(find_memory_of_history(modules_of(page), 10, choose_with(random)), "") << page.path;
  }
}

TEST(TypingHistory, AnyBytesAreUnderstoodAsFarAsTheyGo) {
  std::mt19937 random(13);
  for (int i = 0; i < 300; ++i) {
    std::string bytes(random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    ASSERT_EQ(find_nonsense(bytes), "");
  }
}

TEST(TypingHistory, HalfTypedModulesGiveNoNonsense) {
  for (const Page& page : rule_pages()) {
    for (const Section& section : page.sections) {
      std::mt19937 random = random_for(section.heading);
      const Choose choose = choose_with(random);
      std::string text = modules_of({.path = page.path, .title = {}, .sections = {section}});
      for (int i = 0; i < 4; ++i) {
        const analysis::TextEdit edit = choose_edit(text, choose);
        text.replace(edit.range.begin, edit.range.size(), edit.replacement);
        ASSERT_EQ(find_nonsense(text), "") << text;
      }
    }
  }
}

TEST(TypingHistory, DeepNestingIsSurvived) {
  for (const std::string_view piece :
       {"(", "[", "not ", "-", "lambda: ", "a if b else ", "x.y(", "f'{", "if x:\n", "a = "}) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += piece;
    EXPECT_EQ(find_nonsense(text), "") << piece;
  }
}

}  // namespace
}  // namespace tests
