// What says that several threads have one object of a class in hand (reference/accuracy.md §1b).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/concurrency/model.h"

namespace analysis {

/// Pieces of one kind say the same thing twice, so each kind counts once.
struct Evidence {
  enum class Kind : std::uint8_t {
    thread,       // a method that touches the cell is handed to a thread, or the class is a thread
    lock,         // the class owns or takes a lock, or something that threads wait for
    singleton,    // there is one object for all
    holder,       // a module or class holds one
    owner,        // an object that threads share holds one
    framework,    // a framework shares its objects
    locked_cell,  // the cell is locked elsewhere
    // The rest only adds to what is above.
    text,  // the class speaks of threads
    name,  // it is named like a shared object
    import,
  };
  struct Piece {
    Kind kind;
    std::string text;  // half a sentence
  };
  std::vector<Piece> pieces;
  bool is_certain = false;    // there is one object for all, or the cell is locked elsewhere
  bool is_on_thread = false;  // the method that is handed to a thread uses the cell itself

  [[nodiscard]] bool has(Kind kind) const;
  [[nodiscard]] bool is_strong() const;
};

/// For an attribute of the objects of a class, as far as methods of `by`, its relatives included, use it.
[[nodiscard]] Evidence evidence_for(const ConcurrencyModel& model, CellId cell, ClassId by);

/// Whether threads use the objects although the module is written for an event loop: they are locked, or a method of a
/// class without coroutines runs on a thread.
[[nodiscard]] bool is_threaded_beside_loop(const ConcurrencyModel& model, CellId cell, ClassId by);

/// Whether the object belongs to the thread that made it: a method compares that thread with the running one and
/// raises.
[[nodiscard]] bool is_owned_by_thread(const ConcurrencyModel& model, ClassId id);

/// `ConcurrencyModel::thread_import`. Exceptions that are imported from such a module say nothing.
[[nodiscard]] std::string find_thread_import(const SymbolTable& symbols);

}  // namespace analysis
