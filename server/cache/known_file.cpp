#include "server/cache/known_file.h"

#include <utility>

#include "analysis/storage/archive.h"
#include "analysis/storage/stored.h"
#include "analysis/storage/whole_bytes.h"

namespace analysis {

template <class Archive>
void serialize(Archive& archive, Surroundings& surroundings) {
  archive(surroundings.meaning, surroundings.places, surroundings.modules, surroundings.asked);
}

}  // namespace analysis

namespace server {
namespace {

/// Both directions; findings are bytes of their own, none where there are none.
template <class Archive>
void archive_file(Archive& archive, KnownFile& file, std::string& findings) {
  archive(file.path, file.module, file.size, file.modified, file.is_settled, file.content, file.text, file.has_bom,
          file.complaint, file.settings, file.surroundings, findings);
}

}  // namespace

std::string encode(const KnownFile& file) {
  return analysis::written([&](analysis::CompactOutput& archive) {
    std::string findings = file.findings.empty() ? std::string() : analysis::encode(file.findings);
    archive_file(archive, const_cast<KnownFile&>(file), findings);  // which it does not change
  });
}

std::optional<KnownFile> decode_file(std::string_view bytes) {
  return analysis::read_whole(bytes, [](analysis::CompactInput& archive) -> std::optional<KnownFile> {
    KnownFile file;
    std::string findings;
    archive_file(archive, file, findings);
    if (findings.empty()) return file;
    auto decoded = analysis::decode_findings(findings);
    if (!decoded) return {};
    file.findings = *std::move(decoded);
    return file;
  });
}

}  // namespace server
