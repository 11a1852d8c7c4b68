// How a module calls what the module `threading` has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/syntax/indexed_tree.h"
#include "analysis/text/text_edit.h"

namespace analysis {

/// `Lock` or `threading.Lock`, with an import added to `edits` where the module has none at its top level. Nothing when
/// there is no room for it.
[[nodiscard]] std::optional<std::string> name_from_threading(const IndexedTree& tree, std::string_view name,
                                                             std::vector<TextEdit>& edits);

}  // namespace analysis
