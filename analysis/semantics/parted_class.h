// A large class whose facts were put together from those of its methods: what is kept of it while its text is edited.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/semantics/ir.h"

namespace analysis {

/// What a part of a class's body does: some definitions and what follows them, lowered on their own. Depends on the
/// part's text alone, and on whether it is the last.
struct BodyPart {
  std::uint64_t key = 0;         // XXH3 of the text, mixed with whether it is the last part
  std::uint32_t size = 0;        // of the text
  std::uint32_t class_end = 0;   // where the class ends in the text of its last part
  std::uint32_t origin = 0;      // where the text begins in the ranges of `facts`; modulo 2^32
  std::uint32_t code_names = 0;  // the first names are from code, the others only from directives
  ir::StatementFacts facts;      // function 0 stands for the body of the class, class 0 for the class
};

struct PartedClass {
  std::shared_ptr<const ir::StatementFacts> facts;
  std::vector<std::shared_ptr<const BodyPart>> parts;
};

}  // namespace analysis
