#include "analysis/semantics/unsafe_types.h"

#include <algorithm>
#include <array>

namespace analysis {
namespace {

using namespace std::string_view_literals;

struct Row {
  std::string_view maker;  // with a dot: as written; without: its last part
  std::string_view state;
};

constexpr auto memo = "the memo of what it has seen"sv;
constexpr auto stream = "how far it is in its stream"sv;
constexpr auto document = "how far it is in its document"sv;
constexpr auto handle = "a handle of a C library"sv;
constexpr auto conversation = "one conversation with a server"sv;
constexpr auto file = "its place in a file"sv;

constexpr std::array rows{
    Row{"Pickler", memo},
    Row{"Unpickler", memo},
    Row{"compressobj", stream},
    Row{"decompressobj", stream},
    Row{"BZ2Compressor", stream},
    Row{"BZ2Decompressor", stream},
    Row{"LZMACompressor", stream},
    Row{"LZMADecompressor", stream},
    Row{"IncrementalDecoder", stream},
    Row{"IncrementalEncoder", stream},
    Row{"csv.reader", stream},
    Row{"csv.writer", stream},
    Row{"ParserCreate", document},
    Row{"XMLParser", document},
    Row{"sax.make_parser", document},
    Row{"xml.sax.make_parser", document},
    Row{"HTMLParser", document},
    Row{"markdown.Markdown", document},
    Row{"lex.lex", document},
    Row{"yacc.yacc", document},
    Row{"CParser", document},
    Row{"SequenceMatcher", document},
    Row{"WKTReader", handle},
    Row{"WKTWriter", handle},
    Row{"WKBReader", handle},
    Row{"WKBWriter", handle},
    Row{"pycurl.Curl", handle},
    Row{"pyproj.Proj", handle},
    Row{"MeCab.Tagger", handle},
    Row{"Stemmer.Stemmer", handle},
    Row{"pylibmc.Client", handle},
    Row{"HTTPConnection", conversation},
    Row{"HTTPSConnection", conversation},
    Row{"smtplib.SMTP", conversation},
    Row{"smtplib.SMTP_SSL", conversation},
    Row{"ftplib.FTP", conversation},
    Row{"imaplib.IMAP4", conversation},
    Row{"imaplib.IMAP4_SSL", conversation},
    Row{"poplib.POP3", conversation},
    Row{"telnetlib.Telnet", conversation},
    Row{"ServerProxy", conversation},
    Row{"xmlrpclib.Server", conversation},
    Row{"httplib2.Http", conversation},
    Row{"MySQLdb.connect", conversation},
    Row{"pymysql.connect", conversation},
    Row{"mysql.connector.connect", conversation},
    Row{"boto3.resource", conversation},
    Row{"sqlite3.connect", file},
    Row{"tarfile.open", file},
    Row{"shelve.open", file},
};

bool is_spelled(std::string_view maker, std::string_view row) {
  if (row.find('.') == std::string_view::npos) {
    // A project's own wrapper is often called the same, with an underscore.
    std::string_view name = maker.substr(maker.rfind('.') + 1);
    name.remove_prefix(std::min(name.find_first_not_of('_'), name.size()));
    return name == row;
  }
  return maker == row || (maker.ends_with(row) && maker[maker.size() - row.size() - 1] == '.');
}

}  // namespace

std::string_view unsafe_state_of(std::string_view maker) {
  const auto* const found = std::ranges::find_if(rows, [&](const Row& row) { return is_spelled(maker, row.maker); });
  return found == rows.end() ? std::string_view() : found->state;
}

}  // namespace analysis
