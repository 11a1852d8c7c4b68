#include "analysis/semantics/library_knowledge.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace analysis {
namespace {

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, word) != words.end();
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

template <std::size_t Size>
bool contains_one_of(std::string_view text, const std::array<std::string_view, Size>& parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

template <std::size_t Size>
bool begins_with_one_of(std::string_view text, const std::array<std::string_view, Size>& parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.starts_with(part); });
}

template <std::size_t Size>
bool ends_with_one_of(std::string_view text, const std::array<std::string_view, Size>& parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.ends_with(part); });
}

using namespace std::string_view_literals;

}  // namespace

bool makes_view(std::string_view method) {
  static constexpr std::array words{"items"sv,      "keys"sv,      "values"sv,   "iteritems"sv, "iterkeys"sv,
                                    "itervalues"sv, "viewitems"sv, "viewkeys"sv, "viewvalues"sv};
  return is_one_of(method, words);
}

bool iterates_argument(std::string_view function) {
  static constexpr std::array words{"enumerate"sv, "reversed"sv, "iter"sv, "zip"sv};
  return is_one_of(function, words);
}

// reference/accuracy.md §5, "Adders" and "Removers".
Mutation mutation_by(std::string_view method) {
  static constexpr std::array add{"append"sv,     "add"sv,  "insert"sv,     "setdefault"sv,
                                  "appendleft"sv, "push"sv, "appendlist"sv, "__setitem__"sv};
  static constexpr std::array extend{"update"sv,
                                     "extend"sv,
                                     "extendleft"sv,
                                     "setlist"sv,
                                     "subtract"sv,
                                     "symmetric_difference_update"sv,
                                     "intersection_update"sv};
  static constexpr std::array remove{"pop"sv,   "popitem"sv,           "popleft"sv, "remove"sv,     "discard"sv,
                                     "clear"sv, "difference_update"sv, "poplist"sv, "__delitem__"sv};
  static constexpr std::array reorder{"sort"sv, "reverse"sv, "rotate"sv, "move_to_end"sv};
  if (is_one_of(method, add)) return Mutation::add;
  if (is_one_of(method, extend)) return Mutation::extend;
  if (is_one_of(method, remove)) return Mutation::remove;
  if (is_one_of(method, reorder)) return Mutation::reorder;
  return Mutation::none;
}

ContainerType container_made_by(std::string_view callee) {
  static constexpr std::array lists{"list"sv, "deque"sv, "UserList"sv, "sorted"sv};
  static constexpr std::array dicts{"dict"sv,     "OrderedDict"sv,         "defaultdict"sv,
                                    "Counter"sv,  "WeakValueDictionary"sv, "WeakKeyDictionary"sv,
                                    "UserDict"sv, "SortedDict"sv,          "ChainMap"sv};
  static constexpr std::array sets{"set"sv, "WeakSet"sv, "OrderedSet"sv};
  static constexpr std::array tuples{"tuple"sv, "frozenset"sv, "MappingProxyType"sv};
  if (is_one_of(callee, lists)) return ContainerType::list;
  if (is_one_of(callee, dicts)) return ContainerType::dict;
  if (is_one_of(callee, sets)) return ContainerType::set;
  return is_one_of(callee, tuples) ? ContainerType::tuple : ContainerType::none;
}

bool makes_lock(std::string_view callee) {
  static constexpr std::array makers{
      "Lock"sv,          "RLock"sv,       "Condition"sv,     "Semaphore"sv, "BoundedSemaphore"sv,
      "allocate_lock"sv, "RWLock"sv,      "ReadWriteLock"sv, "FileLock"sv,  "InterProcessLock"sv,
      "DummyLock"sv,     "create_lock"sv, "make_lock"sv,     "LockType"sv,  "ReaderWriterLock"sv};
  return is_one_of(callee, makers);
}

bool is_lock_name(std::string_view name) {
  const std::string word = lower(name);
  static constexpr std::array misleading{"block"sv,     "clock"sv,      "unlock"sv,    "locked"sv,       "lockfile"sv,
                                         "lock_time"sv, "lock_key"sv,   "lock_name"sv, "lock_timeout"sv, "lock_class"sv,
                                         "locker"sv,    "lock_count"sv, "lock_id"sv,   "lock_path"sv};
  static constexpr std::array telling{"mutex"sv, "semaphore"sv, "synchron"sv, "monitor"sv, "critical"sv};
  if (contains_one_of(word, misleading)) return false;
  if (word.find("lock") != std::string::npos || contains_one_of(word, telling)) return true;
  static constexpr std::array endings{"_sem"sv, "_cond"sv, "_cv"sv};
  return ends_with_one_of(word, endings) || word == "sem" || word == "cond" || word == "cv" || word == "condition";
}

bool says_lock_is_held(std::string_view function) {
  static constexpr std::array endings{"_locked"sv,    "_unlocked"sv, "_nolock"sv,
                                      "_lock_held"sv, "_unsafe"sv,   "_under_lock"sv};
  return ends_with_one_of(function, endings);
}

bool acquires(std::string_view method) {
  static constexpr std::array words{"acquire"sv,       "acquire_read"sv,   "acquire_write"sv,     "reader_enters"sv,
                                    "writer_enters"sv, "acquire_shared"sv, "acquire_exclusive"sv, "read_acquire"sv,
                                    "write_acquire"sv, "lock"sv,           "__enter__"sv};
  return is_one_of(method, words);
}

bool releases(std::string_view method) {
  static constexpr std::array words{"release"sv,       "release_read"sv,   "release_write"sv,     "reader_leaves"sv,
                                    "writer_leaves"sv, "release_shared"sv, "release_exclusive"sv, "read_release"sv,
                                    "write_release"sv, "unlock"sv,         "__exit__"sv};
  return is_one_of(method, words);
}

bool makes_synchronised(std::string_view callee) {
  static constexpr std::array makers{"Queue"sv,  "LifoQueue"sv, "PriorityQueue"sv, "SimpleQueue"sv, "JoinableQueue"sv,
                                     "Event"sv,  "Barrier"sv,   "ContextVar"sv,    "count"sv,       "getLogger"sv,
                                     "Logger"sv, "local"sv,     "Local"sv};
  return is_one_of(callee, makers) || makes_lock(callee);
}

bool makes_thread_local(std::string_view callee) {
  static constexpr std::array makers{"local"sv,       "Local"sv,      "ContextVar"sv, "thread_local"sv,
                                     "ThreadLocal"sv, "LocalProxy"sv, "LocalStack"sv};
  return is_one_of(callee, makers);
}

bool identifies_thread(std::string_view callee) {
  static constexpr std::array words{"get_ident"sv,  "current_thread"sv, "currentThread"sv, "get_native_id"sv,
                                    "_get_ident"sv, "getcurrent"sv,     "current_task"sv};
  return is_one_of(callee, words);
}

bool is_thread_identity(std::string_view call) {
  if (!call.ends_with("()")) return false;
  call.remove_suffix(2);
  return identifies_thread(call.substr(call.rfind('.') + 1));  // npos + 1 is 0
}

bool imports(std::string_view callee) {
  static constexpr std::array words{"__import__"sv, "import_module"sv, "import_string"sv};
  return is_one_of(callee, words);
}

// reference/accuracy.md §5, "Thread entry points".
bool starts_thread(std::string_view callee) {
  static constexpr std::array starters{"Thread"sv,
                                       "Timer"sv,
                                       "start_new_thread"sv,
                                       "submit"sv,
                                       "to_thread"sv,
                                       "run_in_executor"sv,
                                       "callInThread"sv,
                                       "deferToThread"sv,
                                       "apply_async"sv,
                                       "map_async"sv,
                                       "imap_unordered"sv,
                                       "add_done_callback"sv,
                                       "register_after_fork"sv,
                                       "start_new"sv};
  return is_one_of(callee, starters);
}

bool is_thread_class(std::string_view base) {
  static constexpr std::array bases{"Thread"sv, "Timer"sv, "ThreadingMixIn"sv, "ThreadingTCPServer"sv,
                                    "ThreadingHTTPServer"sv};
  return is_one_of(base, bases);
}

bool is_threading_module(std::string_view module) {
  static constexpr std::array modules{"threading"sv,
                                      "thread"sv,
                                      "_thread"sv,
                                      "dummy_threading"sv,
                                      "concurrent"sv,
                                      "concurrent.futures"sv,
                                      "multiprocessing.pool"sv,
                                      "multiprocessing.dummy"sv,
                                      "Queue"sv,
                                      "queue"sv};
  return is_one_of(module, modules);
}

bool is_event_loop_module(std::string_view module) {
  static constexpr std::array modules{"asyncio"sv,  "twisted"sv, "tornado"sv, "trio"sv,    "gevent"sv,  "eventlet"sv,
                                      "anyio"sv,    "curio"sv,   "tkinter"sv, "Tkinter"sv, "gi"sv,      "wx"sv,
                                      "PyQt4"sv,    "PyQt5"sv,   "PyQt6"sv,   "PySide2"sv, "PySide6"sv, "asyncore"sv,
                                      "asynchat"sv, "curses"sv,  "pygame"sv};
  return is_one_of(module.substr(0, module.find('.')), modules);
}

bool is_test_module(std::string_view module) {
  static constexpr std::array parts{"test"sv, "tests"sv, "testing"sv, "unittest"sv, "_pytest"sv, "conftest"sv};
  while (!module.empty()) {
    const std::string_view part = module.substr(0, module.find('.'));
    module.remove_prefix(std::min(part.size() + 1, module.size()));
    if (is_one_of(part, parts) || part.starts_with("test_") || part.ends_with("_test") || part.ends_with("_tests"))
      return true;
  }
  return false;
}

bool is_shared_by_framework(std::string_view class_name) {
  static constexpr std::array endings{
      "Middleware"sv, "MiddlewareMixin"sv, "WSGIHandler"sv,  "ASGIHandler"sv, "URLResolver"sv, "Resolver"sv, "Signal"sv,
      "Sampler"sv,    "Listener"sv,        "CacheBackend"sv, "Dispatcher"sv,  "ModelAdmin"sv,  "BaseCache"sv};
  return ends_with_one_of(class_name, endings);
}

bool suggests_sharing(std::string_view class_name) {
  static constexpr std::array parts{"Registry"sv, "Cache"sv,  "Pool"sv,    "Manager"sv, "Singleton"sv,
                                    "Factory"sv,  "Mapper"sv, "Runtime"sv, "Client"sv};
  return contains_one_of(class_name, parts);
}

bool names_shared_container(std::string_view attribute) {
  static constexpr std::array parts{"cache"sv, "pool"sv, "registry"sv, "connections"sv};
  return contains_one_of(lower(attribute), parts);
}

// reference/accuracy.md §5, "Identity-bearing makers".
bool makes_resource(std::string_view callee) {
  static constexpr std::array exact{"open"sv,          "connect"sv,
                                    "Thread"sv,        "Timer"sv,
                                    "socket"sv,        "Popen"sv,
                                    "Session"sv,       "mkdtemp"sv,
                                    "mkstemp"sv,       "NamedTemporaryFile"sv,
                                    "TemporaryFile"sv, "TemporaryDirectory"sv,
                                    "urlopen"sv,       "create_connection"sv};
  static constexpr std::array prefixes{"create_"sv, "start_"sv, "spawn"sv, "make_"sv, "connect_"sv, "open_"sv};
  static constexpr std::array parts{"Pool"sv,   "Executor"sv, "Client"sv, "Connection"sv,
                                    "Engine"sv, "Manager"sv,  "Server"sv};
  return is_one_of(callee, exact) || begins_with_one_of(callee, prefixes) || contains_one_of(callee, parts);
}

bool has_effects(std::string_view callee) {
  std::string_view word = callee;
  word.remove_prefix(std::min(word.find_first_not_of('_'), word.size()));
  static constexpr std::array prefixes{"init"sv,   "start"sv,     "register"sv, "connect"sv,  "install"sv,
                                       "patch"sv,  "setup"sv,     "set_up"sv,   "spawn"sv,    "open"sv,
                                       "launch"sv, "subscribe"sv, "bind"sv,     "configure"sv};
  return begins_with_one_of(word, prefixes);
}

// reference/accuracy.md §5, "Filling method names after publication".
bool completes_object(std::string_view method) {
  std::string_view word = method;
  word.remove_prefix(std::min(word.find_first_not_of('_'), word.size()));
  static constexpr std::array exact{"write"sv, "flush"sv, "login"sv, "feed"sv, "connect"sv, "open"sv};
  static constexpr std::array prefixes{"load"sv,      "init"sv,   "setup"sv, "set_"sv,     "add_"sv,   "register"sv,
                                       "configure"sv, "parse"sv,  "fill"sv,  "populate"sv, "append"sv, "insert"sv,
                                       "put"sv,       "bind"sv,   "build"sv, "prepare"sv,  "enable"sv, "install"sv,
                                       "attach"sv,    "extend"sv, "read_"sv, "update"sv};
  if (word.find("callback") != std::string_view::npos || word.find("listener") != std::string_view::npos) return false;
  return word == "add" || word == "read" || is_one_of(word, exact) || begins_with_one_of(word, prefixes);
}

// reference/accuracy.md §5, "Flags". The second list is what makes the first usable.
bool is_ready_name(std::string_view name) {
  const std::string word = lower(name);
  static constexpr std::array not_ready{"clos"sv,   "stop"sv, "shut"sv, "cancel"sv, "dispos"sv,  "exit"sv,  "warn"sv,
                                        "kill"sv,   "in_"sv,  "busy"sv, "lock"sv,   "quit"sv,    "dirty"sv, "fired"sv,
                                        "called"sv, "seen"sv, "used"sv, "activ"sv,  "entered"sv, "sent"sv,  "ing"sv};
  static constexpr std::array ready{"ready"sv,    "init"sv,     "load"sv,   "setup"sv,  "set_up"sv,  "configur"sv,
                                    "register"sv, "populat"sv,  "built"sv,  "prepar"sv, "install"sv, "import"sv,
                                    "discover"sv, "patch"sv,    "avail"sv,  "creat"sv,  "cache"sv,   "resolv"sv,
                                    "done"sv,     "complete"sv, "parsed"sv, "filled"sv};
  return contains_one_of(word, ready) && !contains_one_of(word, not_ready);
}

bool is_private_phase(std::string_view method) {
  static constexpr std::array methods{
      "__init__"sv,     "__new__"sv,       "__setstate__"sv,        "__getstate__"sv,  "__copy__"sv,
      "__deepcopy__"sv, "__del__"sv,       "__post_init__"sv,       "__set_name__"sv,  "__init_subclass__"sv,
      "__reduce__"sv,   "__reduce_ex__"sv, "contribute_to_class"sv, "setUp"sv,         "setUpClass"sv,
      "tearDown"sv,     "tearDownClass"sv, "setup_method"sv,        "setUpTestData"sv, "asyncSetUp"sv};
  return is_one_of(method, methods);
}

bool runs_while_class_is_made(std::string_view method) {
  static constexpr std::array methods{"__init_subclass__"sv, "__set_name__"sv,        "__prepare__"sv,
                                      "__mro_entries__"sv,   "contribute_to_class"sv, "contribute_to_related_class"sv};
  return is_one_of(method, methods);
}

bool memoises(std::string_view decorator) {
  static constexpr std::array names{"memoize"sv, "memoise"sv,   "memoized"sv, "lru_cache"sv,      "cache"sv,
                                    "cached"sv,  "singleton"sv, "once"sv,     "cached_function"sv};
  return is_one_of(decorator, names);
}

}  // namespace analysis
