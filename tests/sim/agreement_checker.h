// AgreementChecker: what servers apply, against the one history of the run.
//   Z2  every server applies the same transactions in the same order
//   Z5  what a process applies only moves forward
//   Z8  a leader that begins holds everything that was committed in earlier epochs
//   Z11 what is committed is durable at a quorum of voters; a reconfiguration at one of those before and at
//   one
//       of those that it makes
//   Z12 equal positions have equal states
#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"
#include "tests/sim/chronicle.h"
#include "tests/sim/disk_image.h"

namespace paddock::sim {

class AgreementChecker {
 public:
  // The durable images of all servers, whether they are up or not, and whether they have a vote or not.
  using Disks = std::function<std::vector<std::pair<ServerId, const DiskImage*>>()>;
  // Whether these servers commit this entry.
  using Commit = std::function<bool(Zxid, const std::set<ServerId>&)>;
  using OnCommit = std::function<void(const Committed&)>;

  // Whose disk has lost what it held, without fault of the server; and up to where it held all.
  using Damaged = std::function<std::map<ServerId, Zxid>()>;

  AgreementChecker(Chronicle& chronicle, Disks disks, Commit commit, Damaged damaged, OnCommit on_commit)
      : chronicle_(chronicle),
        disks_(std::move(disks)),
        commit_(std::move(commit)),
        damaged_(std::move(damaged)),
        on_commit_(std::move(on_commit)) {}

  // A process begins with this state.
  void starts(ServerId server, Zxid position);
  // Its state has come to `position`; `log` is all that it has asked its disk to hold.
  void applied(ServerId server, Zxid position, const znode::StateChecksum& checksum, const DiskImage& log);
  // A state between these positions may hold some of what follows (a fuzzy snapshot): it is not compared.
  void fuzzy(Zxid from, Zxid to) { fuzzy_.emplace_back(from, to); }
  bool is_fuzzy(Zxid position) const;
  // It leads `epoch` from here on. Others may have gone on to a later epoch already: it does not know, and
  // can commit nothing.
  void leads(ServerId server, uint32_t epoch, const DiskImage& log) const;
  // It cuts its log behind `last`.
  void cuts(ServerId server, Zxid last, const DiskImage& log) const;

 private:
  void commit_up_to(ServerId server, Zxid position, const DiskImage& log);
  void check_quorum(ServerId server, Zxid zxid) const;
  std::set<ServerId> holders(Zxid zxid) const;

  Chronicle& chronicle_;
  Disks disks_;
  Commit commit_;
  Damaged damaged_;
  std::vector<std::pair<Zxid, Zxid>> fuzzy_;
  OnCommit on_commit_;
  std::map<ServerId, Zxid> positions_;
};

}  // namespace paddock::sim
