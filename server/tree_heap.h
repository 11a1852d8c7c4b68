// Where the program's syntax trees get their memory.
#pragma once

namespace server {

/// Lets trees have pages of their own, if there is mimalloc: what is kept of one file would else be strewn over the
/// pages that the tree of the next one is made in, which takes a tenth more time. To be called before there are trees.
void give_trees_a_heap();

}  // namespace server
