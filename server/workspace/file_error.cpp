#include "server/workspace/file_error.h"

#include <cctype>
#include <system_error>

namespace server {

std::string system_message(int error_number) {
  std::string message = std::generic_category().message(error_number);
  if (!message.empty()) message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  return message;
}

}  // namespace server
