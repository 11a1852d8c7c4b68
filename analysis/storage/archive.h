// How the structures that are stored are written and read: one list of members each, for both directions, by cereal.
#pragma once

#include "analysis/project/links.h"
#include "analysis/project/module_summary.h"
#include "analysis/rules/finding.h"
#include "analysis/rules/rule_settings.h"
#include "analysis/semantics/ir_archive.h"

namespace analysis {

template <class Archive>
void serialize(Archive& archive, TextEdit& edit) {
  archive(edit.range, edit.replacement);
}

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
  archive(summary.name, summary.uses, summary.imports, summary.star_imports, summary.definitions, summary.closed,
          summary.classes, summary.held_objects, summary.changes, summary.digest);
}

template <class Archive>
void serialize(Archive& archive, Links::Member& member) {
  archive(member.module, member.index);
}

/// But for what follows from the modules, and what is made when it is asked for.
template <class Archive>
void serialize(Archive& archive, Links& links) {
  archive(links.modules, links.uses, links.relatives, links.subclasses, links.holders, links.changers);
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
