// Where control goes inside a function, and where a local name that takes a cell's place has a value: from the syntax
// alone.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/rules/cell_uses.h"

namespace analysis {

/// Whether `node` is a statement: a direct child of a block or of the module.
[[nodiscard]] bool is_statement(const IndexedTree& tree, IndexedTree::Index node);

/// The closest statement that is or holds `node`, or `none`.
[[nodiscard]] IndexedTree::Index statement_around(const IndexedTree& tree, IndexedTree::Index node);

/// The `return`, `break` and `continue` statements inside `statements` (neighbours in one block) with which control
/// leaves them, in reading order.
[[nodiscard]] std::vector<IndexedTree::Index> exits_of(const IndexedTree& tree,
                                                       const std::vector<IndexedTree::Index>& statements);

enum class Bound : std::uint8_t { never, maybe, always };

/// What the statements of one function mean for the binding of one name.
class BindingFlow {
 public:
  /// `uses` are those of the cell in `function`; its binds are what gives the name a value.
  BindingFlow(const IndexedTree& tree, IndexedTree::Index function, const std::vector<CellUse>& uses);

  /// Whether control can come to the end of the statement.
  [[nodiscard]] bool completes(IndexedTree::Index statement) const { return facts(statement).completes; }
  /// Whether the name has a value whenever control comes to the end of the statement.
  [[nodiscard]] bool binds(IndexedTree::Index statement) const { return facts(statement).binds; }
  /// Whether the name has a value when control is at `node`, starting without one at the first of `statements`, which
  /// are neighbours in one block.
  [[nodiscard]] Bound bound_at(IndexedTree::Index node, const std::vector<IndexedTree::Index>& statements) const;

 private:
  struct Facts {
    bool completes = true;
    bool binds = false;
    bool binds_first = false;   // a block that begins by binding, with a value whose evaluation cannot fail
    bool header_binds = false;  // `with … as X`
  };
  [[nodiscard]] const Facts& facts(IndexedTree::Index node) const { return facts_[node - function_]; }
  [[nodiscard]] Facts& facts(IndexedTree::Index node) { return facts_[node - function_]; }
  void mark_bind(IndexedTree::Index node);
  void conclude(IndexedTree::Index node);
  void conclude_try(IndexedTree::Index node);

  const IndexedTree& tree_;
  IndexedTree::Index function_;
  std::vector<Facts> facts_;
  std::vector<IndexedTree::Index> binds_;
};

}  // namespace analysis
