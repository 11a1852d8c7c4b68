#include "server/cache/known_file.h"

#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
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
  return analysis::written([&](cereal::BinaryOutputArchive& archive) {
    std::string findings = file.findings.empty() ? std::string() : analysis::encode(file.findings);
    archive_file(archive, const_cast<KnownFile&>(file), findings);  // which it does not change
  });
}

std::optional<KnownFile> decode_file(std::string bytes) {
  return analysis::read_whole(std::move(bytes), [](cereal::BinaryInputArchive& archive) -> std::optional<KnownFile> {
    KnownFile file;
    std::string findings;
    archive_file(archive, file, findings);
    if (findings.empty()) return file;
    auto decoded = analysis::decode_findings(std::move(findings));
    if (!decoded) return {};
    file.findings = *std::move(decoded);
    return file;
  });
}

}  // namespace server
