#include "server/store/store_opening.h"

#include <algorithm>
#include <utility>

#include "server/store/damage.h"
#include "server/store/empty_start.h"
#include "server/store/epoch_file.h"
#include "server/store/format_file.h"
#include "server/store/java_import.h"
#include "server/store/snapshot_load.h"
#include "server/store/wal_segment.h"

namespace paddock::store {
namespace {

constexpr char kAdvice[] =
    "What this server has promised may be forgotten, so it does not start. If it belongs to an ensemble, "
    "move its "
    "paddock directories (dataDir and dataLogDir) aside and start it: it fetches everything from the leader. "
    "A "
    "standalone server needs its backup";

class Opening {
 public:
  Opening(Env& env, const StoreOptions& options, znode::State& state)
      : env_(env), options_(options), state_(state) {
    const std::string& log = options.data_log_dir.empty() ? options.data_dir : options.data_log_dir;
    store_.directories = {options.data_dir + "/paddock", log + "/paddock"};
    java_ = {options.data_dir + "/version-2", log + "/version-2"};
  }

  Result<OpenedStore> run() {
    if (Status done = lock(); !done.ok()) return done.fault();
    if (Status done = look_at_data_format(); !done.ok()) return done.fault();
    const uint64_t failures = env_.failures();
    Status done = recover();
    if (!done.ok() && options_.ensemble && env_.failures() == failures) {
      done = begin_anew(done.fault().message);
    }
    if (done.ok()) done = read_note_of_damage();
    if (done.ok() && options_.ensemble) done = doubt_emptiness();
    if (!done.ok()) return done.fault();
    return std::move(store_);
  }

 private:
  bool one_directory() const { return store_.directories.data == store_.directories.log; }
  std::string wal_path() const { return wal_directory(store_.directories, store_.base.number); }

  Status lock() {
    auto data = lock_directory(store_.directories.data);
    if (!data.ok()) return data.fault();
    store_.data_lock = std::move(*data);
    if (one_directory()) return ok_status();
    auto log = lock_directory(store_.directories.log);
    if (!log.ok()) return log.fault();
    store_.log_lock = std::move(*log);
    return ok_status();
  }

  Status recover() {
    for (auto step :
         {&Opening::look_at_log_format, &Opening::find_base, &Opening::read_epoch_record,
          &Opening::open_checkpoint, &Opening::open_log, &Opening::load_state, &Opening::finish}) {
      if (Status done = (this->*step)(); !done.ok()) return done;
    }
    return ok_status();
  }

  Status begin_anew(const std::string& why) {
    store_.wal.reset();
    store_.checkpoint.reset();
    store_.recovered = {};
    contents_ = {};
    znode::State empty(state_.options());
    state_.swap(empty);
    if (Status done = put_damage_aside(env_, store_.directories, why); !done.ok()) return done;
    fresh_ = true;
    return recover();
  }

  Status read_note_of_damage() {
    const auto damage = read_damage(env_, store_.directories);
    if (!damage.ok()) return damage.fault();
    if (!damage->empty() && !options_.ensemble) return make_fault("{}. {}", *damage, kAdvice);
    store_.recovered.damage = *damage;
    store_.damaged = !damage->empty();
    return ok_status();
  }

  Status doubt_emptiness() {
    const auto doubt = doubt_of(env_, {options_.data_dir, options_.data_log_dir, store_.directories.data,
                                       store_.recovered.empty, options_.trusts_empty});
    if (!doubt.ok()) return doubt.fault();
    if (store_.recovered.damage.empty()) store_.recovered.damage = *doubt;
    return ok_status();
  }

  // What an earlier process did without living to sync it is made durable before anything is concluded from
  // it.
  Result<std::unique_ptr<File>> lock_directory(const std::string& directory) {
    if (Status done = env_.make_directories(directory); !done.ok()) return done.fault();
    auto held = env_.lock(directory + "/LOCK");
    if (!held.ok()) return held;
    if (Status done = env_.sync_directory(directory); !done.ok()) return done.fault();
    return held;
  }

  // A later version, and a Java server's data that cannot be taken over, are no damage.
  Status look_at_data_format() {
    const auto data = has_format(env_, store_.directories.data);
    if (!data.ok()) return data.fault();
    if (const auto log = has_format(env_, store_.directories.log); !log.ok()) return log.fault();
    fresh_ = !*data;
    return take_over_java_data();
  }

  Status look_at_log_format() {
    const auto log = has_format(env_, store_.directories.log);
    if (!log.ok()) return log.fault();
    if (fresh_ || *log) return ok_status();
    return make_fault(
        "{}/FORMAT is missing, and {} belongs to a server that has run: its log is elsewhere or lost. {}",
        store_.directories.log, store_.directories.data, kAdvice);
  }

  Status take_over_java_data() {
    const auto found = has_java_data(env_, java_);
    if (!found.ok()) return found.fault();
    JavaImport import(env_, java_, store_.directories, options_.wal);
    const auto under_way = import.is_under_way();
    if (!under_way.ok()) return under_way.fault();
    if (!fresh_ && *under_way) return import.finish();
    if (!*found) return ok_status();
    if (!fresh_) {
      return make_fault(
          "{} holds data of an Apache ZooKeeper server, and {} data of this one: which is newer is not "
          "known. "
          "Move one of them aside",
          java_.data, store_.directories.data);
    }
    const auto epochs = env_.exists(store_.directories.data + "/epochs");
    if (!epochs.ok()) return epochs.fault();
    if (*epochs && !*under_way) return used_without_format("epochs beside an Apache ZooKeeper server's data");
    if (Status done = import.run(); !done.ok()) return done;
    if (Status done = write_formats(); !done.ok()) return done;
    fresh_ = false;
    return import.finish();
  }

  // The data directory's last: it makes all of it count.
  Status write_formats() {
    if (Status done = write_format(env_, store_.directories.log); !done.ok() || one_directory()) return done;
    return write_format(env_, store_.directories.data);
  }

  // What BASE does not name goes only when what it names is there: it may be BASE that is lost.
  Status find_base() {
    const auto base = read_base(env_, store_.directories);
    if (!base.ok()) return make_fault("{}. {}", base.fault().message, kAdvice);
    store_.base = *base;
    if (fresh_) return *base == Base() ? ok_status() : used_without_format("a BASE");
    if (Status done = log_has_segments(); !done.ok()) return done;
    return remove_other_bases(env_, store_.directories, store_.base);
  }

  Status log_has_segments() {
    const auto exists = env_.exists(wal_path());
    if (!exists.ok()) return exists.fault();
    if (*exists) {
      const auto names = env_.list(wal_path());
      if (!names.ok()) return names.fault();
      if (std::any_of(names->begin(), names->end(),
                      [](const auto& name) { return segment_index(name).has_value(); })) {
        return ok_status();
      }
    }
    return make_fault("{}: the log is gone, and its server has run. {}", wal_path(), kAdvice);
  }

  Status read_epoch_record() {
    const auto epochs = read_epochs(env_, store_.directories.data);
    if (!epochs.ok()) return epochs.fault();
    if (*epochs) {
      store_.recovered.epochs = **epochs;
      return fresh_ && **epochs != Epochs{} ? used_without_format("epochs other than 0") : ok_status();
    }
    if (fresh_) return write_epochs(env_, store_.directories.data, {});
    return make_fault(
        "{}/epochs is missing, and this server has run: it does not know which epochs it has promised. {}",
        store_.directories.data, kAdvice);
  }

  Status used_without_format(std::string_view what) {
    return make_fault("{}/FORMAT is missing, and there are {}: a part of this server's data is lost. {}",
                      store_.directories.data, what, kAdvice);
  }

  Status open_checkpoint() {
    applied_ = store_.base.zxid;
    if (!store_.base.has_checkpoint) return ok_status();
    auto opened = Checkpoint::open(env_, checkpoint_directory(store_.directories, store_.base.number),
                                   options_.checkpoint);
    if (!opened.ok()) return opened.fault();
    store_.checkpoint = std::move(*opened);
    applied_ = store_.checkpoint->applied();
    return ok_status();
  }

  Status open_log() {
    auto opened = Wal::open(env_, wal_path(), options_.wal, applied_, contents_);
    if (!opened.ok()) return opened.fault();
    store_.wal = std::move(*opened);
    if (fresh_ && contents_.last != Zxid{}) return used_without_format("records in the log");
    if (contents_.base > applied_) {
      return make_fault(
          "{}: the log begins behind zxid 0x{:x}, and the checkpoint ends at 0x{:x}: what lies between is "
          "lost. {}",
          wal_path(), contents_.base.value, applied_.value, kAdvice);
    }
    if (contents_.last >= applied_) return ok_status();
    // Nothing is checkpointed before it is durable in the log, unless the log is never synced.
    if (!options_.wal.sync) return store_.wal->restart_after(applied_);
    return make_fault(
        "{}: the log ends at zxid 0x{:x}, and the checkpoint is at 0x{:x}: the end of the log is lost. {}",
        wal_path(), contents_.last.value, applied_.value, kAdvice);
  }

  Status load_state() {
    store_.noted_checkpoint = contents_.checkpoint_point;
    if (!store_.base.has_checkpoint) return load_snapshot_file();
    const auto loaded = store_.checkpoint->load(state_, contents_.checkpoint_point);
    if (!loaded.ok()) return loaded.fault();
    if (*loaded)
      return fresh_ && state_.last_applied() != Zxid{} ? used_without_format("a checkpoint") : ok_status();
    if (!fresh_) {
      return make_fault("{} is empty, and this server has run. {}",
                        checkpoint_directory(store_.directories, store_.base.number), kAdvice);
    }
    return store_.checkpoint->write(state_.full_delta());
  }

  Status load_snapshot_file() {
    const std::string path = snapshot_path(store_.directories, store_.base.number);
    const Status loaded = load_snapshot(env_, path, store_.base.zxid, state_);
    return loaded.ok() ? loaded : make_fault("{}. {}", loaded.fault().message, kAdvice);
  }

  Status finish() {
    if (fresh_) {
      if (Status done = write_formats(); !done.ok()) return done;
    }
    Recovered& recovered = store_.recovered;
    recovered.checkpoint = applied_;
    recovered.commit_point = std::max(contents_.commit_point, recovered.checkpoint);
    recovered.last_logged = store_.wal->last();
    recovered.tail = std::move(contents_.records);
    recovered.empty = recovered.last_logged == Zxid{} && recovered.epochs == Epochs{};
    return ok_status();
  }

  Env& env_;
  const StoreOptions& options_;
  znode::State& state_;
  JavaDirectories java_;
  bool fresh_ = false;  // never used
  Zxid applied_;        // of the stored state
  WalContents contents_;
  OpenedStore store_;
};

}  // namespace

Result<OpenedStore> open_store(Env& env, const StoreOptions& options, znode::State& state) {
  return Opening(env, options, state).run();
}

}  // namespace paddock::store
