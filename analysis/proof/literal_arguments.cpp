#include "analysis/proof/literal_arguments.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where the string ends that begins at a quote.
std::size_t end_of_string(std::string_view text, std::size_t quote) {
  const std::string_view triple = text.substr(quote, 3);
  const bool is_triple = triple.size() == 3 && triple[1] == triple[0] && triple[2] == triple[0];
  const std::string_view end = text.substr(quote, is_triple ? 3 : 1);
  for (std::size_t at = quote + end.size(); at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text.substr(at).starts_with(end)) {
      return at + end.size();
    }
  }
  return text.size();
}

/// `"x"`, `-1`, `[("a", None)]`: what means the same everywhere, for it names nothing.
bool is_literal(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"' || text[at] == '\'') {
      at = end_of_string(text, at);
    } else if (std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
      at = std::min(text.find_first_not_of("0123456789abcdefoxjABCDEFOXJ._", at), text.size());
    } else if (begins_name(text[at])) {
      std::size_t end = at;
      while (end < text.size() && (begins_name(text[end]) || std::isdigit(static_cast<unsigned char>(text[end])) != 0))
        ++end;
      static constexpr std::array<std::string_view, 9> harmless{"None", "True", "False", "b", "r", "u", "B", "R", "br"};
      if (std::ranges::find(harmless, text.substr(at, end - at)) == harmless.end()) return false;
      const bool is_prefix = text[at] != 'N' && text[at] != 'T' && text[at] != 'F';
      if (is_prefix && (end == text.size() || (text[end] != '"' && text[end] != '\''))) return false;
      at = end;
    } else if (std::string_view("[](){},:+-* \t\r\n").find(text[at]) == std::string_view::npos) {
      return false;
    } else {
      ++at;
    }
  }
  return true;
}

/// `text` gives what is at a range of the statement.
template <class TextAt>
std::optional<std::string> arguments_of(const ir::StatementFacts& facts, const ir::Call& call, const TextAt& text) {
  std::string result;
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Argument& argument = facts.arguments[call.first_argument + i];
    if (argument.is_splat || !argument.value) return {};
    const std::string_view value = text(facts.values[argument.value.index].range);
    if (value.empty() || !is_literal(value)) return {};
    if (!result.empty()) result += ", ";
    if (argument.keyword) result += facts.names[argument.keyword.index] + '=';
    result += value;
  }
  return result;
}

/// `shop.codecs.load`; empty when the place is more than names.
std::string dotted(const ir::StatementFacts& facts, const ir::Place& place) {
  if (!place.root) return {};
  std::string result = facts.names[place.root.index];
  for (std::uint32_t i = 0; i < place.segment_count; ++i) {
    const ir::Segment& segment = facts.segments[place.first_segment + i];
    if (segment.kind != ir::Segment::Kind::attribute || !segment.name) return {};
    result += '.' + facts.names[segment.name.index];
  }
  return result;
}

bool names(const ProjectIndex& project, const ProjectModule& module, const std::string& place, const Callee& callee) {
  const auto found = place.empty() ? std::nullopt : project.resolve_in(module, place);
  return found && found->name == callee.name && found->module->summary->name == callee.module;
}

/// Whether the module calls what the callee names, to make an object of it.
bool makes_objects(const ProjectIndex& project, const ProjectModule& module, const Callee& callee) {
  for (std::size_t i = 0; i < module.statement_count(); ++i) {
    if (!module.may_name(i, callee.name)) continue;
    const std::shared_ptr<const ir::StatementFacts> facts = module.statement(i).facts;
    const bool makes = std::ranges::any_of(facts->calls, [&](const ir::Call& call) {
      const ir::Place& place = facts->places[call.callee.index];
      return last_name(*facts, place) == callee.name && names(project, module, dotted(*facts, place), callee);
    });
    if (makes) return true;
  }
  return false;
}

/// The arguments of a call in the module whose place is one that `is_wanted`.
template <class Wanted>
std::optional<std::string> arguments_in(const ProjectModule& module, const Wanted& is_wanted) {
  for (const ir::PlacedStatement& statement : module.statements()) {
    const ir::StatementFacts& facts = *statement.facts;
    const auto text = [&](TextRange range) { return module.text()->slice(shifted(range, statement.begin)); };
    for (const ir::Call& call : facts.calls) {
      if (!is_wanted(facts, facts.places[call.callee.index])) continue;
      if (auto arguments = arguments_of(facts, call, text)) return arguments;
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> literal_arguments(const RuleContext& context, const CallSite& site) {
  const FunctionSymbol& caller = context.model.function(site.caller);
  return arguments_of(*caller.facts, *site.call,
                      [&](TextRange range) { return text_of(context, caller.absolute(range)); });
}

std::optional<std::string> literal_arguments(const ProjectIndex& project, const Callee& callee) {
  const std::string end = callee.method.empty() ? "" : '.' + callee.method;
  const std::string& last = callee.method.empty() ? callee.name : callee.method;
  for (const auto& module : project.modules()) {
    const auto is_call = [&](const ir::StatementFacts& facts, const ir::Place& place) {
      if (last_name(facts, place) != last) return false;
      std::string text = dotted(facts, place);
      if (!text.ends_with(end)) return false;
      text.resize(text.size() - end.size());
      return names(project, *module, text, callee);
    };
    if (auto arguments = arguments_in(*module, is_call)) return arguments;
  }
  return {};
}

std::optional<std::string> literal_arguments_to_objects(const ProjectIndex& project, const Callee& callee) {
  for (const auto& module : project.modules()) {
    const auto is_call = [&](const ir::StatementFacts& facts, const ir::Place& place) {
      return place.segment_count != 0 && last_name(facts, place) == callee.method;
    };
    if (!makes_objects(project, *module, callee)) continue;
    if (auto arguments = arguments_in(*module, is_call)) return arguments;
  }
  return {};
}

}  // namespace analysis
