// Python files on disk: what can be analysed of their bytes, and how they are replaced.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace server {

struct SourceFile {
  std::string text;       // without byte order mark
  bool has_bom = false;   // UTF-8's; goes back where the text is written
  std::string complaint;  // what is wrong although the text can be analysed; empty: nothing
};

/// The text in the bytes of a file. Any ASCII-based encoding will do, because names and keywords that matter are ASCII;
/// UTF-16 and binary data are refused with a message.
[[nodiscard]] tl::expected<SourceFile, std::string> decode_source(std::string bytes);

/// All bytes of a file or pipe, or why not.
[[nodiscard]] tl::expected<std::string, std::string> read_bytes(const std::string& path);
/// The same of standard input.
[[nodiscard]] tl::expected<std::string, std::string> read_standard_input();

/// `read_bytes`, then `decode_source`.
[[nodiscard]] tl::expected<SourceFile, std::string> read_source(const std::string& path);

/// The bytes that `file` is written as.
[[nodiscard]] std::string encoded(const SourceFile& file);

/// Replaces the content of a file at once: who reads it, even after a crash, sees all of the old or all of the new.
/// Keeps its mode and owner; through a link, replaces the target. Refuses when the content is no longer `before`.
[[nodiscard]] tl::expected<void, std::string> replace_content(const std::string& path, std::string_view before,
                                                              std::string_view after);

}  // namespace server
