// A text that is being edited.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "analysis/text/source_text.h"

namespace analysis {

/// Changes are made in place, and what a `SourceText` has besides its bytes is worked out when one is asked for: of
/// many changes in a row each costs only what it moves. For one thread.
class TextDraft {
 public:
  explicit TextDraft(std::shared_ptr<const SourceText> text) : text_(std::move(text)) {}

  /// `range` lies in the text.
  void replace(TextRange range, std::string_view replacement);

  [[nodiscard]] std::string_view bytes() const { return text_ == nullptr ? bytes_ : text_->bytes(); }
  /// See `LineIndex::offset_of`.
  [[nodiscard]] std::uint32_t offset_of(LineColumn place, ColumnUnit unit) const;
  /// Never null; the same pointer until the next change.
  [[nodiscard]] const std::shared_ptr<const SourceText>& text() const;

 private:
  mutable std::shared_ptr<const SourceText> text_;  // null: the rest counts
  mutable std::string bytes_;
  mutable LineIndex lines_{""};
};

}  // namespace analysis
