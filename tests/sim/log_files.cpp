#include "tests/sim/log_files.h"

#include <algorithm>
#include <utility>

#include "server/store/epoch_file.h"
#include "server/store/format_file.h"
#include "server/store/snapshot_load.h"
#include "server/store/wal_format.h"
#include "server/store/wal_history.h"

namespace paddock::sim {

LogFiles::LogFiles(uint64_t segment_bytes, Random random)
    : segment_bytes_(segment_bytes), random_(random), env_(std::make_unique<store::FaultyEnv>()) {}

LogFiles::LogFiles(const LogFiles& other, std::unique_ptr<store::FaultyEnv> env)
    : segment_bytes_(other.segment_bytes_), random_(other.random_), env_(std::move(env)) {}

Status LogFiles::begin_at(Zxid zxid) {
  if (const auto found = open(); !found.ok()) return found.fault();
  if (Status done = wal_->restart_after(zxid); !done.ok()) return done;
  close();
  return store::write_epochs(*env_, kDirectories.data, {zxid.epoch(), zxid.epoch()});
}

// --- A start

Result<LogFiles::Found> LogFiles::open() {
  close();
  Found found;
  if (Status done = open_parts(found); !done.ok()) return done.fault();
  base_ = found.base;
  last_number_ = base_.number;
  note_last_group(store::kBlockBytes);
  noted_checkpoint_ = previous_checkpoint_ = found.log.checkpoint_point;
  return found;
}

Status LogFiles::open_parts(Found& found) {
  const std::string& directory = kDirectories.data;
  if (Status done = env_->make_directories(directory); !done.ok()) return done;
  if (Status done = env_->sync_directory(directory); !done.ok()) return done;
  const auto used = store::has_format(*env_, directory);
  if (!used.ok()) return used.fault();
  found.fresh = !*used;
  const auto base = store::read_base(*env_, kDirectories);
  if (!base.ok()) return base.fault();
  found.base = *base;
  if (Status done = store::remove_other_bases(*env_, kDirectories, *base); !done.ok()) return done;
  const auto epochs = store::read_epochs(*env_, directory);
  if (!epochs.ok()) return epochs.fault();
  if (*epochs) {
    found.epochs = **epochs;
  } else if (!found.fresh) {
    return make_fault("{}/epochs is missing, and this server has run", directory);
  } else if (Status done = store::write_epochs(*env_, directory, {}); !done.ok()) {
    return done;
  }
  const std::string log = store::wal_directory(kDirectories, base->number);
  const auto there = env_->exists(log);
  if (!there.ok()) return there.fault();
  if (!found.fresh && !*there) return make_fault("{}: the log is gone, and its server has run", log);
  auto wal = store::Wal::open(*env_, log, {segment_bytes_, true, random_.next() | 1}, Zxid{}, found.log);
  if (!wal.ok()) return wal.fault();
  wal_ = std::move(*wal);
  const auto why = damage();
  if (!why.ok()) return why.fault();
  damaged_ = !why->empty();
  if (!found.fresh) return ok_status();
  if (found.log.last != Zxid{} || found.epochs != store::Epochs{} || found.base != store::Base{}) {
    return make_fault("{}/FORMAT is missing, and this server has run", directory);
  }
  return store::write_format(*env_, directory);
}

Status LogFiles::load_snapshot(znode::State& state) {
  return store::load_snapshot(*env_, store::snapshot_path(kDirectories, base_.number), base_.zxid, state);
}

// --- Work

Status LogFiles::carry_out(std::span<const Work> pieces, const Notes& notes) {
  for (const Work& piece : pieces) {
    const auto* append = piece ? std::get_if<store::Append>(&*piece) : nullptr;
    if (append != nullptr) {
      group_.push_back(*append);
    } else if (piece) {
      if (Status done = write_group(notes); !done.ok()) return done;
      if (Status done = carry_out_one(*piece); !done.ok()) return done;
    }
  }
  const bool notes_only = std::all_of(pieces.begin(), pieces.end(), [](const Work& piece) { return !piece; });
  if (notes_only && !staged_) return append({}, notes.committed, noted_checkpoint_);
  return write_group(notes);
}

Status LogFiles::write_group(const Notes& notes) {
  const std::vector<store::Append> group = std::exchange(group_, {});
  if (group.empty()) return ok_status();
  // The checkpoint is not that of a staged log.
  if (staged_) return staged_->wal().append_group(group, {notes.committed}, Zxid{});
  const Zxid noted = base_.has_checkpoint ? notes.checkpoint : noted_checkpoint_;
  if (Status done = append(group, notes.committed, noted); !done.ok()) return done;
  if (noted <= noted_checkpoint_) return ok_status();
  noted_checkpoint_ = noted;
  return wal_->purge(std::min(notes.pinned, std::exchange(previous_checkpoint_, noted)));
}

void LogFiles::note_last_group(uint64_t offset) {
  last_group_ = offset;
  last_segment_ = wal_->segments().back().path;
}

Status LogFiles::append(std::span<const store::Append> records, Zxid committed, Zxid checkpoint) {
  const auto& segments = wal_->segments();
  const uint64_t index = segments.back().header.index, end = segments.back().end.offset;
  if (Status done = wal_->append_group(records, {committed}, checkpoint); !done.ok()) return done;
  note_last_group(segments.back().header.index == index ? store::align_up(end) : store::kBlockBytes);
  return ok_status();
}

Status LogFiles::carry_out_one(const store::LogWork& work) {
  struct CarryingOut {
    LogFiles& files;

    Status operator()(const store::Append&) { return ok_status(); }
    Status operator()(const store::Truncate& cut) {
      if (files.staged_) return files.staged_->wal().truncate(cut.last);
      if (Status done = files.wal_->truncate(cut.last); !done.ok()) return done;
      files.note_last_group(store::kBlockBytes);
      return ok_status();
    }
    Status operator()(const store::WriteEpochs& write) {
      Status done = store::write_epochs(*files.env_, kDirectories.data, write.epochs);
      if (!done.ok() || !files.damaged_ || write.epochs.current == 0) return done;
      files.damaged_ = false;
      return store::forget_damage(*files.env_, kDirectories);
    }
    Status operator()(const store::Fence&) { return ok_status(); }
    Status operator()(const store::SnapshotBegin& begin) {
      if (Status done = (*this)(store::SnapshotAbandon{}); !done.ok()) return done;
      auto staged = store::StagedBase::begin(*files.env_, kDirectories, ++files.last_number_, begin.zxid,
                                             {files.segment_bytes_, true, files.random_.next() | 1});
      if (!staged.ok()) return staged.fault();
      files.staged_ = std::move(*staged);
      return ok_status();
    }
    Status operator()(const store::SnapshotChunk& chunk) {
      return files.staged_->append_chunk(chunk.bytes.view());
    }
    Status operator()(const store::SnapshotEnd&) { return files.install(); }
    Status operator()(const store::SnapshotAbandon&) {
      const auto dropped = std::exchange(files.staged_, nullptr);
      return dropped ? dropped->abandon() : ok_status();
    }
  };
  return std::visit(CarryingOut{*this}, work);
}

Status LogFiles::install() {
  if (Status done = staged_->install(); !done.ok()) return done;
  const store::Base old = std::exchange(base_, staged_->base());
  wal_ = staged_->take_wal();
  staged_.reset();
  noted_checkpoint_ = previous_checkpoint_ = base_.zxid;
  note_last_group(store::kBlockBytes);
  return store::remove_directory(*env_, store::wal_directory(kDirectories, old.number));
}

Status LogFiles::checkpoint_filled() {
  base_.has_checkpoint = true;
  if (Status done = store::write_base(*env_, kDirectories, base_); !done.ok()) return done;
  return store::remove_file_if_there(*env_, kDirectories.data,
                                     store::snapshot_path(kDirectories, base_.number));
}

Result<store::HistoryFetched> LogFiles::read(const store::HistoryRead& wanted) const {
  return store::read_history(*env_, wal_->segments(), wanted);
}

Zxid LogFiles::base_of_log() const {
  return wal_->segments().front().header.base;
}

// --- Faults

void LogFiles::close() {
  wal_.reset();
  staged_.reset();
  group_.clear();
}

void LogFiles::end_within(uint64_t operations) {
  env_->cut_power_at(env_->operations() + 1 + random_.below(operations));
}

void LogFiles::kill() {
  close();
  env_->restore_power();
}

void LogFiles::cut_power() {
  close();
  const uint64_t seed = random_.next();
  switch (random_.below(4)) {
    case 0:
      env_ = env_->after_crash(store::Fate::lose_all());
      return;
    case 1:
      env_ = env_->after_crash(store::Fate::random_subset(seed));
      return;
    case 2:
      env_ = env_->after_crash(store::Fate::pages(seed));
      return;
    default:
      env_ = env_->after_crash(store::Fate::torn(seed));
  }
}

void LogFiles::fail_soon(const std::string& error) {
  env_->fail_at(env_->operations() + 1 + random_.below(12), error);
}

void LogFiles::wipe() {
  close();
  env_ = std::make_unique<store::FaultyEnv>();
}

bool LogFiles::rot() {
  const std::string log = store::wal_directory(kDirectories, base_.number);
  std::vector<std::pair<std::string, size_t>> places;  // files, and how much of them may rot
  const auto add = [&](const std::string& path) {
    const auto exists = env_->exists(path);
    if (exists.ok() && *exists) places.emplace_back(path, env_->content(path).size());
  };
  if (const auto segments = env_->list(log); segments.ok()) {
    for (const std::string& name : *segments) {
      const std::string path = log + "/" + name;
      if (path <= last_segment_) add(path);
      if (path == last_segment_) places.back().second = std::min<size_t>(places.back().second, last_group_);
    }
  }
  for (const char* name : {"epochs", "BASE"}) add(kDirectories.data + "/" + name);
  add(store::snapshot_path(kDirectories, base_.number));
  if (places.empty()) return false;
  const auto& [path, size] = places[random_.below(places.size())];
  std::string content = env_->content(path);
  if (size == 0) return false;
  for (uint64_t bytes = 1 + random_.below(3); bytes > 0; --bytes) {
    content[random_.below(size)] ^= static_cast<char>(1 << random_.below(8));
  }
  env_->overwrite(path, std::move(content));
  return true;
}

void LogFiles::heal() {
  env_->restore_power();
  env_->fill(false);
}

LogFiles LogFiles::forked() const {
  return LogFiles(*this, env_->after_crash(store::Fate::lose_all()));
}

}  // namespace paddock::sim
