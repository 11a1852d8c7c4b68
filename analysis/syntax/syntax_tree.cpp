#include "analysis/syntax/syntax_tree.h"

#include <algorithm>
#include <cassert>
#include <new>

#include "analysis/text/common_ends.h"

namespace analysis {
namespace {

struct ParserDeleter {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};
struct TreeDeleter {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};

/// Where `text` leads from `point`. tree-sitter counts columns in bytes, and only `\n` ends a row.
TSPoint advanced(TSPoint point, std::string_view text) {
  const std::size_t newline = text.rfind('\n');
  if (newline == std::string_view::npos) return {point.row, point.column + static_cast<std::uint32_t>(text.size())};
  const auto rows = static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
  return {point.row + rows, static_cast<std::uint32_t>(text.size() - newline - 1)};
}

/// The smallest single replacement that turns `before` into `after`.
TSInputEdit difference(std::string_view before, std::string_view after) {
  const auto [front, tail] = common_ends(before, after);
  const auto begin = static_cast<std::uint32_t>(front);
  const auto old_end = static_cast<std::uint32_t>(before.size() - tail);
  const auto new_end = static_cast<std::uint32_t>(after.size() - tail);
  const TSPoint start = advanced({0, 0}, before.substr(0, begin));
  return {.start_byte = begin,
          .old_end_byte = old_end,
          .new_end_byte = new_end,
          .start_point = start,
          .old_end_point = advanced(start, before.substr(begin, old_end - begin)),
          .new_end_point = advanced(start, after.substr(begin, new_end - begin))};
}

const char* read_text(void* payload, std::uint32_t offset, TSPoint /*position*/, std::uint32_t* read) {
  const std::string_view bytes = *static_cast<const std::string_view*>(payload);
  *read = static_cast<std::uint32_t>(bytes.size()) -
          std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(bytes.size()));
  return bytes.data() + (bytes.size() - *read);
}

bool is_stopped(TSParseState* state) { return static_cast<const std::stop_token*>(state->payload)->stop_requested(); }
bool is_stopped_or_broken(TSParseState* state) { return state->has_error || is_stopped(state); }

using OwnedTree = std::unique_ptr<TSTree, TreeDeleter>;

OwnedTree run_parser(std::string_view text, const TSTree* old, const std::stop_token& stop,
                     bool (*has_to_end)(TSParseState*)) {
  const std::unique_ptr<TSParser, ParserDeleter> parser(ts_parser_new());
  if (!parser) throw std::bad_alloc();
  const bool fits = ts_parser_set_language(parser.get(), python_language());
  assert(fits && "the grammar was generated for another tree-sitter core");
  (void)fits;
  std::stop_token token = stop;
  const TSInput input{.payload = &text, .read = read_text, .encoding = TSInputEncodingUTF8, .decode = nullptr};
  const TSParseOptions options{.payload = &token, .progress_callback = has_to_end};
  return OwnedTree(ts_parser_parse_with_options(parser.get(), old, input, options));
}

}  // namespace

SyntaxTree::SyntaxTree(std::shared_ptr<const SourceText> text, TSTree* tree) : text_(std::move(text)), tree_(tree) {}

SyntaxTree::~SyntaxTree() { ts_tree_delete(tree_); }

std::shared_ptr<const SyntaxTree> parse(std::shared_ptr<const SourceText> text, const std::stop_token& stop) {
  OwnedTree tree = run_parser(text->bytes(), nullptr, stop, is_stopped);
  return tree ? std::make_shared<const SyntaxTree>(std::move(text), tree.release()) : nullptr;
}

std::shared_ptr<const SyntaxTree> parse_without_errors(std::shared_ptr<const SourceText> text,
                                                       const SyntaxTree* previous, const std::stop_token& stop) {
  OwnedTree edited;
  if (previous != nullptr) {
    edited.reset(ts_tree_copy(previous->raw()));
    const TSInputEdit edit = difference(previous->text().bytes(), text->bytes());
    ts_tree_edit(edited.get(), &edit);
  }
  OwnedTree tree = run_parser(text->bytes(), edited.get(), stop, is_stopped_or_broken);
  if (!tree || ts_node_has_error(ts_tree_root_node(tree.get()))) return nullptr;
  return std::make_shared<const SyntaxTree>(std::move(text), tree.release());
}

void allocate_trees_with(const TreeAllocator& allocator) {
  ts_set_allocator(allocator.allocate, allocator.allocate_zeroed, allocator.reallocate, allocator.release);
}

}  // namespace analysis
