// An open text and its version.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "analysis/text/text_draft.h"

namespace server {

/// Longer texts are kept, but not analysed: the facts of a dense one take more than two hundred times its size.
inline constexpr std::size_t longest_analysed_text = std::size_t{10} << 20;

struct Document {
  std::string uri;                      // as the client spells it
  std::string file;                     // canonical path; the URI where it names no file
  std::string module;                   // dotted name
  bool is_excluded = false;             // by settings
  bool is_python = true;                // others are kept, but not analysed
  bool is_notebook = false;             // the module of one: never pulled, published for its cells
  std::optional<std::int64_t> version;  // the client's
  std::uint64_t revision = 0;           // ours: differs between any two texts that this session has seen
  analysis::TextDraft draft;
  // A change did not fit: the client has another text than we, until it sends the whole text again.
  bool is_out_of_sync = false;

  [[nodiscard]] const std::shared_ptr<const analysis::SourceText>& text() const { return draft.text(); }
};

[[nodiscard]] inline bool is_too_long(const Document& document) {
  return longest_analysed_text < document.draft.bytes().size();
}

[[nodiscard]] inline bool is_analysed(const Document& document) {
  return document.is_python && !document.is_excluded && !document.is_out_of_sync && !is_too_long(document);
}

}  // namespace server
