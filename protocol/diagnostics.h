// Diagnostics, and how they are published.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/basic_types.h"

namespace protocol {

enum class DiagnosticSeverity : std::uint8_t { error = 1, warning = 2, information = 3, hint = 4 };

/// What says that something is not needed.
inline constexpr int unnecessary_tag = 1;

/// Names and values.
using DiagnosticData = std::vector<std::pair<std::string, std::string>>;

struct RelatedInformation {
  Location location;
  std::string message;
};

struct Diagnostic {
  Range range;
  DiagnosticSeverity severity = DiagnosticSeverity::warning;
  std::string code;
  std::string code_url;  // empty: not sent
  std::string source;
  std::string message;
  bool is_unnecessary = false;              // shown faded
  std::vector<RelatedInformation> related;  // empty: not sent
  DiagnosticData data;                      // comes back with code action requests; empty: not sent
};

struct PublishDiagnosticsParams {
  std::string uri;
  std::optional<std::int64_t> version;  // of the text that was looked at
  std::vector<Diagnostic> diagnostics;
};

void to_json(Json& json, const RelatedInformation& related);
void to_json(Json& json, const Diagnostic& diagnostic);
void to_json(Json& json, const PublishDiagnosticsParams& params);

}  // namespace protocol
