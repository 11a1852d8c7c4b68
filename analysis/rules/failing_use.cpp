#include "analysis/rules/failing_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "analysis/rules/conflict.h"

namespace analysis {
namespace {

bool is_number(std::string_view key) {
  if (key.starts_with('-')) key.remove_prefix(1);
  return !key.empty() && std::ranges::all_of(key, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// `X[k]` as it is written here, and more than a replacement of the element or a `get`.
bool needs_element(const RuleContext& context, const Access& access) {
  if (access.depth == 0 || access.kind == AccessKind::test) return false;
  // `d[k]` looks the key up even where `d` is another name of the container; a local that holds the element does not.
  // Constant keys mostly belong to a record of the call.
  const std::string_view key = context.model.symbols.names.text(access.key);
  const bool is_spelled = text_of(context, access.range).find(fmt::format("[{}]", key)) != std::string_view::npos;
  if (access.is_indirect && (!is_spelled || is_constant_key(key))) return false;
  if (access.kind == AccessKind::item_write && access.depth == 1) return access.mutation == Mutation::extend;
  return access.kind != AccessKind::read || text_of(context, access.range).find(".get(") == std::string_view::npos;
}

/// `a, b = X`.
bool is_unpacked(const ConcurrencyModel& model, const Access& access) {
  const FunctionSymbol& function = model.function(access.function);
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    if (op.kind != ir::OpKind::bind || !op.value) return false;
    const ir::Value& value = function.facts->values[op.value.index];
    return value.kind == ir::ValueKind::element && value.place &&
           function.absolute(function.facts->places[value.place.index].range) == access.range;
  });
}

}  // namespace

bool is_constant_key(std::string_view key) {
  return is_number(key) || (!key.empty() && (key.back() == '"' || key.back() == '\''));
}

std::string_view raised_without_key(const RuleContext& context, Name key, const Access& access) {
  if (access.key == key && needs_element(context, access)) {
    return container_in(context.model, access.cell).makes_missing ? std::string_view() : "KeyError";
  }
  if (access.kind != AccessKind::mutate || access.depth != 0) return {};
  const std::string_view method = context.model.symbols.names.text(access.method);
  if (method != "pop" && method != "remove") return {};
  const ir::Call* call = call_of(context.model, access);
  if (call == nullptr || call->argument_count != 1) return {};
  if (argument_text(context, access, 0) != context.model.symbols.names.text(key)) return {};
  const bool is_list = container_in(context.model, access.cell).type == ContainerType::list;
  return method == "remove" && is_list ? "ValueError" : "KeyError";
}

std::string_view raised_when_empty(const RuleContext& context, const Access& access) {
  const ContainerType type = container_in(context.model, access.cell).type;
  const bool is_by_number = access.key && is_number(context.model.symbols.names.text(access.key));
  if (is_by_number && type != ContainerType::dict && needs_element(context, access)) return "IndexError";
  if (access.kind != AccessKind::mutate || access.depth != 0) return {};
  const std::string_view method = context.model.symbols.names.text(access.method);
  if (method == "popitem") return "KeyError";
  if (method != "pop" && method != "popleft") return {};
  const ir::Call* call = call_of(context.model, access);
  if (call == nullptr || 1 < call->argument_count) return {};
  if (call->argument_count == 1 && (type == ContainerType::dict || !is_number(argument_text(context, access, 0))))
    return {};
  return type == ContainerType::set ? "KeyError" : "IndexError";
}

std::string_view raised_by_none(const ConcurrencyModel& model, const Access& access) {
  if (access.is_indirect || access.kind == AccessKind::test) return {};
  if (access.depth == 0) {
    const bool is_method = (access.kind == AccessKind::call_on || access.kind == AccessKind::mutate) && access.method;
    if (is_method) return "AttributeError";
    const bool is_taken_apart =
        access.kind == AccessKind::iterate || (access.kind == AccessKind::read && is_unpacked(model, access));
    return is_taken_apart ? "TypeError" : "";
  }
  return access.key ? "TypeError" : "AttributeError";
}

}  // namespace analysis
