// Texts that are edited step by step, and whether the analysis forgets how they came about, as it must.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "analysis/text/text_edit.h"

namespace tests {

/// A number below `limit`, which is at least 1.
using Choose = std::function<std::size_t(std::size_t limit)>;

/// Something that a person might do to a Python file: type a piece of code or half of one, delete, paste, move lines.
[[nodiscard]] analysis::TextEdit choose_edit(std::string_view text, const Choose& choose);

/// Makes `count` edits one after the other, some of which take the one before back. After each, the analysis with the
/// facts of the text before must say what a fresh one says. Empty if it does, else the first text where it does not and
/// both answers.
[[nodiscard]] std::string find_memory_of_history(std::string text, std::size_t count, const Choose& choose);

/// Looks for findings and repairs in any bytes at all. Empty if all that is said lies inside the text and every repair
/// can be applied, else what does not.
[[nodiscard]] std::string find_nonsense(const std::string& text);

/// Applies each repair that is offered. Empty if each leaves a text that has no error where there was none, has lost
/// the finding and gained no other, else what went wrong.
[[nodiscard]] std::string find_harm_of_fixes(const std::string& text);

}  // namespace tests
