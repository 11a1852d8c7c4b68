#include "analysis/semantics/top_level.h"

#include <string>
#include <string_view>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

bool is_statement(Kind kind) {
  switch (kind) {
    case Kind::assert_statement:
    case Kind::break_statement:
    case Kind::class_definition:
    case Kind::continue_statement:
    case Kind::decorated_definition:
    case Kind::delete_statement:
    case Kind::exec_statement:
    case Kind::expression_statement:
    case Kind::for_statement:
    case Kind::function_definition:
    case Kind::future_import_statement:
    case Kind::global_statement:
    case Kind::if_statement:
    case Kind::import_from_statement:
    case Kind::import_statement:
    case Kind::match_statement:
    case Kind::nonlocal_statement:
    case Kind::pass_statement:
    case Kind::print_statement:
    case Kind::raise_statement:
    case Kind::return_statement:
    case Kind::try_statement:
    case Kind::type_alias_statement:
    case Kind::while_statement:
    case Kind::with_statement:
      return true;
    default:
      return false;
  }
}

/// Lines that begin so are not inside brackets, whatever the parser thinks.
bool begins_definition(std::string_view line) {
  for (const std::string_view word : {"def ", "class ", "async def ", "@", "import ", "from "}) {
    if (line.starts_with(word)) return true;
  }
  return false;
}

/// The strings of more than one line in what did not parse, in order.
std::vector<TextRange> long_strings(const Node& broken, std::string_view text) {
  FlatTree flat;
  flatten(broken, text, flat);
  std::vector<TextRange> strings;
  for (const FlatNode& node : flat.nodes) {
    if (node.kind != Kind::string && node.kind != Kind::string_content) continue;
    const TextRange range = shifted(node.range, broken.range().begin);
    if (text.substr(range.begin, range.size()).find('\n') != std::string_view::npos) strings.push_back(range);
  }
  return strings;
}

/// Where to cut: the begin of `broken`, each line in it that begins a definition or import, its end.
std::vector<std::uint32_t> cuts(const Node& broken, std::string_view text) {
  const TextRange range = broken.range();
  const std::vector<TextRange> strings = long_strings(broken, text);
  text = text.substr(0, range.end);
  std::vector<std::uint32_t> places{range.begin};
  bool follows_decorator = text.substr(range.begin).starts_with('@');
  auto string = strings.begin();
  for (std::size_t newline = text.find('\n', range.begin); newline != std::string_view::npos;
       newline = text.find('\n', newline + 1)) {
    const auto place = static_cast<std::uint32_t>(newline + 1);
    while (string != strings.end() && string->end <= place) ++string;
    const bool is_in_string = string != strings.end() && string->contains(place);
    const std::string_view line = text.substr(place);
    if (is_in_string || !begins_definition(line)) continue;
    if (!follows_decorator) places.push_back(place);
    follows_decorator = line.starts_with('@');
  }
  places.push_back(range.end);
  return places;
}

}  // namespace

TopLevelStatements find_statements(const SyntaxTree& tree, const std::stop_token& stop) {
  const std::string_view text = tree.text().bytes();
  TopLevelStatements found;
  std::vector<TopLevel> open{{.node = tree.root()}};
  // Parses the pieces of what did not parse, if there is more than one, and opens them.
  const auto cut = [&](const Node& broken) {
    const std::vector<std::uint32_t> places = cuts(broken, text);
    if (places.size() == 2) return false;
    for (std::size_t i = places.size() - 1; 0 < i; --i) {
      const std::string_view piece = text.substr(places[i - 1], places[i] - places[i - 1]);
      const auto parsed = parse(make_source_text(std::string(piece)), nullptr, stop);
      if (!parsed) return true;
      found.pieces.push_back(parsed);
      open.push_back({.node = parsed->root(), .shift = places[i - 1], .is_in_piece = true});
    }
    return true;
  };

  while (!open.empty()) {
    const TopLevel place = open.back();
    open.pop_back();
    const Kind kind = place.node.kind();
    const bool is_whole = is_statement(kind) || kind == Kind::comment;
    const bool is_broken = is_whole ? place.node.has_error() : kind == Kind::error;
    if (is_broken && !place.is_in_piece && cut(place.node)) continue;
    if (is_whole) {
      const TextRange range = place.range();
      const bool counts = kind != Kind::comment || is_directive(text.substr(range.begin, range.size()));
      if (counts) found.statements.push_back(place);
    } else if (kind == Kind::module || kind == Kind::error || kind == Kind::block) {
      const std::vector<Node> children = children_of(place.node);
      for (auto child = children.rbegin(); child != children.rend(); ++child) {
        open.push_back({.node = *child,
                        .shift = place.shift,
                        .is_in_piece = place.is_in_piece,
                        .is_in_error = place.is_in_error || kind == Kind::error});
      }
    }
  }
  return found;
}

}  // namespace analysis::lowering
