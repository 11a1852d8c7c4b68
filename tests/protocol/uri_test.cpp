// File URIs and paths, there and back.
#include "protocol/uri.h"

#include <gtest/gtest.h>

namespace {

using protocol::path_of_uri;
using protocol::uri_of_path;

struct Pair {
  const char* path;
  const char* uri;
};

const Pair pairs[] = {
    {"/", "file:///"},
    {"/a/b.py", "file:///a/b.py"},
    {"/a b.py", "file:///a%20b.py"},
    {"/100%.py", "file:///100%25.py"},
    {"/%20.py", "file:///%2520.py"},
    {"/caf\xC3\xA9/\xF0\x9F\x90\x8D.py", "file:///caf%C3%A9/%F0%9F%90%8D.py"},
    {"/cafe\xCC\x81.py", "file:///cafe%CC%81.py"},
    {"/a#b?c.py", "file:///a%23b%3Fc.py"},
    {"/a:b.py", "file:///a%3Ab.py"},
    {"/a\\b.py", "file:///a%5Cb.py"},
    {"/\xFF.py", "file:///%FF.py"},
    {"c:/a/b.py", "file:///c%3A/a/b.py"},
    {"C:/a b.py", "file:///C%3A/a%20b.py"},
    {"//host/share/a.py", "file://host/share/a.py"},
};

TEST(Uri, OfAPathAndBack) {
  for (const Pair& pair : pairs) {
    EXPECT_EQ(uri_of_path(pair.path), pair.uri);
    EXPECT_EQ(path_of_uri(pair.uri), pair.path) << pair.uri;
  }
}

TEST(Uri, IsReadInEverySpelling) {
  EXPECT_EQ(path_of_uri("file:///c:/a.py"), "c:/a.py");
  EXPECT_EQ(path_of_uri("file:///C%3a/a.py"), "C:/a.py");
  EXPECT_EQ(path_of_uri("file:/a.py"), "/a.py");
  EXPECT_EQ(path_of_uri("FILE:///a.py"), "/a.py");
  EXPECT_EQ(path_of_uri("file://localhost/a.py"), "/a.py");
  EXPECT_EQ(path_of_uri("file:///caf\xC3\xA9.py"), "/caf\xC3\xA9.py");
  EXPECT_EQ(path_of_uri("file:///a%2.py"), "/a%2.py");
  EXPECT_EQ(path_of_uri("file:///a%zz.py%"), "/a%zz.py%");
  EXPECT_EQ(path_of_uri("file:///a.py#L3"), "/a.py");
  EXPECT_EQ(path_of_uri("file:///a.py?x"), "/a.py");
}

TEST(Uri, OfAWindowsPathHasSlashes) { EXPECT_EQ(uri_of_path("c:\\a\\b.py"), "file:///c%3A/a/b.py"); }

TEST(Uri, OfAnotherSchemeNamesNoFile) {
  EXPECT_EQ(path_of_uri("untitled:Untitled-1"), std::nullopt);
  EXPECT_EQ(path_of_uri("vscode-notebook-cell:/a.ipynb#c1"), std::nullopt);
  EXPECT_EQ(path_of_uri("/a.py"), std::nullopt);
  EXPECT_EQ(path_of_uri("file:"), std::nullopt);
  EXPECT_EQ(path_of_uri("file:a.py"), std::nullopt);
  EXPECT_EQ(path_of_uri(""), std::nullopt);
}

}  // namespace
