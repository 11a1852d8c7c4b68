// How long a keystroke takes until its diagnostics are back at the client, beside a bare parse of the same file.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bench {

struct KeystrokeReport {
  std::size_t lines = 0;
  std::size_t bytes = 0;
  double parse = 0;                 // bare tree-sitter, fresh; median in milliseconds
  std::vector<double> word_edits;   // milliseconds each: a letter typed into a word, where that breaks no syntax
  std::vector<double> typing;       // milliseconds each: the letters of a new class and function
  std::size_t burst = 0;            // changes sent at once
  double burst_elapsed = 0;         // milliseconds until the diagnostics of the last one; median
  double burst_analyses = 0;        // of so many texts; median
  std::vector<double> round_trips;  // milliseconds each: a request that asks for nothing
};

/// Drives `threadlint server` as a child, debounce off; `count` keystrokes of each kind. Nothing when the server ends
/// or answers nonsense.
[[nodiscard]] std::optional<KeystrokeReport> measure_keystrokes(const std::string& text, std::size_t count);

}  // namespace bench
