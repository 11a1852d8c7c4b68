// The parts of the HTML review that do not depend on what was found: its style and its script.
#pragma once

#include <string_view>

namespace server {

extern const std::string_view html_style;
extern const std::string_view html_script;

}  // namespace server
