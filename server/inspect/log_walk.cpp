#include "server/inspect/log_walk.h"

#include <algorithm>
#include <memory>

#include "server/inspect/log_tally.h"
#include "server/store/durable_file.h"
#include "server/store/java_log.h"
#include "server/store/wal_segment.h"

namespace paddock::inspect {
namespace {

using Kind = LogNote::Kind;

// The rules are those of server/store/wal_recovery.cpp, which repairs what it walks.
class PaddockWalk {
 public:
  PaddockWalk(store::Env& env, const LogPlace& log, LogTally& tally) : env_(env), log_(log), tally_(tally) {}

  Status run() {
    if (Status done = read_headers(); !done.ok()) return done;
    for (size_t i = 0; i < segments_.size() && !tally_.over(); ++i) {
      if (Status done = walk(i); !done.ok()) return done;
    }
    if (!tally_.over() && !broken_header_.empty()) end_at_broken_header();
    return ok_status();
  }

 private:
  struct Opened {
    store::Segment segment;
    std::unique_ptr<store::File> file;
  };

  // Up to the first that is broken: what comes before it can be read.
  Status read_headers() {
    for (const std::string& path : log_.files) {
      Opened opened;
      opened.segment.path = path;
      auto file = env_.open(path, store::Env::Open::existing);
      if (!file.ok()) return file.fault();
      opened.file = std::move(*file);
      const auto size = opened.file->size();
      if (!size.ok()) return size.fault();
      opened.segment.size = *size;
      const auto bytes = opened.file->read_at(0, store::kBlockBytes);
      if (!bytes.ok()) return bytes.fault();
      const auto header = store::decode_header(path, *bytes);
      if (!header.ok()) return header.fault();
      if (!*header) return note_broken_header(opened);
      opened.segment.header = **header;
      if ((*header)->begins_anew) segments_.clear();
      segments_.push_back(std::move(opened));
    }
    return ok_status();
  }

  // The newest is born when its header is durable: without one it must be empty.
  Status note_broken_header(Opened& opened) {
    broken_header_ = opened.segment.path;
    store::SegmentCursor cursor(*opened.file, {}, {store::kBlockBytes, 0, {}}, opened.segment.size);
    const auto end = cursor.end_of_bytes();
    if (!end.ok()) return end.fault();
    unborn_ = broken_header_ == log_.files.back() && *end <= store::kBlockBytes;
    return ok_status();
  }

  void end_at_broken_header() {
    tally_.begin_file(broken_header_);
    if (unborn_ && log_.whole)
      return tally_.note(Kind::torn, 0, "a segment whose header was not written yet");
    tally_.note(Kind::damage, 0, "its header is broken");
  }

  Status walk(size_t i) {
    const store::Segment& segment = segments_[i].segment;
    const store::SegmentHeader* next = i + 1 < segments_.size() ? &segments_[i + 1].segment.header : nullptr;
    tally_.begin_file(segment.path);
    if (i == 0) {
      tally_.begin_behind(segment.header.base);
      tally_.report.base = segment.header.base;
    }
    note_commit(segment.header.commit);
    if (next != nullptr && next->index != segment.header.index + 1) next = nullptr;
    const uint64_t limit = next != nullptr ? next->previous_end : segment.size;
    store::SegmentCursor cursor(*segments_[i].file, segment.header, segment.begin(), limit);
    if (Status done = collect(cursor); !done.ok() || tally_.over()) return done;
    const uint64_t end = cursor.position().offset;
    if (next != nullptr) {
      const store::LogPosition& at = cursor.position();
      const bool joined = end == next->previous_end && at.chain == next->chain && at.zxid == next->base;
      if (!joined) tally_.note(Kind::damage, end, "the next segment continues a later transaction");
      return ok_status();
    }
    if (Status done = check_end(cursor, segment.header.written_over); !done.ok() || tally_.over())
      return done;
    if (i + 1 < segments_.size()) {
      tally_.note(
          Kind::damage, end,
          fmt::format("the segment behind it is missing; the next one is {}", segments_[i + 1].segment.path));
    }
    return ok_status();
  }

  Status collect(store::SegmentCursor& cursor) {
    while (true) {
      const auto record = cursor.next();
      if (!record.ok()) return record.fault();
      if (cursor.note()) note_commit(cursor.note()->commit);
      if (!*record) return ok_status();
      const uint64_t offset = cursor.position().offset - (*record)->bytes();
      if (!tally_.take(offset, (*record)->zxid, (*record)->payload)) return ok_status();
    }
  }

  Status check_end(store::SegmentCursor& cursor, bool written_over) {
    const uint64_t offset = cursor.position().offset;
    const auto proof = cursor.proof_of_damage();
    if (!proof.ok()) return proof.fault();
    if (*proof) {
      tally_.note(Kind::damage, offset,
                  fmt::format("the whole group at offset {} says that it was durable until there", **proof));
      return ok_status();
    }
    if (written_over) return check_cut(cursor);
    const auto end = cursor.end_of_bytes();
    if (!end.ok()) return end.fault();
    if (*end > offset)
      tally_.note(Kind::torn, offset, fmt::format("{} bytes of a write that was cut short", *end - offset));
    return ok_status();
  }

  Status check_cut(store::SegmentCursor& cursor) {
    const auto cut = cursor.is_cut_short();
    if (!cut.ok()) return cut.fault();
    if (*cut) tally_.note(Kind::torn, cursor.position().offset, "a write that was cut short");
    return ok_status();
  }

  void note_commit(Zxid commit) {
    std::optional<Zxid>& committed = tally_.report.committed;
    committed = std::max(committed.value_or(Zxid{}), commit);
  }

  store::Env& env_;
  const LogPlace& log_;
  LogTally& tally_;
  std::vector<Opened> segments_;  // oldest first
  std::string broken_header_;     // of that file; nothing behind it is read
  bool unborn_ = false;
};

class JavaWalk {
 public:
  JavaWalk(store::Env& env, const LogPlace& log, LogTally& tally) : env_(env), log_(log), tally_(tally) {}

  Status run() {
    for (const std::string& path : log_.files) {
      if (Status done = walk(path); !done.ok() || tally_.over()) return done;
    }
    return ok_status();
  }

 private:
  Status walk(const std::string& path) {
    tally_.begin_file(path);
    const auto content = store::read_whole_file(env_, path);
    if (!content.ok()) return content.fault();
    if (content->empty() && path == log_.files.back()) {
      tally_.note(Kind::torn, 0, "an empty file");
      return ok_status();
    }
    auto cursor = store::JavaLogCursor::open(*content);
    if (!cursor.ok()) {
      tally_.note(Kind::damage, 0, cursor.fault().message);
      return ok_status();
    }
    while (true) {
      const uint64_t offset = cursor->offset();
      const auto entry = cursor->next();
      if (!entry.ok()) {
        tally_.note(Kind::damage, offset, entry.fault().message);
        return ok_status();
      }
      if (!*entry) break;
      if (!tally_.take(offset, (*entry)->zxid, (*entry)->txn)) return ok_status();
    }
    check_end(*cursor);
    return ok_status();
  }

  void check_end(const store::JavaLogCursor& cursor) {
    if (!cursor.is_torn()) return;
    if (const auto behind = cursor.entry_behind_end()) {
      return tally_.note(
          Kind::damage, cursor.offset(),
          fmt::format("an entry lacks its end marker, and 0x{:x} stands whole behind it", behind->value));
    }
    tally_.note(Kind::torn, cursor.offset(), "an entry that was cut short");
  }

  store::Env& env_;
  const LogPlace& log_;
  LogTally& tally_;
};

}  // namespace

Result<LogReport> walk_log(store::Env& env, const LogPlace& log, const VisitTxn& visit) {
  LogTally tally(visit);
  const Status done =
      log.maker == Maker::paddock ? PaddockWalk(env, log, tally).run() : JavaWalk(env, log, tally).run();
  if (!done.ok()) return done.fault();
  return std::move(tally.report);
}

}  // namespace paddock::inspect
