#include "server/store/wal.h"

#include <algorithm>
#include <random>
#include <utility>

#include "server/store/little_endian.h"
#include "server/store/spare_segment.h"
#include "server/store/used_segments.h"
#include "server/store/wal_recovery.h"
#include "server/store/wal_segment.h"

namespace paddock::store {
namespace {

// Zeros are written this far ahead of the log: the first write into a reserved but never written extent makes
// the next fdatasync commit metadata, too.
constexpr uint64_t kZerosAhead = 1 << 20;

uint64_t draw_stamp() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

}  // namespace

struct Wal::Impl {
  Impl(Env& env_in, std::string directory_in, const WalOptions& options_in)
      : env(env_in),
        directory(std::move(directory_in)),
        options(options_in),
        used(env, directory, options.segment_bytes) {}

  // Fixed at construction.
  Env& env;
  const std::string directory;
  const WalOptions options;
  SpareSegment* spare = nullptr;  // none: the log makes its segments itself

  // Mirrors the disk.
  UsedSegments used;
  std::vector<Segment> segments;  // oldest first; the last one is written
  std::unique_ptr<File> file;     // of the last one
  uint64_t durable_end = kBlockBytes;
  uint64_t zeros_end = 0;
  Zxid commit;
  Zxid checkpoint;

  uint64_t syncs = 0;
  std::string buffer;  // of the group being written; kept for its capacity

  Segment& current() { return segments.back(); }
  const Segment& current() const { return segments.back(); }

  Status begin(Zxid base, bool anew, uint64_t room);
  Status make_file(Segment& segment);
  Status write_over(const std::string& path, Segment& segment);
  Status take_spare(const Segment& segment);
  Status rotate(uint64_t room);
  Status write_zeros_ahead(uint64_t end);
  Status sync();
  Status remove(const Segment& segment);
  Status cut(const LogPosition& end);
  Result<LogPosition> find_end(const Segment& segment, File& from, Zxid last) const;
  LogPosition encode_group(std::span<const Append> records, uint64_t offset);
};

// Begins a new segment, the log's first one or one behind the current one.
Status Wal::Impl::begin(Zxid base, bool anew, uint64_t room) {
  Segment next;
  next.header.begins_anew = anew;
  next.header.index = segments.empty() ? 1 : current().header.index + 1;
  next.header.stamp = options.stamp != 0 ? options.stamp : draw_stamp();
  next.header.base = base;
  next.header.commit = commit;
  next.header.checkpoint = checkpoint;
  if (!anew) {
    next.header.previous_end = current().end.offset;
    next.header.chain = current().end.chain;
  }
  next.path = segment_path(directory, next.header.index);
  next.size = std::max(options.segment_bytes, kBlockBytes + align_up(room));
  next.end = next.begin();
  if (Status done = make_file(next); !done.ok()) return done;
  segments.push_back(std::move(next));
  durable_end = kBlockBytes;
  return ok_status();
}

// One that was written before if there is one, or the spare, otherwise a file that is yet to be written.
Status Wal::Impl::make_file(Segment& segment) {
  zeros_end = segment.size;
  if (const auto path = used.take(segment.size)) return write_over(*path, segment);
  file = nullptr;
  if (Status done = take_spare(segment); !done.ok()) return done;
  if (!file) {
    zeros_end = kBlockBytes;
    auto made = create_segment(env, segment);
    if (!made.ok()) return made.fault();
    file = std::move(*made);
  }
  return begin_segment(env, directory, segment, *file);
}

// It has the new header before the new name: under that, without a header, it would be taken for damaged.
Status Wal::Impl::write_over(const std::string& path, Segment& segment) {
  segment.header.written_over = true;
  {
    const auto old = env.open(path, Env::Open::existing);
    if (!old.ok()) return old.fault();
    if (Status done = write_header(segment, **old); !done.ok()) return done;
  }
  if (Status done = env.rename(path, segment.path); !done.ok()) return done;
  auto renamed = env.open(segment.path, Env::Open::existing);
  if (!renamed.ok()) return renamed.fault();
  file = std::move(*renamed);
  return env.sync_directory(directory);
}

Status Wal::Impl::take_spare(const Segment& segment) {
  if (spare == nullptr || spare->bytes() != segment.size) return ok_status();
  auto taken = spare->take(segment.path);
  if (!taken.ok()) return taken.fault();
  file = std::move(*taken);
  return ok_status();
}

// A new segment's header proves all of the one before, so that one is durable first, with forceSync=no too.
Status Wal::Impl::rotate(uint64_t room) {
  if (!options.sync) {
    if (Status done = sync(); !done.ok()) return done;
  }
  return begin(current().end.zxid, false, room);
}

Status Wal::Impl::sync() {
  ++syncs;
  if (Status done = file->sync_data(); !done.ok()) return done;
  durable_end = current().end.offset;
  return ok_status();
}

Status Wal::Impl::write_zeros_ahead(uint64_t end) {
  if (end <= zeros_end) return ok_status();
  const uint64_t target = std::min(current().size, end + kZerosAhead);
  zeros_end = target;
  if (target <= end) return ok_status();
  return file->write_at(end, std::string(target - end, '\0'));
}

Status Wal::Impl::remove(const Segment& segment) {
  if (Status done = env.remove(segment.path); !done.ok()) return done;
  return env.sync_directory(directory);
}

// Where the log ends when everything above `last` is gone.
Result<LogPosition> Wal::Impl::find_end(const Segment& segment, File& from, Zxid last) const {
  SegmentCursor cursor(from, segment.header, segment.nearest(last), segment.end.offset);
  LogPosition end = cursor.position();
  while (cursor.position().offset < segment.end.offset) {
    const auto record = cursor.next();
    if (!record.ok()) return record.fault();
    if (!*record || (*record)->zxid > last) break;
    end = cursor.position();
  }
  return end;
}

Status Wal::Impl::cut(const LogPosition& end) {
  Segment& segment = current();
  if (Status done = file->truncate(end.offset); !done.ok()) return done;
  if (Status done = file->preallocate(segment.size); !done.ok()) return done;
  segment.end = end;
  if (segment.first > end.zxid) segment.first = Zxid{};
  std::erase_if(segment.marks, [&](const LogPosition& mark) { return mark.offset > end.offset; });
  zeros_end = end.offset;
  commit = std::min(commit, end.zxid);
  return sync();
}

Wal::Wal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Wal::~Wal() = default;

Result<std::unique_ptr<Wal>> Wal::open(Env& env, const std::string& directory, const WalOptions& options,
                                       Zxid above, WalContents& contents) {
  if (Status done = env.make_directories(directory); !done.ok()) return done.fault();
  auto log = recover_log(env, directory, above);
  if (!log.ok()) return log.fault();
  auto impl = std::make_unique<Impl>(env, directory, options);
  if (Status done = impl->used.recover(); !done.ok()) return done.fault();
  impl->segments = std::move(log->segments);
  impl->file = std::move(log->newest);
  contents = std::move(log->contents);
  if (impl->segments.empty()) {
    if (Status done = impl->begin(above, true, 0); !done.ok()) return done.fault();
    contents.base = contents.last = above;
  } else {
    impl->durable_end = impl->zeros_end = impl->current().end.offset;
    impl->commit = contents.commit_point;
    impl->checkpoint = contents.checkpoint_point;
  }
  return std::unique_ptr<Wal>(new Wal(std::move(impl)));
}

// Fills the buffer with a block that goes to `offset`; where the log then ends.
LogPosition Wal::Impl::encode_group(std::span<const Append> records, uint64_t offset) {
  const Segment& segment = current();
  LogPosition end = segment.end;
  buffer.clear();
  append_note(buffer, end,
              {segment.header.index, segment.header.stamp, offset, durable_end, commit, checkpoint});
  for (const Append& record : records) {
    PADDOCK_CHECK(record.zxid > end.zxid, "0x{:x} appended behind 0x{:x}", record.zxid.value, end.zxid.value);
    append_frame(buffer, FrameKind::record, record.zxid, record.txn.view());
    end.zxid = record.zxid;
  }
  end.offset = offset + buffer.size();
  end.chain = load<uint64_t>(buffer.data() + buffer.size() - 8);
  buffer.resize(align_up(buffer.size()), '\0');
  return end;
}

void Wal::use(SpareSegment& spare) {
  impl_->spare = &spare;
}

Status Wal::append_group(std::span<const Append> records, const CommitPoint& commit, Zxid checkpoint) {
  Impl& log = *impl_;
  uint64_t room = kBlockOverhead;
  for (const Append& record : records) room += record.txn.size() + kFrameOverhead;
  if (align_up(log.current().end.offset) + align_up(room) > log.current().size) {
    if (Status done = log.rotate(room); !done.ok()) return done;
  }
  log.commit = std::max(log.commit, commit.committed);
  log.checkpoint = std::max(log.checkpoint, checkpoint);
  Segment& segment = log.current();
  segment.mark(segment.end);
  if (!records.empty()) segment.count(records.front().zxid);

  const uint64_t offset = align_up(segment.end.offset);
  const LogPosition end = log.encode_group(records, offset);
  if (Status done = log.file->write_at(offset, log.buffer); !done.ok()) return done;
  if (Status done = log.write_zeros_ahead(align_up(end.offset)); !done.ok()) return done;
  segment.end = end;
  if (log.spare != nullptr && log.used.empty() && end.offset > segment.size / 2) {
    if (Status done = log.spare->prepare(); !done.ok()) return done;
  }
  return log.options.sync ? log.sync() : ok_status();
}

Status Wal::sync() {
  return impl_->options.sync ? ok_status() : impl_->sync();
}

Status Wal::truncate(Zxid last) {
  Impl& log = *impl_;
  if (last >= log.current().end.zxid) return ok_status();
  if (last == Zxid{}) return restart_after(last);
  if (last < log.segments.front().header.base) {
    return make_fault("{}: cannot truncate the log to zxid 0x{:x}: it begins behind 0x{:x}", log.directory,
                      last.value, log.segments.front().header.base.value);
  }
  // Newest first, each durably: a crash between leaves a log that only ends later than it should.
  while (log.current().header.base > last || (log.current().header.base == last && log.segments.size() > 1)) {
    if (Status done = log.remove(log.current()); !done.ok()) return done;
    log.segments.pop_back();
    auto file = log.env.open(log.current().path, Env::Open::existing);
    if (!file.ok()) return file.fault();
    log.file = std::move(*file);
  }
  const auto end = log.find_end(log.current(), *log.file, last);
  if (!end.ok()) return end.fault();
  return log.cut(*end);
}

Status Wal::restart_after(Zxid base) {
  Impl& log = *impl_;
  log.commit = base;
  log.checkpoint = base;
  if (Status done = log.begin(base, true, 0); !done.ok()) return done;
  while (log.segments.size() > 1) {
    if (Status done = log.remove(log.segments.front()); !done.ok()) return done;
    log.segments.erase(log.segments.begin());
  }
  return ok_status();
}

Status Wal::purge(Zxid keep_above) {
  Impl& log = *impl_;
  while (log.segments.size() > 1 && log.segments.front().end.zxid <= keep_above) {
    const Segment& oldest = log.segments.front();
    if (Status done = log.used.retire(oldest.path, oldest.size); !done.ok()) return done;
    log.segments.erase(log.segments.begin());
  }
  return ok_status();
}

const std::vector<Segment>& Wal::segments() const {
  return impl_->segments;
}

Zxid Wal::last() const {
  return impl_->current().end.zxid;
}

uint64_t Wal::bytes_above(Zxid zxid) const {
  uint64_t bytes = 0;
  for (const Segment& segment : impl_->segments) {
    if (segment.end.zxid <= zxid) continue;
    bytes += segment.end.offset - segment.nearest(zxid).offset;
  }
  return bytes;
}

uint64_t Wal::disk_bytes() const {
  uint64_t bytes = 0;
  for (const Segment& segment : impl_->segments) bytes += segment.size;
  return bytes;
}

uint64_t Wal::syncs() const {
  return impl_->syncs;
}

}  // namespace paddock::store
