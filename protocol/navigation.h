// What an editor shows about the place of the cursor, and between the lines.
#pragma once

#include <string>

#include "protocol/basic_types.h"

namespace protocol {

struct PositionParams {
  std::string uri;
  Position position;
};

struct ReferenceParams {
  std::string uri;
  Position position;
  bool include_declaration = false;
};

struct DocumentParams {
  std::string uri;
};

struct Hover {
  std::string text;
  bool is_markdown = true;  // otherwise shown as it is
  Range range;
};

struct DocumentHighlight {
  Range range;
  bool is_write = false;
};

/// A line of text above `range`. It does nothing when it is clicked.
struct CodeLens {
  Range range;
  std::string title;
};

void from_json(const Json& json, PositionParams& params);
void from_json(const Json& json, ReferenceParams& params);
void from_json(const Json& json, DocumentParams& params);
void to_json(Json& json, const Hover& hover);
void to_json(Json& json, const DocumentHighlight& highlight);
void to_json(Json& json, const CodeLens& lens);

}  // namespace protocol
