// The formats are those of java_snapshot.cpp and java_log.cpp.
#include "server/store/java_export.h"

#include <zlib.h>

#include <span>
#include <utility>

#include "protocol/jute/writer.h"
#include "protocol/txn/txn.h"
#include "server/store/durable_file.h"
#include "server/store/format_file.h"
#include "server/store/java_log.h"
#include "server/store/java_snapshot.h"
#include "server/store/state_stream.h"
#include "server/store/store_opening.h"

namespace paddock::store {
namespace {

constexpr int32_t kFormatVersion = 2;
constexpr int64_t kSnapshotDatabase = -1;
constexpr uint8_t kEndMarker = 'B';

uLong adler32_of(uLong adler, std::string_view bytes) {
  return adler32_z(adler, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

// A file written from its beginning to its end.
class Output {
 public:
  static Result<Output> create(Env& env, const std::string& path) {
    auto file = env.open(path, Env::Open::create_new);
    if (!file.ok()) return file.fault();
    return Output(std::move(*file));
  }
  Status write(std::string_view bytes) {
    if (Status done = file_->write_at(offset_, bytes); !done.ok()) return done;
    offset_ += bytes.size();
    adler_ = adler32_of(adler_, bytes);
    return ok_status();
  }
  Status sync() { return file_->sync_data(); }
  // Of all that was written.
  int64_t adler() const { return static_cast<int64_t>(adler_); }

 private:
  explicit Output(std::unique_ptr<File> file) : file_(std::move(file)) {}
  std::unique_ptr<File> file_;
  uint64_t offset_ = 0;
  uLong adler_ = adler32(0, nullptr, 0);
};

Status write_seal(Output& file) {
  std::string seal;
  jute::Writer writer(seal);
  writer.write_long(file.adler());
  writer.write_buffer(quorum::kSnapshotEnd);
  return file.write(seal);
}

Status write_snapshot(Env& env, const std::string& directory, const znode::State& state) {
  auto file = Output::create(env, fmt::format("{}/snapshot.{:x}", directory, state.last_applied().value));
  if (!file.ok()) return file.fault();
  std::string head;
  jute::Writer head_writer(head);
  head_writer.write_int(kJavaSnapshotMagic);
  head_writer.write_int(kFormatVersion);
  head_writer.write_long(kSnapshotDatabase);
  if (Status done = file->write(head); !done.ok()) return done;
  const Status streamed = stream_state(state, quorum::SnapshotClosing::nothing,
                                       [&](std::string_view piece) { return file->write(piece); });
  if (!streamed.ok()) return streamed;
  if (Status done = write_seal(*file); !done.ok()) return done;
  std::string digest;
  jute::Writer digest_writer(digest);
  digest_writer.write_long(state.last_applied().value);
  digest_writer.write_int(txn::kDigestVersion);
  digest_writer.write_long(static_cast<int64_t>(state.tree().digest()));
  if (Status done = file->write(digest); !done.ok()) return done;
  if (Status done = write_seal(*file); !done.ok()) return done;
  return file->sync();
}

Status write_log(Env& env, const std::string& directory, std::span<const Append> records) {
  if (records.empty()) return ok_status();
  auto file = Output::create(env, fmt::format("{}/log.{:x}", directory, records.front().zxid.value));
  if (!file.ok()) return file.fault();
  std::string bytes;
  jute::Writer writer(bytes);
  writer.write_int(kJavaLogMagic);
  writer.write_int(kFormatVersion);
  writer.write_long(0);
  for (const Append& record : records) {
    writer.write_long(static_cast<int64_t>(adler32_of(adler32(0, nullptr, 0), record.txn.view())));
    writer.write_buffer(record.txn.view());
    writer.write_byte(kEndMarker);
    if (Status done = file->write(std::exchange(bytes, {})); !done.ok()) return done;
  }
  return file->sync();
}

Status write_epoch_files(Env& env, const std::string& directory, const Epochs& epochs) {
  Status done = write_whole_file(env, directory, "acceptedEpoch", std::to_string(epochs.accepted));
  return done.ok() ? write_whole_file(env, directory, "currentEpoch", std::to_string(epochs.current)) : done;
}

// How many of the records behind the stored state are known to be committed; they are applied.
Result<size_t> apply_committed(const Recovered& recovered, znode::State& state) {
  size_t applied = 0;
  for (const Append& record : recovered.tail) {
    if (record.zxid > recovered.commit_point) break;
    const auto txn = txn::decode_txn(record.txn.view());
    if (!txn.ok()) return txn.fault();
    state.apply(*txn);
    ++applied;
  }
  return applied;
}

Status expect_used(Env& env, const std::string& data_dir) {
  const std::string directory = data_dir + "/paddock";
  const auto exists = env.exists(directory);
  if (!exists.ok()) return exists.fault();
  if (*exists) {
    const auto used = has_format(env, directory);
    if (!used.ok()) return used.fault();
    if (*used) return ok_status();
  }
  return make_fault("{} holds no data of this server", data_dir);
}

}  // namespace

Result<JavaExport> export_to_java(Env& env, const StoreOptions& source, const znode::Options& options,
                                  const std::string& target) {
  const std::string final_directory = target + "/version-2";
  const auto taken = env.exists(final_directory);
  if (!taken.ok()) return taken.fault();
  if (*taken) return make_fault("{}: is there already", final_directory);
  if (Status used = expect_used(env, source.data_dir); !used.ok()) return used.fault();

  znode::State state(options);
  const auto opened = open_store(env, source, state);
  if (!opened.ok()) return opened.fault();
  const Recovered& recovered = opened->recovered;
  const auto applied = apply_committed(recovered, state);
  if (!applied.ok()) return applied.fault();

  const std::string directory = final_directory + ".unfinished";
  if (Status done = remove_directory(env, directory); !done.ok()) return done.fault();
  if (Status done = env.make_directories(directory); !done.ok()) return done.fault();
  if (Status done = write_snapshot(env, directory, state); !done.ok()) return done.fault();
  const auto rest = std::span(recovered.tail).subspan(*applied);
  if (Status done = write_log(env, directory, rest); !done.ok()) return done.fault();
  if (Status done = write_epoch_files(env, directory, recovered.epochs); !done.ok()) return done.fault();
  if (Status done = env.rename(directory, final_directory); !done.ok()) return done.fault();
  if (Status done = env.sync_directory(target); !done.ok()) return done.fault();
  const Zxid last = rest.empty() ? state.last_applied() : rest.back().zxid;
  return JavaExport{state.last_applied(), last, state.tree().node_count()};
}

}  // namespace paddock::store
