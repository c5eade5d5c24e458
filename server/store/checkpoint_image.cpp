#include "server/store/checkpoint_image.h"

#include <leveldb/db.h>

#include "protocol/jute/codec.h"
#include "server/store/leveldb_env.h"
#include "znode/delta.h"

namespace paddock::store {
namespace {

leveldb::ReadOptions reading(const leveldb::Snapshot* snapshot) {
  leveldb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  options.snapshot = snapshot;
  return options;
}

std::string_view view(const leveldb::Slice& slice) {
  return {slice.data(), slice.size()};
}

bool is_kind(const leveldb::Iterator& entry, char kind) {
  return entry.Valid() && !entry.key().empty() && entry.key()[0] == kind;
}

}  // namespace

CheckpointImage::CheckpointImage(leveldb::DB& db, const LevelDbEnv& env, const std::string& directory,
                                 Zxid zxid)
    : db_(db), env_(env), directory_(directory), zxid_(zxid), snapshot_(db.GetSnapshot()) {}

CheckpointImage::~CheckpointImage() {
  nodes_.reset();
  db_.ReleaseSnapshot(snapshot_);
}

Status CheckpointImage::check(const leveldb::Status& status) const {
  if (const auto fault = env_.first_fault()) return *fault;
  if (!status.ok()) return make_fault("{}: {}", directory_, status.ToString());
  return ok_status();
}

Fault CheckpointImage::malformed(std::string_view key) const {
  return make_fault("{}: the checkpoint's entry '{}' is malformed", directory_, key);
}

Result<Bytes> CheckpointImage::next() {
  if (!nodes_) {
    if (Status done = write_head(); !done.ok()) return done.fault();
  }
  if (!written_ && ready_.size() < kPieceBytes) {
    if (Status done = write_nodes(); !done.ok()) return done.fault();
  }
  Bytes piece(ready_.substr(0, kPieceBytes));
  ready_.erase(0, piece.size());
  return piece;
}

Status CheckpointImage::survey() {
  const std::unique_ptr<leveldb::Iterator> entry(db_.NewIterator(reading(snapshot_)));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
    if (is_kind(*entry, znode::kSessionKey)) ++sessions_;
    if (!is_kind(*entry, znode::kNodeKey)) continue;
    const auto node = znode::read_node_entry(view(entry->value()));
    if (!node) return malformed(view(entry->key()));
    if (!node->acl.empty()) {
      acl_ids_.try_emplace(std::string(node->acl), static_cast<int64_t>(acl_ids_.size()) + 1);
    }
  }
  return check(entry->status());
}

Status CheckpointImage::write_head() {
  if (Status done = survey(); !done.ok()) return done;
  if (Status done = write_sessions(); !done.ok()) return done;
  write_acls();
  nodes_.reset(db_.NewIterator(reading(snapshot_)));
  nodes_->Seek(std::string(1, znode::kNodeKey));
  return ok_status();
}

Status CheckpointImage::write_sessions() {
  writer_.session_count(sessions_);
  const std::unique_ptr<leveldb::Iterator> entry(db_.NewIterator(reading(snapshot_)));
  for (entry->Seek(std::string(1, znode::kSessionKey)); is_kind(*entry, znode::kSessionKey); entry->Next()) {
    if (entry->key().size() != 9 || entry->value().size() != 4) return malformed(view(entry->key()));
    writer_.session({jute::load_long(entry->key().data() + 1), jute::load_int(entry->value().data())});
  }
  return check(entry->status());
}

void CheckpointImage::write_acls() {
  writer_.acl_count(acl_ids_.size());
  for (const auto& [bytes, id] : acl_ids_) {
    quorum::SnapshotAcl acl{id, {}};
    jute::Reader reader(bytes);
    jute::decode(reader, acl.acl);
    writer_.acl(acl);
  }
}

Status CheckpointImage::write_nodes() {
  for (; is_kind(*nodes_, znode::kNodeKey) && ready_.size() < kPieceBytes; nodes_->Next()) {
    const std::string_view key = view(nodes_->key());
    const auto node = znode::read_node_entry(view(nodes_->value()));
    if (!node) return malformed(key);
    const auto acl = acl_ids_.find(std::string(node->acl));
    const int64_t acl_id = acl == acl_ids_.end() ? quorum::kOpenAclId : acl->second;
    writer_.node({key.substr(1), node->data, acl_id, node->stat});
  }
  if (is_kind(*nodes_, znode::kNodeKey)) return ok_status();
  writer_.end_of_nodes();
  writer_.signature();
  written_ = true;
  return check(nodes_->status());
}

}  // namespace paddock::store
