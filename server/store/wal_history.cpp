#include "server/store/wal_history.h"

namespace paddock::store {
namespace {

class HistoryReader {
 public:
  HistoryReader(Env& env, const HistoryRead& wanted) : env_(env), wanted_(wanted) { answer_.id = wanted.id; }

  Result<HistoryFetched> run(std::span<const Segment> segments) {
    for (const Segment& segment : segments) {
      if (segment.end.zxid < wanted_.after) continue;
      if (Status done = read(segment); !done.ok()) return done.fault();
      if (!answer_.contiguous || answer_.complete || full_) break;
    }
    if (!answer_.contiguous) answer_.records.clear();
    return std::move(answer_);
  }

 private:
  Status read(const Segment& segment) {
    auto file = env_.open(segment.path, Env::Open::existing);
    if (!file.ok()) return file.fault();
    SegmentCursor cursor(**file, segment.header, segment.nearest(wanted_.after), segment.end.offset);
    reached(cursor.position().zxid);
    while (!answer_.complete && !full_) {
      const auto record = cursor.next();
      if (!record.ok()) return record.fault();
      if (!*record) break;
      take(**record);
      if (!full_) reached((*record)->zxid);
    }
    if (answer_.complete || full_ || cursor.position().offset == segment.end.offset) return ok_status();
    return make_fault("{}: offset {}: the log is damaged behind zxid 0x{:x}", segment.path,
                      cursor.position().offset, cursor.position().zxid.value);
  }

  void take(const Frame& record) {
    if (record.zxid <= wanted_.after || record.zxid > wanted_.last) return;
    bytes_ += record.payload.size();
    full_ = wanted_.max_bytes != 0 && bytes_ > wanted_.max_bytes && !answer_.records.empty();
    if (!full_) answer_.records.push_back({{}, record.zxid, Bytes(std::string(record.payload))});
  }

  void reached(Zxid zxid) {
    // No record has the zxid at which an epoch begins, but an image may: what is below it is all before it.
    const bool leads_to_start = wanted_.after.counter() == 0 && zxid < wanted_.after;
    answer_.contiguous = answer_.contiguous || zxid == wanted_.after || leads_to_start;
    answer_.complete = answer_.complete || zxid >= wanted_.last;
  }

  Env& env_;
  const HistoryRead& wanted_;
  HistoryFetched answer_;
  size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace

Result<HistoryFetched> read_history(Env& env, std::span<const Segment> segments, const HistoryRead& wanted) {
  return HistoryReader(env, wanted).run(segments);
}

}  // namespace paddock::store
