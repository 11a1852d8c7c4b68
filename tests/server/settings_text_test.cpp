// The text of settings files, whole and broken.
#include <gmock/gmock.h>

#include "server/workspace/settings_file.h"

namespace {

using server::parse_settings;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* text = R"toml([project]
requires-python = ">=3.11"

[tool.threadlint]
select = ["ALL"]
ignore = ["lost-append", "check-then-act"]
exclude = ["vendor", "é/*"]
severity = { unlocked-update = "error" }
free-threaded = false

[tool.threadlint.per-file-ignores]
"tests/**" = ["ALL"]
)toml";

TEST(SettingsText, GivesALayer) {
  const auto file = parse_settings("/shop/pyproject.toml", text);
  ASSERT_NE(file, nullptr);
  EXPECT_TRUE(file->problems.empty());
  ASSERT_NE(file->layer, nullptr);
  EXPECT_EQ(file->layer->folder, "/shop");
  EXPECT_THAT(server::texts_of(file->layer->values.at("exclude")), ElementsAre("vendor", "\xC3\xA9/*"));
  EXPECT_EQ(server::as_toml(file->layer->values.at("per-file-ignores")), "{ \"tests/**\" = [\"ALL\"] }");
  EXPECT_EQ(server::as_toml(file->layer->values.at("target-version")), "\"py311\"");
}

TEST(SettingsText, MayEndAnywhere) {
  const std::string whole = text;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto file = parse_settings("/shop/pyproject.toml", whole.substr(0, size));
    if (file == nullptr) continue;
    for (const server::SettingsProblem& problem : file->problems) EXPECT_LT(0U, problem.place.row) << size;
    EXPECT_EQ(file->layer == nullptr, !file->problems.empty()) << size;
  }
}

TEST(SettingsText, MayBeAnyBytes) {
  for (const std::string& bytes :
       {std::string("\0", 1), std::string("\xFF\xFE"), std::string("= = ="), std::string("[\002"),
        std::string("[a.\x1F]"), std::string("a = " + std::string(10000, '[')), "a = " + std::string(300, '{'),
        std::string("severity = 1979-05-27"), std::string("select = [[[[[[[[[[1]]]]]]]]]]")}) {
    const auto file = parse_settings("/shop/threadlint.toml", bytes);
    ASSERT_NE(file, nullptr);
    EXPECT_FALSE(file->problems.empty()) << bytes.substr(0, 20);
    EXPECT_EQ(file->layer, nullptr);
  }
}

TEST(SettingsText, StaysWhatItIsWhenItIsWrittenDown) {
  const auto file = parse_settings("/shop/threadlint.toml", R"(exclude = ["\u0001\u007F\"\\é"])");
  ASSERT_NE(file->layer, nullptr);
  EXPECT_EQ(server::as_toml(file->layer->values.at("exclude")), R"(["\u0001\u007f\"\\é"])");
}

TEST(SettingsText, KeepsTheLastLayerWithoutProblems) {
  const auto good = parse_settings("/shop/threadlint.toml", "preview = true\n");
  const auto bad = parse_settings("/shop/threadlint.toml", "preview = 1\n", good.get());
  EXPECT_EQ(bad->layer, good->layer);
  const auto worse = parse_settings("/shop/threadlint.toml", "preview =", bad.get());
  EXPECT_EQ(worse->layer, good->layer);
  EXPECT_THAT(worse->problems.at(0).message, HasSubstr("is no TOML"));
}

}  // namespace
