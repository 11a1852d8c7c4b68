// Diagnostics that are written at once are those that are written by way of JSON values.
#include "protocol/diagnostics_text.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "protocol/message.h"

namespace {

using protocol::Diagnostic;
using protocol::Json;

/// Every byte that needs care, at every place in the sixteen bytes that a writer may look at together.
std::vector<std::string> difficult_texts() {
  std::vector<std::string> specials = {"\"", "\\", "/", "\x7F", "\xC3\xA9", "\xE2\x80\xA8", "\xF0\x9F\x90\x8D"};
  for (char control = 0; control < ' '; ++control) specials.emplace_back(1, control);
  std::vector<std::string> texts = {"", std::string(3, '\0'), std::string(100, '\n'), std::string(100, '"')};
  for (const std::string& special : specials) {
    for (std::size_t before = 0; before < 18; ++before) {
      texts.push_back(std::string(before, 'a') + special + std::string(17, 'b'));
    }
  }
  return texts;
}

/// A lone continuation, an overlong form, a surrogate, a value above U+10FFFF, characters that are cut off.
constexpr std::array<const char*, 7> broken = {"\x80",         "\xC0\xAF",     "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                               "\xE2\x82 and", "\xF0\x9F\x90", "\xFF\xFE\xFD"};

void expect_same(const std::vector<Diagnostic>& diagnostics, const std::string& uri = "file:///a.py",
                 std::optional<std::int64_t> version = {}) {
  const std::string text = protocol::diagnostics_text(diagnostics);
  EXPECT_EQ(Json::parse(text), Json::parse(protocol::serialize(Json(diagnostics)))) << text;
  const std::string body = protocol::publish_diagnostics_body(uri, version, text);
  const protocol::PublishDiagnosticsParams params{uri, version, diagnostics};
  EXPECT_EQ(Json::parse(body),
            Json::parse(protocol::notification_body("textDocument/publishDiagnostics", Json(params))));
}

Diagnostic saying(const std::string& text) {
  return {.range = {},
          .code = text,
          .code_url = text,
          .source = text,
          .message = text,
          .related = {{{text, {}}, text}},
          .data = {{text, text}}};
}

TEST(DiagnosticsText, IsTheSameForAllCharacters) {
  for (const std::string& text : difficult_texts()) expect_same({saying(text)}, text);
}

TEST(DiagnosticsText, IsTheSameForWhatIsNoUnicode) {
  for (const std::string text : broken) {
    expect_same({saying(text)}, text);
    expect_same({saying("whole"), saying("\xF0\x9F\x90\x8D" + text + "\"\n")});
  }
}

TEST(DiagnosticsText, IsTheSameForAllMembers) {
  const std::vector<std::string> texts = difficult_texts();
  std::mt19937 random(3);
  const auto number = [&] { return static_cast<std::int64_t>(random()) - (std::int64_t{1} << 30); };
  const auto range = [&] { return protocol::Range{{number(), number()}, {number(), number()}}; };
  const auto text = [&] {
    return random() % 30 == 0 ? broken[random() % broken.size()] : texts[random() % texts.size()];
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Diagnostic> diagnostics(random() % 4);
    for (Diagnostic& diagnostic : diagnostics) {
      diagnostic.range = range();
      diagnostic.severity = static_cast<protocol::DiagnosticSeverity>(1 + random() % 4);
      diagnostic.code = text();
      diagnostic.code_url = random() % 2 == 0 ? "" : text();
      diagnostic.source = text();
      diagnostic.message = text();
      diagnostic.is_unnecessary = random() % 2 == 0;
      for (std::size_t i = random() % 3; 0 < i; --i) diagnostic.related.push_back({{text(), range()}, text()});
      for (std::size_t i = random() % 3; 0 < i; --i) diagnostic.data.emplace_back("name" + std::to_string(i), text());
    }
    expect_same(diagnostics, text(), random() % 2 == 0 ? std::optional(number()) : std::nullopt);
  }
}

TEST(IsUtf8, HoldsForWhatIsPrintedUnchanged) {
  std::mt19937 random(5);
  const std::string bytes = "aaaaaaaa\"\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC2\xDF\xE0\xED\xEF\xF0\xF4\xF5\xFF";
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (std::size_t size = random() % 20; text.size() < size;) text += bytes[random() % bytes.size()];
    const bool is_unchanged = Json::parse(protocol::serialize(text)).get<std::string>() == text;
    ASSERT_EQ(protocol::is_utf8(text), is_unchanged) << testing::PrintToString(text);
  }
}

}  // namespace
