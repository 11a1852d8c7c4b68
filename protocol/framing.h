// The base protocol: `Content-Length` headers around JSON bodies. Knows bytes only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.h"

namespace protocol {

/// Bodies longer than this are refused: nothing that a client means to send is as long.
inline constexpr std::size_t longest_body = std::size_t{256} << 20;

/// Cuts a stream of bytes into bodies, wherever the reads split it. After bytes that are no header it goes on at the
/// next `Content-Length`.
class FrameDecoder {
 public:
  void feed(std::string_view bytes);

  /// The next whole body, or what was wrong with the bytes that were skipped. Nothing when it takes more input.
  [[nodiscard]] std::optional<Result<std::string>> next();

  /// To be called when the last body of `next` is not JSON: if its length was a lie, it has swallowed the messages
  /// after it. Goes on at the first header inside it; without one nothing happens.
  void reject(std::string_view body);

  /// Whether input that ends now ends inside a message.
  [[nodiscard]] bool is_inside_message() const;

 private:
  [[nodiscard]] std::optional<Error> read_header();
  [[nodiscard]] std::optional<Error> read_header_line(std::string_view line);
  [[nodiscard]] std::optional<Error> end_header();
  [[nodiscard]] std::optional<Error> skip(std::string_view bytes);

  std::string buffer_;
  std::size_t consumed_ = 0;              // bytes of `buffer_` that are done with
  std::size_t scanned_ = 0;               // no line ends in `buffer_` before here
  std::optional<std::string> length_;     // the value of the last `Content-Length` of this header
  std::optional<std::size_t> body_size_;  // after a header: what it announced
  bool is_header_ = false;                // a line of this header was read
  bool is_skipping_ = false;              // the bytes being skipped were complained about already
};

/// `body` with its header.
[[nodiscard]] std::string frame(std::string_view body);

}  // namespace protocol
