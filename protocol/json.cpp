#include "protocol/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace protocol {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";
constexpr std::string_view escaped_replacement_character = "\\ufffd";

/// Receives the events of nlohmann's parser and builds the value, which is no deeper than allowed.
struct Builder {
  Json root;
  std::string problem;

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(double value, const std::string& /*spelling*/) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t& value) { return add(std::move(value)); }
  bool start_object(std::size_t /*size*/) { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    keys_.back() = std::move(name);
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& error) {
    problem = error.what();
    return false;
  }

 private:
  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (deepest_json <= static_cast<int>(open_.size())) {
      problem = fmt::format("nested deeper than {} levels", deepest_json);
      return false;
    }
    open_.push_back(&place(std::move(container)));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  Json& place(Json value) {
    if (open_.empty()) return root = std::move(value);
    Json& container = *open_.back();
    if (container.is_object()) return container[keys_.back()] = std::move(value);
    container.push_back(std::move(value));
    return container.back();
  }

  // A container does not grow while one inside it is open, so the pointers stay good.
  std::vector<Json*> open_;
  std::vector<std::string> keys_;  // of the open containers: the key whose value comes next
};

/// Length of the UTF-8 character that `text` begins with; 0 if it begins with none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || 0xF4 < first) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || high < byte(1)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

enum class Half : std::uint8_t { none, high, low };

/// Which half of a surrogate pair the `\uXXXX` is that `text` begins with.
Half surrogate_half(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u") || (text[2] != 'd' && text[2] != 'D')) return Half::none;
  if (std::string_view("89abAB").find(text[3]) != std::string_view::npos) return Half::high;
  if (std::string_view("cdefCDEF").find(text[3]) != std::string_view::npos) return Half::low;
  return Half::none;
}

/// `text` with U+FFFD for all that is not Unicode.
std::string repaired(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  const auto take = [&](std::size_t length) {
    result += text.substr(0, length);
    text.remove_prefix(std::min(length, text.size()));
  };
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const Half half = surrogate_half(text);
    if (length == 0) {
      result += replacement_character;
      text.remove_prefix(1);
    } else if (half == Half::high && surrogate_half(text.substr(6)) == Half::low) {
      take(12);
    } else if (half != Half::none) {
      result += escaped_replacement_character;
      text.remove_prefix(6);
    } else {
      take(text.front() == '\\' ? 2 : length);  // what a backslash escapes begins nothing
    }
  }
  return result;
}

Result<Json> parse_strictly(std::string_view text) {
  Builder builder;
  if (!Json::sax_parse(text, &builder)) return tl::unexpected(Error{ErrorCode::parse_error, builder.problem});
  return std::move(builder.root);
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  Result<Json> value = parse_strictly(text);
  if (value) return value;
  return parse_strictly(repaired(text));
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    // Nearly all is ASCII: eight bytes at a time.
    std::uint64_t word = 0;
    if (sizeof word <= text.size()) std::memcpy(&word, text.data(), sizeof word);
    const bool is_ascii = sizeof word <= text.size() && (word & 0x8080808080808080U) == 0;
    const std::size_t length = is_ascii ? sizeof word : character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string serialize(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace protocol
