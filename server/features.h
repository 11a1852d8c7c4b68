// What the user of an editor has switched off.
#pragma once

#include <string_view>

namespace server {

struct Features {
  bool hover = true;
  bool document_highlight = true;
  bool code_lens = true;
  bool references = true;
  bool call_hierarchy = true;
};

/// Whether a request gets no more than an empty answer.
[[nodiscard]] bool is_switched_off(const Features& features, std::string_view method);

}  // namespace server
