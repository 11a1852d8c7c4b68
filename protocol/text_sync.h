// didOpen, didChange, didClose: the client's texts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/basic_types.h"

namespace protocol {

struct DidOpenParams {
  std::string uri;
  std::string language;
  std::optional<std::int64_t> version;
  std::string text;
};

/// `text` replaces `range`, or the whole document if there is none.
struct ContentChange {
  std::optional<Range> range;
  std::string text;
};

/// Each change is in the text that the one before it left.
struct DidChangeParams {
  std::string uri;
  std::optional<std::int64_t> version;
  std::vector<ContentChange> changes;
};

struct DidCloseParams {
  std::string uri;
};

void from_json(const Json& json, DidOpenParams& params);
void from_json(const Json& json, ContentChange& change);
void from_json(const Json& json, DidChangeParams& params);
void from_json(const Json& json, DidCloseParams& params);

}  // namespace protocol
