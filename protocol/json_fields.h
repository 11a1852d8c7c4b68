// Reading members of JSON objects: the only helpers on top of nlohmann.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "protocol/json.h"

namespace protocol {

/// Throws nlohmann's exceptions when the member is missing or has another type.
template <class T>
[[nodiscard]] T required(const Json& object, const char* name) {
  return object.at(name).get<T>();
}

/// Nothing when the member is missing or null; throws when it has another type.
template <class T>
[[nodiscard]] std::optional<T> optional(const Json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || member->is_null()) return {};
  return member->get<T>();
}

/// The member at a path. Null when it is missing or something on the way is no object: clients do send capabilities of
/// the wrong shape.
[[nodiscard]] inline const Json& member_at(const Json& object, std::initializer_list<const char*> path) {
  static const Json missing;
  const Json* place = &object;
  for (const char* name : path) {
    const auto member = place->find(name);
    if (member == place->end()) return missing;
    place = &*member;
  }
  return *place;
}

/// Whether the member at a path is `true`.
[[nodiscard]] inline bool is_set(const Json& object, std::initializer_list<const char*> path) {
  const Json& member = member_at(object, path);
  return member.is_boolean() && member.get<bool>();
}

}  // namespace protocol
