// What calling a function does to shared cells, calls included, and with which locks it is always called.
#pragma once

#include <vector>

#include "analysis/concurrency/access.h"

namespace analysis {

/// A call of a function of this module.
struct CallSite {
  FunctionId caller;
  FunctionId callee;
  ClassId constructed;  // set when the call makes an object of that class: callee is its `__init__`, or none
  const ir::Call* call = nullptr;
  TextRange range;
  ContextId context;  // in the trace of the caller
  LockSet locks;
};

/// A function of this module that is used as a value.
struct ValueUse {
  FunctionId function;
  bool starts_thread = false;  // it is handed to something that starts a thread
};

/// What is known of a function without running through it again. The first three are of its body alone, the others
/// depend on the rest of the program.
struct FunctionFacts {
  std::vector<CallSite> calls;
  std::vector<ValueUse> value_uses;
  LockSet yield_locks;  // held where it yields: what a context manager holds for its user
  std::vector<FunctionId> callers;
  bool is_address_taken = false;    // it is used as a value: who calls it is unknown
  bool is_thread_entry = false;     // it is handed to something that starts a thread
  bool is_declared_entry = false;   // settings say that threads run it; it is a thread entry as well
  bool runs_at_definition = false;  // only while classes and functions are being defined: definition_hooks.h
  bool is_construction = false;     // runs only while its receiver is being made, which nobody else has yet
  LockSet entry_locks;              // held whenever it is called
  std::vector<CellId> reads;        // sorted; by itself and through calls
  std::vector<CellId> writes;
  std::vector<CellId> tests;
  std::vector<CellId> own_accesses;  // sorted; by itself only
};

/// Fills `is_construction`: methods that make objects, and private helpers that only these call.
void find_constructors(const SymbolTable& symbols, std::vector<FunctionFacts>& functions);

/// Fills `callers` and `entry_locks` of all functions from their `calls`. A private function that is never used as a
/// value holds what all its callers hold.
void propagate_locks(const SymbolTable& symbols, std::vector<FunctionFacts>& functions);

/// Fills `reads`, `writes` and `tests` of all functions from what their bodies do themselves: the least fixed point
/// over the call graph.
void summarise_effects(const std::vector<Trace>& bodies, std::vector<FunctionFacts>& functions);

}  // namespace analysis
