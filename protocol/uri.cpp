#include "protocol/uri.h"

#include <fmt/format.h>

#include <algorithm>

namespace protocol {
namespace {

bool is_letter(char letter) { return ('a' <= letter && letter <= 'z') || ('A' <= letter && letter <= 'Z'); }

/// Whether `path` begins with a drive: `c:/`. (`a:b` is a name that a file may have.)
bool has_drive(std::string_view path) {
  return 2 <= path.size() && is_letter(path[0]) && path[1] == ':' &&
         (path.size() == 2 || path[2] == '/' || path[2] == '\\');
}

int hex_digit(char digit) {
  if ('0' <= digit && digit <= '9') return digit - '0';
  if ('a' <= digit && digit <= 'f') return digit - 'a' + 10;
  if ('A' <= digit && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// `%20` becomes a space; a `%` without two hexadecimal digits stands for itself.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    if (low < 0) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

std::string encoded(std::string_view path) {
  static constexpr std::string_view plain = "-._~/";
  std::string result;
  for (const char letter : path) {
    const bool is_plain =
        is_letter(letter) || ('0' <= letter && letter <= '9') || plain.find(letter) != std::string_view::npos;
    result += is_plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  return result;
}

bool starts_with_file_scheme(std::string_view uri) {
  static constexpr std::string_view scheme = "file:";
  return scheme.size() <= uri.size() &&
         std::equal(scheme.begin(), scheme.end(), uri.begin(), [](char wanted, char letter) {
           return wanted == letter || (is_letter(letter) && wanted == (letter | 0x20));
         });
}

}  // namespace

std::optional<std::string> path_of_uri(std::string_view uri) {
  if (!starts_with_file_scheme(uri)) return {};
  uri.remove_prefix(std::string_view("file:").size());
  uri = uri.substr(0, uri.find_first_of("?#"));

  std::string host;
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const std::size_t end = std::min(uri.find('/'), uri.size());
    host = decoded(uri.substr(0, end));
    uri.remove_prefix(end);
  }
  std::string path = decoded(uri);
  if (!path.starts_with('/')) return {};
  if (has_drive(std::string_view(path).substr(1))) return path.substr(1);
  return host.empty() || host == "localhost" ? path : "//" + host + path;
}

std::string uri_of_path(std::string_view path) {
  if (has_drive(path)) {
    std::string slashed(path);
    std::ranges::replace(slashed, '\\', '/');
    return "file:///" + encoded(slashed);
  }
  if (path.starts_with("//")) return "file:" + encoded(path);
  return "file://" + encoded(path);
}

}  // namespace protocol
