#include "server/cache/known_facts.h"

#include <xxhash.h>

#include <utility>

#include "analysis/storage/stored.h"

namespace server {

std::uint64_t digest_of_bytes(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

analysis::ModuleFacts examine_alone(std::string name, std::shared_ptr<const analysis::SourceText> text,
                                    const std::stop_token& stop) {
  return analysis::examine_module(std::move(name), std::move(text), nullptr, stop);
}

analysis::ModuleFacts known_facts(std::string name, std::shared_ptr<const analysis::SourceText> text,
                                  const FactsStore& store, const Examine& examine, const std::stop_token& stop) {
  const std::uint64_t key = text->digest();
  if (auto bytes = store.find_facts(key)) {
    if (auto statements = analysis::decode_statements(*bytes))
      return analysis::recall_module(std::move(name), std::move(text), *std::move(statements));
  }
  analysis::ModuleFacts facts = examine(std::move(name), std::move(text), stop);
  analysis::forget_tree(facts);
  if (store.is_open() && !stop.stop_requested()) store.keep_facts(key, analysis::encode(facts.statements));
  return facts;
}

}  // namespace server
