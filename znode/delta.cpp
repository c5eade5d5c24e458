#include "znode/delta.h"

#include <algorithm>
#include <cstring>

namespace paddock::znode {
namespace {

constexpr size_t kPieceBytes = 256 << 10;

}  // namespace

void Delta::add(std::string_view key, std::optional<std::string_view> value) {
  bytes += key.size() + (value ? value->size() : 0);
  entries.push_back({keep(key), value ? std::optional(keep(*value)) : std::nullopt});
}

std::string_view Delta::keep(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (bytes.size() > room_.size()) {
    const size_t size = std::max(kPieceBytes, bytes.size());
    pieces_.push_back(std::make_unique_for_overwrite<char[]>(size));
    room_ = {pieces_.back().get(), size};
  }
  std::memcpy(room_.data(), bytes.data(), bytes.size());
  const std::string_view kept(room_.data(), bytes.size());
  room_ = room_.subspan(bytes.size());
  return kept;
}

}  // namespace paddock::znode
