// Names as people type them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace server {

/// The candidate that was probably meant; empty when none is near.
[[nodiscard]] std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates);

/// "there is no rule `incomplet`; did you mean `incomplete-initialization`?"
[[nodiscard]] std::string unknown_rule(std::string_view name);

}  // namespace server
