// The definition of the protocol that its authors publish for machines, and what is wrong with a message beside it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.h"

namespace tests {

using protocol::Json;

/// What there is to complain about, each with its path: "result.range.start.line: -1 is no uinteger".
using Violations = std::vector<std::string>;

/// Constant after construction. Names that it does not know are violations too.
class MetaModel {
 public:
  /// Each is of the form of LSP's metaModel.json; later ones may refer to types of those before.
  explicit MetaModel(const std::vector<Json>& models);

  /// Whether `value` is of a structure, an enumeration or an alias. Members that the type does not have are violations.
  [[nodiscard]] Violations violations_of_type(const Json& value, const std::string& type) const;
  /// Of a message that the server sends. `asked` is the method that a response answers, empty if that is not known;
  /// `partial` the method whose partial results a `$/progress` may bring, empty for progress of work.
  [[nodiscard]] Violations violations_of_message(const Json& message, const std::string& asked,
                                                 const std::string& partial) const;

  /// The value of a member of an enumeration; null if there is no such member.
  [[nodiscard]] Json value_of(const std::string& enumeration, const std::string& member) const;
  /// All names of properties, and words that are values.
  [[nodiscard]] const std::set<std::string>& words() const { return words_; }

 private:
  struct Place;  // a value and the path that led to it

  void check(const Place& place, const Json& type, Violations& violations) const;
  void check_reference(const Place& place, const std::string& name, Violations& violations) const;
  void check_structure(const Place& place, const std::map<std::string, Json>& properties, Violations& violations) const;
  void check_enumeration(const Place& place, const Json& enumeration, Violations& violations) const;
  void check_union(const Place& place, const Json& alternatives, Violations& violations) const;
  void check_call(const Json& message, const std::string& partial, Violations& violations) const;
  void check_response(const Json& message, const std::string& asked, Violations& violations) const;
  void collect_properties(const Json& structure, std::map<std::string, Json>& properties) const;

  std::map<std::string, Json> requests_;
  std::map<std::string, Json> notifications_;
  std::map<std::string, Json> structures_;
  std::map<std::string, Json> enumerations_;
  std::map<std::string, Json> aliases_;
  std::set<std::string> words_;
};

/// LSP's and, in the same form, that of our own messages: tests/protocol/meta_model.json and threadlint_model.json.
[[nodiscard]] const MetaModel& meta_model();

}  // namespace tests
