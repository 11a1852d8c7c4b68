// How bytes become bodies: whatever a client, a shell or a broken pipe can send.
#include "protocol/framing.h"

#include <gmock/gmock.h>

#include <vector>

#include "protocol/message.h"

namespace {

using testing::ElementsAre;

/// What a decoder makes of input: bodies, and "! …" for what was wrong. Bodies that are no JSON are rejected.
std::vector<std::string> decoded(const std::vector<std::string>& reads) {
  protocol::FrameDecoder decoder;
  std::vector<std::string> result;
  for (const std::string& bytes : reads) {
    decoder.feed(bytes);
    while (const auto body = decoder.next()) {
      result.push_back(*body ? **body : "! " + body->error().message);
      if (*body && !protocol::parse_json(**body)) decoder.reject(**body);
    }
  }
  return result;
}

std::vector<std::string> one_byte_each(const std::string& bytes) {
  std::vector<std::string> reads;
  for (const char byte : bytes) reads.emplace_back(1, byte);
  return reads;
}

struct Case {
  const char* name;
  std::string input;
  std::vector<std::string> output;

  friend void PrintTo(const Case& shown, std::ostream* out) { *out << shown.name; }
};

std::string long_garbage() { return std::string(100'000, 'x'); }

const Case cases[] = {
    {"OneMessage", "Content-Length: 2\r\n\r\n{}", {"{}"}},
    {"TwoMessages", "Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", {"{}", "[1]"}},
    {"NameInAnyCase", "cOnTeNt-LeNgTh: 2\r\n\r\n{}", {"{}"}},
    {"SpacesAroundTheColon", "Content-Length \t:  2 \r\n\r\n{}", {"{}"}},
    {"NoSpaceAfterTheColon", "Content-Length:2\r\n\r\n{}", {"{}"}},
    {"ContentTypeBefore",
     "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
     {"{}"}},
    {"ContentTypeAfter",
     "Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n{}",
     {"{}"}},
    {"UnknownHeader", "X-Content-Length: 9\r\nContent-Length: 2\r\nX-Content-Length: 9\r\n\r\n{}", {"{}"}},
    {"LastLengthWins", "Content-Length: 9\r\nContent-Length: 2\r\n\r\n{}", {"{}"}},
    {"BareLineFeeds", "Content-Length: 2\n\n{}", {"{}"}},
    {"BlankLinesBetween", "\r\n\nContent-Length: 2\r\n\r\n{}\r\n\r\nContent-Length: 2\r\n\r\n[]", {"{}", "[]"}},
    {"LengthInBytes", "Content-Length: 6\r\n\r\n\"\xC3\xA9\xC3\xA9\"", {"\"\xC3\xA9\xC3\xA9\""}},
    {"BodyThatLooksLikeAHeader",
     "Content-Length: 23\r\n\r\n\"Content-Length: 1\\r\\n\"\nContent-Length: 2\r\n\r\n{}",
     {"\"Content-Length: 1\\r\\n\"", "{}"}},
    {"LengthOfZero", "Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", {"", "{}"}},
    {"NoLength", "Content-Type: x\r\n\r\n{}Content-Length: 2\r\n\r\n[]", {"! header without `Content-Length`", "[]"}},
    {"LengthIsNegative",
     "Content-Length: -2\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
     {"! `Content-Length: -2` is no length", "[]"}},
    {"LengthIsAWord",
     "Content-Length: two\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
     {"! `Content-Length: two` is no length", "[]"}},
    {"LengthIsEmpty",
     "Content-Length:\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
     {"! `Content-Length: ` is no length", "[]"}},
    {"LengthHasATail",
     "Content-Length: 2x\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
     {"! `Content-Length: 2x` is no length", "[]"}},
    {"LengthIsHuge",
     "Content-Length: 268435457\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
     {"! message of `268435457` bytes is too long", "[]"}},
    {"LengthFitsNoInteger",
     "Content-Length: 99999999999999999999\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
     {"! message of `99999999999999999999` bytes is too long", "[]"}},
    {"LengthIsTooShort", "Content-Length: 3\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n[]", {"{\"a", "[]"}},
    {"LengthIsTooLong",
     "Content-Length: 12\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n[]Content-Length: 3\r\n\r\n[1]",
     {"{\"a\":1}Conte", "[1]"}},
    {"LengthSwallowsAHeader",
     "Content-Length: 29\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n[]Content-Length: 3\r\n\r\n[1]",
     {"{\"a\":1}Content-Length: 2\r\n\r\n[", "[]", "[1]"}},
    {"LengthSwallowsTwoMessages",
     "Content-Length: 51\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n[]Content-Length: 3\r\n\r\n[1]",
     {"{\"a\":1}Content-Length: 2\r\n\r\n[]Content-Length: 3\r\n\r\n", "[]", "[1]"}},
    {"GarbageBefore", "hello\nworld\r\nContent-Length: 2\r\n\r\n{}", {"! `hello` is no header", "{}"}},
    {"GarbageOnTheSameLine", "}}Content-Length: 2\r\n\r\n{}", {"! `}}` is no header", "{}"}},
    {"LetterBeforeTheName", "xContent-Length: 2\r\n\r\n{}", {"! `x` is no header", "{}"}},
    {"GarbageInsideTheHeader", "Content-Length: 2\r\n!?\r\n\r\n{}", {"! `!?` is no header", "{}"}},
    {"BinaryGarbage",
     std::string("\0\xFF\x80\n", 4) + "Content-Length: 2\r\n\r\n{}",
     {"! `" + std::string("\0\xFF\x80", 3) + "` is no header", "{}"}},
    {"GarbageWithoutEnd",
     long_garbage() + "Content-Length: 2\r\n\r\n{}",
     {"! `" + std::string(40, 'x') + "` is no header", "{}"}},
    {"HalfAHeader", "Content-Le", {}},
    {"HalfABody", "Content-Length: 5\r\n\r\n{}", {}},
};

class Framing : public testing::TestWithParam<Case> {};

TEST_P(Framing, OfWholeInput) { EXPECT_EQ(decoded({GetParam().input}), GetParam().output); }

TEST_P(Framing, OfOneByteAtATime) { EXPECT_EQ(decoded(one_byte_each(GetParam().input)), GetParam().output); }

TEST_P(Framing, OfInputSplitAnywhere) {
  const std::string& input = GetParam().input;
  if (1000 < input.size()) return;
  for (std::size_t at = 1; at < input.size(); ++at) {
    EXPECT_EQ(decoded({input.substr(0, at), input.substr(at)}), GetParam().output) << "split at " << at;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Framing, testing::ValuesIn(cases), [](const auto& test) { return test.param.name; });

TEST(FrameDecoder, KnowsWhetherInputEndsInsideAMessage) {
  const auto is_inside = [](std::string_view input) {
    protocol::FrameDecoder decoder;
    decoder.feed(input);
    while (decoder.next()) continue;
    return decoder.is_inside_message();
  };
  EXPECT_FALSE(is_inside(""));
  EXPECT_FALSE(is_inside("Content-Length: 2\r\n\r\n{}"));
  EXPECT_TRUE(is_inside("Content-Le"));
  EXPECT_TRUE(is_inside("Content-Length: 2\r\n"));
  EXPECT_TRUE(is_inside("Content-Length: 2\r\n\r\n"));
  EXPECT_TRUE(is_inside("Content-Length: 2\r\n\r\n{"));
}

TEST(FrameDecoder, GoesBackOnlyToHeadersOfARejectedBody) {
  EXPECT_THAT(decoded({"Content-Length: 7\r\n\r\n{\"a\": \n"}), ElementsAre("{\"a\": \n"));
  EXPECT_THAT(decoded({"Content-Length: 28\r\n\r\n{\"a\": \"Content-Length: 5\\n\",}\n"}), testing::SizeIs(1));
}

TEST(FrameDecoder, SurvivesManyLinesOfGarbage) {
  std::string garbage;
  for (int i = 0; i < 200'000; ++i) garbage += "?\n";
  EXPECT_THAT(decoded({garbage, "Content-Length: 2\r\n\r\n{}"}), ElementsAre("! `?` is no header", "{}"));
}

TEST(Frame, AnnouncesBytes) { EXPECT_EQ(protocol::frame("\"\xC3\xA9\""), "Content-Length: 4\r\n\r\n\"\xC3\xA9\""); }

}  // namespace
