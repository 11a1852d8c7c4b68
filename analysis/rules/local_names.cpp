#include "analysis/rules/local_names.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace analysis {
namespace {

// Keywords and builtins of Python 2 and 3. Builtins with a capital letter (exceptions) cannot meet the names we make.
constexpr std::string_view reserved[] = {
    "False",       "None",  "True",       "and",       "as",        "assert",       "async",      "await",
    "break",       "case",  "class",      "continue",  "def",       "del",          "elif",       "else",
    "except",      "exec",  "finally",    "for",       "from",      "global",       "if",         "import",
    "in",          "is",    "lambda",     "match",     "nonlocal",  "not",          "or",         "pass",
    "print",       "raise", "return",     "try",       "type",      "while",        "with",       "yield",
    "abs",         "aiter", "all",        "anext",     "any",       "apply",        "ascii",      "basestring",
    "bin",         "bool",  "breakpoint", "buffer",    "bytearray", "bytes",        "callable",   "chr",
    "classmethod", "cmp",   "coerce",     "compile",   "complex",   "copyright",    "credits",    "delattr",
    "dict",        "dir",   "divmod",     "enumerate", "eval",      "execfile",     "exit",       "file",
    "filter",      "float", "format",     "frozenset", "getattr",   "globals",      "hasattr",    "hash",
    "help",        "hex",   "id",         "input",     "int",       "intern",       "isinstance", "issubclass",
    "iter",        "len",   "license",    "list",      "locals",    "long",         "map",        "max",
    "memoryview",  "min",   "next",       "object",    "oct",       "open",         "ord",        "pow",
    "property",    "quit",  "range",      "raw_input", "reduce",    "reload",       "repr",       "reversed",
    "round",       "set",   "setattr",    "slice",     "sorted",    "staticmethod", "str",        "sum",
    "super",       "tuple", "unichr",     "unicode",   "vars",      "xrange",       "zip"};

bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::string bare_name(std::string_view cell) {
  if (const std::size_t item = cell.find('['); item != std::string_view::npos)
    return bare_name(cell.substr(0, item)) + "_item";
  std::string_view last = last_name(cell);
  const std::size_t first = last.find_first_not_of("_ \t");
  if (first == std::string_view::npos) return "value";
  std::string name(last.substr(first));
  if (std::isdigit(static_cast<unsigned char>(name.front())) != 0) name.insert(0, "value_");
  if (std::ranges::none_of(name, is_lower)) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  }
  return name;
}

std::string unused_name(const IndexedTree& tree, const std::vector<IndexedTree::Index>& functions,
                        std::string_view wanted, const std::vector<std::string>& taken) {
  std::unordered_set<std::string_view> used(std::begin(reserved), std::end(reserved));
  used.insert(taken.begin(), taken.end());
  for (const IndexedTree::Index function : functions) {
    for (IndexedTree::Index at = function; at < tree.end(function); ++at) {
      const bool is_attribute = tree.is_field(at, Field::attribute) && tree.kind(tree.parent(at)) == Kind::attribute;
      if (tree.kind(at) == Kind::identifier && !is_attribute) used.insert(tree.text(at));
    }
  }
  std::string name(wanted);
  for (int number = 2; used.contains(name); ++number) name = std::string(wanted) + std::to_string(number);
  return name;
}

}  // namespace analysis
