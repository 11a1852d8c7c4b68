// What is a message, and what happens to what is none.
#include "protocol/message.h"

#include <gtest/gtest.h>

namespace {

using protocol::ErrorCode;
using protocol::Json;
using protocol::parse_json;
using protocol::parse_message;

protocol::Rejection rejection_of(std::string_view body) {
  const auto message = parse_message(body);
  EXPECT_FALSE(message) << body;
  return message ? protocol::Rejection{} : message.error();
}

std::string nested(int levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(Message, IsARequestWhenItHasAnId) {
  for (const char* id : {"7", "\"seven\"", "null", "-1", "1.5", "true"}) {
    const auto message =
        parse_message(R"({"jsonrpc":"2.0","method":"m","params":{"a":1},"id":)" + std::string(id) + "}");
    const auto* request = std::get_if<protocol::Request>(&*message);
    ASSERT_NE(request, nullptr) << id;
    EXPECT_EQ(request->method, "m");
    EXPECT_EQ(request->params, Json({{"a", 1}}));
    EXPECT_EQ(protocol::serialize(request->id), id);
  }
}

TEST(Message, IsANotificationWithoutId) {
  const auto message = parse_message(R"({"method":"m","jsonrpc":"2.0"})");
  const auto* notification = std::get_if<protocol::Notification>(&*message);
  ASSERT_NE(notification, nullptr);
  EXPECT_EQ(notification->method, "m");
  EXPECT_TRUE(notification->params.is_null());
}

TEST(Message, IsAResponseWithoutMethod) {
  const auto good = parse_message(R"({"jsonrpc":"2.0","id":1,"result":2})");
  EXPECT_EQ(std::get<protocol::Response>(*good).result, Json(2));
  const auto bad = parse_message(R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}})");
  EXPECT_EQ(std::get<protocol::Response>(*bad).result.error().message, "no");
  const auto odd = parse_message(R"({"jsonrpc":"2.0","id":1,"error":"no"})");
  EXPECT_EQ(std::get<protocol::Response>(*odd).result.error().message, "\"no\"");
}

TEST(Message, ThatIsNoJsonIsAParseErrorWithoutId) {
  for (const char* body : {"", " ", "{", "{\"jsonrpc\":\"2.0\",", "nope", "{} {}", "\x01"}) {
    const protocol::Rejection rejection = rejection_of(body);
    EXPECT_EQ(rejection.error.code, ErrorCode::parse_error) << body;
    EXPECT_TRUE(rejection.id.is_null());
  }
}

TEST(Message, OfTheWrongShapeIsAnInvalidRequest) {
  const struct {
    const char* body;
    Json id;
  } cases[] = {
      {"7", nullptr},
      {"[]", nullptr},
      {R"([{"jsonrpc":"2.0","id":1,"method":"m"}])", nullptr},
      {"{}", nullptr},
      {R"({"id":1,"method":"m"})", 1},
      {R"({"jsonrpc":"1.0","id":1,"method":"m"})", 1},
      {R"({"jsonrpc":2.0,"id":1,"method":"m"})", 1},
      {R"({"jsonrpc":"2.0","id":1,"method":7})", 1},
      {R"({"jsonrpc":"2.0","id":"x"})", "x"},
      {R"({"jsonrpc":"2.0","id":{"a":1},"method":"m"})", nullptr},
      {R"({"jsonrpc":"2.0","id":[1],"method":"m"})", nullptr},
  };
  for (const auto& [body, id] : cases) {
    const protocol::Rejection rejection = rejection_of(body);
    EXPECT_EQ(rejection.error.code, ErrorCode::invalid_request) << body;
    EXPECT_EQ(rejection.id, id) << body;
  }
}

TEST(Json, IsRefusedWhenNestedTooDeep) {
  EXPECT_TRUE(parse_json(nested(protocol::deepest_json)));
  EXPECT_EQ(parse_json(nested(protocol::deepest_json + 1)).error().code, ErrorCode::parse_error);
  EXPECT_FALSE(parse_json(nested(1'000'000)));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

TEST(Json, ParsesAllKindsOfValues) {
  const std::string text = R"({"a":[1,-2,3.5,"é",true,false,null,{}],"b":{"c":[]}})";
  EXPECT_EQ(*parse_json(text), Json::parse(text));
}

TEST(Json, ReplacesWhatIsNotUnicode) {
  const auto value_of = [](std::string_view text) { return parse_json(text).value_or("no JSON"); };
  EXPECT_EQ(value_of("\"a\xFF"
                     "b\""),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(value_of("\"\xC3\""), "\xEF\xBF\xBD");
  EXPECT_EQ(value_of("\"\xED\xA0\xBD\""), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(value_of(R"("\ud83d")"), "\xEF\xBF\xBD");
  EXPECT_EQ(value_of(R"("\udc0dx")"), "\xEF\xBF\xBDx");
  EXPECT_EQ(value_of(R"("\ud83d\ud83d\udc0d")"), "\xEF\xBF\xBD\xF0\x9F\x90\x8D");
  EXPECT_EQ(value_of(R"("\\ud83d \ud83d")"), "\\ud83d \xEF\xBF\xBD");
}

TEST(Json, IsPrintedWhateverItHolds) {
  EXPECT_EQ(protocol::serialize("a\xFF"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(protocol::response_body("\xC3", Json(nullptr)),
            "{\"id\":\"\xEF\xBF\xBD\",\"jsonrpc\":\"2.0\",\"result\":null}");
}

}  // namespace
