// Patterns for files and folders, as settings have them.
#include "server/workspace/path_pattern.h"

#include <gtest/gtest.h>

namespace {

struct Example {
  const char* pattern;
  const char* path;
  bool fits;
};

TEST(PathPattern, FitsWhatItNamesAndWhatIsInIt) {
  for (const Example& each : {
           Example{"vendor", "/shop/vendor", true},
           {"vendor", "/shop/vendor/a.py", true},
           {"vendor", "/shop/src/vendor/deep/a.py", true},
           {"vendor", "/shop/vendors/a.py", false},
           {"vendor/", "/shop/src/vendor/a.py", true},
           {"/vendor", "/shop/src/vendor/a.py", false},
           {"./vendor", "/shop/vendor/a.py", true},
           {"./vendor", "/shop/src/vendor/a.py", false},
           {"src/*.py", "/shop/src/a.py", true},
           {"src/*.py", "/shop/src/deep/a.py", false},
           {"src/*", "/shop/src/deep/a.py", true},
           {"*.py", "/shop/src/deep/a.py", true},
           {"*.py", "/shop/src/deep/a.pyw", false},
           {"old_?.py", "/shop/old_1.py", true},
           {"old_?.py", "/shop/old_12.py", false},
           {"old_[12].py", "/shop/old_2.py", true},
           {"src/**", "/shop/src", false},
           {"src/**", "/shop/src/a.py", true},
           {"src/**/a.py", "/shop/src/a.py", true},
           {"src/**/a.py", "/shop/src/b/c/a.py", true},
           {"**/b/**/a.py", "/shop/src/b/c/a.py", true},
           {"**/b/**/a.py", "/shop/src/c/a.py", false},
           {"**/b/c/a.py", "/shop/b/b/c/a.py", true},
           {"**", "/shop/a.py", true},
           {"*", "/shop/a.py", true},
           {".hidden", "/shop/.hidden/a.py", true},
           {"", "/shop/a.py", false},
           {"/", "/shop/a.py", false},
           {"..", "/shop/a.py", false},
           {"*", "/other/a.py", false},
           {"*", "/shopping/a.py", false},
       }) {
    EXPECT_EQ(server::fits({"/shop", each.pattern}, each.path), each.fits) << each.pattern << "  " << each.path;
  }
}

TEST(PathPattern, MayBeginAtTheRoot) {
  EXPECT_TRUE(server::fits({"/", "vendor/*.py"}, "/vendor/a.py"));
  EXPECT_TRUE(server::fits({"", "vendor/*.py"}, "/vendor/a.py"));
}

TEST(PathPattern, ManyStarsTakeNoLongTime) {
  std::string pattern;
  std::string path = "/shop";
  for (int i = 0; i < 40; ++i) pattern += "**/a/";
  for (int i = 0; i < 400; ++i) path += "/a";
  EXPECT_FALSE(server::fits({"/shop", pattern + "b"}, path));
}

}  // namespace
