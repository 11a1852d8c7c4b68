// Refactorings of a shared cell, chosen at its name.
#include "analysis/rules/cell_refactorings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysis/analyze.h"

namespace analysis {
namespace {

std::vector<Refactoring> offered(const std::string& text, const std::string& at) {
  const ModuleFacts module = examine_module("counter", make_source_text(text));
  const auto begin = static_cast<std::uint32_t>(text.find(at));
  const RepairRequest request{.range = {begin, begin}, .wants_refactorings = true};
  return offer_repairs(module, find_problems(module, {}, {}), request, {}, {}).refactorings;
}

/// The only refactoring where `at` begins: its title and the text after it, or why it cannot be made.
std::string refactored(const std::string& text, const std::string& at) {
  const std::vector<Refactoring> all = offered(text, at);
  if (all.size() != 1) return std::to_string(all.size()) + " refactorings";
  const Fix& fix = all[0].fix;
  EXPECT_EQ(fix.applicability, Applicability::review);
  EXPECT_FALSE(fix.is_preferred);
  if (!fix.disabled_reason.empty()) return fix.title + ": " + fix.disabled_reason;
  return fix.title + "\n" + apply_edits(text, fix.edits).value_or("the edits overlap");
}

TEST(CellRefactorings, GuardEveryUseWithANewLock) {
  EXPECT_EQ(refactored(R"(hits = 0

def hit():
    global hits
    hits += 1

def seen():
    return hits
)",
                       "hits +="),
            R"(guard every use of `hits` with a new lock `_hits_lock`
import threading

_hits_lock = threading.Lock()
hits = 0

def hit():
    global hits
    with _hits_lock:
        hits += 1

def seen():
    with _hits_lock:
        return hits
)");
}

TEST(CellRefactorings, HoldTheLockThatIsThere) {
  EXPECT_EQ(refactored(R"(import threading

class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.hits = 0

    def hit(self):
        with self._lock:
            self.hits += 1

    def drop(self):
        with self._lock:
            self.hits -= 1

    def seen(self):
        return "seen", self.hits
)",
                       "hits\n"),
            R"(hold `Counter._lock` wherever `Counter.hits` is used
import threading

class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.hits = 0

    def hit(self):
        with self._lock:
            self.hits += 1

    def drop(self):
        with self._lock:
            self.hits -= 1

    def seen(self):
        with self._lock:
            return "seen", self.hits
)");
}

TEST(CellRefactorings, PutATestAndItsActIntoOneRegion) {
  EXPECT_EQ(refactored(R"(_cache = {}

def value_of(key):
    if key not in _cache:
        _cache[key] = key * 2
    return _cache[key]
)",
                       "_cache:"),
            R"(guard every use of `_cache` with a new lock `_cache_lock`
import threading

_cache_lock = threading.Lock()
_cache = {}

def value_of(key):
    with _cache_lock:
        if key not in _cache:
            _cache[key] = key * 2
        return _cache[key]
)");
}

TEST(CellRefactorings, AreNotOfferedElsewhere) {
  const std::string text = "hits = 0\nsize = 3\n\ndef hit(hits_of):\n    global hits\n    hits += size + hits_of\n";
  EXPECT_EQ(offered(text, "hits +=").size(), 1U);
  EXPECT_EQ(offered(text, " +=").size(), 1U) << "behind the name is at the name";
  EXPECT_EQ(offered(text, "size + ").size(), 0U) << "nothing changes it";
  EXPECT_EQ(offered(text, "hits_of):").size(), 0U);
  EXPECT_EQ(offered(text, "def hit").size(), 0U);
}

TEST(CellRefactorings, AreNotOfferedForSeveralLines) {
  const std::string text = "hits = 0\n\ndef hit():\n    global hits\n    hits += 1\n";
  const ModuleFacts module = examine_module("counter", make_source_text(text));
  const RepairRequest request{.range = {0, static_cast<std::uint32_t>(text.size())}, .wants_refactorings = true};
  EXPECT_TRUE(offer_repairs(module, find_problems(module, {}, {}), request, {}, {}).refactorings.empty());
}

TEST(CellRefactorings, SayWhyALoopCannotHoldTheLock) {
  EXPECT_EQ(refactored(R"(running = True

def stop():
    global running
    running = False

def run(work):
    while running:
        work()
)",
                       "running:"),
            "guard every use of `running` with a new lock `_running_lock`: a loop asks for it");
}

TEST(CellRefactorings, SayWhyALambdaCannotHoldTheLock) {
  EXPECT_EQ(refactored(R"(hits = 0

def hit():
    global hits
    hits += 1

def reader():
    return lambda: hits
)",
                       "hits +="),
            "guard every use of `hits` with a new lock `_hits_lock`: it is used later than it is named");
}

TEST(CellRefactorings, KeepAnAttributeOncePerThread) {
  EXPECT_EQ(refactored(R"(class UserMiddleware:
    def process_request(self, request):
        self.user = request.user

    def process_response(self, request, response):
        response["X-User"] = self.user.name
        return response
)",
                       "user.name"),
            R"(keep `UserMiddleware.user` once per thread
import threading

class UserMiddleware:
    _local = threading.local()

    def process_request(self, request):
        self._local.user = request.user

    def process_response(self, request, response):
        response["X-User"] = self._local.user.name
        return response
)");
}

TEST(CellRefactorings, MakeTheThreadLocalWhereTheObjectIsMade) {
  EXPECT_EQ(refactored(R"(import threading

class TimingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        self.started = now()
        response = self.get_response(request)
        response["X-Time"] = now() - self.started
        return response
)",
                       "started\n"),
            R"(keep `TimingMiddleware.started` once per thread
import threading

class TimingMiddleware:
    def __init__(self, get_response):
        self._local = threading.local()
        self.get_response = get_response

    def __call__(self, request):
        self._local.started = now()
        response = self.get_response(request)
        response["X-Time"] = now() - self._local.started
        return response
)");
}

TEST(CellRefactorings, GiveEveryThreadTheFirstValue) {
  EXPECT_EQ(refactored(R"(from threading import local

class TimingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response
        self.started = None

    def __call__(self, request):
        self.started = now()
        response = self.get_response(request)
        response["X-Time"] = now() - self.started
        return response
)",
                       "started\n"),
            R"(keep `TimingMiddleware.started` once per thread
from threading import local

class _TimingMiddlewareLocal(local):
    started = None


class TimingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response
        self._local = _TimingMiddlewareLocal()

    def __call__(self, request):
        self._local.started = now()
        response = self.get_response(request)
        response["X-Time"] = now() - self._local.started
        return response
)");
}

TEST(CellRefactorings, KeepAGlobalOncePerThread) {
  EXPECT_EQ(refactored(R"(current, count = None, 0
user = None

def view(request):
    global user
    user = request.user
    return page()

def page():
    return f"{user}: {user.name}"
)",
                       "user.name"),
            R"(keep `user` once per thread
import threading

current, count = None, 0
class _Local(threading.local):
    user = None


_local = _Local()

def view(request):
    _local.user = request.user
    return page()

def page():
    return f"{_local.user}: {_local.user.name}"
)");
}

TEST(CellRefactorings, SayWhyAValueCannotBeKeptPerThread) {
  EXPECT_EQ(refactored(R"(class UserMiddleware:
    def __init__(self, find):
        self.user = find()

    def process_request(self, request):
        self.user = request.user

    def process_response(self, request, response):
        response["X-User"] = self.user.name
        return response
)",
                       "user.name"),
            "keep `UserMiddleware.user` once per thread: other threads would miss its first value");
}

}  // namespace
}  // namespace analysis
