// What a use raises when what it needs has been taken away.
#pragma once

#include <string_view>

#include "analysis/concurrency/access.h"

namespace analysis {

struct ConcurrencyModel;
struct RuleContext;

/// Whether the text of a key is a number or a string.
[[nodiscard]] bool is_constant_key(std::string_view key);

/// What an access raises when the key is gone; empty if it does not rely on the key.
[[nodiscard]] std::string_view raised_without_key(const RuleContext& context, Name key, const Access& access);
/// What an access raises when the container is empty; empty if it does not rely on an element.
[[nodiscard]] std::string_view raised_when_empty(const RuleContext& context, const Access& access);
/// What a use of the object itself raises when the cell holds None; empty if it is none.
[[nodiscard]] std::string_view raised_by_none(const ConcurrencyModel& model, const Access& access);

}  // namespace analysis
