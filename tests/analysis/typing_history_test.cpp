// The result does not depend on what was typed before, and nothing that is typed confuses the analysis: a short, seeded
// form of what tests/fuzz does for hours.
#include "tests/support/typing_history.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "analysis/analyze.h"
#include "tests/analysis/corpus.h"
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

TEST(TypingHistory, DoesNotDecideWhichLockIsNamed) {
  const auto with_first = [](const std::string& name) {
    return analysis::make_source_text(
        "import threading\nimport time\n\nclass Pool:\n    def __init__(self):\n        self." + name +
        " = threading.Lock()\n        self._next = 0\n\n    def check(self):\n"
        "        self._lock = threading.Lock()\n        now = time.time()\n"
        "        if now < self._next:\n            return\n        self.ping()\n"
        "        self._next = now + 60\n");
  };
  const analysis::ModuleFacts before = analysis::examine_module("module", with_first("_lock"));
  std::shared_ptr<analysis::LinkedModule> linked;
  ASSERT_EQ(analysis::find_problems_again(before, {}, {}, linked).size(), 1U);

  const analysis::ModuleFacts after = analysis::examine_module("module", with_first("_first"), &before);
  const std::vector<analysis::Finding> findings = analysis::find_problems_again(after, {}, {}, linked);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings.front().evidence, testing::HasSubstr("owns the lock `_first`"));
}

// What a line says depends on lines far above it: quotes that nobody closes, decorators that stand where none may.
TEST(TypingHistory, IsForgottenAmongBrokenLines) {
  const std::string text = R"(import threading
_cache = []

x = "

def load():
    if not _cache:
        _cache.append(1)
        _cache.append(2)
    return _cache
    @decorator
def put(x):
    _cache.append(x)

y = f'
class A:
    a = {}
        @decorator
    def m(self):
        self.a[1] = "
    def n(self):
        return self.a
  @decorator
class B(A):
    pass
z = '''
)";
  std::mt19937 random = random_for("broken lines");
  for (int i = 0; i < 40; ++i) ASSERT_EQ(find_memory_of_history(text, 40, choose_with(random)), "");
}

/// Files of Python's own library between 2 and 60 KB, those that are always the same.
std::vector<std::filesystem::path> real_files(std::size_t count) {
  const std::filesystem::path library = THREADLINT_PYTHON_LIBRARY;
  std::vector<std::filesystem::path> all = analysis::python_files_in(library);
  std::erase_if(all, [&](const std::filesystem::path& file) {
    const std::uintmax_t size = std::filesystem::file_size(file);
    return file.parent_path() != library || size <= 2'000 || 60'000 <= size;
  });
  std::ranges::sort(all);
  std::vector<std::filesystem::path> some;
  for (std::size_t i = 0; i < count && count <= all.size(); ++i) some.push_back(all[i * all.size() / count]);
  return some;
}

// `THREADLINT_EDITS=10000` makes so many in all.
TEST(TypingHistory, IsForgottenInRealFiles) {
  const char* const wanted = std::getenv("THREADLINT_EDITS");
  const std::size_t edits = wanted == nullptr ? 1'000 : std::strtoul(wanted, nullptr, 10);
  const std::vector<std::filesystem::path> files = real_files(20);
  ASSERT_EQ(files.size(), 20U) << THREADLINT_PYTHON_LIBRARY;
  for (const std::filesystem::path& file : files) {
    std::mt19937 random = random_for(file.filename().string());
    ASSERT_EQ(find_memory_of_history(analysis::bytes_of(file), edits / files.size(), choose_with(random)), "")
        << file << ", seed `" << file.filename().string() << "` and THREADLINT_SEED";
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
