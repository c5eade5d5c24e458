// AgreementChecker: what servers apply, against the one history of the run.
//   Z2  every server applies the same transactions in the same order
//   Z5  what a process applies only moves forward
//   Z8  a leader that begins holds everything that was committed in earlier epochs
//   Z11 what is committed is durable at a quorum of voters
//   Z12 equal positions have equal states
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"
#include "tests/sim/chronicle.h"
#include "tests/sim/disk_image.h"

namespace paddock::sim {

class AgreementChecker {
 public:
  // The durable images of all voters, whether they are up or not.
  using Voters = std::function<std::vector<std::pair<ServerId, const DiskImage*>>()>;
  using OnCommit = std::function<void(const Committed&)>;

  AgreementChecker(Chronicle& chronicle, Voters voters, OnCommit on_commit)
      : chronicle_(chronicle), voters_(std::move(voters)), on_commit_(std::move(on_commit)) {}

  // A process begins with this state.
  void starts(ServerId server, Zxid position);
  // Its state has come to `position`; `log` is all that it has asked its disk to hold.
  void applied(ServerId server, Zxid position, const znode::StateChecksum& checksum, const DiskImage& log);
  // It leads `epoch` from here on. Others may have gone on to a later epoch already: it does not know, and
  // can commit nothing.
  void leads(ServerId server, uint32_t epoch, const DiskImage& log) const;
  // It cuts its log behind `last`.
  void cuts(ServerId server, Zxid last, const DiskImage& log) const;

 private:
  void commit_up_to(ServerId server, Zxid position, const DiskImage& log);
  void check_quorum(ServerId server, Zxid zxid) const;

  Chronicle& chronicle_;
  Voters voters_;
  OnCommit on_commit_;
  std::map<ServerId, Zxid> positions_;
};

}  // namespace paddock::sim
