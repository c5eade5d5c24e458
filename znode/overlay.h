// Overlay: the nodes that outstanding transactions change, as they will be once those are applied, over the
// applied tree (spec/quorum-protocol.md 10.3). What Preparer checks requests against, and where it gets the
// predicted digest from.
//
// Owner: Preparer. One thread.
//
// Invariants
// 1. There is a record of a node exactly while a transaction that changes the node is outstanding.
// 2. A node without a record is as the tree has it.
// 3. digest() is the tree's after all outstanding transactions.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/client/records.h"
#include "znode/acl.h"
#include "znode/cell_index.h"
#include "znode/state.h"

namespace paddock::znode {

class Overlay {
 public:
  // Where a path leads. Valid until another transaction is begun; views the path it was found by.
  class Place {
   public:
    bool exists() const { return exists_; }

   private:
    friend class Overlay;
    std::string_view path_;  // "" for the root
    uint32_t record_ = kNoRecord;
    NodeIndex node_ = kNoNode;  // in the tree; only without a record
    bool exists_ = false;
  };

  // `state` must outlive the overlay.
  explicit Overlay(const State& state);
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  Place find(std::string_view path) const;

  // Of a node. Requires: place.exists().
  client::StatPersisted stat(const Place& place) const;
  NodeKind kind(const Place& place) const;
  int32_t child_count(const Place& place) const;
  int64_t data_length(const Place& place) const;
  // By the list that the node was created with or that the tree has: a setACL counts when it is applied, as
  // with ZooKeeper.
  bool allows(const Place& place, int32_t perms, const Identities& who) const;

  // The paths of a session's ephemerals.
  std::vector<std::string> ephemerals_of(int64_t session) const;
  uint64_t digest() const { return index_.size() == 0 ? state_.tree().digest() : digest_; }

  // Changes from here on are those of `zxid`. Only a transaction begun as revocable can be revoked.
  void begin(Zxid zxid, bool revocable);
  // Undoes every change since begin().
  void revoke();
  void create(Place& place, const client::StatPersisted& stat, const jute::Buffer& data, const AclView& acl);
  void remove(Place& place);
  void set_stat(Place& place, const client::StatPersisted& stat);
  void set_data(Place& place, const client::StatPersisted& stat, const jute::Buffer& data);
  void add_child_count(Place& place, int32_t difference);

  // Drops the records that no transaction behind `zxid` changes.
  void applied(Zxid zxid);
  void reset();

 private:
  static constexpr uint32_t kNoRecord = 0xffffffff;

  enum class AclSource : uint8_t { tree, open, own };

  struct Record {
    std::string path;
    Zxid zxid;  // the last transaction that changed the node
    client::StatPersisted stat;
    int32_t child_count = 0;
    int32_t data_length = 0;
    uint32_t prefix = 0;  // digest_prefix of path and data
    uint32_t digest = 0;  // what the node adds to the tree's digest
    bool exists = false;
    bool is_new_ephemeral = false;  // created here, by a session
    AclSource acl = AclSource::tree;
    std::string own_acl;  // encoded
  };
  struct ByPath {
    using Key = std::string_view;
    static Key key(const Record& record) { return record.path; }
    static size_t hash(Key key) { return std::hash<Key>{}(key); }
  };
  struct Change {
    Zxid zxid;
    uint32_t record;
  };
  struct Undo {
    uint32_t record;
    std::optional<Record> before;  // nothing: there was no record
  };

  Record& change(Place& place);
  void load(const Place& place, Record& record) const;
  void update_digest(Record& record);
  void set_new_ephemeral(uint32_t index, bool is_new);
  uint32_t add_record(std::string_view path);
  void drop_record(uint32_t index);

  const State& state_;
  std::deque<Record> records_;
  std::vector<uint32_t> free_;
  CellIndex<std::deque<Record>, ByPath> index_;
  std::deque<Change> changes_;  // in zxid order, each record once per transaction
  boost::unordered_flat_set<uint32_t> new_ephemerals_;
  uint64_t digest_ = 0;  // counts only while there are records

  // Of the transaction that was begun last.
  Zxid zxid_;
  bool revocable_ = false;
  uint64_t digest_before_ = 0;
  std::vector<Undo> undo_;
};

}  // namespace paddock::znode
