#include "tests/support/random_project.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace tests {
namespace {

/// `shop` is a package from the beginning to the end: what its modules are called does not depend on the disk.
constexpr auto files = std::to_array<const char*>(
    {"shop/__init__.py", "shop/cart.py", "shop/prices.py", "library.py", "handlers.py", "views.py", "tools.py"});
constexpr const char* package = files.front();

/// `{}` is a module. The first ones are chosen more often: alone they hold half of what a rule looks for.
constexpr std::size_t frequent = 7;
constexpr auto pieces = std::to_array<const char*>({
    "from {} import fill\n_x = {{}}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x",
    "from {} import *\n_z = {{}}\ndef z():\n    if not _z:\n        fill(_z)\n    return _z",
    "def fill(x):\n    for i in range(9):\n        x[i] = load(i)",
    "class Base:\n    def __init__(self):\n        self.hooks = None\n    def load(self):\n        self.hooks = []\n"
    "        for name in NAMES:\n            self.hooks.append(name)",
    "import threading\nfrom {} import Base\nclass Handler(Base):\n    lock = threading.Lock()\n    def "
    "__call__(self):\n"
    "        if self.hooks is None:\n            self.load()\n        return list(self.hooks)\nhandler = Handler()",
    "NAMES = ['a', 'b']\ndef has(x):\n    return x in NAMES",
    "import {0}\ndef more():\n    {0}.NAMES.append(1)",
    "from {} import fill",
    "from {} import fill as refill",
    "from {} import *",
    "from {} import TABLE",
    "from {} import Base",
    "from .cart import fill, TABLE",
    "from . import prices",
    "import {} as other",
    "try:\n    from {} import fill\nexcept ImportError:\n    fill = None",
    "def use():\n    from {} import TABLE\n    TABLE.append(1)",
    "def change():\n    other.TABLE.append(1)\n    other.LIMIT = 2",
    "def fill(x):\n    return len(x)",
    "def fill(x):\n    inner(x)",
    "def inner(x):\n    x.update(load())\n    x[1] = 2",
    "def refill(x):\n    x.clear()\n    fill(x)",
    "_y = {{}}\ndef y():\n    if not _y:\n        other.fill(_y)\n    return _y",
    "TABLE = []",
    "TABLE = {{}}\ndef table():\n    if not TABLE:\n        refill(TABLE)\n    return TABLE",
    "LIMIT = 1",
    "__all__ = ['fill']",
    "def __getattr__(name):\n    return TABLE",
    "class Base:\n    hooks = None",
    "handler = Handler()",
    "handler = other.Handler()",
    "class Cache(other.Base):\n    def get(self):\n        if not self.hooks:\n            self.load()",
    "# a comment",
    "\n",
    "def broken(:",
});

}  // namespace

std::vector<std::uint32_t> seeds() {
  if (const char* const given = std::getenv("THREADLINT_SEED")) {
    return {static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))};
  }
  const std::uint32_t unforeseen = std::random_device()();
  fmt::print("THREADLINT_SEED={}\n", unforeseen);
  return {1, 2, 3, 4, unforeseen};
}

std::string module_of_file(std::string file) {
  file.resize(file.size() - std::string_view(".py").size());
  for (char& c : file) c = c == '/' ? '.' : c;
  constexpr std::string_view package_file = ".__init__";
  if (file.ends_with(package_file)) file.resize(file.size() - package_file.size());
  return file;
}

RandomProject::RandomProject(std::uint32_t seed) : random_(seed) {
  for (const char* file : files) write(file);
}

std::string RandomProject::module() { return module_of_file(files[choose(files.size())]); }

std::string RandomProject::statement() {
  const std::size_t count = choose(2) == 0 ? frequent : pieces.size();
  return fmt::format(fmt::runtime(pieces[choose(count)]), module()) + "\n";
}

void RandomProject::write(const std::string& file) {
  std::vector<std::string>& statements = statements_[file];
  statements.clear();
  for (std::size_t i = 2 + choose(8); 0 < i; --i) statements.push_back(statement());
  edit(file);
}

void RandomProject::edit(const std::string& file) {
  std::vector<std::string>& statements = statements_[file];
  const auto at = statements.begin() + static_cast<std::ptrdiff_t>(choose(statements.size() + 1));
  const std::size_t what = choose(3);
  if (what == 0 || at == statements.end()) {
    statements.insert(at, statement());
  } else if (what == 1) {
    statements.erase(at);
  } else {
    *at = statement();
  }
  std::string& text = texts_[file];
  text.clear();
  for (const std::string& each : statements) text += each;
}

std::string RandomProject::any_file() {
  return std::next(texts_.begin(), static_cast<std::ptrdiff_t>(choose(texts_.size())))->first;
}

std::vector<std::string> RandomProject::change() {
  const std::string file = any_file();
  const std::string other = files[choose(files.size())];
  const std::size_t what = choose(8);
  if (what == 0 && file != package) {
    statements_.erase(file);
    texts_.erase(file);
    return {file};
  }
  if (what == 1 && file != package && other != package && file != other) {
    statements_[other] = std::exchange(statements_[file], {});
    statements_.erase(file);
    texts_.erase(file);
    edit(other);
    return {file, other};
  }
  if (what == 2) {
    write(other);
    return {other};
  }
  edit(file);
  return {file};
}

}  // namespace tests
