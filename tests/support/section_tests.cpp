#include "tests/support/section_tests.h"

#include <gtest/gtest.h>

#include <deque>

namespace tests {
namespace {

class SectionTest : public testing::Test {
 public:
  SectionTest(const Page& page, const Section& section, CheckSection check)
      : page_(page), section_(section), check_(check) {}
  void TestBody() override { check_(page_, section_); }

 private:
  const Page& page_;
  const Section& section_;
  CheckSection check_;
};

}  // namespace

std::string test_name(std::string_view heading) {
  std::string name;
  for (const char c : heading) {
    const bool is_kept = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9');
    if (is_kept) name += c;
    if ((c == ' ' || c == '-') && !name.empty() && name.back() != ' ') name += ' ';
  }
  return name.substr(0, name.find_last_not_of(' ') + 1);
}

const std::vector<Page>& register_sections(const std::filesystem::path& folder, const std::string& prefix,
                                           CheckSection check) {
  static std::deque<std::vector<Page>> registered;  // whose elements stay in their places
  const std::vector<Page>& pages = registered.emplace_back(read_pages(folder));
  for (const Page& page : pages) {
    for (const Section& section : page.sections) {
      const std::string suite = prefix + page.path.stem().string();
      testing::RegisterTest(suite.c_str(), test_name(section.heading).c_str(), nullptr, nullptr, page.path.c_str(),
                            static_cast<int>(section.line), [&page, &section, check]() -> testing::Test* {
                              return new SectionTest(page, section, check);
                            });
    }
  }
  return pages;
}

}  // namespace tests
