// DiskQueue: the one place where disk work gets its number. Work is handed out in the order in which it was
// numbered, so persisted(seq) covers all that was asked for before it.
#pragma once

#include <utility>
#include <vector>

#include "protocol/base/check.h"
#include "server/store/contract.h"

namespace paddock::zab {

class DiskQueue {
 public:
  DiskSeq append(Zxid zxid, Bytes txn) {
    work_.push_back(store::Append{next(), zxid, std::move(txn)});
    return last_;
  }
  DiskSeq write_epochs(store::Epochs epochs) {
    work_.push_back(store::WriteEpochs{next(), epochs});
    return last_;
  }

  // What the host says is durable. Requires: handed out, and not below an earlier answer.
  void persisted(DiskSeq seq) {
    PADDOCK_CHECK(seq <= last_ && seq >= durable_,
                  "disk work {} reported durable; asked up to {}, durable up to {}", seq.value, last_.value,
                  durable_.value);
    durable_ = seq;
  }
  DiskSeq durable() const { return durable_; }

  std::vector<store::LogWork> take() { return std::exchange(work_, {}); }

 private:
  DiskSeq next() {
    ++last_.value;
    return last_;
  }

  DiskSeq last_;
  DiskSeq durable_;
  std::vector<store::LogWork> work_;
};

}  // namespace paddock::zab
