#include "server/store/store.h"

#include <utility>

#include "server/store/checkpoint_thread.h"
#include "server/store/fatal.h"
#include "server/store/log_thread.h"
#include "server/store/read_thread.h"
#include "server/store/spare_segment.h"
#include "server/store/store_opening.h"

namespace paddock::store {
namespace {

// Sizes are for an operator's eyes: a file that goes meanwhile counts nothing.
uint64_t size_of_directory(Env& env, const std::string& directory) {
  uint64_t bytes = 0;
  const auto names = env.list(directory);
  if (!names.ok()) return 0;
  for (const std::string& name : *names) {
    const auto file = env.open(directory + "/" + name, Env::Open::existing);
    if (!file.ok()) continue;
    if (const auto size = (*file)->size(); size.ok()) bytes += *size;
  }
  return bytes;
}

}  // namespace

struct Store::Impl {
  Impl(Env& env, const StoreOptions& options, OpenedStore opened, StoreEvents events)
      : data_lock(std::move(opened.data_lock)),
        log_lock(std::move(opened.log_lock)),
        fatal(std::move(events.failed)),
        spare(env, opened.directories.log, options.wal.segment_bytes),
        checkpoint(env, std::move(opened.checkpoint), opened.base,
                   {opened.directories, options.checkpoint, options.checkpoint_tail_bytes},
                   {[this](const Base& base, Zxid applied) { log.checkpoint_reached(base, applied); },
                    [this](const Base& base) { log.base_filled(base); }, [this] { reads.drop_images(); },
                    [this] { return log.tail_bytes(); },
                    [&env, directories = opened.directories](const Base& base) {
                      return size_of_directory(env, checkpoint_directory(directories, base.number));
                    }},
                   fatal),
        log(env, std::move(opened.wal), opened.base, opened.noted_checkpoint,
            {opened.directories, options.wal, options.inline_write_under_us, opened.damaged, &spare}, pins,
            {std::move(events.persisted), [this](Zxid durable) { checkpoint.log_durable(durable); },
             [this](const Base& base) { checkpoint.base_installed(base); }},
            fatal),
        reads(env, pins,
              {[this] { return log.view(); }, [this](auto take) { checkpoint.open_image(std::move(take)); },
               std::move(events.history_fetched), std::move(events.snapshot_piece)},
              fatal) {
    if (opened.base.has_checkpoint) {
      log.checkpoint_reached(opened.base, checkpoint.applied());
    } else {
      checkpoint.base_installed(opened.base);
    }
  }

  // The log covers what is checkpointed; then it notes how far that came.
  ~Impl() {
    reads.stop();
    log.drain();
    checkpoint.stop();
    log.stop();
  }

  const std::unique_ptr<File> data_lock;
  const std::unique_ptr<File> log_lock;
  Fatal fatal;
  LogPins pins;
  SpareSegment spare;
  CheckpointThread
      checkpoint;  // does nothing before it is told of a delta or base: the log may begin after it
  LogThread log;
  ReadThread reads;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(Env& env, const StoreOptions& options, znode::State& state,
                                           Recovered& recovered, StoreEvents events) {
  auto opened = open_store(env, options, state);
  if (!opened.ok()) return opened.fault();
  recovered = std::move(opened->recovered);
  return std::unique_ptr<Store>(
      new Store(std::make_unique<Impl>(env, options, std::move(*opened), std::move(events))));
}

void Store::submit(std::vector<LogWork> work, CommitPoint commit, bool may_wait) {
  for (const LogWork& piece : work) {
    if (std::holds_alternative<SnapshotEnd>(piece)) impl_->checkpoint.expect_base();
  }
  impl_->log.submit(std::move(work), commit, may_wait);
}

void Store::checkpoint(znode::Delta delta) {
  impl_->checkpoint.add(std::move(delta));
}

void Store::read_history(const HistoryRead& wanted) {
  impl_->reads.read(wanted);
}

void Store::read_snapshot(const SnapshotRead& wanted) {
  impl_->reads.read(wanted);
}

bool Store::wants_delta() const {
  return impl_->checkpoint.wants_delta();
}

StoreStatus Store::status() const {
  StoreStatus status;
  status.log_bytes = impl_->log.disk_bytes();
  status.data_bytes = impl_->checkpoint.data_bytes();
  status.syncs = impl_->log.syncs();
  status.checkpoint = impl_->checkpoint.applied();
  status.last_sync_us = impl_->log.last_sync_us();
  return status;
}

}  // namespace paddock::store
