// Archives of cereal that write small numbers as single bytes: most of what is known of a text are small numbers.
// Bytes that one build writes only the same build reads.
#pragma once

#include <cereal/cereal.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/unordered_set.hpp>
#include <cereal/types/vector.hpp>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace analysis {

class CompactOutput : public cereal::OutputArchive<CompactOutput, cereal::AllowEmptyClassElision> {
 public:
  /// Appends to `bytes`, which outlives it.
  explicit CompactOutput(std::string& bytes) : OutputArchive(this), bytes_(bytes) {}

  void append(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }
  /// LEB128: seven bits in each byte, the lowest first.
  void append_number(std::uint64_t number) {
    for (; 0x80 <= number; number >>= 7) bytes_.push_back(static_cast<char>(number | 0x80));
    bytes_.push_back(static_cast<char>(number));
  }

 private:
  std::string& bytes_;
};

/// Throws `cereal::Exception` where the bytes end too early.
class CompactInput : public cereal::InputArchive<CompactInput, cereal::AllowEmptyClassElision> {
 public:
  /// Of `bytes`, which outlive it.
  explicit CompactInput(std::string_view bytes) : InputArchive(this), bytes_(bytes) {}

  void take(void* data, std::size_t size) {
    if (bytes_.size() < size) throw cereal::Exception("the bytes end too early");
    bytes_.copy(static_cast<char*>(data), size);
    bytes_.remove_prefix(size);
  }
  [[nodiscard]] std::uint64_t take_number() {
    if (!bytes_.empty() && static_cast<unsigned char>(bytes_.front()) < 0x80) {  // nearly always
      const auto number = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      return number;
    }
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return number;
    }
    throw cereal::Exception("the bytes end too early");
  }

 private:
  std::string_view bytes_;
};

template <class Archive>
inline constexpr bool is_output = std::is_base_of_v<cereal::detail::OutputArchiveBase, Archive>;

template <class Number>
requires std::is_arithmetic_v<Number>
void CEREAL_SAVE_FUNCTION_NAME(CompactOutput& archive, const Number& number) {
  if constexpr (sizeof(Number) == 1 || !std::unsigned_integral<Number> || sizeof(Number) == 8) {
    archive.append(&number, sizeof number);
  } else {
    archive.append_number(number);
  }
}

template <class Number>
requires std::is_arithmetic_v<Number>
void CEREAL_LOAD_FUNCTION_NAME(CompactInput& archive, Number& number) {
  if constexpr (sizeof(Number) == 1 || !std::unsigned_integral<Number> || sizeof(Number) == 8) {
    archive.take(&number, sizeof number);
  } else {
    number = static_cast<Number>(archive.take_number());
  }
}

template <class Size>
void CEREAL_SAVE_FUNCTION_NAME(CompactOutput& archive, const cereal::SizeTag<Size>& size) {
  archive.append_number(size.size);
}

template <class Size>
void CEREAL_LOAD_FUNCTION_NAME(CompactInput& archive, cereal::SizeTag<Size>& size) {
  size.size = static_cast<std::remove_reference_t<Size>>(archive.take_number());
}

template <class Data>
void CEREAL_SAVE_FUNCTION_NAME(CompactOutput& archive, const cereal::BinaryData<Data>& data) {
  archive.append(data.data, static_cast<std::size_t>(data.size));
}

template <class Data>
void CEREAL_LOAD_FUNCTION_NAME(CompactInput& archive, cereal::BinaryData<Data>& data) {
  archive.take(data.data, static_cast<std::size_t>(data.size));
}

/// Names are for archives that people read.
template <class Archive, class Value>
requires std::same_as<Archive, CompactOutput> || std::same_as<Archive, CompactInput>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& archive, cereal::NameValuePair<Value>& pair) { archive(pair.value); }

/// Writes those of the members that differ from a default value, after one bit for each that says so.
template <class Archive, class Struct, class... Member>
void sparse(Archive& archive, Struct& value, Member Struct::*... members) {
  static_assert(sizeof...(members) <= 32);
  const Struct standard{};
  std::uint32_t given = 0;
  std::uint32_t bit = 1;
  if constexpr (is_output<Archive>) {
    ((given |= value.*members == standard.*members ? 0 : bit, bit <<= 1), ...);
    archive(given);
    bit = 1;
  } else {
    archive(given);
  }
  const auto process = [&](auto& member) {
    if ((given & bit) != 0) archive(member);
    bit <<= 1;
  };
  (process(value.*members), ...);
}

}  // namespace analysis

CEREAL_REGISTER_ARCHIVE(analysis::CompactOutput)
CEREAL_REGISTER_ARCHIVE(analysis::CompactInput)
CEREAL_SETUP_ARCHIVE_TRAITS(analysis::CompactInput, analysis::CompactOutput)
