#include "server/workspace/source_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "server/workspace/character.h"
#include "server/workspace/file_error.h"

namespace server {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";
/// What nobody wrote by hand. A syntax tree takes up to a hundred times the size of its text.
constexpr std::size_t size_limit = std::size_t{50} << 20;

Failure failure() { return Failure(system_message(errno)); }

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (0 <= number_) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] bool is_open() const { return 0 <= number_; }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

tl::expected<std::string, std::string> read_all(int descriptor, std::size_t expected_size) {
  std::string bytes;
  std::size_t size = 0;
  bytes.resize(expected_size + 1);  // one more, so that the end is seen without growing
  while (true) {
    const ssize_t count = ::read(descriptor, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure();
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
    if (size_limit < size) return Failure("larger than 50 MiB");
    if (size == bytes.size()) bytes.resize(std::max<std::size_t>(2 * size, 4096));
  }
  bytes.resize(size);
  return bytes;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool is_cookie_character(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// The encoding that a comment in the first two lines declares, as PEP 263 has it. Empty: none.
std::string_view declared_encoding(std::string_view text) {
  for (int line_number = 0; line_number < 2; ++line_number) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    const std::size_t first = line.find_first_not_of(" \t\f");
    const bool is_blank = first == std::string_view::npos;
    if (!is_blank && line[first] != '#') return {};
    for (std::size_t at = line.find("coding"); at != std::string_view::npos; at = line.find("coding", at + 1)) {
      std::size_t begin = at + std::string_view("coding").size();
      if (begin == line.size() || (line[begin] != ':' && line[begin] != '=')) continue;
      begin = std::min(line.find_first_not_of(" \t", begin + 1), line.size());
      std::size_t end = begin;
      while (end < line.size() && is_cookie_character(line[end])) ++end;
      if (begin < end) return line.substr(begin, end - begin);
    }
    text.remove_prefix(line.size());
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    if (!text.empty()) text.remove_prefix(1);
  }
  return {};
}

bool means_utf8(std::string_view encoding) {
  return encoding.empty() || encoding.starts_with("utf-8") || encoding.starts_with("utf8") ||
         encoding.starts_with("UTF-8") || encoding.starts_with("UTF8");
}

}  // namespace

tl::expected<SourceFile, std::string> decode_source(std::string bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    return Failure("is UTF-16, which Python does not read");
  if (bytes.find('\0') != std::string::npos) return Failure("holds NUL bytes, so it is not Python source");
  SourceFile file;
  file.has_bom = bytes.starts_with(utf8_bom);
  if (file.has_bom) bytes.erase(0, utf8_bom.size());
  file.text = std::move(bytes);
  if (!means_utf8(declared_encoding(file.text))) return file;
  if (const std::size_t bad = first_invalid(file.text); bad != std::string::npos) {
    const auto row = 1 + std::count(file.text.begin(), file.text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
    file.complaint = "not UTF-8 in line " + std::to_string(row) + ", and no encoding is declared; checked nevertheless";
  }
  return file;
}

tl::expected<std::string, std::string> read_bytes(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) return failure();
  const bool is_regular = S_ISREG(status.st_mode);
  if (is_regular && static_cast<std::uint64_t>(status.st_size) > size_limit) return Failure("larger than 50 MiB");
  return read_all(file.number(), is_regular ? static_cast<std::size_t>(status.st_size) : 0);
}

tl::expected<std::string, std::string> read_standard_input() { return read_all(STDIN_FILENO, 0); }

tl::expected<SourceFile, std::string> read_source(const std::string& path) {
  return read_bytes(path).and_then(decode_source);
}

std::string encoded(const SourceFile& file) { return file.has_bom ? std::string(utf8_bom) + file.text : file.text; }

tl::expected<void, std::string> replace_content(const std::string& path, std::string_view before,
                                                std::string_view after) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), std::free);
  struct stat status {};
  if (!real || ::stat(real.get(), &status) != 0) return failure();
  // A rename asks for leave to write to the folder only; the file's own mode counts as well.
  if (::access(real.get(), W_OK) != 0) return failure();
  const auto present = read_bytes(real.get());
  if (!present) return Failure(present.error());
  if (*present != before) return Failure("changed while it was being checked; not fixed");

  const std::string target = real.get();
  const std::size_t name = target.rfind('/') + 1;
  std::string temporary = target.substr(0, name) + ".threadlint-XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.is_open()) return failure();
  // The owner can be kept by root only; others own what they may write in all but rare cases.
  const bool keeps_owner = ::fchown(file.number(), status.st_uid, status.st_gid) == 0;
  (void)keeps_owner;
  const bool is_done = write_all(file.number(), after) && ::fchmod(file.number(), status.st_mode & 07777) == 0 &&
                       ::fsync(file.number()) == 0 && ::rename(temporary.c_str(), target.c_str()) == 0;
  if (is_done) return {};
  Failure why = failure();
  ::unlink(temporary.c_str());
  return why;
}

}  // namespace server
