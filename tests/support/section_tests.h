// Makes a test of every heading of the pages in a folder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/markdown_page.h"

namespace tests {

using CheckSection = void (*)(const Page& page, const Section& section);

/// The name that a heading gives its test: letters, digits and single spaces, since the filters of GoogleTest and CMake
/// give most other signs a meaning.
[[nodiscard]] std::string test_name(std::string_view heading);

/// To be called before `main`. The suites are named after the pages, behind `prefix`. The pages live as long as the
/// program.
const std::vector<Page>& register_sections(const std::filesystem::path& folder, const std::string& prefix,
                                           CheckSection check);

}  // namespace tests
