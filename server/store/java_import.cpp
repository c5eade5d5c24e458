#include "server/store/java_import.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "protocol/quorum/snapshot_stream.h"
#include "server/store/durable_file.h"
#include "server/store/epoch_file.h"
#include "server/store/java_snapshot.h"
#include "server/store/staged_base.h"

namespace paddock::store {
namespace {

constexpr char kMark[] = "IMPORTING";
constexpr char kMarkText[] =
    "Data of an Apache ZooKeeper server is being taken over from version-2. Until FORMAT is there, nothing "
    "here counts "
    "and version-2 is whole.\n";
constexpr uint64_t kFirstBase = 1;
constexpr std::string_view kConfigPath = "/zookeeper/config";
constexpr size_t kPieceBytes = 1 << 20;

// A snapshot of 3.4 has no config node.
void add_config_node(JavaSnapshot& snapshot) {
  const auto is_config = [](const auto& node) { return node.path == jute::Text(kConfigPath); };
  if (std::any_of(snapshot.nodes.begin(), snapshot.nodes.end(), is_config)) return;
  int64_t acl_id = 1;
  for (const quorum::SnapshotAcl& acl : snapshot.acls) acl_id = std::max(acl_id, acl.id + 1);
  snapshot.acls.items.push_back({acl_id, {client::Acl{client::kPermRead, {"world", "anyone"}}}});
  quorum::SnapshotNode config{kConfigPath, "", acl_id, {}};
  config.stat.aversion = -1;
  snapshot.nodes.push_back(config);
}

Status copy_snapshot(JavaSnapshot snapshot, StagedBase& base) {
  add_config_node(snapshot);
  std::string piece;
  quorum::SnapshotWriter writer(piece);
  writer.session_count(snapshot.sessions.size());
  for (const quorum::SessionTimeout& session : snapshot.sessions) writer.session(session);
  writer.acl_count(snapshot.acls.size());
  for (const quorum::SnapshotAcl& acl : snapshot.acls) writer.acl(acl);
  for (const quorum::SnapshotNode& node : snapshot.nodes) {
    writer.node(node);
    if (piece.size() < kPieceBytes) continue;
    if (Status done = base.append_chunk(piece); !done.ok()) return done;
    piece.clear();
  }
  writer.end_of_nodes();
  writer.signature();
  return base.append_chunk(piece);
}

}  // namespace

JavaImport::JavaImport(Env& env, JavaDirectories from, StoreDirectories to, const WalOptions& options)
    : env_(env), from_(std::move(from)), to_(std::move(to)), options_(options) {}

Result<bool> JavaImport::is_under_way() const {
  return env_.exists(to_.data + "/" + kMark);
}

Status JavaImport::run() {
  if (Status done = write_whole_file(env_, to_.data, kMark, kMarkText); !done.ok()) return done;
  if (Status done = remove_earlier_attempt(); !done.ok()) return done;
  const auto snapshot = newest_java_snapshot(env_, from_);
  if (!snapshot.ok()) return snapshot.fault();
  if (snapshot->content.empty()) {
    return make_fault(
        "{}: there is a log or an epoch, and no snapshot that it follows: a part of this server's data "
        "is lost",
        from_.data);
  }
  return write_base(*snapshot);
}

Status JavaImport::remove_earlier_attempt() {
  constexpr uint64_t kNone = UINT64_MAX;
  if (Status done = remove_other_bases(env_, to_, {kNone, true, {}}); !done.ok()) return done;
  for (const char* name : {"/BASE", "/epochs", "/FORMAT"}) {
    if (Status done = remove_file_if_there(env_, to_.data, to_.data + name); !done.ok()) return done;
  }
  return remove_file_if_there(env_, to_.log, to_.log + "/FORMAT");
}

Status JavaImport::write_base(const JavaSnapshotFile& from) {
  auto snapshot = read_java_snapshot(from.content);
  if (!snapshot.ok()) return make_fault("{}: {}", from.file.path, snapshot.fault().message);
  const Zxid zxid = from.file.zxid;
  const Zxid fuzzy = snapshot->digest ? Zxid{snapshot->digest->zxid} : zxid;
  auto base = StagedBase::begin(env_, to_, kFirstBase, zxid, options_);
  if (!base.ok()) return base.fault();
  if (Status done = copy_snapshot(std::move(*snapshot), **base); !done.ok()) return done;
  Wal& wal = (*base)->wal();
  const Status logged = read_java_history(env_, from_, zxid, fuzzy, [&](const std::vector<Append>& group) {
    return wal.append_group(group, {}, {});
  });
  if (!logged.ok()) return logged;
  const auto epochs = read_java_epochs(env_, from_, wal.last());
  if (!epochs.ok()) return epochs.fault();
  if (Status done = write_epochs(env_, to_.data, *epochs); !done.ok()) return done;
  return (*base)->install();
}

Status JavaImport::finish() {
  const auto under_way = is_under_way();
  if (!under_way.ok()) return under_way.fault();
  if (!*under_way) return ok_status();
  if (Status done = put_aside(from_.data); !done.ok()) return done;
  if (from_.log != from_.data) {
    if (Status done = put_aside(from_.log); !done.ok()) return done;
  }
  return remove_file_if_there(env_, to_.data, to_.data + "/" + kMark);
}

Status JavaImport::put_aside(const std::string& directory) {
  const auto exists = env_.exists(directory);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return ok_status();
  std::string aside = directory + ".imported";
  for (int number = 2;; ++number) {
    const auto taken = env_.exists(aside);
    if (!taken.ok()) return taken.fault();
    if (!*taken) break;
    aside = fmt::format("{}.imported.{}", directory, number);
  }
  if (Status done = env_.rename(directory, aside); !done.ok()) return done;
  return env_.sync_directory(directory.substr(0, directory.find_last_of('/')));
}

}  // namespace paddock::store
