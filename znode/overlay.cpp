#include "znode/overlay.h"

#include <utility>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "znode/digest.h"

namespace paddock::znode {
namespace {

bool is_open(const AclView& acl) {
  return acl.size() == 1 && acl.items[0] == client::Acl{client::kPermAll, {"world", "anyone"}};
}

}  // namespace

Overlay::Overlay(const State& state) : state_(state), index_(records_) {}

Overlay::Place Overlay::find(std::string_view path) const {
  Place place;
  place.path_ = path == "/" ? std::string_view() : path;
  place.record_ = index_.find(place.path_);
  if (place.record_ == kNoRecord) {
    place.node_ = state_.tree().find(path);
    place.exists_ = place.node_ != kNoNode;
  } else {
    place.exists_ = records_[place.record_].exists;
  }
  return place;
}

client::StatPersisted Overlay::stat(const Place& place) const {
  return place.record_ == kNoRecord ? state_.tree().persisted(place.node_) : records_[place.record_].stat;
}

NodeKind Overlay::kind(const Place& place) const {
  if (place.record_ == kNoRecord) return state_.tree().kind(place.node_);
  return kind_of_owner(records_[place.record_].stat.ephemeral_owner, owner_rules(state_.options()));
}

int32_t Overlay::child_count(const Place& place) const {
  return place.record_ == kNoRecord ? state_.tree().child_count(place.node_)
                                    : records_[place.record_].child_count;
}

int64_t Overlay::data_length(const Place& place) const {
  if (place.record_ != kNoRecord) return records_[place.record_].data_length;
  return static_cast<int64_t>(state_.tree().data(place.node_).size());
}

bool Overlay::allows(const Place& place, int32_t perms, const Identities& who) const {
  const Tree& tree = state_.tree();
  NodeIndex node = place.node_;
  if (place.record_ != kNoRecord) {
    const Record& record = records_[place.record_];
    if (record.acl == AclSource::open) return true;
    if (record.acl == AclSource::own) {
      const std::optional<AclView> acl = jute::decoded<AclView>(record.own_acl);
      return znode::allows(*acl, perms, who, state_.options());
    }
    node = tree.find(record.path);
  }
  return znode::allows(state_.acls().list(tree.acl(node)), perms, who, state_.options());
}

std::vector<std::string> Overlay::ephemerals_of(int64_t session) const {
  std::vector<std::string> paths;
  const Tree& tree = state_.tree();
  for (const NodeIndex node : tree.ephemerals_of(session)) {
    std::string path = tree.path(node);
    const Place place = find(path);
    if (place.exists() && stat(place).ephemeral_owner == session) paths.push_back(std::move(path));
  }
  for (const uint32_t index : new_ephemerals_) {
    const Record& record = records_[index];
    if (record.stat.ephemeral_owner != session) continue;
    const NodeIndex node = tree.find(record.path);
    if (node == kNoNode || tree.owner(node) != session) paths.push_back(record.path);
  }
  return paths;
}

void Overlay::begin(Zxid zxid, bool revocable) {
  digest_ = digest();
  digest_before_ = digest_;
  zxid_ = zxid;
  revocable_ = revocable;
  undo_.clear();
}

void Overlay::revoke() {
  PADDOCK_CHECK(revocable_, "transaction {:#x} was not begun as revocable", zxid_.value);
  while (!undo_.empty()) {
    Undo& undo = undo_.back();
    if (undo.before) {
      set_new_ephemeral(undo.record, undo.before->is_new_ephemeral);
      records_[undo.record] = std::move(*undo.before);
    } else {
      drop_record(undo.record);
    }
    undo_.pop_back();
    changes_.pop_back();
  }
  digest_ = digest_before_;
}

void Overlay::create(Place& place, const client::StatPersisted& stat, const jute::Buffer& data,
                     const AclView& acl) {
  Record& record = change(place);
  record.exists = place.exists_ = true;
  record.stat = stat;
  record.child_count = 0;
  record.data_length = static_cast<int32_t>(data.size());
  record.prefix = digest_prefix(record.path, data);
  record.acl = is_open(acl) ? AclSource::open : AclSource::own;
  record.own_acl.clear();
  if (record.acl == AclSource::own) {
    jute::Writer writer(record.own_acl);
    jute::encode(writer, acl);
  }
  set_new_ephemeral(place.record_, kind(place) == NodeKind::ephemeral);
  update_digest(record);
}

void Overlay::remove(Place& place) {
  Record& record = change(place);
  record.exists = place.exists_ = false;
  set_new_ephemeral(place.record_, false);
  update_digest(record);
}

void Overlay::set_stat(Place& place, const client::StatPersisted& stat) {
  Record& record = change(place);
  record.stat = stat;
  update_digest(record);
}

void Overlay::set_data(Place& place, const client::StatPersisted& stat, const jute::Buffer& data) {
  Record& record = change(place);
  record.stat = stat;
  record.data_length = static_cast<int32_t>(data.size());
  record.prefix = digest_prefix(record.path, data);
  update_digest(record);
}

void Overlay::add_child_count(Place& place, int32_t difference) {
  change(place).child_count += difference;
}

// The record of a place, made if there is none, and noted as changed by the transaction at hand.
Overlay::Record& Overlay::change(Place& place) {
  const bool is_new = place.record_ == kNoRecord;
  if (!is_new && records_[place.record_].zxid == zxid_) return records_[place.record_];
  if (is_new) {
    place.record_ = add_record(place.path_);
    load(place, records_[place.record_]);
  }
  Record& record = records_[place.record_];
  if (revocable_) undo_.push_back(Undo{place.record_, is_new ? std::nullopt : std::optional(record)});
  changes_.push_back(Change{zxid_, place.record_});
  record.zxid = zxid_;
  return record;
}

void Overlay::load(const Place& place, Record& record) const {
  record.exists = place.exists_;
  record.acl = AclSource::tree;
  record.digest = 0;
  if (!place.exists_) return;
  const Tree& tree = state_.tree();
  record.stat = tree.persisted(place.node_);
  record.child_count = tree.child_count(place.node_);
  record.data_length = static_cast<int32_t>(tree.data(place.node_).size());
  record.prefix = tree.digest_prefix_of(place.node_);
  if (is_digested(record.path)) record.digest = node_digest(record.prefix, record.stat);
}

void Overlay::update_digest(Record& record) {
  const bool counts = record.exists && is_digested(record.path);
  const uint32_t digest = counts ? node_digest(record.prefix, record.stat) : 0;
  digest_ += uint64_t{digest} - record.digest;
  record.digest = digest;
}

void Overlay::set_new_ephemeral(uint32_t index, bool is_new) {
  if (records_[index].is_new_ephemeral == is_new) return;
  records_[index].is_new_ephemeral = is_new;
  if (is_new) {
    new_ephemerals_.insert(index);
  } else {
    new_ephemerals_.erase(index);
  }
}

uint32_t Overlay::add_record(std::string_view path) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(records_.size()));
    records_.emplace_back();
  }
  const uint32_t index = free_.back();
  free_.pop_back();
  records_[index].path = path;
  index_.insert(index);
  return index;
}

// The record's strings stay for the next one, but for a giant's.
void Overlay::drop_record(uint32_t index) {
  constexpr size_t kKeptCapacity = 1024;
  Record& record = records_[index];
  set_new_ephemeral(index, false);
  index_.erase(index);
  if (record.path.capacity() > kKeptCapacity) std::string().swap(record.path);
  if (record.own_acl.capacity() > kKeptCapacity) std::string().swap(record.own_acl);
  free_.push_back(index);
}

void Overlay::applied(Zxid zxid) {
  while (!changes_.empty() && changes_.front().zxid <= zxid) {
    const Change change = changes_.front();
    changes_.pop_front();
    if (records_[change.record].zxid == change.zxid) drop_record(change.record);
  }
}

void Overlay::reset() {
  index_.clear();
  records_.clear();
  free_.clear();
  changes_.clear();
  new_ephemerals_.clear();
  undo_.clear();
}

}  // namespace paddock::znode
