// Builtins that stand for an attribute or a global: `type`, `getattr`, `setattr`, `delattr`, `vars`, `globals`,
// `super`.
#include <array>

#include "analysis/semantics/lower_place.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;
using ir::Segment;
using ir::ValueKind;

struct Arguments {
  std::array<NodeIndex, 3> nodes{};
  unsigned count = 0;
};

/// The arguments if there are at most three, all positional.
[[gnu::noinline]] bool plain_arguments(const State& state, NodeIndex link, Arguments& arguments) {
  const NodeIndex list = state.operand(link, 1);
  if (state.kind(list) != Kind::argument_list) return false;
  for (NodeIndex child = state.node(list).first_child; child != 0; child = state.node(child).next) {
    const Kind kind = state.kind(child);
    const bool is_plain = kind != Kind::keyword_argument && kind != Kind::list_splat &&
                          kind != Kind::dictionary_splat && kind != Kind::error && !state.node(child).is_missing;
    if (!is_plain || arguments.count == arguments.nodes.size()) return false;
    arguments.nodes[arguments.count++] = without_parentheses(state, child);
  }
  return true;
}

void push_attribute(State& state, std::string_view name) {
  state.segments.push_back({Segment::Kind::attribute, state.names.intern(name)});
}

/// The chain behind an argument, as a place.
[[gnu::noinline]] Chain follow_argument(State& state, NodeIndex node, TextRange range) {
  Chain chain = follow(state, node);
  make_place(chain);
  chain.range = range;
  return chain;
}

/// The link around the current one if it is a subscript with a constant name; its name.
std::string_view next_key(const State& state, std::size_t first_link) {
  if (state.nodes.size() == first_link) return {};
  const NodeIndex next = state.nodes.back();
  if (state.kind(next) != Kind::subscript || state.operand(next, 2) != 0) return {};
  return identifier_in_string(state.slice(state.operand(next, 1)));
}

/// `type(x)` is the place `x.__class__`.
[[gnu::noinline]] bool follow_type(State& state, Chain& chain, NodeIndex link, const Arguments& arguments) {
  if (arguments.count != 1) return false;
  const Kind kind = state.kind(arguments.nodes[0]);
  if (kind != Kind::identifier && kind != Kind::attribute && kind != Kind::subscript && kind != Kind::call)
    return false;
  chain = follow_argument(state, arguments.nodes[0], state.range(link));
  push_attribute(state, "__class__");
  return true;
}

[[gnu::noinline]] bool follow_getattr(State& state, Chain& chain, NodeIndex link, const Arguments& arguments) {
  const std::string_view name = identifier_in_string(state.slice(arguments.nodes[1]));
  if (arguments.count < 2 || name.empty()) return false;
  chain = follow_argument(state, arguments.nodes[0], state.range(link));
  if (arguments.count == 3) evaluate(state, arguments.nodes[2]);
  push_attribute(state, name);
  return true;
}

/// `setattr(x, "a", v)` binds, `delattr(x, "a")` removes; both give None.
[[gnu::noinline]] bool follow_change(State& state, Chain& chain, NodeIndex link, const Arguments& arguments,
                                     OpKind change) {
  const std::string_view name = identifier_in_string(state.slice(arguments.nodes[1]));
  if (arguments.count != (change == OpKind::bind ? 3U : 2U) || name.empty()) return false;
  const TextRange range = state.range(link);
  Chain changed = follow_argument(state, arguments.nodes[0], range);
  ir::ValueId value;
  if (change == OpKind::bind) value = state.add(lower_expression(state, arguments.nodes[2]));
  push_attribute(state, name);
  const ir::PlaceId place = finish(state, changed);
  ir::Op& op = state.emit(change, range);
  op.place = place;
  op.value = value;
  chain = {.is_place = false, .mark = changed.mark, .value = {.kind = ValueKind::none, .range = range}, .range = range};
  return true;
}

/// `vars(x)["a"]` is `x.a`.
[[gnu::noinline]] bool follow_vars(State& state, Chain& chain, const Arguments& arguments, std::size_t first_link) {
  const std::string_view key = next_key(state, first_link);
  if (arguments.count != 1 || key.empty()) return false;
  const NodeIndex subscript = state.nodes.back();
  state.nodes.pop_back();
  chain = follow_argument(state, arguments.nodes[0], state.range(subscript));
  push_attribute(state, key);
  return true;
}

[[gnu::noinline]] void become_global(State& state, Chain& chain, std::string_view name, TextRange range) {
  chain.root = state.names.intern(name);
  chain.is_global_lookup = true;
  chain.range = range;
}

/// `globals()["X"]` and `globals().get("X")` are the global `X`.
[[gnu::noinline]] bool follow_globals(State& state, Chain& chain, const Arguments& arguments, std::size_t first_link) {
  if (arguments.count != 0) return false;
  if (const std::string_view key = next_key(state, first_link); !key.empty()) {
    const NodeIndex subscript = state.nodes.back();
    state.nodes.pop_back();
    become_global(state, chain, key, state.range(subscript));
    return true;
  }
  if (state.nodes.size() < first_link + 2) return false;
  const NodeIndex method = state.nodes.back();
  const NodeIndex call = state.nodes[state.nodes.size() - 2];
  if (state.kind(method) != Kind::attribute || state.slice(state.operand(method, 1)) != "get") return false;
  Arguments of_get;
  if (state.kind(call) != Kind::call || !plain_arguments(state, call, of_get) || of_get.count == 0) return false;
  const std::string_view key = identifier_in_string(state.slice(of_get.nodes[0]));
  if (key.empty()) return false;
  state.nodes.resize(state.nodes.size() - 2);
  if (of_get.count == 2) evaluate(state, of_get.nodes[1]);
  become_global(state, chain, key, state.range(call));
  return true;
}

/// `super()` and `super(C, self)` are the place `self.super`, self being the first parameter or what is given.
[[gnu::noinline]] bool follow_super(State& state, Chain& chain, NodeIndex link, const Arguments& arguments) {
  ir::NameId receiver;
  if (arguments.count == 0) receiver = state.scope().first_parameter;
  if (arguments.count == 2 && state.kind(arguments.nodes[1]) == Kind::identifier) {
    receiver = state.resolve(state.slice(arguments.nodes[1]));
  }
  if (!receiver) return false;
  chain.root = receiver;
  chain.range = state.range(link);
  push_attribute(state, "super");
  return true;
}

}  // namespace

bool follow_special_call(State& state, Chain& chain, NodeIndex link, std::size_t first_link) {
  const bool is_name = chain.is_place && chain.root && !chain.is_global_lookup && chain.mark == state.segments.size();
  if (!is_name) return false;
  const std::string_view name = state.names.text(chain.root);
  if (name.size() != 4 && name.size() != 5 && name.size() != 7) return false;
  const bool is_special = name == "type" || name == "vars" || name == "super" || name == "getattr" ||
                          name == "setattr" || name == "delattr" || name == "globals";
  Arguments arguments;
  const Descent descent(state);
  if (!is_special || !descent || !plain_arguments(state, link, arguments)) return false;
  if (name == "type") return follow_type(state, chain, link, arguments);
  if (name == "getattr") return follow_getattr(state, chain, link, arguments);
  if (name == "setattr") return follow_change(state, chain, link, arguments, OpKind::bind);
  if (name == "delattr") return follow_change(state, chain, link, arguments, OpKind::remove);
  if (name == "vars") return follow_vars(state, chain, arguments, first_link);
  if (name == "super") return follow_super(state, chain, link, arguments);
  return follow_globals(state, chain, arguments, first_link);
}

}  // namespace analysis::lowering
