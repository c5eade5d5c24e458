// SyncReceiver: a learner's side of synchronisation, from the opening packet to UPTODATE
// (spec/quorum-protocol.md 7.3, 7.4; DESIGN.md rules 1, 3 and 4).
//
// Owner: Learning.
//
// Invariants
// 1. History durable, then current epoch durable, then the ACK of NEWLEADER: the outbox holds it behind both.
// 2. What is received continues the log without a hole, or the stream is refused and the next one is to be a
//    snapshot. Only a hole that comes again behind a snapshot is the history's own.
// 3. Nothing is committed before UPTODATE. A COMMIT before it says only that the entry is part of the epoch's
//    initial history: a Java leader sends its own uncommitted tail so.
// 4. A snapshot is staged beside the log in use until NEWLEADER, and beside the tree until UPTODATE.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/quorum/records.h"
#include "server/zab/core.h"

namespace paddock::zab {

class SyncReceiver {
 public:
  // What the packet means for the learner.
  enum class Outcome { going_on, up_to_date, refused };

  SyncReceiver(Core& core, uint32_t epoch) : core_(core), epoch_(epoch) {}

  Outcome receive(const quorum::QuorumPacket& packet);
  Outcome receive_image(Bytes piece, bool last);
  // The replica cannot use the image.
  void refuse_image();
  // The current epoch and all before it are durable: NEWLEADER may be acknowledged.
  void history_durable() { held_ = true; }

  // Between what came in and take_ready(): NEWLEADER is taken up once the replica has seen all of the image.
  void advance();
  void handed_out() { image_seen_ = image_complete_; }

  // Behind a refusal: for the operator, if the leader did what no leader does; else empty.
  const std::string& reason() const { return reason_; }
  bool has_new_leader() const { return new_leader_; }
  // At UPTODATE: commits the initial history. What came without being part of it is still to be acknowledged.
  void finish();
  const std::vector<Zxid>& unacknowledged() const { return unacknowledged_; }
  // The leader is lost.
  void abandon();

 private:
  enum class Base { none, log, image };

  Outcome open(const quorum::QuorumPacket& packet);
  Outcome open_truncated(Zxid last);
  Outcome open_image(Zxid base);
  bool continues(Zxid last, Zxid next);
  Outcome take_proposal(Zxid zxid, const quorum::Buffer& txn);
  Outcome take_commit(Zxid zxid);
  Outcome ask_for_snapshot();
  void take_config(const quorum::Buffer& text);
  void append(Zxid zxid, Bytes txn);
  bool appends_to_image() const { return base_ == Base::image && !history_asked_; }

  Core& core_;
  const uint32_t epoch_;
  Base base_ = Base::none;
  Zxid image_zxid_;
  std::deque<LogEntry> staged_;  // behind the image, until it is the base
  bool image_complete_ = false;
  bool image_seen_ = false;  // by the replica
  bool new_leader_ = false;
  bool history_asked_ = false;  // for to be made durable
  bool held_ = false;
  std::optional<Membership> config_;  // the leader's, to be in use with its epoch
  Zxid inherited_;                    // the base, and what the stream sent with COMMIT
  std::vector<Zxid> unacknowledged_;
  std::string reason_;
};

}  // namespace paddock::zab
