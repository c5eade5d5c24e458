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
  // `piece` without its number.
  template <class Work>
  DiskSeq add(Work piece) {
    ++last_.value;
    piece.seq = last_;
    work_.push_back(std::move(piece));
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
  DiskSeq asked() const { return last_; }

  std::vector<store::LogWork> take() { return std::exchange(work_, {}); }

 private:
  DiskSeq last_;
  DiskSeq durable_;
  std::vector<store::LogWork> work_;
};

}  // namespace paddock::zab
