// A large class is lowered part by part, and nobody can tell.
#include "analysis/semantics/class_in_parts.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "analysis/analyze.h"
#include "analysis/semantics/top_level.h"
#include "analysis/syntax/pieces.h"
#include "tests/analysis/corpus.h"
#include "tests/analysis/lowered.h"

namespace analysis {
namespace {

using lowering::ClassInParts;
using lowering::KnownParts;

/// The facts of a class, whatever its size; nothing to compare where it can not be cut. `key` is not set.
std::optional<ir::StatementFacts> facts_of(lowering::State& state, const std::optional<ClassInParts>& parted,
                                           std::string_view text) {
  if (!parted) return {};
  put_together(state, *parted, text);
  return state.finished();
}

ir::StatementFacts without_key(ir::StatementFacts facts) {
  facts.key = 0;
  return facts;
}

struct Counts {
  std::size_t classes = 0;
  std::size_t parsed = 0;
  std::size_t cut = 0;
};

/// Compares each class of a healthy text with what is put together from its parts.
void expect_same(const std::string& source, const std::string& where, Counts& counts) {
  const auto tree = parse_without_errors(make_source_text(source));
  if (tree == nullptr) return;
  const auto whole = lower(source, *tree).statements;
  std::vector<lowering::TopLevel> found;
  lowering::add_statements(*tree, 0, found);
  ASSERT_EQ(found.size(), whole.size());
  lowering::State state;
  for (const TextRange piece : pieces_of(source).ranges) {
    const auto first = std::ranges::find(whole, piece.begin, &ir::PlacedStatement::begin);
    const std::string_view text = std::string_view(source).substr(piece.begin, piece.size());
    if (first == whole.end() || first->facts->classes.empty() || class_body_of(text).parts.empty()) continue;
    const std::string_view own_text = text.substr(0, first->facts->size);
    const Node node = found[static_cast<std::size_t>(first - whole.begin())].node;
    const ir::StatementFacts expected = without_key(*first->facts);
    ++counts.classes;
    const auto cut = cut_in_parts(state, node, own_text, source, KnownParts({}));
    if (const auto facts = facts_of(state, cut, own_text)) {
      ++counts.cut;
      ASSERT_EQ(dump(*facts), dump(expected)) << where << " at " << piece.begin << ", cut";
      ASSERT_TRUE(*facts == expected) << where << " at " << piece.begin << ", cut";
    }
    const auto parsed = parse_in_parts(state, text, class_body_of(text), KnownParts({}), {});
    if (const auto facts = facts_of(state, parsed, text)) {
      ++counts.parsed;
      ASSERT_EQ(facts->size, expected.size) << where << " at " << piece.begin << ", parsed";
      ASSERT_EQ(dump(*facts), dump(expected)) << where << " at " << piece.begin << ", parsed";
      ASSERT_TRUE(*facts == expected) << where << " at " << piece.begin << ", parsed";
    }
  }
}

TEST(ClassInParts, GivesTheSameAsTheWholeClass) {
  Counts counts;
  for (const std::filesystem::path& file : python_files()) expect_same(bytes_of(file), file.string(), counts);
  RecordProperty("classes", static_cast<int>(counts.classes));
  RecordProperty("cut", static_cast<int>(counts.cut));
  RecordProperty("parsed", static_cast<int>(counts.parsed));
  EXPECT_LT(10U, counts.classes);
  // Few have lines that a parser sees elsewhere than they seem to be.
  EXPECT_LT(counts.classes * 95 / 100, counts.parsed);
  EXPECT_LT(counts.classes * 95 / 100, counts.cut);
}

/// Methods, attributes and other statements of class bodies, each with what makes it special.
constexpr auto members = std::to_array<std::string_view>({
    "    def plain(self, a, b=None):\n        return self.a + a\n",
    "    def guarded(self):\n        \"\"\"Is thread-safe.\"\"\"\n        with self._lock:\n            self.n += 1\n",
    "    @property\n    def seen(self):\n        # a comment\n        return self._seen\n\n",
    "    @decorate(\n        1,\n    )\n    @other\n    async def awaited(self):\n        async with self.lock as l:\n"
    "            await l.x\n",
    "    names = [n for n in range(10) if n]\n",
    "    def lazy(self):\n        if self._cache is None:\n            self._cache = {}\n            self._cache['k'] "
    "= 1\n"
    "        return self._cache  # threadlint: ignore[incomplete-initialization] why not\n",
    "# a comment without indentation, about threads\n",
    "  # guarded by: self._lock\n    def f(self): pass\n",
    "    if sys.platform == 'win32':\n        def twice(self):\n            return 1\n    else:\n        def "
    "twice(self):\n"
    "            return 2\n",
    "    class Inner(Base):\n        x = {}\n        def g(self):\n            global counter\n            counter += "
    "1\n",
    "    one = lambda self, x=1: x; two = 2\n",
    "    def text(self):\n        return '''\n    def no_method(self):\nclass NoClass:\n'''\n",
    "    def generates(self):\n        for x in self:\n            yield x\n        else:\n            yield\n",
    "    try:\n        import fast\n    except (ImportError, a.b.Other) as e:\n        fast = None\n    finally:\n"
    "        done = 1\n",
    "    def brackets(self):\n        return f(\n    a,\n  b,\n)\n",
    "    x = 1 if a else 2\n    while x:\n        x -= 1\n    for y in z: pass\n",
    "\n    #: about the next\n    def documented(self, *args, **kwargs): \"\"\"The caller holds the lock.\"\"\"\n",
    "    def closes(self):\n        def inner():\n            nonlocal a\n            a = 1\n        a = 0\n"
    "        return inner\n    alias = closes\n",
});

std::string class_of_members(std::mt19937& random, std::size_t least) {
  std::string text =
      "@register\nclass Large(Base, metaclass=Meta):\n    \"\"\"Shared by threads.\"\"\"\n\n    limit = 3\n\n";
  while (text.size() < least) text += members[random() % members.size()];
  return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

TEST(ClassInParts, GivesTheSameOfMembersInAnyOrder) {
  Counts counts;
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i) {
    const std::string text =
        class_of_members(random, 1500) + "\n# threadlint: ignore-file\nafter = 1\n\ndef f():\n    pass\n";
    expect_same(text, "plain", counts);
    expect_same(replaced(text, "\n", "\r\n"), "CRLF", counts);
    expect_same(replaced(text, "    ", "\t"), "tabs", counts);
    expect_same(replaced(text, "    ", " "), "one blank", counts);
  }
  EXPECT_EQ(counts.cut, counts.classes);
  EXPECT_EQ(counts.parsed, counts.classes);
}

constexpr auto typed = std::to_array<std::string_view>({"x",
                                                        "(",
                                                        ")",
                                                        "[",
                                                        "\"",
                                                        "'",
                                                        "\"\"\"",
                                                        "\n",
                                                        "\n    ",
                                                        "\n        ",
                                                        " ",
                                                        ":",
                                                        "#",
                                                        "\\",
                                                        "@",
                                                        "def ",
                                                        "    def new(self):\n        return 1\n",
                                                        "    @d\n",
                                                        "x = 1\n",
                                                        "\t",
                                                        "\r",
                                                        "class ",
                                                        "    class New:\n        a = 1\n",
                                                        "async ",
                                                        "if x:\n",
                                                        "    }",
                                                        "f'{",
                                                        "  y = 2\n",
                                                        "é",
                                                        "    # threadlint: ignore\n",
                                                        "# thread\n"});

/// In the class or behind it.
void type_at_random(std::string& text, std::mt19937& random) {
  const std::size_t begin = std::min(text.find("class Large"), text.size());
  const std::size_t place = begin + random() % (text.size() - begin + 1);
  const std::size_t gone = random() % 4 == 0 ? std::min<std::size_t>(random() % 12, text.size() - place) : 0;
  text.replace(place, gone, random() % 5 == 0 ? "" : typed[random() % typed.size()]);
}

/// Whether a string ends with its line where it begins. The parser lets it go on in the next line; no cut knows that.
bool has_quote_at_end_of_line(const std::string& text) {
  std::istringstream lines(replaced(replaced(replaced(text, "\r", ""), "\"\"\"", ""), "'''", ""));
  for (std::string line; std::getline(lines, line);) {
    const bool ends_in_quote = line.ends_with('"') || line.ends_with('\'');
    if (ends_in_quote && std::ranges::count(line, line.back()) % 2 == 1) return true;
  }
  return false;
}

void expect_equal(const ModuleFacts& typed_in, const ModuleFacts& fresh, std::uint32_t seed) {
  ASSERT_EQ(typed_in.statements.size(), fresh.statements.size()) << "seed " << seed << "\n" << fresh.text->bytes();
  for (std::size_t i = 0; i < fresh.statements.size(); ++i) {
    const ir::StatementFacts& facts = *typed_in.statements[i].facts;
    ASSERT_EQ(typed_in.statements[i].begin, fresh.statements[i].begin) << "seed " << seed;
    ASSERT_EQ(dump(facts), dump(*fresh.statements[i].facts)) << "seed " << seed << "\n" << fresh.text->bytes();
    ASSERT_TRUE(facts == *fresh.statements[i].facts) << "seed " << seed << "\n" << fresh.text->bytes();
  }
}

TEST(ClassInParts, DoesNotDependOnWhatWasTypedBefore) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    std::string healthy = "import os\n\n" + class_of_members(random, 9000) + "after = 1\n\ndef f(): pass\n";
    if (seed % 4 == 1) healthy = replaced(healthy, "\n", "\r\n");
    if (seed % 4 == 2) healthy = replaced(healthy, "    ", "\t");
    std::string text = healthy;
    ModuleFacts warm = examine_module("module", make_source_text(text));
    for (int i = 0; i < 25; ++i) {
      if (i % 6 == 5) text = healthy;  // undo, mostly of code that is broken
      type_at_random(text, random);
      if (has_quote_at_end_of_line(text)) text = healthy;
      const auto source = make_source_text(text);
      warm = examine_module("module", source, &warm);
      ASSERT_NO_FATAL_FAILURE(expect_equal(warm, examine_module("module", source), seed));
    }
  }
}

bool holds_method(const ModuleFacts& module, std::string_view name) {
  for (const ir::PlacedStatement& statement : module.statements) {
    for (const ir::Function& function : statement.facts->functions) {
      if (function.name && statement.facts->names[function.name.index] == name && function.owner &&
          !function.ops.empty())
        return true;
    }
  }
  return false;
}

std::string numbered_methods(int count) {
  std::string text = "class Large:\n    \"\"\"Has many methods.\"\"\"\n\n";
  for (int i = 0; i < count; ++i) {
    const std::string name = "method_" + std::to_string(i);
    text += "    def " + name + "(self, x):\n        \"\"\"Does " + name + ".\"\"\"\n        self." + name +
            "_value = [x, self.limit]\n        return self.limit\n\n";
  }
  return text;
}

TEST(ClassInParts, KeepsTheOtherMethodsOfOneThatIsBroken) {
  const std::string text = numbered_methods(100);
  const ModuleFacts before = examine_module("module", make_source_text(text));
  for (const std::string_view half : {"(", "[", "{", "\"\"\"", "'", "x = = 1", "if x", "def ", "@", "return ("}) {
    std::string broken = text;
    broken.insert(broken.find("        self.method_50_value"), "        " + std::string(half) + "\n");
    const ModuleFacts after = examine_module("module", make_source_text(broken), &before);
    for (const int i : {0, 48, 49, 51, 52, 99})
      EXPECT_TRUE(holds_method(after, "method_" + std::to_string(i))) << half << " " << i;
  }
}

TEST(ClassInParts, TakesOverPartsThatDidNotChange) {
  const std::string text = numbered_methods(100);
  ModuleFacts module = examine_module("module", make_source_text(text));
  EXPECT_TRUE(module.classes.empty());
  const auto typed_at = [&](std::string_view place, std::string_view letters) {
    std::string changed(module.text->bytes());
    changed.insert(changed.find(place), letters);
    return examine_module("module", make_source_text(changed), &module);
  };
  module = typed_at("limit]", "q");
  ASSERT_EQ(module.classes.size(), 1U);
  ASSERT_EQ(module.classes.front().parts.size(), 100U);
  EXPECT_EQ(module.classes.front().facts, module.statements.front().facts);
  const ModuleFacts next = typed_at("self.method_40_value", "(");
  ASSERT_EQ(next.classes.size(), 1U);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_EQ(next.classes.front().parts[i] == module.classes.front().parts[i], i != 40) << i;
}

}  // namespace
}  // namespace analysis
