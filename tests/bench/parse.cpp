#include "tests/bench/parse.h"

#include <tree_sitter/api.h>

#include <atomic>
#include <thread>

#include "analysis/syntax/python_grammar.h"
#include "tests/bench/statistics.h"

namespace bench {

double parse_time(const std::vector<std::string>& texts, unsigned threads) {
  const Clock::time_point begin = Clock::now();
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    TSParser* const parser = ts_parser_new();
    ts_parser_set_language(parser, analysis::python_language());
    for (std::size_t index = next++; index < texts.size(); index = next++) {
      const std::string& text = texts[index];
      ts_tree_delete(ts_parser_parse_string(parser, nullptr, text.data(), static_cast<std::uint32_t>(text.size())));
    }
    ts_parser_delete(parser);
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  return milliseconds_since(begin);
}

}  // namespace bench
