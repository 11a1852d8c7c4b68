// Node kinds and field names of the Python grammar, resolved once to tree-sitter's numbers.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>

namespace analysis {

/// The kind of a node. `error` is tree-sitter's node for text that does not parse; `other` is everything we never ask
/// for by kind: keywords, operators, punctuation and the grammar's rarer nodes.
enum class Kind : std::uint8_t {
  other,
  error,
#define KIND(name) name,
#define KIND_AS(name, spelling) name,
#include "analysis/syntax/kinds.def"
#undef KIND
#undef KIND_AS
};

enum class Field : std::uint8_t {
#define FIELD(name) name,
#include "analysis/syntax/fields.def"
#undef FIELD
};

[[nodiscard]] const TSLanguage* python_language();
[[nodiscard]] Kind kind_of(TSSymbol symbol);
[[nodiscard]] TSFieldId id_of(Field field);

}  // namespace analysis
