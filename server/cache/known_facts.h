// The facts of a text, from the store if it knows them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "analysis/analyze.h"
#include "server/cache/facts_store.h"

namespace server {

/// XXH3: equal bytes have equal digests, and others, as far as anybody has seen, have not.
[[nodiscard]] std::uint64_t digest_of_bytes(std::string_view bytes);

/// What makes facts of a text alone. Incomplete when `stop` was requested.
using Examine = std::function<analysis::ModuleFacts(std::string name, std::shared_ptr<const analysis::SourceText> text,
                                                    const std::stop_token& stop)>;

/// `analysis::examine_module` without an earlier text.
[[nodiscard]] analysis::ModuleFacts examine_alone(std::string name, std::shared_ptr<const analysis::SourceText> text,
                                                  const std::stop_token& stop);

/// `examine`, unless the store knows what it would say; else the store learns it. Without a tree, which is many times
/// the size of its text.
[[nodiscard]] analysis::ModuleFacts known_facts(std::string name, std::shared_ptr<const analysis::SourceText> text,
                                                const FactsStore& store, const Examine& examine = examine_alone,
                                                const std::stop_token& stop = {});

}  // namespace server
