#include "tests/sim/disk_image.h"

#include <algorithm>
#include <utility>

#include "protocol/base/check.h"

namespace paddock::sim {
namespace {

struct Applying {
  DiskImage& image;
  bool with_state;

  bool operator()(const store::Append& record) {
    (image.staged ? image.staged->entries : image.entries).push_back(record);
    return false;
  }
  bool operator()(const store::Truncate& cut) {
    auto& entries = image.staged ? image.staged->entries : image.entries;
    while (!entries.empty() && entries.back().zxid > cut.last) entries.pop_back();
    return false;
  }
  bool operator()(const store::WriteEpochs& write) {
    image.epochs = write.epochs;
    return false;
  }
  bool operator()(const store::Fence&) { return false; }
  bool operator()(const store::SnapshotBegin& begin) {
    image.staged = DiskImage::Staged{begin.zxid, {}, {}};
    return false;
  }
  bool operator()(const store::SnapshotChunk& chunk) {
    PADDOCK_CHECK(image.staged, "a chunk of no snapshot");
    if (with_state) image.staged->stream += chunk.bytes.view();
    return false;
  }
  bool operator()(const store::SnapshotEnd&) {
    PADDOCK_CHECK(image.staged, "the end of no snapshot");
    DiskImage::Staged staged = std::move(*image.staged);
    image.staged.reset();
    image.base = staged.zxid;
    image.entries = std::move(staged.entries);
    image.commit_point = Zxid{};
    if (with_state) {
      auto state = decode_stream(staged.stream, staged.zxid);
      PADDOCK_CHECK(state.ok(), "snapshot {:#x} was ended: {}", staged.zxid.value, state.fault().message);
      image.checkpoint = std::move(*state);
    }
    return true;
  }
  bool operator()(const store::SnapshotAbandon&) {
    image.staged.reset();
    return false;
  }
};

}  // namespace

const store::Append* DiskImage::find(Zxid zxid) const {
  const auto found = std::lower_bound(entries.begin(), entries.end(), zxid,
                                      [](const store::Append& entry, Zxid at) { return entry.zxid < at; });
  return found != entries.end() && found->zxid == zxid ? &*found : nullptr;
}

bool DiskImage::apply(const store::LogWork& work, bool with_state) {
  return std::visit(Applying{*this, with_state}, work);
}

void DiskImage::purge(Zxid zxid) {
  while (!entries.empty() && entries.front().zxid <= zxid) {
    base = entries.front().zxid;
    entries.pop_front();
  }
}

}  // namespace paddock::sim
