// Keys and values are those of znode/delta.h. One key more, before all of them:
//   "!applied"  u32 version | i64 applied | u64 tree, system, acl, session checksum | u64 XXH3-64 of all
//   before
#include "server/store/checkpoint.h"

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/write_batch.h>

#include <utility>

#include "server/store/leveldb_env.h"
#include "server/store/little_endian.h"

namespace paddock::store {
namespace {

constexpr char kAppliedKey[] = "!applied";
constexpr uint32_t kVersion = 1;
constexpr size_t kMarkBytes = 52;

// What the database holds: the state after one transaction.
struct Mark {
  Zxid applied;
  znode::StateChecksum checksum;
};

std::string encode(const Mark& mark) {
  std::string bytes;
  append_to(bytes, kVersion);
  append_to(bytes, mark.applied.value);
  append_to(bytes, mark.checksum.tree_digest);
  append_to(bytes, mark.checksum.system_digest);
  append_to(bytes, mark.checksum.acl_hash);
  append_to(bytes, mark.checksum.session_hash);
  append_to(bytes, checksum_of(bytes));
  return bytes;
}

Result<Mark> decode(const std::string& directory, std::string_view bytes) {
  if (bytes.size() < 4) return make_fault("{}: the checkpoint's mark has {} bytes", directory, bytes.size());
  const auto version = load<uint32_t>(bytes.data());
  if (version != kVersion) {
    return make_fault("{}: checkpoint format version {}; this server reads version {}", directory, version,
                      kVersion);
  }
  if (bytes.size() != kMarkBytes || load<uint64_t>(bytes.data() + 44) != checksum_of(bytes.substr(0, 44))) {
    return make_fault("{}: the checkpoint's mark is damaged", directory);
  }
  Mark mark;
  mark.applied = Zxid{load<int64_t>(bytes.data() + 4)};
  mark.checksum = {load<uint64_t>(bytes.data() + 12), load<uint64_t>(bytes.data() + 20),
                   load<uint64_t>(bytes.data() + 28), load<uint64_t>(bytes.data() + 36)};
  return mark;
}

leveldb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

constexpr char kAdvice[] =
    "If this server belongs to an ensemble, move its paddock directories (dataDir and dataLogDir) aside and "
    "start "
    "it: it fetches everything from the leader. A standalone server needs its backup";

}  // namespace

struct Checkpoint::Impl {
  Impl(Env& env_in, std::string directory_in, const CheckpointOptions& options_in)
      : directory(std::move(directory_in)),
        options(options_in),
        env(env_in),
        cache(leveldb::NewLRUCache(1 << 20)) {}
  ~Impl() { close(); }

  Status open(bool paranoid);
  void close();
  Status read_mark();
  Status check(const leveldb::Status& status) const;
  Status read_entries(znode::State& state) const;
  Status write(znode::Delta delta, const std::optional<Mark>& mark);
  static leveldb::ReadOptions reading();

  const std::string directory;
  const CheckpointOptions options;
  LevelDbEnv env;
  const std::unique_ptr<leveldb::Cache> cache;
  std::unique_ptr<leveldb::Logger> logger;
  std::unique_ptr<leveldb::DB> db;
  bool suspect = false;  // opened without paranoid checks: only the checksum of the whole tells
  std::optional<Mark> mark;
};

// LevelDB's own handling of errors is not trusted: any error, ever, ends it (reference/reliability.md 1e.1).
Status Checkpoint::Impl::check(const leveldb::Status& status) const {
  if (const auto fault = env.first_fault()) return *fault;
  if (!status.ok()) return make_fault("{}: {}", directory, status.ToString());
  return ok_status();
}

leveldb::ReadOptions Checkpoint::Impl::reading() {
  leveldb::ReadOptions reading;
  reading.verify_checksums = true;
  reading.fill_cache = false;
  return reading;
}

Status Checkpoint::Impl::open(bool paranoid) {
  leveldb::Logger* silent = nullptr;
  env.NewLogger("", &silent);
  logger.reset(silent);
  leveldb::Options with;
  with.create_if_missing = true;
  with.paranoid_checks = paranoid;
  with.env = &env;
  with.info_log = logger.get();
  with.write_buffer_size = options.write_buffer_bytes;
  with.max_open_files = 64;
  with.block_cache = cache.get();
  with.block_size = 16 << 10;
  with.compression = leveldb::kNoCompression;
  leveldb::DB* opened = nullptr;
  const leveldb::Status status = leveldb::DB::Open(with, directory, &opened);
  db.reset(opened);
  return check(status);
}

void Checkpoint::Impl::close() {
  db.reset();
}

Status Checkpoint::Impl::read_mark() {
  std::string bytes;
  const leveldb::Status status = db->Get(reading(), kAppliedKey, &bytes);
  if (status.IsNotFound()) {
    const std::unique_ptr<leveldb::Iterator> any(db->NewIterator(reading()));
    any->SeekToFirst();
    if (any->Valid())
      return make_fault("{}: the checkpoint holds a state and no mark of it. {}", directory, kAdvice);
    return check(any->status());
  }
  if (Status done = check(status); !done.ok()) return done;
  const auto found = decode(directory, bytes);
  if (!found.ok()) return found.fault();
  mark = *found;
  return ok_status();
}

Status Checkpoint::Impl::read_entries(znode::State& state) const {
  const std::unique_ptr<leveldb::Iterator> entry(db->NewIterator(reading()));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
    const std::string_view key(entry->key().data(), entry->key().size());
    if (key == kAppliedKey) continue;
    const Status loaded = znode::load_entry(state, key, {entry->value().data(), entry->value().size()});
    if (!loaded.ok()) return make_fault("{}: {}. {}", directory, loaded.fault().message, kAdvice);
  }
  return check(entry->status());
}

Status Checkpoint::Impl::write(znode::Delta delta, const std::optional<Mark>& next) {
  leveldb::WriteBatch batch;
  if (next) batch.Put(kAppliedKey, encode(*next));
  for (const znode::Delta::Entry& entry : delta.entries) {
    if (entry.value) {
      batch.Put(slice(entry.key), slice(*entry.value));
    } else {
      batch.Delete(slice(entry.key));
    }
  }
  delta = {};  // the batch is as large, and now LevelDB takes memory, too
  leveldb::WriteOptions writing;
  writing.sync = true;
  return check(db->Write(writing, &batch));
}

Checkpoint::Checkpoint(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Checkpoint::~Checkpoint() = default;

Result<std::unique_ptr<Checkpoint>> Checkpoint::open(Env& env, const std::string& directory,
                                                     const CheckpointOptions& options) {
  if (Status done = env.make_directories(directory); !done.ok()) return done.fault();
  auto impl = std::make_unique<Impl>(env, directory, options);
  Status opened = impl->open(true);
  if (!opened.ok() && impl->env.first_fault()) return opened.fault();
  if (!opened.ok()) {
    // A power cut in a write that nobody waited for looks like this, too; load() tells.
    impl->suspect = true;
    if (Status again = impl->open(false); !again.ok())
      return make_fault("{}. {}", again.fault().message, kAdvice);
  }
  if (Status done = impl->read_mark(); !done.ok()) return done.fault();
  return std::unique_ptr<Checkpoint>(new Checkpoint(std::move(impl)));
}

Result<bool> Checkpoint::load(znode::State& state, Zxid floor) {
  Impl& impl = *impl_;
  if (applied() < floor) {
    return make_fault(
        "{}: the checkpoint is at zxid 0x{:x}, and the log says it was at 0x{:x}: it has lost data. {}",
        impl.directory, applied().value, floor.value, kAdvice);
  }
  if (impl.mark) {
    state.begin_load();
    if (Status done = impl.read_entries(state); !done.ok()) return done.fault();
    const Status whole = state.finish_load(impl.mark->applied, impl.mark->checksum);
    if (!whole.ok()) return make_fault("{}: {}. {}", impl.directory, whole.fault().message, kAdvice);
  }
  if (impl.suspect) {
    impl.close();
    if (Status done = impl.open(true); !done.ok()) return done.fault();
    impl.suspect = false;
  }
  return impl.mark.has_value();
}

Status Checkpoint::write(znode::Delta delta) {
  Impl& impl = *impl_;
  PADDOCK_CHECK(!impl.mark || delta.applied >= impl.mark->applied,
                "a delta to 0x{:x} behind a checkpoint at 0x{:x}", delta.applied.value,
                impl.mark->applied.value);
  const Mark mark{delta.applied, delta.checksum};
  if (Status done = impl.write(std::move(delta), mark); !done.ok()) return done;
  impl.mark = mark;
  return ok_status();
}

Status Checkpoint::fill(znode::Delta entries) {
  PADDOCK_CHECK(!impl_->mark, "{}: a checkpoint at 0x{:x} is filled", impl_->directory, applied().value);
  return impl_->write(std::move(entries), std::nullopt);
}

std::unique_ptr<CheckpointImage> Checkpoint::open_image() const {
  return std::make_unique<CheckpointImage>(*impl_->db, impl_->env, impl_->directory, applied());
}

Zxid Checkpoint::applied() const {
  return impl_->mark ? impl_->mark->applied : Zxid{};
}

uint64_t Checkpoint::live_bytes() const {
  const leveldb::Range all("", "\xff");
  uint64_t bytes = 0;
  impl_->db->GetApproximateSizes(&all, 1, &bytes);
  return bytes;
}

}  // namespace paddock::store
