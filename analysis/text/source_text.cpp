#include "analysis/text/source_text.h"

#include <xxhash.h>

#include <algorithm>
#include <limits>

namespace analysis {
namespace {

std::string cut(std::string bytes) {
  constexpr std::size_t limit = std::numeric_limits<std::uint32_t>::max() - 1;
  if (limit < bytes.size()) bytes.resize(limit);
  return bytes;
}

std::string spliced(std::string_view text, TextRange replaced, std::string_view replacement) {
  std::string bytes;
  bytes.reserve(text.size() - replaced.size() + replacement.size());
  bytes.append(text.substr(0, replaced.begin)).append(replacement).append(text.substr(replaced.end));
  return cut(std::move(bytes));
}

}  // namespace

SourceText::SourceText(std::string bytes)
    : bytes_(cut(std::move(bytes))), lines_(bytes_), digest_(XXH3_64bits(bytes_.data(), bytes_.size())) {}

SourceText::SourceText(const SourceText& before, TextRange replaced, std::string_view replacement)
    : bytes_(spliced(before.bytes(), replaced, replacement)),
      // Where the text was cut at its limit the lines are counted anew.
      lines_(bytes_.size() == before.bytes().size() - replaced.size() + replacement.size()
                 ? LineIndex(before.lines(), bytes_, replaced, static_cast<std::uint32_t>(replacement.size()))
                 : LineIndex(bytes_)),
      digest_(XXH3_64bits(bytes_.data(), bytes_.size())) {}

std::string_view SourceText::slice(TextRange range) const {
  const auto size = static_cast<std::uint32_t>(bytes_.size());
  const std::uint32_t begin = std::min(range.begin, size);
  const std::uint32_t end = std::clamp(range.end, begin, size);
  return std::string_view(bytes_).substr(begin, end - begin);
}

std::shared_ptr<const SourceText> make_source_text(std::string bytes) {
  return std::make_shared<const SourceText>(std::move(bytes));
}

std::shared_ptr<const SourceText> make_source_text(const SourceText& before, TextRange replaced,
                                                   std::string_view replacement) {
  return std::make_shared<const SourceText>(before, replaced, replacement);
}

}  // namespace analysis
