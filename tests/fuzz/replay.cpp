// A fuzzer without libFuzzer: the kept inputs, and some random changes of each, always the same ones. For every
// compiler.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int changes_of_each = 8;

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

/// A few bytes are changed, lost or doubled.
std::string changed(std::string bytes, std::mt19937& chance) {
  for (int i = 0; i < 3 && !bytes.empty(); ++i) {
    const std::size_t at = chance() % bytes.size();
    const std::size_t length = chance() % std::min<std::size_t>(8, bytes.size() - at) + 1;
    switch (chance() % 3) {
      case 0:
        bytes[at] = static_cast<char>(chance());
        break;
      case 1:
        bytes.erase(at, length);
        break;
      default:
        bytes.insert(at, bytes.substr(at, length));
    }
  }
  return bytes;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: replay FOLDER\n", stderr);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) files.push_back(entry.path());
  std::ranges::sort(files);
  std::mt19937 chance(1);
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout);
    run(bytes);
    for (int i = 0; i < changes_of_each; ++i) run(changed(bytes, chance));
  }
  return files.empty() ? 1 : 0;
}
