// Names of modules from the folders that they lie in.
#include "server/workspace/module_name.h"

#include <gtest/gtest.h>

#include <fstream>

namespace {

TEST(ModuleName, FollowsPackages) {
  const std::filesystem::path folder = testing::TempDir() + "module_name_test";
  std::filesystem::create_directories(folder / "shop" / "codecs");
  std::filesystem::create_directories(folder / "plain");
  std::ofstream(folder / "shop" / "__init__.py") << "";
  std::ofstream(folder / "shop" / "codecs" / "__init__.py") << "";

  EXPECT_EQ(server::module_name(folder / "manage.py"), "manage");
  EXPECT_EQ(server::module_name(folder / "shop" / "views.py"), "shop.views");
  EXPECT_EQ(server::module_name(folder / "shop" / "views.pyi"), "shop.views");
  EXPECT_EQ(server::module_name(folder / "shop" / "__init__.py"), "shop");
  EXPECT_EQ(server::module_name(folder / "shop" / "codecs" / "__init__.py"), "shop.codecs");
  EXPECT_EQ(server::module_name(folder / "shop" / "codecs" / "json.py"), "shop.codecs.json");
  EXPECT_EQ(server::module_name(folder / "shop" / "." / "codecs" / ".." / "views.py"), "shop.views");
  EXPECT_EQ(server::module_name(folder / "plain" / "views.py"), "views");
  EXPECT_EQ(server::module_name(folder / "plain" / "__init__.py"), "__init__");
  EXPECT_EQ(server::module_name("/"), "");
  std::filesystem::remove_all(folder);
}

}  // namespace
