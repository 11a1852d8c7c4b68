#include "analysis/semantics/class_in_parts.h"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>

#include "analysis/semantics/top_level.h"

namespace analysis::lowering {
namespace {

/// What stands around a part that is parsed on its own: the line of a class, and a statement that shows where the
/// class goes on.
constexpr std::string_view frame = "class C:\n";
constexpr std::string_view next_statement = "pass\n";

std::string_view slice(std::string_view text, TextRange range) { return text.substr(range.begin, range.size()); }

std::uint64_t key_of(std::string_view text, bool is_last) {
  return XXH3_64bits_withSeed(text.data(), text.size(), is_last ? 1 : 0);
}

bool is_last(const ClassBody& body, std::size_t number) { return number + 1 == body.parts.size(); }

/// The class of a statement that may be decorated; null if it is none.
Node class_of(const Node& statement) {
  const Node node = statement.kind() == Kind::decorated_definition ? statement.field(Field::definition) : statement;
  return node.kind() == Kind::class_definition ? node : Node();
}

/// The statements and comments of its body; none if it has none.
std::vector<Node> body_of(const Node& node) {
  const Node block = class_of(node).field(Field::body);
  return block ? children_of(block) : std::vector<Node>();
}

/// The first child that is no comment.
Node first_statement(const std::vector<Node>& block) {
  const auto first = std::ranges::find_if(block, [](const Node& child) { return child.kind() != Kind::comment; });
  return first == block.end() ? Node() : *first;
}

/// Whether the statement is the first on its line, and indented so.
bool has_indentation(const Node& statement, std::string_view text, std::string_view indentation) {
  const std::uint32_t begin = statement.range().begin;
  if (begin < indentation.size() + 1) return false;
  const std::string_view before = text.substr(begin - indentation.size() - 1, indentation.size() + 1);
  return before.front() == '\n' && before.substr(1) == indentation;
}

/// The head, with a statement in the place of the first part. The body goes on there, and no further.
bool parse_head(ClassInParts& parted, std::string_view text, const std::stop_token& stop) {
  const std::uint32_t end = parted.body.parts.front().begin;
  const std::string_view indentation = parted.body.indentation;
  std::string code(text.substr(0, end));
  code.append(indentation).append(next_statement);
  parted.head_tree = parse(make_source_text(code), stop);
  if (parted.head_tree == nullptr || parted.head_tree->root().child_count() != 1) return false;
  parted.head = parted.head_tree->root().child(0);
  parted.has_error = parted.head.has_error();
  const std::vector<Node> block = body_of(parted.head);
  if (parted.head.range().begin != 0 || block.empty()) return false;
  const Node last = block.back();
  return has_indentation(first_statement(block), code, indentation) && last.kind() == Kind::pass_statement &&
         last.range().begin == end + indentation.size();
}

/// How a part that was parsed in its frame fits it.
enum class Fit : std::uint8_t { fits, is_broken, does_not_fit };

/// Whether the class of the frame goes on where `next` begins, and nothing stands behind it.
Fit fit_of(const SyntaxTree& framed, std::size_t next) {
  const Node root = framed.root();
  if (root.has_error()) return Fit::is_broken;
  const std::vector<Node> block = body_of(root.child(0));
  const bool fits = root.child_count() == 1 && !block.empty() && block.back().range().begin == next;
  return fits ? Fit::fits : Fit::does_not_fit;
}

BodyPart lower_framed(State& state, const SyntaxTree& tree, std::uint32_t size) {
  state.text = tree.text().bytes();
  flatten(tree.root().child(0), state.text, state.tree);
  const auto begin = static_cast<std::uint32_t>(frame.size());
  return lower_part(state, {.parent = state.child_of_kind(flat_root, Kind::block), .range = {begin, begin + size}});
}

/// Whatever is whole in a part that does not parse.
BodyPart lower_broken(State& state, const SyntaxTree& tree, std::uint32_t size) {
  const std::uint32_t begin = tree.root().range().begin;
  state.text = tree.text().bytes().substr(begin);
  flatten(tree.root(), tree.text().bytes(), state.tree);
  BodyPart part = lower_part(state, {.parent = flat_root, .range = {0, size}, .has_error = true});
  part.origin = -begin;
  return part;
}

std::shared_ptr<const BodyPart> finish(BodyPart part, std::string_view text, bool is_last_part) {
  part.key = key_of(text, is_last_part);
  part.size = static_cast<std::uint32_t>(text.size());
  return std::make_shared<const BodyPart>(std::move(part));
}

std::shared_ptr<const BodyPart> parse_broken_part(State& state, std::string_view text, bool is_last_part,
                                                  const std::stop_token& stop) {
  const auto tree = parse(make_source_text(std::string(text)), stop);
  if (tree == nullptr) return nullptr;
  BodyPart part = lower_broken(state, *tree, static_cast<std::uint32_t>(text.size()));
  const std::size_t end = text.find_last_not_of(" \t\r\n\f");
  part.class_end = static_cast<std::uint32_t>(end + 1);
  return finish(std::move(part), text, is_last_part);
}

/// Null when the part does not fit, or when stopped.
std::shared_ptr<const BodyPart> parse_part(State& state, std::string_view text, std::string_view indentation,
                                           const std::stop_token& stop) {
  std::string code(frame);
  code.append(text).append(indentation);
  const std::size_t next = code.size();
  code.append(next_statement);
  const auto tree = parse(make_source_text(std::move(code)), stop);
  if (tree == nullptr) return nullptr;
  switch (fit_of(*tree, next)) {
    case Fit::fits:
      return finish(lower_framed(state, *tree, static_cast<std::uint32_t>(text.size())), text, /*is_last_part=*/false);
    case Fit::is_broken:
      return parse_broken_part(state, text, /*is_last_part=*/false, stop);
    case Fit::does_not_fit:
      return nullptr;
  }
  return nullptr;
}

/// The last part, and what its text holds behind the class. `rest` is all that follows the part.
std::shared_ptr<const BodyPart> parse_last_part(State& state, ClassInParts& parted, std::string_view text,
                                                std::string_view rest, const std::stop_token& stop) {
  const auto tree = parse(make_source_text(std::string(frame).append(text)), stop);
  if (tree == nullptr) return nullptr;
  const Node first = tree->root().child(0);
  if (!tree->root().has_error()) {
    if (!class_of(first) || first.range().size() <= frame.size()) return nullptr;
    BodyPart part = lower_framed(state, *tree, static_cast<std::uint32_t>(text.size()));
    part.class_end = first.range().end - static_cast<std::uint32_t>(frame.size());
    parted.last_part = tree;
    parted.last_part_shift = parted.body.parts.back().begin - static_cast<std::uint32_t>(frame.size());
    return finish(std::move(part), text, /*is_last_part=*/true);
  }
  // Maybe the text is not where it ends: brackets may be open.
  const auto longer =
      parse_without_errors(make_source_text(std::string(frame).append(text).append(rest)), nullptr, stop);
  if (longer != nullptr) return nullptr;
  return parse_broken_part(state, text, /*is_last_part=*/true, stop);
}

/// Whether the statement in front of a part may go on in it, where that is in brackets.
bool may_go_on(std::string_view part) { return part[part.find_first_not_of(" \t")] == '@'; }

/// Whether only blanks stand behind the class in its last part.
bool ends_text(const BodyPart& part, std::string_view text) {
  return text.substr(part.class_end).find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

}  // namespace

KnownParts::KnownParts(std::span<const PartedClass> classes) {
  for (const PartedClass& each : classes) {
    for (const std::shared_ptr<const BodyPart>& part : each.parts) parts_.emplace(part->key, &part);
  }
}

std::shared_ptr<const BodyPart> KnownParts::find(std::string_view text, const ClassBody& body,
                                                 std::size_t number) const {
  const std::string_view part = slice(text, body.parts[number]);
  const auto found = parts_.find(key_of(part, is_last(body, number)));
  if (found == parts_.end() || (*found->second)->size != part.size()) return nullptr;
  return *found->second;
}

std::optional<ClassInParts> parse_in_parts(State& state, std::string_view text, ClassBody body, const KnownParts& known,
                                           const std::stop_token& stop) {
  ClassInParts parted{.body = std::move(body), .parts = {}, .head = {}, .head_tree = nullptr, .last_part = nullptr};
  if (!parse_head(parted, text, stop)) return {};
  bool was_broken = parted.has_error;  // what stands before the part
  for (std::size_t i = 0; i < parted.body.parts.size(); ++i) {
    const std::string_view own_text = slice(text, parted.body.parts[i]);
    std::shared_ptr<const BodyPart> part = known.find(text, parted.body, i);
    if (is_last(parted.body, i)) {
      const bool is_enough = part != nullptr && !part->facts.has_error && ends_text(*part, own_text);
      if (!is_enough) part = parse_last_part(state, parted, own_text, text.substr(parted.body.end), stop);
    } else if (part == nullptr) {
      part = parse_part(state, own_text, parted.body.indentation, stop);
    }
    if (part == nullptr) return {};
    const bool is_broken = part->facts.has_error;
    if (was_broken && is_broken && may_go_on(own_text)) return {};
    was_broken = is_broken;
    parted.has_error = parted.has_error || is_broken;
    parted.parts.push_back(std::move(part));
  }
  parted.size = parted.body.parts.back().begin + parted.parts.back()->class_end;
  return parted;
}

std::optional<ClassInParts> cut_in_parts(State& state, const Node& statement, std::string_view text,
                                         std::string_view source, const KnownParts& known) {
  ClassInParts parted{.body = class_body_of(text), .parts = {}, .head = statement, .head_tree = {}, .last_part = {}};
  const ClassBody& body = parted.body;
  parted.size = static_cast<std::uint32_t>(text.size());
  if (body.parts.empty() || body.end != text.size()) return {};
  const std::vector<Node> block = body_of(statement);
  const Node first = first_statement(block);
  if (!first || !has_indentation(first, source, body.indentation)) return {};
  const std::uint32_t shift = statement.range().begin;
  std::vector<std::uint32_t> begins;
  for (const Node& child : block) begins.push_back(child.range().begin - shift);
  const auto begins_a_statement = [&](TextRange part) {
    return std::ranges::binary_search(begins, part.begin + body.indentation.size());
  };
  if (!std::ranges::all_of(body.parts, begins_a_statement)) return {};

  state.text = text;
  flatten(statement, source, state.tree);
  NodeIndex owner = flat_root;
  if (state.kind(owner) == Kind::decorated_definition) owner = state.child_of_kind(owner, Kind::class_definition);
  const NodeIndex parent = state.child_of_kind(owner, Kind::block);
  for (std::size_t i = 0; i < body.parts.size(); ++i) {
    std::shared_ptr<const BodyPart> part = known.find(text, body, i);
    if (part == nullptr || part->facts.has_error) {
      BodyPart lowered = lower_part(state, {.parent = parent, .range = body.parts[i]});
      lowered.class_end = body.parts[i].size();
      part = finish(std::move(lowered), slice(text, body.parts[i]), is_last(body, i));
    }
    parted.parts.push_back(std::move(part));
  }
  return parted;
}

void put_together(State& state, const ClassInParts& parted, std::string_view text) {
  const std::vector<TextRange>& ranges = parted.body.parts;
  const TextRange whole = {0, parted.size};
  state.clear();
  state.text = text.substr(0, parted.size);
  state.facts.has_error = parted.has_error;
  state.facts.size = parted.size;
  // Of what stands behind the head, only the statements are different.
  const std::string_view source = parted.head_tree != nullptr ? parted.head_tree->text().bytes() : state.text;
  if (parted.head_tree != nullptr) flatten(parted.head, source, state.tree);

  const ir::FunctionIndex module = state.begin_function(ir::FunctionKind::module, whole);
  state.facts.functions[module.index].body = whole;
  const Descent descent(state);
  const TextRange outer = std::exchange(state.statement, whole);
  if (parted.has_error) lower_errors_within(state, flat_root);
  NodeIndex node = flat_root;
  if (state.kind(node) == Kind::decorated_definition) node = state.child_of_kind(node, Kind::class_definition);
  const OpenClass open = begin_class(state, node, flat_root);
  const ir::FunctionIndex body = state.scope().function;
  state.facts.functions[body.index].body.end = parted.size;
  for (NodeIndex child = state.node(open.block).first_child; child != 0; child = state.node(child).next) {
    if (state.range(child).begin < ranges.front().begin) lower_statement(state, child);
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) append_part(state, *parted.parts[i], ranges[i].begin);
  end_class(state, open, {state.range(node).begin, parted.size});
  state.statement = outer;
  state.end_function();

  lower_comments(state, {0, ranges.front().begin}, /*begins_line=*/true);
  bool mentions_threads = false;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    append_directives(state, *parted.parts[i], ranges[i].begin);
    mentions_threads = mentions_threads || parted.parts[i]->facts.mentions_threads;
  }
  if (!mentions_threads) return;
  state.facts.mentions_threads = true;
  state.facts.functions[body.index].mentions_threads = true;
  state.facts.classes[open.index.index].mentions_threads = true;
}

}  // namespace analysis::lowering
