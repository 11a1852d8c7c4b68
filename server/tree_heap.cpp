#include "server/tree_heap.h"

#ifdef THREADLINT_MIMALLOC
#include <mimalloc.h>

#include "analysis/syntax/syntax_tree.h"
#endif

namespace server {

#ifdef THREADLINT_MIMALLOC

namespace {

/// Of this thread. mimalloc takes care of it when the thread ends; any thread may free what another one allocated.
mi_heap_t* heap() {
  thread_local mi_heap_t* const own = mi_heap_new();
  return own;
}

}  // namespace

void give_trees_a_heap() {
  analysis::allocate_trees_with({
      .allocate = [](std::size_t size) { return mi_heap_malloc(heap(), size); },
      .allocate_zeroed = [](std::size_t count, std::size_t size) { return mi_heap_calloc(heap(), count, size); },
      .reallocate = [](void* block, std::size_t size) { return mi_heap_realloc(heap(), block, size); },
      .release = mi_free,
  });
}

#else

void give_trees_a_heap() {}

#endif

}  // namespace server
