// An open text and its version.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "analysis/text/source_text.h"

namespace server {

struct Document {
  std::string uri;                      // as the client spells it
  std::string file;                     // canonical path; the URI where it names no file
  std::string module;                   // dotted name
  bool is_python = true;                // others are kept, but not analysed
  std::optional<std::int64_t> version;  // the client's
  std::uint64_t revision = 0;           // ours: differs between any two texts that this session has seen
  std::shared_ptr<const analysis::SourceText> text;
  // A change did not fit: the client has another text than we, until it sends the whole text again.
  bool is_out_of_sync = false;
};

[[nodiscard]] inline bool is_analysed(const Document& document) {
  return document.is_python && !document.is_out_of_sync;
}

}  // namespace server
