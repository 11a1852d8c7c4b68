// Internal to lowering: the facts of a large class, put together from those of the parts of its body. They are those of
// the class lowered in one go; where a part has errors, those of the other parts are as if it had none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/semantics/body_part.h"
#include "analysis/semantics/parted_class.h"
#include "analysis/syntax/class_body.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis::lowering {

/// Bytes of a class from which on its parts are looked at one by one.
inline constexpr std::size_t least_in_parts = std::size_t{8} << 10;

/// The parts of earlier classes, by text.
class KnownParts {
 public:
  explicit KnownParts(std::span<const PartedClass> classes);
  /// Of part `number` of a class. Null if it is not known.
  [[nodiscard]] std::shared_ptr<const BodyPart> find(std::string_view text, const ClassBody& body,
                                                     std::size_t number) const;

 private:
  std::unordered_map<std::uint64_t, const std::shared_ptr<const BodyPart>*> parts_;
};

/// The parts of a class, and the head that they are put behind.
struct ClassInParts {
  ClassBody body;
  std::vector<std::shared_ptr<const BodyPart>> parts;
  std::uint32_t size = 0;  // of the statement
  Node head;               // the statement in a tree in which its head is as it is in the class
  bool has_error = false;
  // Of a class that was parsed in parts:
  std::shared_ptr<const SyntaxTree> head_tree;
  std::shared_ptr<const SyntaxTree> last_part;  // its first statement is the class; null if nothing else is in it
  std::uint32_t last_part_shift = 0;            // to the place of its text in that of the class; modulo 2^32
};

/// Parses what is not known. Nothing when a parser does not agree with how `body` cuts `text`, whose first statement is
/// the class, or when stopped.
[[nodiscard]] std::optional<ClassInParts> parse_in_parts(State& state, std::string_view text, ClassBody body,
                                                         const KnownParts& known, const std::stop_token& stop);

/// The parts of a class without errors that was parsed as a whole; `text` is its own, `source` that of its tree.
/// Nothing when it cannot be cut.
[[nodiscard]] std::optional<ClassInParts> cut_in_parts(State& state, const Node& statement, std::string_view text,
                                                       std::string_view source, const KnownParts& known);

/// Leaves the facts of the class in `state`. `text` begins with the class.
void put_together(State& state, const ClassInParts& parted, std::string_view text);

}  // namespace analysis::lowering
