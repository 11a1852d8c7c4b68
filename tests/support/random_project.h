// A project of a few modules that use each other, and what a person might do to it.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace tests {

/// Seeds to try: a few fixed ones and one that nobody foresaw, or, to see a failure again, the one in the environment
/// variable THREADLINT_SEED.
[[nodiscard]] std::vector<std::uint32_t> seeds();

/// The same for the same seed.
class RandomProject {
 public:
  explicit RandomProject(std::uint32_t seed);

  /// A number below `limit`, which is at least 1.
  std::size_t choose(std::size_t limit) { return random_() % limit; }
  /// Adds, changes, removes or renames a module: the files whose text is now another, or that are gone.
  std::vector<std::string> change();
  /// Adds, removes or replaces a statement of a file that there is.
  void edit(const std::string& file);

  /// By file name: `shop/cart.py`. Never empty.
  [[nodiscard]] const std::map<std::string, std::string>& texts() const { return texts_; }
  [[nodiscard]] std::string any_file();

 private:
  std::string statement();
  std::string module();
  void write(const std::string& file);

  std::mt19937 random_;
  std::map<std::string, std::vector<std::string>> statements_;  // by file
  std::map<std::string, std::string> texts_;
};

/// `shop/cart.py` is `shop.cart`, `shop/__init__.py` is `shop`.
[[nodiscard]] std::string module_of_file(std::string file);

}  // namespace tests
