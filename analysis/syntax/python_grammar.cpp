#include "analysis/syntax/python_grammar.h"

#include <array>
#include <cassert>
#include <string_view>
#include <vector>

extern "C" const TSLanguage* tree_sitter_python(void);

namespace analysis {
namespace {

constexpr std::array kind_spellings{
#define KIND(name) std::string_view(#name),
#define KIND_AS(name, spelling) std::string_view(spelling),
#include "analysis/syntax/kinds.def"
#undef KIND
#undef KIND_AS
};

constexpr std::array field_spellings{
#define FIELD(name) std::string_view(#name),
#include "analysis/syntax/fields.def"
#undef FIELD
};

/// Kind of each symbol. One name can belong to several symbols (aliases), so symbols are asked for their names.
std::vector<Kind> kinds_of_symbols() {
  const TSLanguage* language = python_language();
  std::vector<Kind> kinds(ts_language_symbol_count(language), Kind::other);
  for (std::uint32_t symbol = 0; symbol < kinds.size(); ++symbol) {
    if (ts_language_symbol_type(language, static_cast<TSSymbol>(symbol)) != TSSymbolTypeRegular) continue;
    const std::string_view name = ts_language_symbol_name(language, static_cast<TSSymbol>(symbol));
    for (std::size_t i = 0; i < kind_spellings.size(); ++i) {
      if (kind_spellings[i] == name) kinds[symbol] = static_cast<Kind>(i + 2);
    }
  }
  return kinds;
}

std::array<TSFieldId, field_spellings.size()> ids_of_fields() {
  std::array<TSFieldId, field_spellings.size()> ids{};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    std::string_view name = field_spellings[i];
    if (name.ends_with('_')) name.remove_suffix(1);
    ids[i] = ts_language_field_id_for_name(python_language(), name.data(), static_cast<std::uint32_t>(name.size()));
    assert(ids[i] != 0 && "fields.def names a field that the grammar does not have");
  }
  return ids;
}

}  // namespace

const TSLanguage* python_language() { return tree_sitter_python(); }

Kind kind_of(TSSymbol symbol) {
  static const std::vector<Kind> kinds = kinds_of_symbols();
  if (symbol == static_cast<TSSymbol>(-1)) return Kind::error;
  return symbol < kinds.size() ? kinds[symbol] : Kind::other;
}

TSFieldId id_of(Field field) {
  static const auto ids = ids_of_fields();
  return ids[static_cast<std::size_t>(field)];
}

}  // namespace analysis
