// Where the test of a proof goes, and what it needs beside it.
#pragma once

#include <string>

#include "server/prove/proof.h"

namespace server {

/// Texts that are not on the disk yet.
struct TestFile {
  std::string path;  // absolute
  std::string text;
  std::string runtime;  // absolute path at which the test expects the runtime, which is not there; empty: it has one
};

struct TestFileOptions {
  std::string path = {};    // empty: a new file in the project's folder of tests, else beside the project
  bool is_inlined = false;  // the runtime is part of the test
  HarmMeans harm = HarmMeans::failure;
};

/// Asks the disk which names are taken: a test gets one of its own, with a number if need be.
[[nodiscard]] TestFile make_test_file(const Proof& proof, const TestFileOptions& options);

/// Creates a file; false when it is there already or cannot be written. Nothing is overwritten.
[[nodiscard]] bool write_new(const std::string& path, std::string_view text);

}  // namespace server
