// What names of the standard library and of common frameworks tell about threads: tables, not code.
//
// Tables whose comment names `reference/accuracy.md` were chosen there by measuring what each word gains and costs.
#pragma once

#include <string_view>

namespace analysis {

/// How a method changes the container it is called on.
enum class Mutation : unsigned char {
  none,
  add,      // one element: `append`, `add`, `insert`, `setdefault`
  extend,   // many elements in one C call: `update`, `extend`
  remove,   // `pop`, `remove`, `clear`
  reorder,  // `sort`, `reverse`
};
[[nodiscard]] Mutation mutation_by(std::string_view method);

/// Methods whose result walks through the container as it is while the loop runs: `items`, `iterkeys`.
[[nodiscard]] bool makes_view(std::string_view method);
/// Functions whose result walks through the argument that they are given: `enumerate`, `reversed`.
[[nodiscard]] bool iterates_argument(std::string_view function);

/// Calls whose result is a new empty or filled container of a builtin kind: `list`, `dict`, `set`, `OrderedDict` …
enum class ContainerType : unsigned char { none, list, dict, set, tuple };
[[nodiscard]] ContainerType container_made_by(std::string_view callee);

/// `Lock`, `RLock`, `Condition` …: what the call makes can be held.
[[nodiscard]] bool makes_lock(std::string_view callee);
/// Whether a variable of that name is a lock by all custom: `lock`, `_cache_lock`, `mutex`; not `block`, `clock`,
/// `unlocked`.
[[nodiscard]] bool is_lock_name(std::string_view name);
/// Whether a function of that name is called with the lock held: `_refill_locked`, `flush_unlocked`.
[[nodiscard]] bool says_lock_is_held(std::string_view function);
[[nodiscard]] bool acquires(std::string_view method);
[[nodiscard]] bool releases(std::string_view method);

/// Calls that make an object which needs no lock: queues, events, thread-locals, context variables.
[[nodiscard]] bool makes_synchronised(std::string_view callee);
[[nodiscard]] bool makes_thread_local(std::string_view callee);

/// Calls that tell threads apart: `get_ident`, `current_thread`. What is kept under their result belongs to one thread.
[[nodiscard]] bool identifies_thread(std::string_view callee);
/// The same of the text of a call without arguments: `threading.get_ident()`.
[[nodiscard]] bool is_thread_identity(std::string_view call);

/// Calls whose argument runs on another thread: `Thread`, `submit`, `start_new_thread` …
[[nodiscard]] bool starts_thread(std::string_view callee);
[[nodiscard]] bool is_thread_class(std::string_view base);
/// Modules whose import says that the importer knows of threads.
[[nodiscard]] bool is_threading_module(std::string_view module);
/// Modules whose code is confined to one event loop or GUI thread.
[[nodiscard]] bool is_event_loop_module(std::string_view module);
/// Whether a module, by its dotted name, is of tests or of what runs them: one thread runs those, one after the other.
[[nodiscard]] bool is_test_module(std::string_view module);

/// Classes of which a framework makes one object for all threads (reference/accuracy.md §5: those that hold).
[[nodiscard]] bool is_shared_by_framework(std::string_view class_name);
/// Class names that suggest one object for all: registries, caches, pools. Counts for little.
[[nodiscard]] bool suggests_sharing(std::string_view class_name);
/// An attribute whose name says that what it holds outlives a call: `_cache`, `connections`.
[[nodiscard]] bool names_shared_container(std::string_view attribute);

/// Whether two results of that call are not as good as one: connections, pools, threads, files (identity-bearing
/// makers).
[[nodiscard]] bool makes_resource(std::string_view callee);
/// Calls that bring a module: a second call brings the same one.
[[nodiscard]] bool imports(std::string_view callee);
/// Whether the call changes more than its result: `register_all`, `install`, `start`.
[[nodiscard]] bool has_effects(std::string_view callee);
/// Whether a method of that name completes an object after it was made: `connect`, `load`, `set_up`.
[[nodiscard]] bool completes_object(std::string_view method);
/// Whether a variable of that name says that something has been done: `_ready`, `loaded`, `initialized`; not `running`.
[[nodiscard]] bool is_ready_name(std::string_view name);
/// Methods that run before an object is shared, or while its class is being made.
[[nodiscard]] bool is_private_phase(std::string_view method);
/// A method that Python, or the metaclass of a framework, calls while a class is being made.
[[nodiscard]] bool runs_while_class_is_made(std::string_view method);
/// Decorators that keep what the function returns: one object for all callers.
[[nodiscard]] bool memoises(std::string_view decorator);

}  // namespace analysis
