// DynamicFiles: the configuration of an ensemble as files beside zoo.cfg, named and written as ZooKeeper
// does, so that either kind of server finds it at its next start:
//
//   zoo.cfg.bak               zoo.cfg as the operator wrote it
//   zoo.cfg.dynamic.next      what was proposed and is not committed yet, with its version
//   zoo.cfg.dynamic.<version> what was committed; zoo.cfg names it and holds the members no more
//
// Nothing that is safe depends on them: log and checkpoint hold the configuration too, and the newer one
// counts.
//
// Owner: the host. Blocks; a fault names the file.
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "server/zab/membership.h"

namespace paddock::config {

class DynamicFiles {
 public:
  // `static_file`: the path of zoo.cfg.
  explicit DynamicFiles(std::string static_file) : static_file_(std::move(static_file)) {}

  // To be called at the start, if zoo.cfg itself holds the members.
  Status back_up() const;
  Status propose(const zab::Membership& membership) const;
  // `self`: whose client address, if its line has one, takes the place of clientPort in zoo.cfg.
  Status commit(const zab::Membership& membership, ServerId self) const;

 private:
  std::string dynamic_file(int64_t version) const;
  std::string next_file() const { return static_file_ + ".dynamic.next"; }

  std::string static_file_;
};

// zoo.cfg without the members, with a line that says where they are. Everything else stays as it was written.
Result<std::string> pointing_to(std::string_view static_text, const std::string& dynamic_file,
                                bool without_client_port);

}  // namespace paddock::config
