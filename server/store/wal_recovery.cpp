#include "server/store/wal_recovery.h"

#include <algorithm>
#include <utility>

namespace paddock::store {
namespace {

constexpr char kAdvice[] =
    "Nothing was changed. If this server belongs to an ensemble, move its paddock directories (dataDir and "
    "dataLogDir) aside and start it: it fetches everything from the leader. A standalone server needs its "
    "backup";

Fault damage(const Segment& segment, const LogPosition& at, std::string_view why) {
  return make_fault("{}: offset {}: the log is damaged behind zxid 0x{:x}: {}. {}", segment.path, at.offset,
                    at.zxid.value, why, kAdvice);
}

class Recovery {
 public:
  Recovery(Env& env, const std::string& directory, Zxid above)
      : env_(env), directory_(directory), above_(above) {}

  Result<RecoveredLog> run() {
    if (Status done = find_segments(); !done.ok()) return done.fault();
    if (Status done = drop_what_was_restarted(); !done.ok()) return done.fault();
    if (Status done = check_consecutive(); !done.ok()) return done.fault();
    for (size_t i = 0; i < log_.segments.size(); ++i) {
      if (Status done = walk(i); !done.ok()) return done.fault();
    }
    if (!log_.segments.empty()) describe();
    if (Status done = env_.sync_directory(directory_); !done.ok()) return done.fault();
    return std::move(log_);
  }

 private:
  Status find_segments() {
    const auto names = env_.list(directory_);
    if (!names.ok()) return names.fault();
    std::vector<uint64_t> indices;
    for (const std::string& name : *names) {
      if (const auto index = segment_index(name)) indices.push_back(*index);
    }
    for (const uint64_t index : indices) {
      if (Status done = read_header(index, index == indices.back()); !done.ok()) return done;
    }
    return ok_status();
  }

  Status read_header(uint64_t index, bool newest) {
    Segment segment;
    segment.path = segment_path(directory_, index);
    auto file = env_.open(segment.path, Env::Open::existing);
    if (!file.ok()) return file.fault();
    const auto size = (*file)->size();
    if (!size.ok()) return size.fault();
    segment.size = *size;
    const auto bytes = (*file)->read_at(0, kBlockBytes);
    if (!bytes.ok()) return bytes.fault();
    const auto header = decode_header(segment.path, *bytes);
    if (!header.ok()) return header.fault();
    if (!*header)
      return newest ? drop_unborn(**file, segment) : damage(segment, {0, 0, {}}, "its header is broken");
    segment.header = **header;
    segment.end = segment.begin();
    if (segment.header.index != index) return damage(segment, {0, 0, {}}, "it is not the file of that name");
    log_.segments.push_back(std::move(segment));
    return ok_status();
  }

  // A segment is born when its header is durable, before anything else is written into it.
  Status drop_unborn(File& file, const Segment& segment) {
    SegmentCursor cursor(file, {}, {kBlockBytes, 0, {}}, segment.size);
    const auto end = cursor.end_of_bytes();
    if (!end.ok()) return end.fault();
    if (*end > kBlockBytes) return damage(segment, {0, 0, {}}, "its header is broken, and it holds data");
    return remove(segment);
  }

  Status remove(const Segment& segment) {
    if (Status done = env_.remove(segment.path); !done.ok()) return done;
    return env_.sync_directory(directory_);
  }

  Status drop_what_was_restarted() {
    auto& segments = log_.segments;
    const auto last = std::find_if(segments.rbegin(), segments.rend(),
                                   [](const Segment& s) { return s.header.begins_anew; });
    if (last == segments.rend()) return ok_status();
    const auto keep = std::prev(last.base());
    for (auto old = segments.begin(); old != keep; ++old) {
      if (Status done = remove(*old); !done.ok()) return done;
    }
    segments.erase(segments.begin(), keep);
    return ok_status();
  }

  Status check_consecutive() {
    for (size_t i = 1; i < log_.segments.size(); ++i) {
      const uint64_t expected = log_.segments[i - 1].header.index + 1;
      if (log_.segments[i].header.index == expected) continue;
      return make_fault("{}: this segment of the log is missing, and later ones are there. {}",
                        segment_path(directory_, expected), kAdvice);
    }
    return ok_status();
  }

  Status walk(size_t i) {
    Segment& segment = log_.segments[i];
    const bool newest = i + 1 == log_.segments.size();
    auto file = env_.open(segment.path, Env::Open::existing);
    if (!file.ok()) return file.fault();
    const uint64_t limit = newest ? segment.size : log_.segments[i + 1].header.previous_end;
    SegmentCursor cursor(**file, segment.header, segment.begin(), limit);
    if (Status done = collect(segment, cursor); !done.ok()) return done;
    if (!newest) return check_joint(segment, log_.segments[i + 1]);
    if (Status done = end_newest(**file, segment, cursor); !done.ok()) return done;
    log_.newest = std::move(*file);
    return ok_status();
  }

  Status collect(Segment& segment, SegmentCursor& cursor) {
    WalContents& contents = log_.contents;
    contents.commit_point = segment.header.commit;
    contents.checkpoint_point = segment.header.checkpoint;
    uint64_t blocks = 0;
    while (true) {
      const auto record = cursor.next();
      if (!record.ok()) return record.fault();
      if (cursor.blocks() != blocks) {
        blocks = cursor.blocks();
        segment.mark(cursor.block_entered());
        contents.commit_point = cursor.note()->commit;
        contents.checkpoint_point = cursor.note()->checkpoint;
      }
      if (!*record) break;
      segment.count((*record)->zxid);
      if ((*record)->zxid > above_) {
        contents.records.push_back({{}, (*record)->zxid, Bytes(std::string((*record)->payload))});
      }
    }
    segment.end = cursor.position();
    return ok_status();
  }

  Status check_joint(const Segment& segment, const Segment& next) {
    const bool joined = segment.end.offset == next.header.previous_end &&
                        segment.end.chain == next.header.chain && segment.end.zxid == next.header.base;
    return joined ? ok_status() : damage(segment, segment.end, "the next segment continues a later record");
  }

  Status end_newest(File& file, const Segment& segment, SegmentCursor& cursor) {
    const auto proof = cursor.proof_of_damage();
    if (!proof.ok()) return proof.fault();
    if (*proof) {
      return damage(
          segment, segment.end,
          fmt::format("the whole group at offset {} says that it was durable until there", **proof));
    }
    const auto end = cursor.end_of_bytes();
    if (!end.ok()) return end.fault();
    log_.contents.torn_bytes = *end - segment.end.offset;
    // All of it goes, also what the file held before it was written over: a group that was lost is perhaps
    // written again as it was, and what is left behind it would follow.
    if (log_.contents.torn_bytes > 0) {
      if (Status done = file.truncate(segment.end.offset); !done.ok()) return done;
      if (Status done = file.preallocate(segment.size); !done.ok()) return done;
    }
    return file.sync_data();  // after a mere kill it may be in the page cache only
  }

  void describe() {
    WalContents& contents = log_.contents;
    contents.base = log_.segments.front().header.base;
    for (const Segment& segment : log_.segments) {
      contents.first = segment.first;
      if (segment.first != Zxid{}) break;
    }
    contents.last = log_.segments.back().end.zxid;
    contents.commit_point = std::min(contents.commit_point, contents.last);
  }

  Env& env_;
  const std::string& directory_;
  const Zxid above_;
  RecoveredLog log_;
};

}  // namespace

Result<RecoveredLog> recover_log(Env& env, const std::string& directory, Zxid above) {
  return Recovery(env, directory, above).run();
}

}  // namespace paddock::store
