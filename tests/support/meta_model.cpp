#include "tests/support/meta_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>

namespace tests {
namespace {

/// A value as messages quote it.
std::string quoted(const Json& value) {
  constexpr std::size_t longest = 60;
  std::string text = protocol::serialize(value);
  if (longest < text.size()) text = text.substr(0, longest) + "…";
  return text;
}

bool is_base(const Json& value, const std::string& name) {
  constexpr std::int64_t largest = 2147483647;
  if (name == "null") return value.is_null();
  if (name == "boolean") return value.is_boolean();
  if (name == "decimal") return value.is_number();
  if (name == "integer") return value.is_number_integer() && -largest - 1 <= value && value <= largest;
  if (name == "uinteger") return value.is_number_integer() && 0 <= value && value <= largest;
  if (!value.is_string()) return false;
  // Both kinds of URI have a scheme.
  return (name != "URI" && name != "DocumentUri") || value.get<std::string>().find(':') != std::string::npos;
}

Json json_of(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path << " can not be read";
  return Json::parse(file);
}

}  // namespace

struct MetaModel::Place {
  const Json& value;
  std::string path;

  [[nodiscard]] std::string is_no(const std::string& what) const {
    return path + ": " + quoted(value) + " is no " + what;
  }
};

MetaModel::MetaModel(const std::vector<Json>& models) {
  const auto by_name = [&](const char* kind, const char* name, std::map<std::string, Json>& table) {
    for (const Json& model : models) {
      for (const Json& one : model.value(kind, Json::array())) table.emplace(one.at(name), one);
    }
  };
  by_name("requests", "method", requests_);
  by_name("notifications", "method", notifications_);
  by_name("structures", "name", structures_);
  by_name("enumerations", "name", enumerations_);
  by_name("typeAliases", "name", aliases_);
  for (const auto& [name, structure] : structures_) {
    for (const Json& property : structure.at("properties")) {
      words_.insert(property.at("name"));
      if (property.at("type").at("kind") == "stringLiteral") words_.insert(property.at("type").at("value"));
    }
  }
  for (const auto& [name, enumeration] : enumerations_) {
    for (const Json& value : enumeration.at("values")) {
      if (value.at("value").is_string()) words_.insert(value.at("value"));
    }
  }
}

Violations MetaModel::violations_of_type(const Json& value, const std::string& type) const {
  Violations violations;
  check_reference({value, type}, type, violations);
  return violations;
}

Violations MetaModel::violations_of_message(const Json& message, const std::string& asked,
                                            const std::string& partial) const {
  Violations violations;
  if (!message.is_object()) return {"a message is an object"};
  if (message.value("jsonrpc", Json()) != "2.0") violations.emplace_back("jsonrpc: not \"2.0\"");
  if (message.contains("method")) {
    check_call(message, partial, violations);
  } else {
    check_response(message, asked, violations);
  }
  return violations;
}

Json MetaModel::value_of(const std::string& enumeration, const std::string& member) const {
  const auto found = enumerations_.find(enumeration);
  if (found == enumerations_.end()) return {};
  for (const Json& value : found->second.at("values")) {
    if (value.at("name") == member) return value.at("value");
  }
  return {};
}

/// A request or notification of the server.
void MetaModel::check_call(const Json& message, const std::string& partial, Violations& violations) const {
  const std::string method = message.at("method").is_string() ? message.at("method").get<std::string>() : "";
  const bool is_request = message.contains("id");
  const auto& table = is_request ? requests_ : notifications_;
  const auto found = table.find(method);
  if (found == table.end()) {
    violations.push_back(Place{message.at("method"), "method"}.is_no(is_request ? "request" : "notification"));
    return;
  }
  for (const auto& [name, member] : message.items()) {
    if (name != "jsonrpc" && name != "id" && name != "method" && name != "params")
      violations.push_back(name + ": a message has no such member");
  }
  const Json& definition = found->second;
  if (definition.at("messageDirection") == "clientToServer") violations.push_back(method + ": only clients send it");
  if (is_request && !is_base(message["id"], "integer") && !message["id"].is_string())
    violations.push_back(Place{message["id"], "id"}.is_no("number or string"));
  if (!definition.contains("params")) {
    if (message.contains("params")) violations.push_back("params: `" + method + "` has none");
    return;
  }
  const Json params = message.value("params", Json());
  check({params, "params"}, definition["params"], violations);
  if (method != "$/progress" || !params.is_object()) return;
  const Place value{params.value("value", Json()), "params.value"};
  if (!partial.empty()) return check(value, requests_.at(partial).at("partialResult"), violations);
  const std::string kind = value.value.is_object() ? value.value.value("kind", "") : "";
  const std::string type = kind == "begin"    ? "WorkDoneProgressBegin"
                           : kind == "report" ? "WorkDoneProgressReport"
                                              : "WorkDoneProgressEnd";
  check_reference(value, type, violations);
}

void MetaModel::check_response(const Json& message, const std::string& asked, Violations& violations) const {
  for (const auto& [name, member] : message.items()) {
    if (name != "jsonrpc" && name != "id" && name != "result" && name != "error")
      violations.push_back(name + ": a response has no such member");
  }
  if (!message.contains("id")) violations.emplace_back("id: missing");
  if (message.contains("result") == message.contains("error")) {
    violations.emplace_back("a response has either `result` or `error`");
    return;
  }
  if (message.contains("result")) {
    const auto request = requests_.find(asked);
    if (request != requests_.end()) check({message["result"], "result"}, request->second.at("result"), violations);
    return;
  }
  const Json& error = message["error"];
  const Json code = error.is_object() ? error.value("code", Json()) : Json();
  const bool is_known = std::ranges::any_of(std::vector<std::string>{"ErrorCodes", "LSPErrorCodes"}, [&](auto& name) {
    return std::ranges::any_of(enumerations_.at(name).at("values"), [&](auto& one) { return one.at("value") == code; });
  });
  if (!is_known) violations.push_back(Place{code, "error.code"}.is_no("number of the protocol"));
  if (!error.is_object() || !error.value("message", Json()).is_string())
    violations.emplace_back("error.message: missing, or no string");
}

void MetaModel::check(const Place& place, const Json& type, Violations& violations) const {
  const std::string kind = type.at("kind");
  if (kind == "base") {
    if (!is_base(place.value, type.at("name"))) violations.push_back(place.is_no(type.at("name")));
  } else if (kind == "stringLiteral") {
    if (place.value != type.at("value")) violations.push_back(place.is_no(quoted(type.at("value"))));
  } else if (kind == "reference") {
    check_reference(place, type.at("name"), violations);
  } else if (kind == "or") {
    check_union(place, type.at("items"), violations);
  } else if (kind == "literal") {
    if (!place.value.is_object()) return violations.push_back(place.is_no("object"));
    std::map<std::string, Json> properties;
    collect_properties(type.at("value"), properties);
    check_structure(place, properties, violations);
  } else if (kind == "array") {
    if (!place.value.is_array()) return violations.push_back(place.is_no("array"));
    for (std::size_t i = 0; i < place.value.size(); ++i) {
      check({place.value[i], place.path + "[" + std::to_string(i) + "]"}, type.at("element"), violations);
    }
  } else if (kind == "map") {
    if (!place.value.is_object()) return violations.push_back(place.is_no("object"));
    for (const auto& [name, member] : place.value.items()) {
      check({Json(name), place.path + " key"}, type.at("key"), violations);
      check({member, place.path + "[" + name + "]"}, type.at("value"), violations);
    }
  } else {
    violations.push_back(place.path + ": a type of kind `" + kind + "`, which this test does not know");
  }
}

void MetaModel::check_reference(const Place& place, const std::string& name, Violations& violations) const {
  if (name == "LSPAny") return;
  if (const auto alias = aliases_.find(name); alias != aliases_.end()) {
    return check(place, alias->second.at("type"), violations);
  }
  if (const auto enumeration = enumerations_.find(name); enumeration != enumerations_.end()) {
    return check_enumeration(place, enumeration->second, violations);
  }
  const auto structure = structures_.find(name);
  if (structure == structures_.end()) return violations.push_back(place.path + ": unknown type `" + name + "`");
  if (!place.value.is_object()) return violations.push_back(place.is_no(name));
  std::map<std::string, Json> properties;
  collect_properties(structure->second, properties);
  check_structure(place, properties, violations);
}

/// Those of the structure itself come before those that it extends.
void MetaModel::collect_properties(const Json& structure, std::map<std::string, Json>& properties) const {
  for (const Json& property : structure.at("properties")) properties.emplace(property.at("name"), property);
  for (const char* const relation : {"extends", "mixins"}) {
    for (const Json& base : structure.value(relation, Json::array())) {
      collect_properties(structures_.at(base.at("name")), properties);
    }
  }
}

void MetaModel::check_structure(const Place& place, const std::map<std::string, Json>& properties,
                                Violations& violations) const {
  for (const auto& [name, property] : properties) {
    if (!place.value.contains(name)) {
      if (!property.value("optional", false)) violations.push_back(place.path + "." + name + ": missing");
      continue;
    }
    check({place.value.at(name), place.path + "." + name}, property.at("type"), violations);
  }
  for (const auto& [name, member] : place.value.items()) {
    if (!properties.contains(name)) violations.push_back(place.path + "." + name + ": there is no such property");
  }
}

void MetaModel::check_enumeration(const Place& place, const Json& enumeration, Violations& violations) const {
  const bool is_member = std::ranges::any_of(enumeration.at("values"),
                                             [&](const Json& value) { return value.at("value") == place.value; });
  const bool is_custom =
      enumeration.value("supportsCustomValues", false) && is_base(place.value, enumeration.at("type").at("name"));
  if (!is_member && !is_custom) violations.push_back(place.is_no(enumeration.at("name")));
}

/// If no alternative fits, tells about the one that is nearest.
void MetaModel::check_union(const Place& place, const Json& alternatives, Violations& violations) const {
  Violations fewest;
  for (const Json& alternative : alternatives) {
    Violations here;
    check(place, alternative, here);
    if (here.empty()) return;
    // To fail inside is nearer than to be something else altogether.
    const bool is_elsewhere = here.front().starts_with(place.path + ": ");
    const bool fewest_is_elsewhere = fewest.empty() || fewest.front().starts_with(place.path + ": ");
    const bool is_nearer = is_elsewhere == fewest_is_elsewhere ? here.size() < fewest.size() : fewest_is_elsewhere;
    if (fewest.empty() || is_nearer) fewest = std::move(here);
  }
  violations.insert(violations.end(), fewest.begin(), fewest.end());
}

const MetaModel& meta_model() {
  static const MetaModel model({json_of(THREADLINT_SOURCE_DIR "/tests/protocol/meta_model.json"),
                                json_of(THREADLINT_SOURCE_DIR "/tests/protocol/threadlint_model.json")});
  return model;
}

}  // namespace tests
