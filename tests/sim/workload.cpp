#include "tests/sim/workload.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "protocol/client/multi.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "tests/sim/net.h"
#include "tests/sim/session_checker.h"

namespace paddock::sim {
namespace {

using client::CreateMode;
using client::OpCode;

const client::Vector<client::Acl>& open_acl() {
  static const client::Vector<client::Acl> acl{client::Acl{client::kPermAll, {"world", "anyone"}}};
  return acl;
}

constexpr int kChildren = 3;

}  // namespace

std::string Workload::parent() {
  return fmt::format("/p{}", random_.below(static_cast<uint64_t>(knobs_.paths)));
}
std::string Workload::node() {
  return random_.one_in(3) ? parent() : fmt::format("{}/c{}", parent(), random_.below(kChildren));
}
std::string Workload::data() {
  return fmt::format("{:x}", random_.next() >> (8 * random_.below(8)));
}

Request Workload::with_path(OpCode type, std::string path, std::string body) {
  return {{type, std::move(path), false, {}}, std::move(body), client::WatchIntent::none};
}

Request Workload::create() {
  const uint64_t kind = random_.below(10);
  CreateMode mode = CreateMode::persistent;
  std::string path = node();
  if (kind < 2) {
    mode = CreateMode::persistent_sequential;
    path = fmt::format("{}/{}", parent(), kSequential);
  } else if (kind < 6 && knobs_.ephemerals) {
    mode = kind < 4 ? CreateMode::ephemeral : CreateMode::ephemeral_sequential;
    path = fmt::format("{}/{}", parent(),
                       kind < 4 ? "c" + std::to_string(random_.below(kChildren)) : kSequential);
  }
  const std::string content = data();
  const client::CreateRequest request{path, content, acl(), static_cast<int32_t>(mode)};
  return with_path(random_.one_in(2) ? OpCode::create : OpCode::create2, path, jute::encoded(request));
}

client::Vector<client::Acl> Workload::acl() {
  if (!knobs_.acls || !random_.one_in(3)) return open_acl();
  address_ =
      address_of(kFirstClient + 1 + static_cast<int>(random_.below(static_cast<uint64_t>(knobs_.clients))));
  const auto perms = static_cast<int32_t>(random_.below(client::kPermAll + 1));
  return {client::Acl{client::kPermAll, {"ip", address_}}, client::Acl{perms, {"world", "anyone"}}};
}

Request Workload::set_acl() {
  const std::string path = node();
  return with_path(OpCode::set_acl, path, jute::encoded(client::SetAclRequest{path, acl(), -1}));
}

// Each part has a path of its own: what one part does and another undoes leaves no trace in the log.
Request Workload::multi() {
  const std::string above = parent();
  const std::string first = above + "/c0", second = above + "/c1", content = data();
  std::vector<client::MultiOp> ops;
  ops.push_back({OpCode::create, client::CreateRequest{first, content, open_acl(), 0}});
  if (random_.one_in(2)) {
    ops.push_back({OpCode::remove, client::DeleteRequest{second, -1}});
  } else {
    ops.push_back({OpCode::set_data, client::SetDataRequest{second, content, -1}});
  }
  if (random_.one_in(2)) ops.push_back({OpCode::check, client::CheckVersionRequest{above, -1}});
  std::string body;
  jute::Writer writer(body);
  client::encode_multi(writer, ops);
  return with_path(OpCode::multi, above, std::move(body));
}

Request Workload::read(OpCode type) {
  std::string path = node();
  const bool watch = knobs_.watches && random_.one_in(2);
  Request request = with_path(type, path, jute::encoded(client::PathWatchRequest{path, watch}));
  request.operation.watch = watch;
  if (!watch) return request;
  const bool children = type == OpCode::get_children || type == OpCode::get_children2;
  request.watch = children                 ? client::WatchIntent::child
                  : type == OpCode::exists ? client::WatchIntent::exists
                                           : client::WatchIntent::data;
  return request;
}

Request Workload::next() {
  const uint64_t kind = random_.below(100);
  if (kind < 6 && knobs_.acls) return set_acl();
  if (kind < 30) return create();
  if (kind < 45) {
    const std::string path = node(), content = data();
    const int32_t version = random_.one_in(3) ? static_cast<int32_t>(random_.below(4)) : -1;
    return with_path(OpCode::set_data, path, jute::encoded(client::SetDataRequest{path, content, version}));
  }
  if (kind < 58) {
    const std::string path =
        random_.one_in(4) ? node() : fmt::format("{}/c{}", parent(), random_.below(kChildren));
    return with_path(OpCode::remove, path, jute::encoded(client::DeleteRequest{path, -1}));
  }
  if (kind < 64 && knobs_.multis) return multi();
  if (kind < 72) return with_path(OpCode::sync, "/", jute::encoded(client::PathRecord{"/"}));
  static constexpr OpCode kReads[] = {OpCode::exists, OpCode::get_data, OpCode::get_children,
                                      OpCode::get_children2};
  return read(kReads[random_.below(4)]);
}

}  // namespace paddock::sim
