// Replacements that are applied together.
#include "analysis/text/text_edit.h"

#include <gtest/gtest.h>

namespace analysis {
namespace {

TEST(ApplyEdits, LeavesTheTextAloneWithoutEdits) { EXPECT_EQ(apply_edits("abc", {}), "abc"); }

TEST(ApplyEdits, TakesEditsInAnyOrder) {
  EXPECT_EQ(apply_edits("one two three", {{{8, 13}, "3"}, {{0, 3}, "1"}, {{4, 7}, ""}}), "1  3");
}

TEST(ApplyEdits, KeepsTheOrderOfInsertionsAtOnePlace) {
  EXPECT_EQ(apply_edits("ac", {{{1, 1}, "b"}, {{1, 1}, "B"}}), "abBc");
}

TEST(ApplyEdits, InsertsBeforeAReplacementAtTheSamePlace) {
  EXPECT_EQ(apply_edits("abc", {{{1, 2}, "X"}, {{1, 1}, "-"}}), "a-Xc");
}

TEST(ApplyEdits, JoinsTouchingReplacements) { EXPECT_EQ(apply_edits("abcd", {{{0, 2}, "1"}, {{2, 4}, "2"}}), "12"); }

TEST(ApplyEdits, ReachesBothEnds) { EXPECT_EQ(apply_edits("b", {{{0, 0}, "a"}, {{1, 1}, "c"}}), "abc"); }

TEST(ApplyEdits, RefusesOverlaps) {
  EXPECT_EQ(apply_edits("abcd", {{{0, 3}, "x"}, {{2, 4}, "y"}}), std::nullopt);
  EXPECT_EQ(apply_edits("abcd", {{{0, 3}, "x"}, {{1, 1}, "y"}}), std::nullopt);
}

TEST(ApplyEdits, RefusesPlacesOutsideTheText) {
  EXPECT_EQ(apply_edits("abc", {{{2, 4}, ""}}), std::nullopt);
  EXPECT_EQ(apply_edits("abc", {{{4, 4}, ""}}), std::nullopt);
  EXPECT_EQ(apply_edits("abc", {{{2, 1}, ""}}), std::nullopt);
}

}  // namespace
}  // namespace analysis
