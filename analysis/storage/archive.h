// How the structures that are stored are written and read: one list of members each, for both directions, by cereal.
// Bytes that one build writes only the same build reads (see server/cache), so tables of plain values are copied as
// they lie in memory.
#pragma once

#include <cereal/archives/binary.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <type_traits>

#include "analysis/project/module_summary.h"
#include "analysis/rules/finding.h"
#include "analysis/rules/rule_settings.h"
#include "analysis/semantics/ir.h"

namespace analysis {

/// A table of plain values.
template <class Item>
struct Table {
  static_assert(std::is_trivially_copyable_v<Item>);
  std::vector<Item>& items;
};

/// The archive that writes does not change what it is given.
template <class Item>
Table<Item> table(const std::vector<Item>& items) {
  return {const_cast<std::vector<Item>&>(items)};
}

template <class Archive, class Item>
void save(Archive& archive, const Table<Item>& table) {
  archive(cereal::make_size_tag(static_cast<cereal::size_type>(table.items.size())));
  archive(cereal::binary_data(table.items.data(), table.items.size() * sizeof(Item)));
}

template <class Archive, class Item>
void load(Archive& archive, Table<Item>& table) {
  cereal::size_type size = 0;
  archive(cereal::make_size_tag(size));
  table.items.resize(size);
  archive(cereal::binary_data(table.items.data(), size * sizeof(Item)));
}

template <class Archive, class Tag>
void serialize(Archive& archive, Id<Tag>& id) {
  archive(id.index);
}

template <class Archive>
void serialize(Archive& archive, TextRange& range) {
  archive(range.begin, range.end);
}

template <class Archive>
void serialize(Archive& archive, TextEdit& edit) {
  archive(edit.range, edit.replacement);
}

namespace ir {

template <class Archive>
void serialize(Archive& archive, Function& function) {
  archive(function.kind, function.is_async, function.is_generator, function.mentions_threads,
          function.says_lock_is_held, function.name, function.parent, function.owner, table(function.parameters),
          table(function.globals), table(function.nonlocals), table(function.decorators), function.range,
          function.name_range, function.body, table(function.ops));
}

template <class Archive>
void serialize(Archive& archive, Class& class_) {
  archive(class_.mentions_threads, class_.name, class_.parent, class_.body, table(class_.bases),
          table(class_.decorators), class_.metaclass, class_.range, class_.name_range);
}

template <class Archive>
void serialize(Archive& archive, StatementFacts& facts) {
  archive(facts.key, facts.has_error, facts.is_in_broken_tree, facts.mentions_threads, facts.size, facts.names,
          table(facts.places), table(facts.segments), table(facts.values), table(facts.arguments), table(facts.calls),
          table(facts.tests), table(facts.exceptions), facts.functions, facts.classes, table(facts.imports),
          table(facts.directives));
}

}  // namespace ir

template <class Archive>
void serialize(Archive& archive, ForeignUse& use) {
  archive(use.module, use.name, use.is_mutation);
}

template <class Archive>
void serialize(Archive& archive, ForeignChange& change) {
  archive(change.module, change.name, change.statement);
}

template <class Archive>
void serialize(Archive& archive, ImportedName& name) {
  archive(name.modules, name.member);
}

template <class Archive>
void serialize(Archive& archive, ClassOutline& outline) {
  archive(outline.name, outline.statement, outline.bases, outline.tested, outline.written);
}

template <class Archive>
void serialize(Archive& archive, HeldObject& object) {
  archive(object.maker, object.statement);
}

template <class Archive>
void serialize(Archive& archive, ModuleSummary& summary) {
  archive(summary.name, summary.uses, summary.imports, summary.star_imports, summary.definitions, summary.classes,
          summary.held_objects, summary.changes, summary.digest);
}

template <class Archive>
void serialize(Archive& archive, Step& step) {
  archive(step.thread, step.access, step.function, step.name, step.text, step.module, step.range);
}

template <class Archive>
void serialize(Archive& archive, Fix& fix) {
  archive(fix.title, fix.applicability, fix.is_preferred, fix.edits, fix.disabled_reason);
}

template <class Archive>
void serialize(Archive& archive, AddedKnowledge& added) {
  archive(added.lock_types, added.thread_safe_types, added.entry_points);
}

template <class Archive>
void serialize(Archive& archive, RuleSettings& settings) {
  archive(settings.selected, settings.ignored, settings.severities, settings.preview, settings.threads,
          settings.has_recent_gil, settings.defaultdict_keeps_first, settings.added, settings.baseline);
}

}  // namespace analysis
