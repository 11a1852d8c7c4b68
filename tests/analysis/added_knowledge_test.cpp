// What settings add to what is known of libraries.
#include "analysis/semantics/added_knowledge.h"

#include <gtest/gtest.h>

namespace analysis {
namespace {

TEST(AddedKnowledge, EntryPointsAreNamedFromTheirModuleOn) {
  const auto is_named = [](const char* pattern, std::string_view function) {
    return is_entry_point({.lock_types = {}, .thread_safe_types = {}, .entry_points = {pattern}}, function);
  };
  EXPECT_TRUE(is_named("shop.jobs.run", "shop.jobs.run"));
  EXPECT_FALSE(is_named("shop.jobs.run", "shop.jobs.runner"));
  EXPECT_FALSE(is_named("jobs.run", "shop.jobs.run"));
  EXPECT_TRUE(is_named("*.run", "shop.jobs.run"));
  EXPECT_TRUE(is_named("shop.*", "shop.jobs.Worker.run"));
  EXPECT_TRUE(is_named("shop.*.on_*", "shop.jobs.on_.on_start"));
  EXPECT_FALSE(is_named("shop.*.on_*x", "shop.jobs.on_start"));
  EXPECT_TRUE(is_named("*", "run"));
  EXPECT_FALSE(is_named("", "run"));
}

TEST(AddedKnowledge, AddsToTheTables) {
  const AddedKnowledge added{.lock_types = {"Latch"}, .thread_safe_types = {"Ledger"}, .entry_points = {}};
  EXPECT_TRUE(makes_lock(added, "Latch"));
  EXPECT_TRUE(makes_lock(added, "RLock"));
  EXPECT_FALSE(makes_lock(added, "Ledger"));
  EXPECT_TRUE(makes_synchronised(added, "Ledger"));
  EXPECT_TRUE(makes_synchronised(added, "Queue"));
  EXPECT_FALSE(makes_synchronised(added, "dict"));
}

}  // namespace
}  // namespace analysis
