#include "server/inspect/stored_tree.h"

#include <filesystem>

#include "server/inspect/log_walk.h"
#include "server/inspect/overlay_env.h"
#include "server/store/checkpoint.h"
#include "server/store/java_directory.h"
#include "server/store/java_snapshot.h"
#include "server/store/snapshot_file.h"
#include "server/store/snapshot_load.h"
#include "znode/snapshot_loader.h"

namespace paddock::inspect {
namespace {

namespace fs = std::filesystem;

// Nodes with a time to live are known as such, whatever the server's setting was.
znode::Options options() {
  znode::Options all;
  all.extended_types = true;
  return all;
}

uint64_t bytes_of(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return fs::file_size(path, ignored);
  uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(path, ignored)) {
    if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
  }
  return bytes;
}

Status load_checkpoint(store::Env& env, StoredTree& tree) {
  const auto checkpoint = store::Checkpoint::open(env, tree.place.path);
  if (!checkpoint.ok()) return checkpoint.fault();
  const auto loaded = (*checkpoint)->load(*tree.state, {});
  if (!loaded.ok()) return loaded.fault();
  if (!*loaded) return make_fault("{}: holds no state", tree.place.path);
  tree.zxid = (*checkpoint)->applied();
  return ok_status();
}

Status load_received(store::Env& env, StoredTree& tree) {
  const auto file = store::SnapshotFileReader::open(env, tree.place.path);
  if (!file.ok()) return file.fault();
  tree.zxid = (*file)->zxid();
  return store::load_snapshot(env, tree.place.path, tree.zxid, *tree.state);
}

Status load_elements(const store::JavaSnapshot& snapshot, StoredTree& tree) {
  znode::SnapshotLoader loader(*tree.state);
  for (const auto& session : snapshot.sessions) loader.session(session.session_id, session.timeout_ms);
  for (const auto& acl : snapshot.acls) loader.acl(acl.id, acl.acl);
  for (const auto& node : snapshot.nodes) {
    if (Status done = loader.node(node.path.view(), node.data, node.acl_id, node.stat); !done.ok())
      return done;
  }
  return loader.finish(tree.zxid);
}

Status load_java(store::Env& env, StoredTree& tree) {
  const std::string& path = tree.place.path;
  const auto content = store::read_java_snapshot_file(env, path);
  if (!content.ok()) return content.fault();
  const auto snapshot = store::read_java_snapshot(*content);
  if (!snapshot.ok()) return make_fault("{}: {}", path, snapshot.fault().message);
  const auto named = store::zxid_in_java_name(fs::path(path).filename().string(), "snapshot.");
  tree.zxid = named.value_or(snapshot->last_applied.value_or(Zxid{}));
  // Zxid 0: nothing was recorded (spec/disk-formats.md 3.1).
  if (snapshot->digest && snapshot->digest->zxid != 0) {
    tree.digest =
        StoredDigest{Zxid{snapshot->digest->zxid}, static_cast<uint64_t>(snapshot->digest->tree_digest)};
  }
  const Status loaded = load_elements(*snapshot, tree);
  return loaded.ok() ? loaded : make_fault("{}: {}", path, loaded.fault().message);
}

Status load(store::Env& env, StoredTree& tree) {
  switch (tree.place.form) {
    case TreeForm::checkpoint:
      return load_checkpoint(env, tree);
    case TreeForm::received_snapshot:
      return load_received(env, tree);
    case TreeForm::zookeeper_snapshot:
      return load_java(env, tree);
  }
  return ok_status();
}

// Of a checkpoint that was named itself the lock lies beside it.
Status refuse_if_in_use(const TreePlace& place) {
  if (place.form == TreeForm::zookeeper_snapshot) return ok_status();
  const std::string directory =
      place.directory.empty() ? fs::absolute(place.path).parent_path().string() : place.directory;
  const auto used = is_in_use(directory);
  if (!used.ok()) return used.fault();
  if (!*used) return ok_status();
  return make_fault(
      "{}: a server is running on this directory, and its checkpoint may change under a reader. Ask the "
      "server "
      "(tree, cp), or stop it",
      directory);
}

}  // namespace

Result<StoredTree> load_tree(const std::string& named) {
  OverlayEnv env;
  StoredTree tree;
  auto place = find_tree(env, named);
  if (!place.ok()) return place.fault();
  tree.place = std::move(*place);
  if (Status free = refuse_if_in_use(tree.place); !free.ok()) return free.fault();
  tree.file_bytes = bytes_of(tree.place.path);
  tree.state = std::make_unique<znode::State>(options());
  if (Status done = load(env, tree); !done.ok()) return done.fault();
  return tree;
}

Status replay_log(StoredTree& tree, const std::string& log_place) {
  OverlayEnv env;
  const auto log = find_log(env, log_place);
  if (!log.ok()) return log.fault();
  // How far it is committed only the end of a log says.
  const auto report = walk_log(env, *log, [](const LoggedTxn&) { return true; });
  if (!report.ok()) return report.fault();
  if (const LogNote* damage = report->damage()) {
    return make_fault("{}: offset {}: the log is damaged behind zxid 0x{:x}: {}", damage->file,
                      damage->offset, damage->behind.value, damage->text);
  }
  if (report->base && *report->base > tree.zxid) {
    return make_fault("{}: the log begins behind zxid 0x{:x}, and the stored state is at 0x{:x}", log_place,
                      report->base->value, tree.zxid.value);
  }
  const Zxid last = log->maker == Maker::paddock ? report->committed.value_or(Zxid{}) : report->last;
  const auto applied = walk_log(env, *log, [&](const LoggedTxn& logged) {
    const Zxid zxid = logged.txn.zxid();
    if (zxid > last) return false;
    if (zxid <= tree.state->last_applied()) return true;
    tree.state->apply(logged.txn);
    ++tree.replayed;
    return true;
  });
  return applied.ok() ? ok_status() : Status(applied.fault());
}

}  // namespace paddock::inspect
