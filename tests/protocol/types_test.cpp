// Messages as clients write them, in our types and back.
#include <gmock/gmock.h>

#include "protocol/command.h"
#include "protocol/custom.h"
#include "protocol/file_operations.h"
#include "protocol/notebook.h"
#include "protocol/window.h"

namespace {

using protocol::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(FileOperationParams, NameFilesBeforeAndAfter) {
  const auto uris = [](const char* text) { return Json::parse(text).get<protocol::FileOperationParams>().uris; };
  EXPECT_THAT(uris(R"({"files": [{"uri": "a"}, {"uri": "b"}]})"), ElementsAre("a", "b"));
  EXPECT_THAT(uris(R"({"files": [{"oldUri": "a", "newUri": "b"}]})"), ElementsAre("a", "b"));
  EXPECT_THAT(uris(R"({"files": []})"), IsEmpty());
  EXPECT_THROW((void)uris("{}"), Json::exception);
}

TEST(NotebookParams, TellOfCellsAndTheirTexts) {
  const auto opened = Json::parse(R"({
    "notebookDocument": {"uri": "n", "notebookType": "x", "version": 1,
                         "cells": [{"kind": 1, "document": "a"}, {"kind": 2, "document": "b"}]},
    "cellTextDocuments": [{"uri": "b", "languageId": "python", "version": 3, "text": "x"}]})")
                          .get<protocol::DidOpenNotebookParams>();
  EXPECT_EQ(opened.uri, "n");
  ASSERT_THAT(opened.cells, SizeIs(2));
  EXPECT_FALSE(opened.cells[0].is_code);
  EXPECT_TRUE(opened.cells[1].is_code);
  ASSERT_THAT(opened.texts, SizeIs(1));
  EXPECT_EQ(opened.texts[0].uri, "b");
  EXPECT_EQ(opened.texts[0].version, 3);
}

TEST(NotebookParams, TellOfChanges) {
  const auto changed = Json::parse(R"({
    "notebookDocument": {"uri": "n", "version": 2},
    "change": {"cells": {
      "structure": {"array": {"start": 1, "deleteCount": 2, "cells": [{"kind": 2, "document": "c"}]},
                    "didOpen": [{"uri": "c", "languageId": "python", "version": 1, "text": "y"}],
                    "didClose": [{"uri": "a"}]},
      "data": [{"kind": 1, "document": "b"}],
      "textContent": [{"document": {"uri": "c", "version": 2}, "changes": [{"text": "z"}]}]}}})")
                           .get<protocol::DidChangeNotebookParams>();
  ASSERT_TRUE(changed.structure);
  EXPECT_EQ(changed.structure->start, 1);
  EXPECT_EQ(changed.structure->deleted, 2);
  EXPECT_EQ(changed.structure->inserted.at(0).uri, "c");
  EXPECT_EQ(changed.structure->opened.at(0).text, "y");
  EXPECT_THAT(changed.structure->closed, ElementsAre("a"));
  EXPECT_FALSE(changed.data.at(0).is_code);
  EXPECT_EQ(changed.texts.at(0).version, 2);
  EXPECT_EQ(changed.texts.at(0).changes.at(0).text, "z");
}

TEST(NotebookParams, MayTellOfNoCells) {
  const auto changed = Json::parse(R"({"notebookDocument": {"uri": "n"}, "change": {"metadata": {}}})")
                           .get<protocol::DidChangeNotebookParams>();
  EXPECT_FALSE(changed.structure);
  EXPECT_THAT(changed.texts, IsEmpty());
}

TEST(TraceValue, IsOffUnlessItIsNamed) {
  using protocol::trace_value_named;
  EXPECT_EQ(trace_value_named("messages"), protocol::TraceValue::messages);
  EXPECT_EQ(trace_value_named("verbose"), protocol::TraceValue::verbose);
  for (const Json& other : {Json("off"), Json("loud"), Json(), Json(1)}) {
    EXPECT_EQ(trace_value_named(other), protocol::TraceValue::off);
  }
}

TEST(ProgressParams, AreOfThreeKinds) {
  EXPECT_EQ(
      Json(protocol::ProgressParams{"t", true, "title", "m", 5})["value"],
      Json::parse(R"({"kind": "begin", "title": "title", "message": "m", "cancellable": true, "percentage": 5})"));
  EXPECT_EQ(Json(protocol::ProgressReportParams{"t", "m", 7})["value"],
            Json::parse(R"({"kind": "report", "message": "m", "percentage": 7})"));
  EXPECT_EQ(Json(protocol::ProgressParams{"t", false, {}, "m"})["value"],
            Json::parse(R"({"kind": "end", "message": "m"})"));
}

TEST(CustomMessages, ForgiveWhatMayBeMissing) {
  EXPECT_EQ(Json().get<protocol::ReviewParams>().format, "markdown");
  EXPECT_EQ(Json({{"format", "html"}}).get<protocol::ReviewParams>().format, "html");
  EXPECT_THROW((void)Json::object().get<protocol::ExplainParams>(), Json::exception);
  EXPECT_EQ(Json(protocol::StatusParams{protocol::ServerState::error, "why", 1, 2}),
            Json::parse(R"({"state": "error", "message": "why", "files": 1, "findings": 2})"));
}

}  // namespace
