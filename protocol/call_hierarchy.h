// Call hierarchy: who leads to a place, and where it leads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/basic_types.h"

namespace protocol {

/// The protocol's numbers.
enum class SymbolKind : std::uint8_t { module = 2, method = 6, field = 8, function = 12, variable = 13 };

/// What the server wrote into an item to know it again.
struct CallHierarchyKey {
  std::string document;  // in which the hierarchy was asked for
  std::string symbol;    // of a shared name; empty for code
  std::string module;    // of code; empty: that of the document
  std::string function;  // of code; empty at module level
};

struct CallHierarchyItem {
  std::string name;
  std::string detail;
  SymbolKind kind = SymbolKind::function;
  std::string uri;
  Range range;
  Range selection_range;  // in `range`
  CallHierarchyKey key;
};

/// Of `callHierarchy/incomingCalls` and `outgoingCalls`.
struct CallHierarchyParams {
  CallHierarchyKey key;
};

/// The ranges are in the document of the caller.
struct IncomingCall {
  CallHierarchyItem from;
  std::vector<Range> ranges;
};
struct OutgoingCall {
  CallHierarchyItem to;
  std::vector<Range> ranges;
};

void from_json(const Json& json, CallHierarchyParams& params);
void to_json(Json& json, const CallHierarchyItem& item);
void to_json(Json& json, const IncomingCall& call);
void to_json(Json& json, const OutgoingCall& call);

}  // namespace protocol
