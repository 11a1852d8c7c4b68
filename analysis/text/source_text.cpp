#include "analysis/text/source_text.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace analysis {
namespace {

std::string cut(std::string bytes) {
  if (longest_text < bytes.size()) bytes.resize(longest_text);
  return bytes;
}

}  // namespace

SourceText::SourceText(std::string bytes)
    : bytes_(cut(std::move(bytes))), lines_(bytes_), digest_(XXH3_64bits(bytes_.data(), bytes_.size())) {}

SourceText::SourceText(std::string bytes, LineIndex lines)
    : bytes_(std::move(bytes)), lines_(std::move(lines)), digest_(XXH3_64bits(bytes_.data(), bytes_.size())) {}

std::string_view SourceText::slice(TextRange range) const {
  const auto size = static_cast<std::uint32_t>(bytes_.size());
  const std::uint32_t begin = std::min(range.begin, size);
  const std::uint32_t end = std::clamp(range.end, begin, size);
  return std::string_view(bytes_).substr(begin, end - begin);
}

std::shared_ptr<const SourceText> make_source_text(std::string bytes) {
  return std::make_shared<const SourceText>(std::move(bytes));
}

}  // namespace analysis
