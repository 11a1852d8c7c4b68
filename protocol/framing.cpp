#include "protocol/framing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace protocol {
namespace {

constexpr std::string_view length_name = "content-length";

// Garbage without a line end is dropped once it is this long, up to a tail that may hold the beginning of a header.
constexpr std::size_t longest_line = 8192;
constexpr std::size_t kept_tail = 128;

// A body that was refused can be long; what is quoted of it is not.
constexpr std::size_t longest_quote = 40;

char lower(char letter) { return 'A' <= letter && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

struct LengthField {
  std::size_t begin;       // of its name, in the line
  std::string_view value;  // trimmed
};

/// The last `Content-Length:` of a line. It may follow garbage, such as the rest of a body that was longer than
/// announced.
std::optional<LengthField> find_length(std::string_view line) {
  for (std::size_t from = line.size(); length_name.size() < from; --from) {
    const std::size_t begin = from - length_name.size() - 1;
    const std::string_view name = line.substr(begin, length_name.size());
    const bool is_part_of_other_name = 0 < begin && line[begin - 1] == '-';
    if (is_part_of_other_name || !std::ranges::equal(name, length_name, {}, lower)) continue;
    const std::string_view rest = trimmed(line.substr(begin + length_name.size()));
    if (rest.starts_with(':')) return LengthField{begin, trimmed(rest.substr(1))};
  }
  return {};
}

/// `Name: value`, whatever the name.
bool is_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = trimmed(line.substr(0, colon));
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    return ('a' <= lower(letter) && lower(letter) <= 'z') || ('0' <= letter && letter <= '9') || letter == '-' ||
           letter == '_';
  });
}

Result<std::size_t> parse_length(std::string_view value) {
  std::size_t length = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), length);
  const std::string_view quote = value.substr(0, longest_quote);
  if (problem == std::errc::result_out_of_range || (problem == std::errc{} && longest_body < length)) {
    return tl::unexpected(Error{ErrorCode::parse_error, fmt::format("message of `{}` bytes is too long", quote)});
  }
  if (problem != std::errc{} || end != value.data() + value.size()) {
    return tl::unexpected(Error{ErrorCode::parse_error, fmt::format("`Content-Length: {}` is no length", quote)});
  }
  return length;
}

}  // namespace

void FrameDecoder::feed(std::string_view bytes) {
  buffer_.erase(0, consumed_);
  scanned_ -= std::min(scanned_, consumed_);
  consumed_ = 0;
  buffer_.append(bytes);
}

std::optional<Result<std::string>> FrameDecoder::next() {
  if (!body_size_) {
    if (const std::optional<Error> problem = read_header()) return tl::unexpected(*problem);
  }
  if (!body_size_ || buffer_.size() - consumed_ < *body_size_) return {};
  std::string body = buffer_.substr(consumed_, *body_size_);
  consumed_ += *body_size_;
  body_size_.reset();
  return body;
}

/// Reads lines until a header is complete, a line is wrong, or the input ends.
std::optional<Error> FrameDecoder::read_header() {
  while (!body_size_) {
    const std::size_t end = buffer_.find('\n', std::max(scanned_, consumed_));
    if (end == std::string::npos) {
      scanned_ = buffer_.size();
      const std::size_t rest = buffer_.size() - consumed_;
      if (rest <= longest_line) return {};
      consumed_ += rest - kept_tail;
      return skip(std::string_view(buffer_).substr(consumed_ - (rest - kept_tail), rest - kept_tail));
    }
    const auto line = std::string_view(buffer_).substr(consumed_, end - consumed_);
    consumed_ = end + 1;
    if (std::optional<Error> problem = read_header_line(line)) return problem;
  }
  return {};
}

std::optional<Error> FrameDecoder::read_header_line(std::string_view line) {
  if (const std::optional<LengthField> field = find_length(line)) {
    length_ = field->value;
    is_header_ = true;
    const std::string_view before = trimmed(line.substr(0, field->begin));
    return before.empty() ? std::nullopt : skip(before);
  }
  if (trimmed(line).empty()) return is_header_ ? end_header() : std::nullopt;
  if (!is_field(line)) return skip(line);
  is_header_ = true;
  return {};
}

std::optional<Error> FrameDecoder::end_header() {
  is_header_ = false;
  const std::optional<std::string> value = std::exchange(length_, std::nullopt);
  if (!value) {
    if (std::exchange(is_skipping_, true)) return {};
    return Error{ErrorCode::parse_error, "header without `Content-Length`"};
  }
  const Result<std::size_t> length = parse_length(*value);
  is_skipping_ = !length;
  if (!length) return length.error();
  body_size_ = *length;
  return {};
}

std::optional<Error> FrameDecoder::skip(std::string_view bytes) {
  if (std::exchange(is_skipping_, true)) return {};
  return Error{ErrorCode::parse_error, fmt::format("`{}` is no header", trimmed(bytes).substr(0, longest_quote))};
}

void FrameDecoder::reject(std::string_view body) {
  is_skipping_ = true;
  for (std::size_t line = 0; line < body.size();) {
    const std::size_t end = body.find('\n', line);
    if (end == std::string_view::npos) return;
    const std::optional<LengthField> field = find_length(body.substr(line, end - line));
    if (field && parse_length(field->value)) {
      buffer_.insert(consumed_, body.substr(line + field->begin));
      scanned_ = consumed_;
      return;
    }
    line = end + 1;
  }
}

bool FrameDecoder::is_inside_message() const {
  return body_size_.has_value() || is_header_ || consumed_ < buffer_.size();
}

std::string frame(std::string_view body) {
  const std::string header = fmt::format("Content-Length: {}\r\n\r\n", body.size());
  std::string bytes;
  bytes.reserve(header.size() + body.size());
  return bytes.append(header).append(body);
}

}  // namespace protocol
