// Names and the chains of `.attribute`, `[key]` and `(…)` behind them, with Python's other spellings of an attribute.
#include "analysis/semantics/lower_place.h"

#include <array>

#include "analysis/semantics/library_knowledge.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;
using ir::Segment;
using ir::Value;
using ir::ValueKind;

bool is_link(Kind kind) {
  return kind == Kind::attribute || kind == Kind::subscript || kind == Kind::call ||
         kind == Kind::parenthesized_expression;
}

[[gnu::noinline]] void follow_attribute(State& state, Chain& chain, NodeIndex link) {
  make_place(chain);
  const NodeIndex name = state.operand(link, 1);
  if (state.kind(name) == Kind::identifier) {
    state.segments.push_back({Segment::Kind::attribute, state.names.intern(state.slice(name))});
  }
}

bool ends_in_dict(const State& state, const Chain& chain) {
  return chain.mark < state.segments.size() && state.segments.back().kind == Segment::Kind::attribute &&
         state.names.text(state.segments.back().name) == "__dict__";
}

[[gnu::noinline]] void follow_subscript(State& state, Chain& chain, NodeIndex link) {
  make_place(chain);
  const NodeIndex key = state.operand(link, 1);
  const std::string_view attribute = identifier_in_string(state.slice(key));
  if (!attribute.empty() && ends_in_dict(state, chain)) {
    state.segments.back().name = state.names.intern(attribute);
    return;
  }
  ir::NameId name;
  if (key != 0) name = key_name(state, lower_expression(state, key));
  for (NodeIndex other = state.node(key).next; other != 0; other = state.node(other).next) {
    evaluate(state, other);
    name = {};
  }
  state.segments.push_back({Segment::Kind::item, name});
}

[[gnu::noinline]] void push_argument(State& state, NodeIndex node) {
  ir::Argument argument;
  Value value;
  switch (state.kind(node)) {
    case Kind::keyword_argument:
      argument.keyword = state.names.intern(state.slice(state.operand(node, 0)));
      value = lower_expression(state, state.operand(node, 1));
      break;
    case Kind::list_splat:
    case Kind::dictionary_splat:
      argument.is_splat = true;
      value = lower_expression(state, state.operand(node, 0));
      break;
    default:
      value = lower_expression(state, node);
  }
  argument.value = state.add(value);
  // CPython copies a dictionary, `**x`, in one step.
  if (state.kind(node) == Kind::list_splat) state.emit(OpKind::iterate, value.range).value = argument.value;
  state.arguments.push_back(argument);
}

}  // namespace

void make_place(Chain& chain) {
  if (chain.is_place) return;
  chain.is_place = true;
  if (chain.value.kind == ValueKind::call) chain.root_call = chain.value.call;
}

ir::PlaceId finish(State& state, Chain& chain) {
  make_place(chain);
  ir::Place place;
  place.root = chain.root;
  place.root_call = chain.root_call;
  place.first_segment = static_cast<std::uint32_t>(state.facts.segments.size());
  place.segment_count = static_cast<std::uint32_t>(state.segments.size() - chain.mark);
  place.is_global_lookup = chain.is_global_lookup;
  place.range = chain.range;
  const auto first = state.segments.begin() + static_cast<std::ptrdiff_t>(chain.mark);
  state.facts.segments.insert(state.facts.segments.end(), first, state.segments.end());
  state.segments.resize(chain.mark);
  return state.add(place);
}

void follow_call(State& state, Chain& chain, NodeIndex link) {
  ir::Call call;
  call.range = state.range(link);
  call.callee = finish(state, chain);
  const std::size_t mark = state.arguments.size();
  const NodeIndex list = state.operand(link, 1);
  if (state.kind(list) == Kind::argument_list) {
    for (NodeIndex child = state.node(list).first_child; child != 0; child = state.node(child).next) {
      push_argument(state, child);
    }
  } else if (list != 0) {
    push_argument(state, list);
  }
  call.first_argument = static_cast<std::uint32_t>(state.facts.arguments.size());
  call.argument_count = static_cast<std::uint32_t>(state.arguments.size() - mark);
  const auto first = state.arguments.begin() + static_cast<std::ptrdiff_t>(mark);
  state.facts.arguments.insert(state.facts.arguments.end(), first, state.arguments.end());
  state.arguments.resize(mark);
  const ir::CallId id{static_cast<std::uint32_t>(state.facts.calls.size())};
  state.facts.calls.push_back(call);
  state.emit(OpKind::call, call.range).call = id;
  chain = {.is_place = false,
           .mark = chain.mark,
           .value = {.kind = ValueKind::call, .call = id, .range = call.range},
           .range = call.range};
}

Chain follow(State& state, NodeIndex node) {
  Chain chain;
  chain.mark = state.segments.size();
  chain.range = state.range(node);
  chain.value.range = chain.range;
  const std::size_t first_link = state.nodes.size();
  NodeIndex base = node;
  for (; is_link(state.kind(base)); base = state.operand(base, 0)) state.nodes.push_back(base);
  chain.range = state.range(base);
  if (state.kind(base) == Kind::identifier) {
    chain.is_place = true;
    chain.root = state.resolve(state.slice(base));
  } else {
    chain.value = lower_expression(state, base);
  }
  while (first_link < state.nodes.size()) {
    const NodeIndex link = state.nodes.back();
    state.nodes.pop_back();
    if (state.kind(link) == Kind::parenthesized_expression) continue;
    if (state.kind(link) == Kind::attribute) {
      follow_attribute(state, chain, link);
    } else if (state.kind(link) == Kind::subscript) {
      follow_subscript(state, chain, link);
    } else if (!follow_special_call(state, chain, link, first_link)) {
      follow_call(state, chain, link);
    } else {
      continue;
    }
    chain.range = state.range(link);
  }
  return chain;
}

ir::Value lower_chain(State& state, NodeIndex node) {
  Chain chain = follow(state, node);
  if (!chain.is_place) return chain.value;
  const ir::PlaceId place = finish(state, chain);
  state.emit_read(place);
  return {.kind = ValueKind::place, .place = place, .range = state.place(place).range};
}

ir::PlaceId lower_place(State& state, NodeIndex node) {
  node = without_parentheses(state, node);
  if (state.kind(node) != Kind::identifier && !is_link(state.kind(node))) return {};
  Chain chain = follow(state, node);
  if (!chain.is_place) return {};
  return finish(state, chain);
}

std::string_view identifier_in_string(std::string_view literal) {
  const std::size_t quote = literal.find_first_of("'\"");
  if (quote == std::string_view::npos || 1 < quote || literal.size() < quote + 3) return {};
  if (quote == 1 && literal[0] != 'u' && literal[0] != 'r' && literal[0] != 'U' && literal[0] != 'R') return {};
  if (literal.back() != literal[quote]) return {};
  const std::string_view name = literal.substr(quote + 1, literal.size() - quote - 2);
  for (const char c : name) {
    const bool is_letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_' || (c & 0x80) != 0;
    const bool is_digit = '0' <= c && c <= '9';
    if (!is_letter && !(is_digit && &c != name.data())) return {};
  }
  return name;
}

ir::NameId key_name(State& state, const ir::Value& value) {
  const std::string_view text = state.slice(value.range);
  switch (value.kind) {
    case ValueKind::none:
    case ValueKind::boolean:
    case ValueKind::number:
      return state.names.intern(text);
    case ValueKind::string: {
      const bool is_template =
          text.substr(0, text.find_first_of("'\"")).find_first_of("fFtT") != std::string_view::npos;
      return is_template ? ir::NameId{} : state.names.intern(text);
    }
    case ValueKind::place: {
      const ir::Place& place = state.place(value.place);
      const bool is_dotted = place.root && text.find_first_of("([ \t\r\n\\") == std::string_view::npos;
      return is_dotted ? state.names.intern(text) : ir::NameId{};
    }
    case ValueKind::call: {
      return is_thread_identity(text) ? state.names.intern(text) : ir::NameId{};
    }
    default:
      return {};
  }
}

ir::PlaceId derived_place(State& state, ir::PlaceId from, std::uint32_t dropped, ir::Segment segment) {
  ir::Place place = state.place(from);
  const std::uint32_t kept = place.segment_count - dropped;
  const std::uint32_t old_first = place.first_segment;
  place.first_segment = static_cast<std::uint32_t>(state.facts.segments.size());
  place.segment_count = kept + 1;
  for (std::uint32_t i = 0; i < kept; ++i) {
    const Segment copy = state.facts.segments[old_first + i];
    state.facts.segments.push_back(copy);
  }
  state.facts.segments.push_back(segment);
  return state.add(place);
}

}  // namespace analysis::lowering
