// Which modules are looked at again after which kind of change, and that files take part which no editor has open.
#include <gmock/gmock.h>

#include "tests/support/project_client.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::ProjectClient;
using tests::TemporaryFolder;

constexpr std::string_view library = R"(LIMIT = 9

def fill(x):
    for i in range(LIMIT):
        x[i] = load(i)

def count(x):
    return len(x)
)";

constexpr std::string_view user = R"(from library import fill
_x = {}
def x():
    if not _x:
        fill(_x)
    return _x
)";

constexpr std::string_view reader = R"(from library import count
def y(x):
    return count(x)
)";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  result.replace(result.find(from), from.size(), to);
  return result;
}

/// `library.py`, `user.py`, which fills its cache through it, and `reader.py`, which takes from it what changes
/// nothing.
struct Shop {
  TemporaryFolder folder;

  explicit Shop(std::string_view user_text = user) {
    folder.write("library.py", library);
    folder.write("user.py", user_text);
    folder.write("reader.py", reader);
    folder.write("alone.py", "A = []\n");
  }
};

/// Has all four open.
struct OpenShop : Shop {
  ProjectClient client;

  explicit OpenShop(std::string_view user_text = user) : Shop(user_text), client(folder) {
    for (const char* name : {"library.py", "user.py", "reader.py", "alone.py"}) client.open(name);
    client.examined();
  }
  [[nodiscard]] auto diagnostics() { return client.client().diagnostics(client.uri_of("user.py")); }
};

TEST(Incremental, ABodyThatChangesNothingConcernsItsModule) {
  OpenShop shop;
  EXPECT_THAT(shop.diagnostics(), SizeIs(1));
  shop.client.edit("library.py", replaced(library, "len(x)", "len(x) + 1"));
  EXPECT_THAT(shop.client.examined(), ElementsAre("library"));
}

TEST(Incremental, AnEffectConcernsWhoCallsTheFunction) {
  OpenShop shop;
  shop.client.edit("library.py", replaced(library, "x[i] = load(i)", "load(i)"));
  EXPECT_THAT(shop.client.examined(), ElementsAre("library", "user"));
  EXPECT_THAT(shop.diagnostics(), IsEmpty());
  shop.client.edit("library.py", library);
  EXPECT_THAT(shop.client.examined(), ElementsAre("library", "user"));
  EXPECT_THAT(shop.diagnostics(), SizeIs(1));
}

TEST(Incremental, ANewGlobalConcernsNobody) {
  OpenShop shop;
  shop.client.edit("library.py", std::string(library) + "MORE = []\n");
  EXPECT_THAT(shop.client.examined(), ElementsAre("library"));
}

TEST(Incremental, ANewGlobalConcernsWhoImportsItAlready) {
  OpenShop shop("from library import MORE\n_x = MORE\ndef x():\n    MORE.append(1)\n");
  shop.client.edit("library.py", std::string(library) + "MORE = []\n");
  EXPECT_THAT(shop.client.examined(), ElementsAre("library", "user"));
}

TEST(Incremental, ACommentConcernsWhoNamesPlacesBelowIt) {
  OpenShop shop;
  shop.client.edit("library.py", std::string(library) + "# the end\n");
  EXPECT_THAT(shop.client.examined(), ElementsAre("library"));
  const auto before = shop.diagnostics();
  shop.client.edit("library.py", "# the beginning\n" + std::string(library));
  EXPECT_THAT(shop.client.examined(), ElementsAre("library", "user"));
  EXPECT_NE(before.at(0).json["relatedInformation"], shop.diagnostics().at(0).json["relatedInformation"]);
}

TEST(Incremental, AUseConcernsTheModuleThatDefinesTheName) {
  OpenShop shop;
  shop.client.edit("alone.py", "import library\nlibrary.LIMIT = 7\n");
  EXPECT_THAT(shop.client.examined(), ElementsAre("alone", "library"));
}

TEST(Incremental, AStarImportConcernsLikeTheNamesThatItBrings) {
  OpenShop shop(replaced(user, "from library import fill", "from library import *"));
  EXPECT_THAT(shop.diagnostics(), SizeIs(1));
  shop.client.edit("library.py", replaced(library, "x[i] = load(i)", "load(i)"));
  EXPECT_THAT(shop.client.examined(), ElementsAre("library", "user"));
  EXPECT_THAT(shop.diagnostics(), IsEmpty());
}

TEST(Incremental, AReExportPassesChangesOn) {
  OpenShop shop(replaced(user, "from library import fill", "from alone import fill"));
  EXPECT_THAT(shop.diagnostics(), IsEmpty());
  shop.client.edit("alone.py", "from library import fill\n");
  EXPECT_THAT(shop.client.examined(), ElementsAre("alone", "library", "user"));
  EXPECT_THAT(shop.diagnostics(), SizeIs(1));
  shop.client.edit("library.py", replaced(library, "x[i] = load(i)", "load(i)"));
  EXPECT_THAT(shop.client.examined(), ElementsAre("library", "user"));
  EXPECT_THAT(shop.diagnostics(), IsEmpty());
}

TEST(Incremental, ABaseClassConcernsTheClassesBelowIt) {
  constexpr std::string_view base = R"(class BaseHandler:
    def __init__(self):
        self.hooks = None
    def load(self):
        self.hooks = []
        for name in NAMES:
            self.hooks.append(name)
)";
  OpenShop shop(R"(import threading
from alone import BaseHandler
class Handler(BaseHandler):
    lock = threading.Lock()
    def __call__(self):
        if self.hooks is None:
            self.load()
        return list(self.hooks)
handler = Handler()
)");
  shop.client.edit("alone.py", base);
  EXPECT_THAT(shop.client.examined(), ElementsAre("alone", "user"));
  shop.client.edit("alone.py", replaced(base, "self.hooks = []", "hooks = []"));
  EXPECT_THAT(shop.client.examined(), ElementsAre("alone", "user"));
}

TEST(Incremental, AFileThatNobodyOpenedTakesPart) {
  const Shop shop;
  ProjectClient client(shop.folder);
  client.open("user.py");
  client.examined();
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), SizeIs(1));
  client.write("library.py", replaced(library, "x[i] = load(i)", "load(i)"));
  EXPECT_THAT(client.examined(), ElementsAre("library", "user"));
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), IsEmpty());
  client.write("library.py", library);
  EXPECT_THAT(client.examined(), ElementsAre("library", "user"));
  client.remove("library.py");
  EXPECT_THAT(client.examined(), ElementsAre("user"));
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), IsEmpty());
  client.write("library.py", library);
  EXPECT_THAT(client.examined(), ElementsAre("library", "user"));
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), SizeIs(1));
  client.rename("library.py", "renamed.py");
  EXPECT_THAT(client.examined().size(), testing::Ge(1u));
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), IsEmpty());
}

TEST(Incremental, TheTextOfADocumentCountsUntilItIsClosed) {
  const Shop shop;
  ProjectClient client(shop.folder);
  client.open("user.py");
  client.examined();
  client.open("library.py");
  EXPECT_THAT(client.examined(), ElementsAre("library"));
  client.edit("library.py", "");
  EXPECT_THAT(client.examined(), ElementsAre("library", "user"));
  client.write("library.py", std::string(library) + "\n");
  EXPECT_THAT(client.examined(), IsEmpty());
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), IsEmpty());
  client.close("library.py");
  EXPECT_THAT(client.examined(), ElementsAre("library", "user"));
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), SizeIs(1));
}

TEST(Incremental, ADocumentThatWasSavedAndClosedIsAFile) {
  const Shop shop;
  std::filesystem::remove(shop.folder / "library.py");
  ProjectClient client(shop.folder);
  client.open("user.py");
  client.open("library.py");
  client.edit("library.py", library);
  client.examined();
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), SizeIs(1));
  shop.folder.write("library.py", library);  // by an editor that watches no files
  client.close("library.py");
  client.examined();
  EXPECT_THAT(client.client().diagnostics(client.uri_of("user.py")), SizeIs(1));
}

TEST(Incremental, APackageGivesItsModulesTheirNames) {
  TemporaryFolder folder;
  folder.write("shop/library.py", library);
  folder.write("shop/user.py", replaced(user, "from library", "from shop.library"));
  ProjectClient client(folder);
  client.open("shop/user.py");
  client.examined();
  const auto message = [&] { return client.client().diagnostics(client.uri_of("shop/user.py")).at(0).message; };
  const std::string without = message();
  client.write("shop/__init__.py", "");
  EXPECT_THAT(client.examined(), Not(IsEmpty()));
  EXPECT_EQ(message(), without);  // a folder may be imported as a package either way
  client.remove("shop/__init__.py");
  EXPECT_THAT(client.examined(), Not(IsEmpty()));
}

TEST(Incremental, ChangesThatCancelEachOtherConcernNobody) {
  OpenShop shop;
  shop.client.write_and_remove("new.py", "import library\n");
  EXPECT_THAT(shop.client.examined(), IsEmpty());
}

}  // namespace
