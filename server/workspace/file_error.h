// Why a file or folder could not be used.
#pragma once

#include <string>

namespace server {

struct FileError {
  std::string path;     // as the user spelled it
  std::string message;  // "permission denied"
  friend auto operator<=>(const FileError&, const FileError&) = default;
};

/// The system's word for an error number, as our messages spell it.
[[nodiscard]] std::string system_message(int error_number);

}  // namespace server
