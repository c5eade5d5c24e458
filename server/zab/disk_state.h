// DiskState: this server's part of the disk as the engine sees it: what was asked for, and what is durable.
//
// Invariants
// 1. epochs() and log().durable() are what a crash at this moment would leave.
// 2. Neither epoch is ever asked to decrease.
#pragma once

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "protocol/base/check.h"
#include "server/store/contract.h"
#include "server/zab/disk_queue.h"
#include "server/zab/log_position.h"

namespace paddock::zab {

class DiskState {
 public:
  explicit DiskState(const store::Recovered& recovered)
      : epochs_(recovered.epochs), asked_(recovered.epochs), log_(recovered.last_logged) {}

  const store::Epochs& epochs() const { return epochs_; }
  const LogPosition& log() const { return log_; }
  DiskSeq durable() const { return queue_.durable(); }
  // The last work asked for.
  DiskSeq asked() const { return queue_.asked(); }

  DiskSeq append(Zxid zxid, Bytes txn) {
    const DiskSeq seq = queue_.add(store::Append{{}, zxid, std::move(txn)});
    log_.append(seq, zxid);
    return seq;
  }
  DiskSeq truncate(Zxid last) {
    const DiskSeq seq = queue_.add(store::Truncate{{}, last});
    log_.truncate(seq, last);
    return seq;
  }
  DiskSeq fence() { return queue_.add(store::Fence{}); }

  DiskSeq accept_epoch(uint32_t epoch) { return write_epochs({epoch, asked_.current}); }
  DiskSeq enter_epoch(uint32_t epoch) { return write_epochs({std::max(asked_.accepted, epoch), epoch}); }

  void begin_snapshot(Zxid base) {
    queue_.add(store::SnapshotBegin{{}, base});
    log_.stage(base);
  }
  void add_snapshot_chunk(Bytes bytes) { queue_.add(store::SnapshotChunk{{}, std::move(bytes)}); }
  DiskSeq end_snapshot() {
    const DiskSeq seq = queue_.add(store::SnapshotEnd{});
    log_.adopt(seq);
    return seq;
  }
  void abandon_snapshot() {
    queue_.add(store::SnapshotAbandon{});
    log_.abandon();
  }

  void persisted(DiskSeq seq) {
    queue_.persisted(seq);
    log_.persisted(seq);
    for (; !writes_.empty() && writes_.front().first <= seq; writes_.pop_front()) {
      epochs_ = writes_.front().second;
    }
  }
  std::vector<store::LogWork> take() { return queue_.take(); }

 private:
  DiskSeq write_epochs(store::Epochs epochs) {
    PADDOCK_CHECK(epochs.accepted >= asked_.accepted && epochs.current >= asked_.current,
                  "epochs {}/{} asked for behind {}/{}", epochs.accepted, epochs.current, asked_.accepted,
                  asked_.current);
    asked_ = epochs;
    const DiskSeq seq = queue_.add(store::WriteEpochs{{}, epochs});
    writes_.emplace_back(seq, epochs);
    return seq;
  }

  store::Epochs epochs_;
  store::Epochs asked_;
  LogPosition log_;
  DiskQueue queue_;
  std::deque<std::pair<DiskSeq, store::Epochs>> writes_;  // asked for, not durable yet
};

}  // namespace paddock::zab
