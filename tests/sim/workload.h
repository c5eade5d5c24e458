// Workload: what a client asks for next. Few paths, so that clients meet.
#pragma once

#include <string>

#include "client/session/session.h"
#include "protocol/base/random.h"
#include "tests/sim/client_history.h"
#include "tests/sim/knobs.h"

namespace paddock::sim {

struct Request {
  Operation operation;
  std::string body;
  client::WatchIntent watch = client::WatchIntent::none;
};

class Workload {
 public:
  Workload(const Knobs& knobs, Random random) : knobs_(knobs), random_(random) {}
  Request next();

 private:
  std::string parent();
  std::string node();
  std::string data();
  Request create();
  Request set_acl();
  // Open to all; with knobs.acls, at times less than that. The view lives until the next call.
  client::Vector<client::Acl> acl();
  Request multi();
  Request read(client::OpCode type);
  Request with_path(client::OpCode type, std::string path, std::string body);

  const Knobs& knobs_;
  Random random_;
  std::string address_;  // in the ACL made last
};

}  // namespace paddock::sim
