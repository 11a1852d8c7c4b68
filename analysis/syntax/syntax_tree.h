// The syntax tree of one text, and how to get the next one after an edit.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>

#include "analysis/syntax/node.h"
#include "analysis/text/source_text.h"

namespace analysis {

/// Owns a tree and keeps the text it was parsed from. Immutable; may be shared between threads.
class SyntaxTree {
 public:
  SyntaxTree(std::shared_ptr<const SourceText> text, TSTree* tree);
  ~SyntaxTree();
  SyntaxTree(const SyntaxTree&) = delete;
  SyntaxTree& operator=(const SyntaxTree&) = delete;

  [[nodiscard]] Node root() const { return Node(ts_tree_root_node(tree_)); }
  [[nodiscard]] const SourceText& text() const { return *text_; }
  [[nodiscard]] const TSTree* raw() const { return tree_; }

 private:
  std::shared_ptr<const SourceText> text_;
  TSTree* tree_;
};

/// Parsing never fails: what is not Python becomes error nodes. Null only when stopped.
[[nodiscard]] std::shared_ptr<const SyntaxTree> parse(std::shared_ptr<const SourceText> text,
                                                      const std::stop_token& stop = {});

/// Null if the text has errors, which is told as soon as the first is met, or when stopped. With `previous`, a tree
/// without errors, only what differs between the two texts is parsed again; the result is that of a fresh parse.
[[nodiscard]] std::shared_ptr<const SyntaxTree> parse_without_errors(std::shared_ptr<const SourceText> text,
                                                                     const SyntaxTree* previous = nullptr,
                                                                     const std::stop_token& stop = {});

/// The functions of the C library, or others that do the same, on any thread.
struct TreeAllocator {
  void* (*allocate)(std::size_t size);
  void* (*allocate_zeroed)(std::size_t count, std::size_t size);
  void* (*reallocate)(void* block, std::size_t size);
  void (*release)(void* block);
};

/// Where all trees, and what it takes to parse, get their memory. To be called before there are any.
void allocate_trees_with(const TreeAllocator& allocator);

}  // namespace analysis
