#include "protocol/call_hierarchy.h"

#include "protocol/json_fields.h"

namespace protocol {

void from_json(const Json& json, CallHierarchyParams& params) {
  const Json& data = json.at("item").at("data");
  params.key = {.document = required<std::string>(data, "document"),
                .symbol = required<std::string>(data, "symbol"),
                .module = required<std::string>(data, "module"),
                .function = required<std::string>(data, "function")};
}

void to_json(Json& json, const CallHierarchyItem& item) {
  json = {{"name", item.name},
          {"detail", item.detail},
          {"kind", static_cast<int>(item.kind)},
          {"uri", item.uri},
          {"range", item.range},
          {"selectionRange", item.selection_range},
          {"data",
           {{"document", item.key.document},
            {"symbol", item.key.symbol},
            {"module", item.key.module},
            {"function", item.key.function}}}};
}

void to_json(Json& json, const IncomingCall& call) { json = {{"from", call.from}, {"fromRanges", call.ranges}}; }

void to_json(Json& json, const OutgoingCall& call) { json = {{"to", call.to}, {"fromRanges", call.ranges}}; }

}  // namespace protocol
