#include "protocol/diagnostics_text.h"

#include "protocol/message.h"

// Not with RAPIDJSON_SSE2: of release 1.1, it forgets to escape U+001A to U+001F.
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace protocol {
namespace {

/// JSON that grows at its end.
class Output {
 public:
  explicit Output(std::size_t capacity) : buffer_(nullptr, capacity) {}

  /// A piece of JSON that is right as it stands.
  void json(std::string_view piece) { std::ranges::copy(piece, buffer_.Push(piece.size())); }
  /// A value; bytes that are not UTF-8 stay what they are.
  void string(std::string_view text) {
    Writer(buffer_).String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void number(std::int64_t value) { Writer(buffer_).Int64(value); }

  [[nodiscard]] std::string_view text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  // Only for single values: to be told of each bracket would cost it more than these do.
  using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

  rapidjson::StringBuffer buffer_;
};

void write(Output& output, const Range& range) {
  output.json(R"({"start":{"line":)");
  output.number(range.start.line);
  output.json(R"(,"character":)");
  output.number(range.start.character);
  output.json(R"(},"end":{"line":)");
  output.number(range.end.line);
  output.json(R"(,"character":)");
  output.number(range.end.character);
  output.json("}}");
}

void write(Output& output, const RelatedInformation& related) {
  output.json(R"({"location":{"uri":)");
  output.string(related.location.uri);
  output.json(R"(,"range":)");
  write(output, related.location.range);
  output.json(R"(},"message":)");
  output.string(related.message);
  output.json("}");
}

void write(Output& output, const DiagnosticData& data) {
  output.json("{");
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (i != 0) output.json(",");
    output.string(data[i].first);
    output.json(":");
    output.string(data[i].second);
  }
  output.json("}");
}

template <class T>
void write(Output& output, const std::vector<T>& all) {
  output.json("[");
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != 0) output.json(",");
    write(output, all[i]);
  }
  output.json("]");
}

void write(Output& output, const Diagnostic& diagnostic) {
  output.json(R"({"range":)");
  write(output, diagnostic.range);
  output.json(R"(,"severity":)");
  output.number(static_cast<int>(diagnostic.severity));
  output.json(R"(,"code":)");
  output.string(diagnostic.code);
  output.json(R"(,"source":)");
  output.string(diagnostic.source);
  output.json(R"(,"message":)");
  output.string(diagnostic.message);
  if (!diagnostic.code_url.empty()) {
    output.json(R"(,"codeDescription":{"href":)");
    output.string(diagnostic.code_url);
    output.json("}");
  }
  if (diagnostic.is_unnecessary) {
    output.json(R"(,"tags":[)");
    output.number(unnecessary_tag);
    output.json("]");
  }
  if (!diagnostic.related.empty()) {
    output.json(R"(,"relatedInformation":)");
    write(output, diagnostic.related);
  }
  if (!diagnostic.data.empty()) {
    output.json(R"(,"data":)");
    write(output, diagnostic.data);
  }
  output.json("}");
}

}  // namespace

std::string diagnostics_text(const std::vector<Diagnostic>& diagnostics) {
  constexpr std::size_t usual_size = 1024;
  Output output(usual_size * diagnostics.size());
  write(output, diagnostics);
  // The writer takes bytes as they are. What is broken is rare, and printed as everywhere else.
  return is_utf8(output.text()) ? std::string(output.text()) : serialize(Json(diagnostics));
}

std::string publish_diagnostics_body(const std::string& uri, std::optional<std::int64_t> version,
                                     std::string_view diagnostics) {
  const std::string number = version ? R"(,"version":)" + std::to_string(*version) : "";
  const std::string before = R"({"uri":)" + serialize(Json(uri)) + number + R"(,"diagnostics":)";
  return notification_text("textDocument/publishDiagnostics", {before, diagnostics, "}"});
}

}  // namespace protocol
