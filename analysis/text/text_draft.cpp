#include "analysis/text/text_draft.h"

#include <utility>

namespace analysis {

// Letters that are typed later fit in as well.
constexpr std::size_t room = 4096;

void TextDraft::replace(TextRange range, std::string_view replacement) {
  if (text_ == nullptr) {
    bytes_.replace(range.begin, range.size(), replacement);
  } else {
    const std::string_view before = text_->bytes();
    bytes_.reserve(before.size() - range.size() + replacement.size() + room);
    bytes_.assign(before.substr(0, range.begin)).append(replacement).append(before.substr(range.end));
    lines_ = text_->lines();
    text_.reset();
  }
  if (longest_text < bytes_.size()) {
    bytes_.resize(longest_text);
    lines_ = LineIndex(bytes_);
    return;
  }
  lines_.replace(bytes_, range, static_cast<std::uint32_t>(replacement.size()));
}

std::uint32_t TextDraft::offset_of(LineColumn place, ColumnUnit unit) const {
  return text_ == nullptr ? lines_.offset_of(bytes_, place, unit) : text_->offset_of(place, unit);
}

const std::shared_ptr<const SourceText>& TextDraft::text() const {
  if (text_ == nullptr) {
    text_ = std::make_shared<const SourceText>(std::exchange(bytes_, {}), std::exchange(lines_, LineIndex("")));
  }
  return text_;
}

}  // namespace analysis
